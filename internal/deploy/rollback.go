package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// RolledBack is the result of a rollback.
type RolledBack struct {
	Stack     string
	Region    string
	Functions []*Move // by name
}

// Move is the way of a function's alias from one version to another.
type Move struct {
	Function string // the app's name for it
	Name     string // Lambda's
	From, To string // versions; To is empty if there is none before
	// Done says that the alias was there already.
	Done bool
	// Ready is how many instances that are kept ready run the version.
	Ready int

	alias *function.Alias
	kept  bool // instances are kept ready
}

// Rollback has the alias live of each function whose version the last deployment has
// changed point to the version before. The app need not compile. Nothing else of the
// stack changes, and a second rollback does nothing.
//
// What the last deployment has changed is what CloudFormation's events say: an update
// publishes a version, and leaves the one before it behind. Nothing is done where
// somebody shifts traffic, where an alias isn't where the deployment has left it, or a
// version is gone. An outcome together with an error means that some of it, or all, is
// done. The error can be a [*NotDeployed], a [*stack.Busy], a [*Unanswered] or a
// [*Declined].
func Rollback(ctx context.Context, in Input) (*RolledBack, error) {
	b, err := in.beginRollback(ctx)
	if err != nil {
		return nil, err
	}
	moves, err := b.plan(ctx)
	if err != nil {
		return nil, err
	}
	o := &RolledBack{Stack: b.stack.Name, Region: b.session.Region, Functions: moves}
	open := pending(moves)
	b.explain(moves)
	if len(open) == 0 {
		return o, nil
	}
	if err := b.ask(ctx, b.question(open)); err != nil {
		return nil, err
	}
	// It takes less than a second, and half of it would be worse than all.
	if err := b.move(context.WithoutCancel(ctx), open); err != nil {
		return o, err
	}
	return o, b.settle(ctx, open)
}

// rollback is a rollback in progress.
type rollback struct {
	Input
	session   *account.Session
	who       account.Identity
	client    *function.Client
	engine    *stack.Engine
	stack     *stack.Stack
	templates []template
	resources []stack.Resource
	functions map[string]record.Function // those with the alias
}

// beginRollback finds the stack and its functions.
func (in *Input) beginRollback(ctx context.Context) (*rollback, error) {
	p, err := in.place()
	if err != nil {
		return nil, err
	}
	b := &rollback{Input: *in}
	if b.session, err = p.connect(ctx, *in); err != nil {
		return nil, err
	}
	if b.who, err = b.session.Identity(ctx); err != nil {
		return nil, err
	}
	b.engine, b.client = stack.NewEngine(b.session.Config), function.New(b.session.Config)
	if b.stack, err = b.engine.Find(ctx, p.stack); err != nil {
		return nil, err
	}
	if b.stack == nil || b.stack.Status == underReview {
		return nil, &NotDeployed{Stage: p.stage, Stack: p.stack, Account: b.who.Account, Region: b.session.Region}
	}
	if err := b.engine.AtRest(ctx, b.stack); err != nil {
		return nil, err
	}
	if _, b.templates, b.resources, err = read(ctx, b.engine, b.stack.ID); err != nil {
		return nil, err
	}
	b.functions = functions(b.templates, b.resources, functionARN(b.who, b.session.Region))
	maps.DeleteFunc(b.functions, func(_ string, f record.Function) bool { return f.Alias == "" })
	if len(b.functions) == 0 {
		return nil, fmt.Errorf("no function of the stack %s has the alias %s, so there is no version to go back to: deploy the stage with the key deployment, which publishes one each time", b.stack.Name, config.LiveAlias)
	}
	return b, nil
}

