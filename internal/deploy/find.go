package deploy

import (
	"cmp"
	"context"
	"fmt"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/synth"
)

// Deployed is a stage in AWS, according to its record or, if there is none, to
// CloudFormation.
type Deployed struct {
	App   string // empty if it isn't known: the stack's name isn't APP-STAGE
	Stage string

	Account string
	Region  string
	Stack   string // name
	StackID string // ARN

	Outputs   map[string]string
	URLs      []record.URL
	Functions map[string]record.Function
	// Artifact is the program that the functions have according to the stack's
	// template.
	Artifact record.Artifact
	// Record is nil if CloudFormation was asked.
	Record *record.Record
}

// underReview is the status of a stack that has only change sets, none of which
// was executed.
const underReview = "REVIEW_IN_PROGRESS"

// NotDeployed is the error for a stage that isn't deployed.
type NotDeployed struct {
	Stage, Stack, Account, Region string
}

// Error says where the stage was looked for.
func (e *NotDeployed) Error() string {
	return fmt.Sprintf("the stage %s isn't deployed: there is no stack %s in account %s, %s", e.Stage, e.Stack, e.Account, e.Region)
}

// Find returns a deployed stage. The app need not compile. If the stage has a
// record, that is used; otherwise CloudFormation is asked. The error can be a
// [*NotDeployed].
func Find(ctx context.Context, in Input) (*Deployed, error) {
	p, err := in.place()
	if err != nil {
		return nil, err
	}
	if p.record != nil {
		return fromRecord(p.record), nil
	}
	session, err := in.open(ctx, p.profile, nil)
	if err != nil {
		return nil, err
	}
	return p.search(ctx, session)
}

