package arn

import (
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// placeholder is what AWS's lists have for a part of an ARN that isn't fixed.
var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// listed makes an ARN of the form that AWS's lists have for a type of resource. The
// name stands for the first placeholder behind the account, and * for all that follow:
// "service/${ClusterName}/${ServiceName}" of the cluster web is service/web/*.
func (m *Maker) listed(t Target, typ string, value Resource) []Resource {
	header, before, after := m.parsed(sdk.ARNPattern(typ))
	switch {
	case header == nil:
		return nil
	case !strings.HasPrefix(after, "*"):
		return []Resource{join(header.with(text(before)))} // there is one such resource
	}
	after = after[1:]
	switch {
	case arnField.MatchString(t.Field):
		return givenARN(m, t, value)
	case value.isARN() && after == "":
		return []Resource{value}
	case value.isARN():
		return child(value, header, before, after)
	}
	return []Resource{join(header.with(text(before)).with(value...).with(text(after)))}
}

// arnField are the fields that the SDK takes an ARN in.
var arnField = regexp.MustCompile(`(Arn|ARN)s?$`)

// parsed returns what a form has before the resource, what it has there before the
// name, and the rest, with * for each placeholder. The header is nil if there is no such
// form.
func (m *Maker) parsed(form string) (header Resource, before, after string) {
	parts := strings.SplitN(form, ":", 6)
	if len(parts) < 6 {
		return nil, "", ""
	}
	region, account := text(parts[3]), text(parts[4])
	if parts[3] == "${Region}" {
		region = m.own(ResourcePart{Kind: Region})
	}
	if strings.HasPrefix(parts[4], "${") {
		account = ResourcePart{Kind: AccountID}
	}
	header = Resource{text("arn:"), {Kind: Partition}, text(":" + parts[2] + ":"), region, text(":"), account, text(":")}
	header = join(header)
	name := placeholder.FindStringIndex(parts[5])
	if name == nil {
		return header, parts[5], ""
	}
	return header, parts[5][:name[0]], placeholder.ReplaceAllLiteralString(parts[5][name[0]:], "*")
}

// child makes the ARN of what belongs to a resource, of the resource's own ARN; nil if
// that doesn't tell the name.
func child(parent, header Resource, before, after string) []Resource {
	if s, ok := parent.plain(); ok {
		parts := strings.SplitN(s, ":", 6)
		if len(parts) < 6 {
			return nil
		}
		if strings.HasPrefix(parts[5], before) && strings.Count(parts[5], "/") == strings.Count(before+after, "/") {
			return []Resource{parent} // it is the child's already
		}
		i := strings.IndexAny(parts[5], "/:")
		parts[5] = before + parts[5][i+1:] + after
		return []Resource{{text(strings.Join(parts, ":"))}}
	}
	if len(parent) > 1 || !strings.HasSuffix(before, "/") {
		return nil
	}
	name := map[string]any{"Fn::Select": []any{1, map[string]any{"Fn::Split": []any{"/", parent[0].Value}}}}
	return []Resource{join(header.with(text(before), ResourcePart{Kind: Value, Value: name}, text(after)))}
}