// plan returns what has to be done, and all reasons why nothing can be.
func (b *rollback) plan(ctx context.Context) ([]*Move, error) {
	var (
		published map[string]publication
		aliases   map[string]*function.Alias
	)
	err := atOnce(
		func() error { return b.undisturbed(ctx) },
		func() (err error) {
			published, err = b.published(ctx)
			return err
		},
		func() (err error) {
			aliases, err = b.client.Aliases(ctx, aliased(b.functions), config.LiveAlias)
			return err
		})
	if err != nil {
		return nil, err
	}
	var moves []*Move
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(b.functions)) {
		f := b.functions[name]
		p, changed := published[f.Name]
		m, err := newMove(name, f, p, aliases[f.Name])
		if err == nil && changed {
			err = b.exists(ctx, m)
		}
		switch {
		case err != nil:
			errs = append(errs, err)
		case changed:
			m.kept = b.keepsReady(f.LogicalID)
			moves = append(moves, m)
		}
	}
	switch {
	case len(errs) > 0:
		return nil, errors.Join(errs...)
	case len(moves) == 0:
		return nil, fmt.Errorf("the last deployment of %s, at %s, has published no version of a function, so there is nothing to take back: deploy the version of the source that you want", b.stack.Name, stamp(lastChange(b.stack)))
	case !slices.ContainsFunc(moves, func(m *Move) bool { return m.To != "" }):
		return nil, fmt.Errorf("the last deployment of %s has published the first versions of %s: there is none before to go back to", b.stack.Name, sentence(namesOf(moves)))
	}
	return moves, nil
}

// publication is what an update of a stack has done to the versions of a function.
type publication struct {
	version, before string // before is empty if there was none
}

// published returns what the last update of the stack has published, by function.
// Versions stay when they leave the stack, or are deleted by then.
func (b *rollback) published(ctx context.Context) (map[string]publication, error) {
	events, err := b.engine.LastChange(ctx, b.stack.ID)
	if err != nil {
		return nil, err
	}
	all := map[string]publication{}
	for _, e := range events {
		name, version := qualified(e.PhysicalID)
		if e.Type != versionType || version == "" {
			continue
		}
		p := all[name]
		switch e.Status {
		case "CREATE_COMPLETE", "UPDATE_COMPLETE":
			p.version = version
		case "DELETE_SKIPPED", "DELETE_COMPLETE":
			p.before = version
		}
		all[name] = p
	}
	maps.DeleteFunc(all, func(_ string, p publication) bool { return p.version == "" || p.version == p.before })
	return all, nil
}

// newMove returns what to do with a function's alias. A function whose version hasn't
// changed needs nothing, but its alias has to be there, too.
func newMove(name string, f record.Function, p publication, a *function.Alias) (*Move, error) {
	m := &Move{Function: name, Name: f.Name, From: p.version, To: p.before, alias: a}
	switch {
	case a == nil:
		return m, fmt.Errorf("%s has no alias %s in Lambda any more: deploy the stage again", name, config.LiveAlias)
	case a.Shifting():
		return m, fmt.Errorf("the traffic of %s is being shifted: %s is at version %s; wait until that is done, or stop it in CodeDeploy", name, a.Name, a.Traffic())
	case p.version == "" || p.before == "" && a.Version == p.version:
		return m, nil
	case a.Version == p.before:
		m.Done = true
		return m, nil
	case a.Version != p.version:
		return m, fmt.Errorf("%s of %s is at version %s, and the last deployment has published %s: somebody has moved it since; move it with aws lambda update-alias, or deploy the stage again", a.Name, name, a.Version, p.version)
	}
	return m, nil
}

// exists returns an error if the version to go back to is gone.
func (b *rollback) exists(ctx context.Context, m *Move) error {
	if m.To == "" || m.Done {
		return nil
	}
	there, err := b.client.HasVersion(ctx, m.Name, m.To)
	if err == nil && !there {
		err = fmt.Errorf("version %s of %s, which was %s before the last deployment, is gone from Lambda: deploy the version of the source that you want", m.To, m.Function, config.LiveAlias)
	}
	return err
}

// keepsReady reports whether a function's alias keeps instances ready, by the logical
// id of the function.
func (b *rollback) keepsReady(id string) bool {
	const key = "ProvisionedConcurrencyConfig"
	for _, t := range b.templates {
		for _, r := range t.resources() {
			_, keeps := r.properties.Get(key)
			of := r.properties.Section("FunctionName").Text("Ref")
			if keeps && (r.kind == aliasType && of == id || r.kind == samFunctionType && r.id == id) {
				return true
			}
		}
	}
	return false
}

