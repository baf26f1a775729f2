package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/artifact"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/templatefile"
	"github.com/chalice-go/chalice/internal/timing"
	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

// Action is what was done to a stack.
type Action string

// The actions.
const (
	Created   Action = "created"
	Updated   Action = "updated"
	Unchanged Action = "unchanged" // it was already as it should be
	Prepared  Action = "prepared"  // there is a change set that somebody else has to execute
)

// Outcome is the result of a deployment.
type Outcome struct {
	Action  Action
	Stack   string // name
	StackID string
	Region  string
	Profile string // of the AWS configuration; empty: that of the environment
	Outputs []stack.Output
	URLs    []record.URL
	// ChangeSet is the prepared change set.
	ChangeSet *stack.ChangeSet
	// Mended are the functions that had other code than the template's, and now
	// have that again.
	Mended []string
}

// Deploy packages an app, and changes the stage's stack to what its template
// says.
//
// If it fails, the stack is as it was, unless a [*Failed] says otherwise, which
// is an error of CloudFormation. Other errors with a type are a [*Unanswered],
// a [*Declined], a [*Left], a [*stack.Busy] and a [*stack.Stuck]. An outcome
// together with an error means that the stack was deployed, but that what the
// error is about wasn't done.
func Deploy(ctx context.Context, in Input) (*Outcome, error) {
	r, err := begin(ctx, in)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if err := r.store.Writable(); err != nil {
		return nil, err
	}
	if err := r.pack(ctx); err != nil {
		return nil, err
	}
	if err := r.confirmPlace(ctx); err != nil {
		return nil, err
	}
	err = atOnce(
		func() error { return r.upload(ctx) },
		func() error { return r.lookBefore(ctx) })
	if err != nil {
		return nil, err
	}
	set, err := r.prepare(ctx)
	switch {
	case err != nil:
		return nil, err
	case set.Empty:
		return r.unchanged(ctx)
	}
	if err := r.approve(ctx, set); err != nil {
		return nil, errors.Join(err, r.discard(ctx, set))
	}
	if in.NoExecute {
		o := r.outcome(Prepared, set.StackName, set.StackID)
		o.ChangeSet = set
		return o, nil
	}
	return r.execute(ctx, set)
}

// run is a deployment in progress.
type run struct {
	Input
	config *config.Stage
	store  record.Store
	last   *record.Record // nil: there is none

	session *account.Session // nil: AWS isn't asked
	engine  *stack.Engine
	region  string
	who     account.Identity // known when the app is packaged

	work     *scratch.Folder // temporary
	out      packager.Output
	app      string
	stack    string          // name
	bucket   *artifact.Store // nil: nothing has to be uploaded so far
	template template        // the root
	files    []record.File   // of the template, the root's first
	before   *before         // nil: there is no stack yet
}

// begin reads the local files, and opens a session, since a failure of that
// would come later anyway.
func begin(ctx context.Context, in Input) (*run, error) {
	r, err := in.prepareHere()
	if err != nil {
		return nil, err
	}
	if r.session, err = in.open(ctx, r.config.Profile, r.last); err != nil {
		r.end()
		return nil, err
	}
	r.engine, r.region = stack.NewEngine(r.session.Config), r.session.Region
	return r, nil
}

// prepareHere reads the local files.
func (in Input) prepareHere() (*run, error) {
	r := &run{Input: in, store: in.store()}
	var err error
	if r.config, err = in.load(); err != nil {
		return nil, err
	}
	if r.last, err = r.store.Read(); err != nil {
		return nil, err
	}
	if r.work, err = scratch.Make(os.TempDir(), "chalice-deploy-"); err != nil {
		return nil, fmt.Errorf("make a folder for temporary files in %s: %w", os.TempDir(), scratch.Reason(err))
	}
	return r, nil
}

// end removes the temporary folder.
func (r *run) end() { r.work.Remove() }

// pack makes the template and the zip. At the same time it asks AWS who calls:
// if nothing can be deployed, compiling isn't finished.
func (r *run) pack(ctx context.Context) error {
	ctx, ended := timing.Start(ctx, "package the app")
	defer ended()
	step := r.Talk.Step("Packaging")
	defer step.Stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	identified := make(chan struct{})
	var failed error // the error of identify
	go func() {
		defer close(identified)
		if failed = r.identify(ctx); failed != nil {
			cancel(failed)
		}
	}()
	in := r.Input.Input
	in.Out = filepath.Join(r.work.Path, "package")
	in.PackageFormat = packager.CloudFormation
	if !templatefile.IsYAML(in.MergeTemplate) {
		in.TemplateFormat = packager.JSON
	}
	in.Progress = &noteWriter{talk: r.Talk}
	in.Artifact = func(app, zipDigest string) (packager.Place, error) {
		<-identified
		return r.place(app, zipDigest), failed
	}
	out, err := packager.Build(ctx, in)
	noteWarnings(r.Talk, out.Warnings)
	<-identified
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return err
	}
	r.out = out
	if err := r.read(); err != nil {
		return err
	}
	step.Done("")
	return nil
}

// identify finds out who calls, unless AWS isn't asked.
func (r *run) identify(ctx context.Context) (err error) {
	ctx, ended := timing.Start(ctx, "ask AWS who calls")
	defer ended()
	if r.session != nil {
		r.who, err = r.session.Identity(ctx)
	}
	return err
}

