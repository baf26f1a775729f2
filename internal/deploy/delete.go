package deploy

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/artifact"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// Deleted is the result of a deletion.
type Deleted struct {
	Stack  string
	Region string
	// Gone says that the stack didn't exist anymore.
	Gone bool
	// Artifacts is the number of the stage's objects that were removed from the
	// bucket, with all their versions.
	Artifacts int
	// Retained are resources that stay: those that the template retains, and log
	// groups, which Lambda makes for functions. They have the form TYPE NAME.
	Retained []string
}

// DeleteInput says what to delete, and how.
type DeleteInput struct {
	Input
	// Retain has the logical ids of resources that stay. CloudFormation accepts
	// them only after a failed deletion.
	Retain []string
}

// Delete deletes the stack of a stage, its artifacts and its record. The app
// need not compile, and if there is a record, the configuration need not be
// valid. It is no error if the stack doesn't exist.
func Delete(ctx context.Context, in DeleteInput) (*Deleted, error) {
	p, err := in.place()
	if err != nil {
		return nil, err
	}
	session, err := p.connect(ctx, in.Input)
	if err != nil {
		return nil, err
	}
	d := &deletion{DeleteInput: in, place: p, session: session, engine: stack.NewEngine(session.Config)}
	if d.who, err = session.Identity(ctx); err != nil {
		return nil, err
	}
	s, err := d.find(ctx)
	if err != nil {
		return nil, err
	}
	o := &Deleted{Stack: p.stack, Region: session.Region, Gone: s == nil}
	if s == nil && p.record == nil {
		return o, nil
	}
	if s != nil {
		if err := d.deleteStack(ctx, s, o); err != nil {
			return nil, err
		}
	}
	// The stack is gone, so the record is removed even if somebody has
	// interrupted.
	return o, d.clean(context.WithoutCancel(ctx), o)
}

// deletion is a deletion in progress.
type deletion struct {
	DeleteInput
	*place
	session *account.Session
	who     account.Identity
	engine  *stack.Engine
}

// find returns the recorded stack or, if that is gone, a stack of the same name
// that somebody has made since.
func (d *deletion) find(ctx context.Context) (*stack.Stack, error) {
	if d.record != nil {
		if s, err := d.engine.Find(ctx, d.record.StackID); err != nil || s != nil {
			return s, err
		}
	}
	return d.engine.Find(ctx, d.stack)
}

// deleteStack asks for confirmation, and deletes the stack.
func (d *deletion) deleteStack(ctx context.Context, s *stack.Stack, o *Deleted) error {
	if s.Protected {
		return &stack.Protected{Stack: s.Name}
	}
	var root template
	var resources []stack.Resource
	if s.Status != underReview { // a stack under review has neither resources nor a template
		var templates []template
		var err error
		if root, templates, resources, err = read(ctx, d.engine, s.ID); err != nil {
			return err
		}
		d.learn(templates)
	}
	if err := d.ask(ctx, d.question(s, len(resources))); err != nil {
		return err
	}
	op, err := d.engine.Delete(ctx, s, stack.DeleteOptions{Retain: d.Retain, RoleARN: d.RoleARN})
	if err != nil {
		return err
	}
	if _, err := d.follow(ctx, d.engine, op, len(resources)); err != nil {
		return d.explain(err)
	}
	o.Retained = d.retained(ctx, root, resources)
	return nil
}

// learn finds the bucket with the stage's artifacts: the one with the
// functions' code.
func (d *deletion) learn(templates []template) {
	for _, t := range templates {
		code := t.code()
		if code.Bucket == "" {
			continue
		}
		d.bucket = code.Bucket
		if app, stage := path.Split(path.Dir(code.Key)); d.app == "" && stage == d.stage {
			d.app = strings.Trim(app, "/")
		}
		return
	}
}

func (d *deletion) question(s *stack.Stack, resources int) string {
	return fmt.Sprintf("Delete the stack %s in account %s, %s, and all it has (%d resources)?", s.Name, d.who.Account, d.session.Region, resources)
}

// explain adds advice to the error of a failed deletion.
func (d *deletion) explain(err error) error {
	return explained(err, func(f *Failed) {
		if f.Advice != "" || len(f.Stayed) == 0 {
			return
		}
		var ids []string
		for _, r := range f.Stayed {
			ids = append(ids, r.LogicalID)
		}
		f.Advice = "delete it by hand, or leave it behind" + d.Names.Advice(" (", "Retain", " "+sentence(ids)+")") + ", and delete the stack again"
	})
}

// retained lists what stays without the stack. It ignores errors, since
// everything else is done.
func (d *deletion) retained(ctx context.Context, root template, resources []stack.Resource) []string {
	var stay []string
	kept := append(root.retained(), d.Retain...)
	var functions []string
	owned := map[string]bool{}
	for _, r := range resources {
		switch {
		case r.Type == versionType && goesWithFunction(r, resources, kept):
			// The template retains it, but Lambda deletes all versions of a function with it.
		case slices.Contains(kept, r.LogicalID) && len(r.Path) == 0:
			stay = append(stay, r.Type+" "+r.PhysicalID)
		case r.Type == functionType:
			functions = append(functions, r.PhysicalID)
		case r.Type == "AWS::Logs::LogGroup":
			owned[r.PhysicalID] = true
		}
	}
	groups, _ := logGroups(ctx, d.session, d.stack, functions)
	for _, g := range groups {
		if !owned[g] {
			stay = append(stay, "AWS::Logs::LogGroup "+g)
		}
	}
	slices.Sort(stay)
	return slices.Compact(stay)
}

// goesWithFunction reports whether a version is one of a function that the stack has and
// doesn't keep.
func goesWithFunction(version stack.Resource, resources []stack.Resource, kept []string) bool {
	name, _ := qualified(version.PhysicalID)
	return slices.ContainsFunc(resources, func(f stack.Resource) bool {
		return f.Type == functionType && f.PhysicalID == name && !(slices.Contains(kept, f.LogicalID) && len(f.Path) == 0)
	})
}

// clean removes the stage's artifacts and its record.
func (d *deletion) clean(ctx context.Context, o *Deleted) error {
	name := artifact.BucketName(d.who.Account, d.session.Region)
	if d.record != nil {
		name = cmp.Or(d.record.Artifact.Bucket, d.bucket, name)
	} else {
		name = cmp.Or(d.bucket, name)
	}
	if d.app != "" {
		step := d.Talk.Step("Removing the stage's artifacts")
		defer step.Stop()
		var err error
		if o.Artifacts, err = artifact.NewStore(d.session, name).Clean(ctx, folder(d.app, d.stage)); err != nil {
			return fmt.Errorf("the stack is deleted, but not the stage's artifacts in %s: %w", name, err)
		}
		step.Done("")
	}
	return d.store.Remove()
}