// undisturbed returns an error if CodeDeploy works on one of the stack's functions.
func (b *rollback) undisturbed(ctx context.Context) error {
	var apps, groups []string
	for _, r := range b.resources {
		switch r.Type {
		case trafficType:
			apps = append(apps, r.PhysicalID)
		case deploymentGroupType:
			groups = append(groups, r.PhysicalID)
		}
	}
	var steps []func() error
	for _, app := range apps {
		for _, group := range groups {
			steps = append(steps, func() error {
				id, err := deploymentIn(ctx, b.session, app, group)
				if err == nil && id != "" {
					err = fmt.Errorf("CodeDeploy is at work on %s: deployment %s of the group %s; wait until it has ended, or stop it with aws deploy stop-deployment --deployment-id %s", b.stack.Name, id, group, id)
				}
				return err
			})
		}
	}
	return atOnce(steps...)
}

// pending returns the moves that are still to be made.
func pending(moves []*Move) []*Move {
	return slices.DeleteFunc(slices.Clone(moves), func(m *Move) bool { return m.To == "" || m.Done })
}

// explain says what will be done, function by function, and what comes of it.
func (b *rollback) explain(moves []*Move) {
	for _, m := range moves {
		switch {
		case m.Done:
			b.Talk.Note(fmt.Sprintf("%s: %s is at version %s already, the one before the last deployment's %s", m.Function, config.LiveAlias, m.To, m.From))
		case m.To == "":
			b.Talk.Note(fmt.Sprintf("%s: %s stays at version %s, its first", m.Function, config.LiveAlias, m.From))
		default:
			b.Talk.Note(fmt.Sprintf("%s: %s goes from version %s back to %s", m.Function, config.LiveAlias, m.From, m.To))
		}
	}
	b.Talk.Note("Nothing else is taken back: roles, APIs and tables stay as they are. A deployment that publishes no version leaves " +
		config.LiveAlias + " there, and the next that does moves it to the new version.")
}

func (b *rollback) question(open []*Move) string {
	of := fmt.Sprintf("%d functions", len(open))
	if len(open) == 1 {
		of = open[0].Function
	}
	return fmt.Sprintf("Put %s of %s back to the version before, in the stack %s in account %s, %s?", config.LiveAlias, of, b.stack.Name, b.who.Account, b.session.Region)
}

// move moves the aliases. If some can't be, the others are moved all the same, and the
// error says which is which.
func (b *rollback) move(ctx context.Context, open []*Move) error {
	step := b.Talk.Step("Moving " + config.LiveAlias + " of " + sentence(namesOf(open)))
	defer step.Stop()
	var running sync.WaitGroup
	errs := make([]error, len(open))
	for i, m := range open {
		running.Go(func() {
			errs[i] = b.client.Point(ctx, m.alias, m.To)
			m.Done = errs[i] == nil
		})
	}
	running.Wait()
	err := errors.Join(errs...)
	if err == nil {
		step.Done("")
		return nil
	}
	var back, not []string
	for _, m := range open {
		if m.Done {
			back = append(back, m.Function)
		} else {
			not = append(not, m.Function)
		}
	}
	if len(back) == 0 {
		return err
	}
	return fmt.Errorf("only %s went back, and not %s; do it again when that is mended: %w", sentence(back), sentence(not), err)
}

// settle waits until the instances that aliases keep ready run their versions.
func (b *rollback) settle(ctx context.Context, open []*Move) error {
	waiting := slices.DeleteFunc(slices.Clone(open), func(m *Move) bool { return !m.kept })
	if len(waiting) == 0 {
		return nil
	}
	step := b.Talk.Step("Waiting for the instances that " + sentence(namesOf(waiting)) + " keeps ready")
	defer step.Stop()
	var steps []func() error
	for _, m := range waiting {
		steps = append(steps, func() (err error) {
			m.Ready, err = b.client.Provision(ctx, m.alias)
			return err
		})
	}
	if err := atOnce(steps...); err != nil {
		return fmt.Errorf("%s is back at the version before, and serves; but %w", config.LiveAlias, err)
	}
	step.Done("")
	return nil
}

// namesOf returns the app's names of functions.
func namesOf(moves []*Move) []string {
	names := make([]string, len(moves))
	for i, m := range moves {
		names[i] = m.Function
	}
	return names
}
