package deploy

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/synth"
)

// Status is the status of a stage.
type Status struct {
	*Deployed
	// Now is the stack as CloudFormation has it.
	Now *stack.Stack
	// Drift is what differs from the record, or from the template, with a sentence
	// for each difference.
	Drift     []string
	Functions []FunctionStatus // by name
	// Uncounted is why the functions' activity isn't known; nil: it is. Many
	// people may look at a stage but not at CloudWatch.
	Uncounted error
}

// FunctionStatus is the status of a function.
type FunctionStatus struct {
	Function string             // the app's name for it
	Name     string             // Lambda's
	Now      *function.Function // nil: the function doesn't exist anymore
	Activity function.Activity  // in the last hour
	// OtherCode says that its code isn't that of the stack's template.
	OtherCode bool
	// Live is the alias by which it is called; nil: it has none.
	Live *function.Alias
	// Published is the version that the stack has published; empty: none is known.
	Published string
}

// activitySpan is the time for which a status has errors and throttles.
const activitySpan = time.Hour

// GetStatus returns the status of a stage. The app need not compile. The error
// can be a [*NotDeployed].
func GetStatus(ctx context.Context, in Input) (*Status, error) {
	d, session, err := Connect(ctx, in)
	if err != nil {
		return nil, err
	}
	s := &Status{Deployed: d}
	engine := stack.NewEngine(session.Config)
	if s.Now, err = engine.Find(ctx, d.Stack); err != nil {
		return nil, err
	}
	if s.Now == nil {
		return nil, &NotDeployed{Stage: d.Stage, Stack: d.Stack, Account: d.Account, Region: d.Region}
	}
	var changed bool
	err = atOnce(
		func() error { return s.functions(ctx, session, engine) },
		func() (err error) {
			changed, err = s.template(ctx, engine, in)
			return err
		})
	s.compare(changed)
	return s, err
}

// functions fills in the status of the functions.
func (s *Status) functions(ctx context.Context, session *account.Session, engine *stack.Engine) error {
	client := function.New(session.Config)
	var names []string
	for _, f := range s.Deployed.Functions {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	var (
		found     map[string]*function.Function
		activity  map[string]function.Activity
		aliases   map[string]*function.Alias
		published map[string]string
	)
	called := aliased(s.Deployed.Functions)
	err := atOnce(
		func() (err error) {
			found, err = client.Describe(ctx, names)
			return err
		},
		func() (err error) {
			aliases, err = client.Aliases(ctx, called, config.LiveAlias)
			return err
		},
		func() error {
			if len(called) == 0 {
				return nil
			}
			resources, err := engine.Resources(ctx, s.Now.ID)
			published = versions(resources)
			return err
		},
		func() error {
			activity, s.Uncounted = client.Activity(ctx, names, time.Now().Add(-activitySpan))
			return ctx.Err()
		})
	for _, name := range slices.Sorted(maps.Keys(s.Deployed.Functions)) {
		f := FunctionStatus{Function: name, Name: s.Deployed.Functions[name].Name}
		f.Now, f.Activity, f.Live, f.Published = found[f.Name], activity[f.Name], aliases[f.Name], published[f.Name]
		s.Functions = append(s.Functions, f)
	}
	return err
}

// template reports whether the stack's template differs from the recorded one.
// If so, it sets the artifact to the one that the template names.
func (s *Status) template(ctx context.Context, engine *stack.Engine, in Input) (changed bool, err error) {
	if s.Record == nil {
		return false, nil
	}
	files, err := in.store().ReadTemplate(s.Record)
	if err != nil {
		return false, nil // without the file nothing can be compared, and the next deployment writes it
	}
	data, err := engine.Template(ctx, s.Now.ID)
	if err != nil || bytes.Equal(bytes.TrimSpace(data), bytes.TrimSpace(files[0].Data)) {
		return false, err
	}
	t, err := parseTemplate(templateName(data), data)
	if err != nil {
		return true, err
	}
	if code := t.code(); code != (synth.Code{}) {
		s.Artifact = record.Artifact{Bucket: code.Bucket, Key: code.Key, SHA256: digestOf(code.Key)}
	}
	return true, nil
}

// compare adds the differences to Drift.
func (s *Status) compare(templateChanged bool) {
	say := func(format string, args ...any) { s.Drift = append(s.Drift, fmt.Sprintf(format, args...)) }
	if s.Record != nil {
		changed, recorded := lastChange(s.Now), s.Record.Changed
		switch {
		case s.Now.ID != s.Record.StackID:
			say("the stack is another one of the same name: it was made at %s, after the recorded one was deleted", stamp(s.Now.Created))
		case templateChanged:
			say("the stack has another template than the one recorded: it was changed at %s, after it was deployed from here at %s", stamp(changed), stamp(recorded))
		case !changed.Equal(recorded):
			say("the stack was changed at %s, after it was deployed from here at %s", stamp(changed), stamp(recorded))
		}
	}
	var other, missing, uncalled []string
	for i := range s.Functions {
		f := &s.Functions[i]
		if f.Now == nil {
			missing = append(missing, f.Name)
			continue
		}
		f.OtherCode = s.Artifact.SHA256 != "" && f.Now.Digest != s.Artifact.SHA256
		if err := f.Now.Failure(); err != nil {
			say("%v", err)
		}
		if f.OtherCode {
			other = append(other, f.Function)
		}
		switch called := s.Deployed.Functions[f.Function].Alias != ""; {
		case called && f.Live == nil:
			uncalled = append(uncalled, f.Function)
		case called && f.Live.Shifting():
			say("the traffic of %s is being shifted: %s is at version %s", f.Function, f.Live.Name, f.Live.Traffic())
		case called && f.Published != "" && f.Live.Version != f.Published:
			say("%s of %s is at version %s, and not at %s, which the stack has published: it was rolled back, or moved by somebody else", f.Live.Name, f.Function, f.Live.Version, f.Published)
		}
	}
	if len(uncalled) > 0 {
		say("the alias %s of %s is gone, by which it is called", config.LiveAlias, sentence(uncalled))
	}
	if len(missing) > 0 {
		say("these functions are gone: %s", sentence(missing))
	}
	if len(other) > 0 {
		say("the code of %s isn't the template's: it was updated alone, or by somebody else", sentence(other))
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Changed returns when the stack was last changed.
func (s *Status) Changed() time.Time { return lastChange(s.Now) }

// Healthy reports whether the last change of the stack has succeeded.
func (s *Status) Healthy() bool {
	switch s.Now.Status {
	case "CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE":
		return true
	}
	return false
}

// State returns the function's state in a word or two.
func (f FunctionStatus) State() string {
	switch {
	case f.Now == nil:
		return "gone"
	case f.Now.Update == "Failed":
		return "update failed"
	case f.Now.Update == "InProgress":
		return "updating"
	case f.OtherCode:
		return "other code"
	}
	return strings.ToLower(f.Now.State)
}

// lastChange returns when a stack was last changed.
func lastChange(s *stack.Stack) time.Time {
	if s.Updated.After(s.Created) {
		return s.Updated
	}
	return s.Created
}
