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
	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

// Action is what became of a stack.
type Action string

// The actions.
const (
	Created   Action = "created"
	Updated   Action = "updated"
	Unchanged Action = "unchanged" // it was what it should be
	Prepared  Action = "prepared"  // there is a change set, for somebody else to execute
)

// Outcome is what a deployment has come to.
type Outcome struct {
	Action  Action
	Stack   string // name
	StackID string
	Region  string
	Profile string // of the AWS configuration; empty: the one that the environment chooses
	Outputs []stack.Output
	URLs    []record.URL
	// ChangeSet is the one that was prepared.
	ChangeSet *stack.ChangeSet
	// Mended are the functions whose code wasn't that of the template, and is now.
	Mended []string
}

// Deploy packages an app, and makes the stage's stack what its template says.
//
// If it fails, the stack is as it was, but for what an error of CloudFormation's
// says otherwise: a [*Failed]. Other errors that have a type are a [*Unanswered],
// a [*Declined], a [*Left], a [*stack.Busy] and a [*stack.Stuck]. An outcome that comes
// with an error is one of a stack that was deployed, without what the error is about.
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

// run is a deployment on its way.
type run struct {
	Input
	config *config.Stage
	store  record.Store
	last   *record.Record // nil: there is none

	session *account.Session // nil: nobody is asked
	engine  *stack.Engine
	region  string
	who     account.Identity // once the app is packaged

	work     string // a folder that goes in the end
	out      packager.Output
	app      string
	stack    string          // its name
	bucket   *artifact.Store // nil: nothing is to be uploaded yet
	template template        // the root
	files    []record.File   // the template's, the root's first
	before   *before         // nil: there is no stack yet
}

// begin reads what is here, and opens a session: what fails there would fail
// later, too.
func begin(ctx context.Context, in Input) (*run, error) {
	r, err := in.prepareHere()
	if err != nil {
		return nil, err
	}
	if r.session, err = in.open(ctx, r.config.Profile, r.last); err != nil {
		return nil, errors.Join(err, r.end())
	}
	r.engine, r.region = stack.NewEngine(r.session.Config), r.session.Region
	return r, nil
}

// prepareHere reads what is here.
func (in Input) prepareHere() (*run, error) {
	r := &run{Input: in, store: in.store()}
	var err error
	if r.config, err = in.load(); err != nil {
		return nil, err
	}
	if r.last, err = r.store.Read(); err != nil {
		return nil, err
	}
	r.work, err = os.MkdirTemp("", "chalice-deploy-")
	return r, err
}

// end removes what only this deployment needed.
func (r *run) end() error { return os.RemoveAll(r.work) }

// pack makes the template and the zip. Meanwhile AWS is asked who calls: what
// can't be deployed need not be compiled.
func (r *run) pack(ctx context.Context) error {
	step := r.Talk.Step("Packaging")
	defer step.Stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	identified := make(chan struct{})
	var failed error // to identify
	go func() {
		defer close(identified)
		if failed = r.identify(ctx); failed != nil {
			cancel(failed)
		}
	}()
	in := r.Input.Input
	in.Out = filepath.Join(r.work, "package")
	in.PackageFormat = packager.CloudFormation
	if !synth.IsYAML(in.MergeTemplate) {
		in.TemplateFormat = packager.JSON
	}
	in.Progress, in.Cache = &noteWriter{talk: r.Talk}, programCache()
	in.Artifact = func(app, zipDigest string) (packager.Place, error) {
		<-identified
		return r.place(app, zipDigest), failed
	}
	out, err := packager.Build(ctx, in)
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

// identify finds out who calls, unless nobody is asked.
func (r *run) identify(ctx context.Context) (err error) {
	if r.session != nil {
		r.who, err = r.session.Identity(ctx)
	}
	return err
}

// programCache is where compiled programs are kept; "" on a machine without a
// folder for that.
func programCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "chalice", "programs")
}

// place says where the app goes. The account is known by now.
func (r *run) place(app, zipDigest string) packager.Place {
	return packager.Place{
		Code:   synth.Code{Bucket: r.bucketName(), Key: folder(app, r.config.Name) + zipDigest + ".zip"},
		Target: synth.Target{Region: r.region, AccountID: r.who.Account},
	}
}

// bucketName is that of the stage's artifacts.
func (r *run) bucketName() string {
	return cmp.Or(r.config.ArtifactBucket, artifact.BucketName(r.who.Account, r.region))
}

// folder is where the artifacts of a stage lie in their bucket.
func folder(app, stage string) string { return app + "/" + stage + "/" }

// read reads the package, and checks what it has to do with the input.
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

// confirmPlace asks before a stage goes to another place than its record says.
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

// prepare has CloudFormation say what the template would change.
func (r *run) prepare(ctx context.Context) (*stack.ChangeSet, error) {
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

// outcome is what a deployment has come to, so far.
func (r *run) outcome(action Action, stack, id string) *Outcome {
	return &Outcome{
		Action: action, Stack: stack, StackID: id, Region: r.region, Profile: cmp.Or(r.Account.Profile, r.config.Profile),
	}
}

// discard deletes a change set that isn't to be executed, also when the context
// is done.
func (r *run) discard(ctx context.Context, set *stack.ChangeSet) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	return r.engine.Discard(ctx, set)
}

// execute makes the stack what the change set says.
func (r *run) execute(ctx context.Context, set *stack.ChangeSet) (*Outcome, error) {
	op, err := r.engine.Execute(ctx, set)
	if err != nil {
		return nil, err
	}
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

// size is the number of resources that change.
func size(changes []stack.ResourceChange) int {
	n := len(changes)
	for _, c := range changes {
		n += size(c.Nested)
	}
	return n
}

// unchanged is a deployment that changes nothing of the stack.
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

// explain adds to a failure of CloudFormation's what is known of its cause.
func (r *run) explain(err error) error {
	failure, ok := errors.AsType[*stack.Failure](err)
	if !ok {
		return err
	}
	f := &Failed{Failure: failure, Advice: advice(failure.Cause)}
	for _, resource := range r.out.Resources {
		if resource.ID == failure.Cause.LogicalID {
			f.Function, f.Source = resource.Function, resource.Source
		}
	}
	if failure.Status == "UPDATE_ROLLBACK_FAILED" && f.Advice == "" {
		f.Advice = strings.TrimPrefix(r.Names.Advice("mend what kept it from rolling back, then ", "ContinueRollback", " finishes that"), "; ")
	}
	return f
}
