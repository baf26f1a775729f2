package policy

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// Input says what is analyzed.
type Input struct {
	// Dir is the folder of the module, or of a package in it.
	Dir string
	// Package is the pattern of the main package, "." if it is empty.
	Package string
	// Env and BuildFlags are those of the build for Lambda, such as
	// "GOARCH=arm64" and "-tags=lambda.norpc", so that the same files count and
	// the build's cache is of use. Env is added to this process's environment.
	Env, BuildFlags []string
	// List lists the main package and what it imports, as go list has them for Env and
	// BuildFlags; nil: the go command is asked.
	List func(context.Context) (*golist.List, error) `json:"-"`
	// Content says what all is that the analysis reads, as a text that is the same for
	// the same; it is empty if that isn't known, or is changing, or has changed since a
	// time. It is called before a report is looked for, with no time, and before one is
	// kept. Nil: the analysis finds out.
	Content func(since time.Time) string `json:"-"`
	// Digest returns the digest of a file's content, as %x of its SHA-256, if it is known;
	// nil: none is.
	Digest func(file string) (digest string, known bool) `json:"-"`
	// Compiled is another target for which the program is compiled already, with the same
	// flags; nil: none. Where that can't make a difference, packages are looked at as
	// they are compiled for it, so that nothing has to be compiled for the analysis.
	Compiled *Target `json:"-"`
	// Compiling is called before packages are looked at as they are compiled for Env,
	// which compiles what isn't; what it returns is called at the end. Nil: nobody wants
	// to know.
	Compiling func() (end func(error)) `json:"-"`
	// Built returns when the build that compiles what the program imports has ended, or an
	// error if that failed. It is called if the analysis needs something of that which
	// isn't known from an earlier one. Nil: there is no such build.
	Built func(ctx context.Context) error `json:"-"`
	// Registrations tell which Lambda function each registration belongs to, as
	// the app's model has them. Without any, functions are named as far as the
	// source tells their names.
	Registrations []Registration
	// TempDir is where the go command has its temporary files, a folder of this
	// analysis alone: by it, what the go command started is found when the analysis
	// is called off. Empty: go's own place, and nobody looks.
	TempDir string
	// Cache is a folder for reports, which are used again as long as nothing
	// that they depend on changes; see [CacheDir]. None is kept if it is empty.
	Cache string
}

// Registration is a handler that an app registered, as its model tells.
type Registration = functions.Registration

// Target is what packages are compiled for.
type Target = source.Target

// Warning is something that the analysis couldn't see through, or had to guess.
type Warning = source.Warning

// Report is what [Analyze] found.
type Report struct {
	// Functions has the needs of each Lambda function by its name, also of those
	// that need nothing.
	Functions map[string]*Needs
	Warnings  []Warning
}

// Needs are the actions that a function needs for the app's own calls, sorted
// by name.
type Needs struct {
	Actions []Action
	// Connections is true if the function can reach the client of this module's
	// package websocket, which posts to connections of the app's own API. Its action,
	// execute-api:ManageConnections, is among Actions.
	Connections bool
	// Shift is true if the function can reach ShiftOf of this module's package
	// codedeploy. Its actions are among Actions.
	Shift bool
	// AnyRegion is true if code that the function reaches sets a region, so that
	// resources can be anywhere.
	AnyRegion bool
}

// Action is an IAM action that a function needs, and why.
type Action struct {
	Name string // such as "s3:GetObject"
	// Targets are the resources that the action is used on. None stands for any.
	Targets []arn.Target
	// PassedTo are the services that a role is passed to, for iam:PassRole. None stands
	// for any.
	PassedTo []string
	// Reasons are the calls that need it, sorted by place.
	Reasons []Reason
}

// Reason is a call that needs an action.
type Reason struct {
	Operation string // of the SDK, such as "s3.GetObject"
	// Connections is true for a call of the client of this module's package websocket.
	Connections bool
	// Shift is true for a call of this module's package codedeploy.
	Shift bool
	File  string // relative to the module's root
	Line  int
	// Path leads from the function's handler to the call: where each function
	// is called or mentioned in the one before it.
	Path []Step
	// Targets are the resources that the call shows.
	Targets []arn.Target
	// Open is why the call leaves the action on any resource; "" if it doesn't, or if
	// AWS can't limit the action.
	Open string
}

// Step is a function on the way from a handler to a call. What code calls whose source isn't
// read comes after such a function, and after the init, or the variables of a package, that
// handed it over.
type Step struct {
	Function string
	File     string // where the step before it mentions the function
	Line     int
}

// Allows reports whether an action is among the needs.
func (n *Needs) Allows(action string) bool { return n.find(action) != nil }

// find returns an action by its name, nil if it isn't among the needs.
func (n *Needs) find(action string) *Action {
	i, found := slices.BinarySearchFunc(n.Actions, action, func(a Action, name string) int { return cmp.Compare(a.Name, name) })
	if !found {
		return nil
	}
	return &n.Actions[i]
}

// Union returns the needs of a role that several functions share.
func Union(all ...*Needs) *Needs {
	merged := map[string]*Action{}
	union := &Needs{}
	for _, n := range all {
		union.Connections = union.Connections || n.Connections
		union.Shift = union.Shift || n.Shift
		union.AnyRegion = union.AnyRegion || n.AnyRegion
		for _, a := range n.Actions {
			add(merged, a)
		}
	}
	union.Actions = sorted(merged)
	return union
}

// add adds an action to others, by their names.
func add(to map[string]*Action, a Action) {
	if m := to[a.Name]; m != nil {
		m.merge(a)
		return
	}
	to[a.Name] = &Action{
		Name: a.Name, Targets: slices.Clone(a.Targets),
		PassedTo: slices.Clone(a.PassedTo), Reasons: slices.Clone(a.Reasons),
	}
}

// sorted returns actions sorted by their names.
func sorted(actions map[string]*Action) []Action {
	var all []Action
	for _, name := range slices.Sorted(maps.Keys(actions)) {
		all = append(all, *actions[name])
	}
	return all
}

// merge adds what else needs the same action. No targets are all targets, and no
// services all services, so they win.
func (a *Action) merge(b Action) {
	if len(a.Targets) == 0 || len(b.Targets) == 0 {
		a.Targets = nil
	} else {
		a.Targets = arn.SortTargets(append(a.Targets, b.Targets...))
	}
	if len(a.PassedTo) == 0 || len(b.PassedTo) == 0 {
		a.PassedTo = nil
	} else {
		a.PassedTo = slices.Compact(slices.Sorted(slices.Values(append(a.PassedTo, b.PassedTo...))))
	}
	a.Reasons = sortReasons(append(a.Reasons, b.Reasons...))
}

// sortReasons sorts by place, and makes one of what is there several times.
func sortReasons(reasons []Reason) []Reason {
	reasons = slices.Clone(reasons)
	slices.SortStableFunc(reasons, compareReasons)
	var merged []Reason
	for _, r := range reasons {
		last := len(merged) - 1
		if last < 0 || compareReasons(merged[last], r) != 0 {
			merged = append(merged, r)
			continue
		}
		merged[last].Open = cmp.Or(merged[last].Open, r.Open)
		merged[last].Targets = arn.SortTargets(slices.Concat(merged[last].Targets, r.Targets))
	}
	return merged
}

// compareReasons compares by place.
func compareReasons(a, b Reason) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Operation, b.Operation))
}
