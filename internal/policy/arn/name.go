package arn

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Target is a resource that an action is used on.
type Target struct {
	// Service and Field say which input of the SDK names the resource, such as
	// the field "Bucket" of "s3".
	Service, Field string
	// Types are the kinds of resources that the name is of, each with its service in
	// IAM, such as "s3:object".
	Types []string
	Name  Name
}

// Name is a resource's name as the program makes it, in parts.
type Name []NamePart

// NamePart is a part of a name: text, the value of an environment variable, or
// anything.
type NamePart struct {
	Kind PartKind
	Text string // the text, or the variable's name
	// Value is that of a part of kind Configured.
	Value any
}

// PartKind tells the parts of names apart.
type PartKind int

// The kinds of parts.
const (
	Constant PartKind = iota
	Variable
	Anything
	Configured // the value that a variable has: an intrinsic
	Own        // the partition, region or account of the stack, by its pseudo parameter
)

// String returns a name as "const:jobs", "env:TABLE", or, of several parts,
// "const:acme-*" and "acme-${env:STAGE}".
func (n Name) String() string {
	if len(n) == 1 && n[0].Kind == Variable {
		return "env:" + n[0].Text
	}
	var b strings.Builder
	prefix := "const:"
	for _, p := range n {
		switch p.Kind {
		case Constant:
			b.WriteString(p.Text)
		case Variable:
			prefix = ""
			b.WriteString("${env:" + p.Text + "}")
		case Anything:
			b.WriteString("*")
		case Configured:
			b.WriteString(Resource{{Kind: Value, Value: p.Value}}.String())
		case Own:
			b.WriteString("${" + p.Text + "}")
		}
	}
	return prefix + b.String()
}

// Add puts another name behind a name. What follows anything is anything.
func (n Name) Add(other Name) Name {
	sum := slices.Clone(n)
	for _, p := range other {
		last := len(sum) - 1
		switch {
		case last >= 0 && sum[last].Kind == Anything:
			return sum
		case last >= 0 && sum[last].Kind == Constant && p.Kind == Constant:
			sum[last].Text += p.Text
		case p.Kind == Constant && p.Text == "":
		default:
			sum = append(sum, p)
		}
	}
	return sum
}

// OfType returns the ARN of a resource of a type, such as "sns:topic", as a name: in the
// stack's own region, and in an account, the stack's own one if that is empty. A name
// that is an ARN stays.
func (n Name) OfType(typ string, account Name) Name {
	service, before, ok := sdk.ARNForm(typ)
	if start := n.parts(); !ok || start.isARN() {
		return n
	}
	if len(account) == 0 {
		account = Name{own(AccountID)}
	}
	constant := func(s string) NamePart { return NamePart{Kind: Constant, Text: s} }
	head := Name{constant("arn:"), own(Partition), constant(":" + service + ":"), own(Region), constant(":")}
	return slices.Concat(head, account, Name{constant(":" + before)}, n)
}

// Within returns the name of what is in something else, with a slash between them.
func (n Name) Within(outer Name) Name {
	return slices.Concat(outer, Name{{Kind: Constant, Text: "/"}}, n)
}

// own is a part of a name that is where the stack is.
func own(kind ResourcePartKind) NamePart { return NamePart{Kind: Own, Text: pseudo[kind]} }

// parts returns a name as what it is made of, with intrinsics taken apart as far as
// their text tells. What isn't text is a part of kind Value, with nothing in it where it
// isn't configured.
func (n Name) parts() Resource {
	var all Resource
	for _, p := range n {
		switch p.Kind {
		case Constant:
			all = append(all, text(p.Text))
		case Configured:
			all = append(all, expand(p.Value)...)
		case Own:
			all = append(all, referred(p.Text))
		default:
			all = append(all, ResourcePart{Kind: Value})
		}
	}
	return join(all)
}

// mentions reports whether a text of a name has another text in it.
func (n Name) mentions(s string) bool {
	return slices.ContainsFunc(n.parts(), func(p ResourcePart) bool { return strings.Contains(p.Text, s) })
}

// compareTargets compares by what names the resource, and by the name.
func compareTargets(a, b Target) int {
	return cmp.Or(
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Field, b.Field),
		slices.Compare(a.Types, b.Types), cmp.Compare(a.Name.String(), b.Name.String()),
	)
}

// SortTargets sorts targets, and drops what is there twice.
func SortTargets(targets []Target) []Target {
	slices.SortFunc(targets, compareTargets)
	return slices.CompactFunc(targets, func(a, b Target) bool { return compareTargets(a, b) == 0 })
}

// Configure returns the name with the values of environment variables, a string or an
// intrinsic each. A variable that has none, or an empty one, stays.
func (n Name) Configure(env map[string]any) Name {
	var name Name
	for _, p := range n {
		v, ok := env[p.Text]
		s, isString := v.(string)
		switch {
		case p.Kind != Variable || !ok || isString && s == "":
			name = append(name, p)
		case isString && !strings.Contains(s, "${"):
			name = name.Add(Name{{Kind: Constant, Text: s}})
		default:
			name = append(name, NamePart{Kind: Configured, Value: v})
		}
	}
	return name
}

// CanBe reports whether a name can be a text.
func (n Name) CanBe(s string) bool {
	return len(n) == 0 && s == "" || len(n) > 1 || len(n) == 1 && (n[0].Kind != Constant || n[0].Text == s)
}