// Connect does what Find does, and opens a session in the stage's account and
// region. Credentials of another account are an error.
func Connect(ctx context.Context, in Input) (*Deployed, *account.Session, error) {
	p, err := in.place()
	if err != nil {
		return nil, nil, err
	}
	session, err := p.connect(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	if p.record != nil {
		return fromRecord(p.record), session, nil
	}
	d, err := p.search(ctx, session)
	return d, session, err
}

// place is where a stage is looked for.
type place struct {
	stage   string
	app     string // empty: not known
	stack   string
	profile string // of the configuration
	bucket  string // likewise
	store   record.Store
	record  *record.Record // nil: there is none, or it is another stack's
}

// place returns where to look, according to the record and the configuration. A
// configuration that can't be read is an error only if there is no record.
func (in *Input) place() (*place, error) {
	p := &place{stage: in.stageName(), store: in.store()}
	var err error
	if p.record, err = p.store.Read(); err != nil {
		return nil, err
	}
	p.ignoreOther(in)
	stage, err := in.load()
	if err != nil {
		if p.record == nil {
			return nil, err
		}
		p.app, p.stack = p.record.App, p.record.Stack
		return p, nil
	}
	p.profile, p.bucket, p.app = stage.Profile, stage.ArtifactBucket, stage.AppName
	if p.record != nil {
		p.app, p.stack = p.record.App, p.record.Stack
		return p, nil
	}
	p.stack, err = in.stackOf(stage, p.app)
	return p, err
}

// ignoreOther drops a record that is of another stack than the wanted one.
func (p *place) ignoreOther(in *Input) {
	name, _ := in.Overrides[stackNameKey].(string)
	if p.record != nil && (name != "" && name != p.record.Stack || in.Account.Region != "" && in.Account.Region != p.record.Region) {
		p.record = nil
	}
}

const stackNameKey = "stack_name"

// stackOf returns the name of the stage's stack, without asking the app for its
// name.
func (in *Input) stackOf(stage *config.Stage, app string) (string, error) {
	if app == "" && stage.StackName == "" {
		return "", fmt.Errorf("neither app_name in %s nor a record of a deployment says what the app is called: set app_name, or give the stack with %s", stage.File(), in.named(stackNameKey))
	}
	return stage.Stack(app)
}

// connect opens a session in the region of the stage.
func (p *place) connect(ctx context.Context, in Input) (*account.Session, error) {
	if p.record == nil {
		return in.open(ctx, p.profile, nil)
	}
	in.Account.Region = p.record.Region
	session, err := in.open(ctx, p.profile, p.record)
	if err != nil {
		return nil, err
	}
	who, err := session.Identity(ctx)
	if err != nil {
		return nil, err
	}
	if who.Account != p.record.Account {
		return nil, fmt.Errorf("%s says that the stage %s is in account %s, but %s is of account %s: use a profile of that account (%s)",
			p.store.File(), p.stage, p.record.Account, who.ARN, who.Account, cmp.Or(in.named("profile"), "profile"))
	}
	return session, nil
}

func fromRecord(r *record.Record) *Deployed {
	return &Deployed{
		App: r.App, Stage: r.Stage, Account: r.Account, Region: r.Region, Stack: r.Stack, StackID: r.StackID,
		Outputs: r.Outputs, URLs: r.URLs, Functions: r.Functions, Artifact: r.Artifact, Record: r,
	}
}

// search gets the stack from CloudFormation.
func (p *place) search(ctx context.Context, session *account.Session) (*Deployed, error) {
	who, err := session.Identity(ctx)
	if err != nil {
		return nil, err
	}
	engine := stack.NewEngine(session.Config)
	s, err := engine.Find(ctx, p.stack)
	if err != nil {
		return nil, err
	}
	if s == nil || s.Status == underReview {
		return nil, &NotDeployed{Stage: p.stage, Stack: p.stack, Account: who.Account, Region: session.Region}
	}
	d := &Deployed{App: p.app, Stage: p.stage, Account: who.Account, Region: session.Region, Stack: s.Name, StackID: s.ID, Outputs: outputs(s)}
	return d, d.describe(ctx, engine, functionARN(who, session.Region))
}

// describe fills in what only the stack's templates and resources contain.
func (d *Deployed) describe(ctx context.Context, engine *stack.Engine, arn func(string) string) error {
	root, templates, resources, err := read(ctx, engine, d.StackID)
	if err != nil {
		return err
	}
	d.URLs, d.Functions = urls(d.Outputs, root), functions(templates, resources, arn)
	for _, t := range templates {
		if code := t.code(); code != (synth.Code{}) {
			d.Artifact = record.Artifact{Bucket: code.Bucket, Key: code.Key, SHA256: digestOf(code.Key)}
			break
		}
	}
	return nil
}

// read reads a stack: its template, all templates including those of nested
// stacks, and all resources.
func read(ctx context.Context, engine *stack.Engine, id string) (root template, all []template, resources []stack.Resource, err error) {
	err = atOnce(
		func() (err error) {
			resources, err = engine.Resources(ctx, id)
			return err
		},
		func() (err error) {
			root, err = templateOf(ctx, engine, id)
			return err
		})
	if err != nil {
		return template{}, nil, nil, err
	}
	all = []template{root}
	for _, r := range resources {
		if r.Type != nestedStackType || r.PhysicalID == "" {
			continue
		}
		t, err := templateOf(ctx, engine, r.PhysicalID)
		if err != nil {
			return template{}, nil, nil, err
		}
		all = append(all, t)
	}
	return root, all, resources, nil
}

func templateOf(ctx context.Context, engine *stack.Engine, id string) (template, error) {
	data, err := engine.Template(ctx, id)
	if err != nil {
		return template{}, err
	}
	return parseTemplate("the template of stack "+id, data)
}

// outputs returns the outputs of a stack by name.
func outputs(s *stack.Stack) map[string]string {
	all := make(map[string]string, len(s.Outputs))
	for _, o := range s.Outputs {
		all[o.Key] = o.Value
	}
	return all
}

// functionARN returns a function that makes ARNs of the names of functions.
func functionARN(who account.Identity, region string) func(name string) string {
	return func(name string) string {
		return fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", who.Partition, region, who.Account, name)
	}
}