// place returns where the app goes. The account has to be known.
func (r *run) place(app, zipDigest string) packager.Place {
	return packager.Place{
		Code:   synth.Code{Bucket: r.bucketName(), Key: folder(app, r.config.Name) + zipDigest + ".zip"},
		Target: synth.Target{Region: r.region, AccountID: r.who.Account},
	}
}

// bucketName returns the name of the bucket with the stage's artifacts.
func (r *run) bucketName() string {
	return cmp.Or(r.config.ArtifactBucket, artifact.BucketName(r.who.Account, r.region))
}

// folder returns the folder of a stage's artifacts in the bucket.
func folder(app, stage string) string { return app + "/" + stage + "/" }

// read reads the package, and checks it against the input.
func (r *run) read() error {
	r.app = cmp.Or(r.out.Stage.AppName, r.out.Model.Name)
	var err error
	if r.stack, err = r.config.Stack(r.app); err != nil {
		return err
	}
	for _, name := range append([]string{r.out.Template}, r.out.Parts...) {
		data, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read the package: %w", err)
		}
		r.files = append(r.files, record.File{Name: filepath.Base(name), Data: data})
	}
	if r.template, err = parseTemplate(r.files[0].Name, r.files[0].Data); err != nil {
		return err
	}
	return r.checkParameters()
}

// confirmPlace asks before a stage is deployed to another place than its record
// says.
func (r *run) confirmPlace(ctx context.Context) error {
	if r.last == nil || r.last.Account == r.who.Account && r.last.Region == r.region && r.last.Stack == r.stack {
		return nil
	}
	where := func(stack, account, region string) string {
		return fmt.Sprintf("the stack %s in account %s, %s", stack, account, region)
	}
	return r.ask(ctx, fmt.Sprintf("%s says that the stage %s is %s; that stays as it is. Deploy to %s?",
		r.store.File(), r.config.Name, where(r.last.Stack, r.last.Account, r.last.Region), where(r.stack, r.who.Account, r.region)))
}

// prepare makes a change set, in which CloudFormation says what the template
// would change.
func (r *run) prepare(ctx context.Context) (*stack.ChangeSet, error) {
	ctx, ended := timing.Start(ctx, "have CloudFormation make a change set")
	defer ended()
	if err := r.checkValues(); err != nil {
		return nil, err
	}
	step := r.Talk.Step("Asking CloudFormation what changes")
	defer step.Stop()
	c := stack.Change{
		Stack: r.stack, Parameters: r.Parameters, Tags: r.Tags, RoleARN: r.RoleARN,
		Description: strings.TrimSpace("chalice deploy by " + r.User), Nested: r.out.NestedStacks > 0,
	}
	var err error
	if isLarge(r.files[0].Data) {
		if c.URL, err = r.bucket.URL(ctx, r.templateKey()); err != nil {
			return nil, err
		}
	} else {
		c.Body = r.files[0].Data
	}
	set, err := r.engine.Prepare(ctx, c)
	if stuck, ok := errors.AsType[*stack.Stuck](err); ok && stuck.Continue {
		return nil, fmt.Errorf("%w%s", err, r.Names.Advice(" (", "ContinueRollback", ")"))
	}
	if err == nil {
		step.Done("")
	}
	return set, err
}

// outcome returns the outcome with what is known so far.
func (r *run) outcome(action Action, stack, id string) *Outcome {
	return &Outcome{
		Action: action, Stack: stack, StackID: id, Region: r.region, Profile: cmp.Or(r.Account.Profile, r.config.Profile),
	}
}

// discard deletes a change set that isn't to be executed, also if the context
// is done.
func (r *run) discard(ctx context.Context, set *stack.ChangeSet) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	return r.engine.Discard(ctx, set)
}

// execute executes the change set.
func (r *run) execute(ctx context.Context, set *stack.ChangeSet) (*Outcome, error) {
	op, err := r.engine.Execute(ctx, set)
	if err != nil {
		return nil, err
	}
	r.noteTraffic(set.Changes)
	s, err := r.follow(ctx, r.engine, op, size(set.Changes))
	if err != nil {
		return nil, r.explain(err)
	}
	action := Updated
	if set.Kind == stack.Create {
		action = Created
	}
	// The stack has changed, which is recorded even if somebody has interrupted.
	return r.conclude(context.WithoutCancel(ctx), action, s)
}

// size returns the number of resources that change.
func size(changes []stack.ResourceChange) int {
	n := len(changes)
	for _, c := range changes {
		n += size(c.Nested)
	}
	return n
}

// unchanged concludes a deployment that changes nothing of the stack.
func (r *run) unchanged(ctx context.Context) (*Outcome, error) {
	s, err := r.engine.Find(ctx, r.stack)
	if err == nil && s == nil {
		err = fmt.Errorf("stack %s was deleted by somebody else meanwhile", r.stack)
	}
	if err != nil {
		return nil, err
	}
	return r.conclude(ctx, Unchanged, s)
}

// explain adds to a failure of CloudFormation what is known about its cause.
func (r *run) explain(err error) error {
	return explained(err, func(f *Failed) {
		for _, resource := range r.out.Resources {
			if resource.ID == f.Cause.LogicalID {
				f.Function, f.Source = resource.Function, resource.Source
			}
		}
		if f.Status == "UPDATE_ROLLBACK_FAILED" && f.Advice == "" {
			f.Advice = r.Names.Advice("mend what kept it from rolling back, then ", "ContinueRollback", " finishes that")
		}
	})
}
