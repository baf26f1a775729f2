package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/timing"
)

// conclude does what remains when the stack is as its template says: it
// restores the template's code in functions that have other code, records the
// stage, and removes unneeded artifacts from the bucket. An incomplete record
// isn't written: without a record, commands ask CloudFormation.
func (r *run) conclude(ctx context.Context, action Action, s *stack.Stack) (_ *Outcome, err error) {
	ctx, ended := timing.Start(ctx, "look at the outcome, and record it")
	defer ended()
	made, o := outputs(s), r.outcome(action, s.Name, s.ID)
	o.Outputs, o.URLs = s.Outputs, urls(made, r.template)
	recorded := record.Record{
		App: r.app, Stage: r.config.Name, Account: r.who.Account, Region: r.region,
		Stack: s.Name, StackID: s.ID, Changed: lastChange(s), Deployed: time.Now().UTC().Truncate(time.Second),
		Outputs: made, URLs: o.URLs,
	}
	if r.out.Code.Key != "" {
		recorded.Artifact = record.Artifact{Bucket: r.out.Code.Bucket, Key: r.out.Code.Key, SHA256: r.out.ZipDigest}
	}
	pruned := make(chan error, 1)
	go func() { pruned <- r.prune(ctx) }()
	resources, err := r.engine.Resources(ctx, s.ID)
	if err == nil {
		recorded.Functions, err = r.functions(resources)
	}
	if err != nil {
		<-pruned // its error has the same cause, or isn't important now
		return o, fmt.Errorf("stack %s is deployed, but what it consists of couldn't be asked, so %s isn't written; deploy again: %w", s.Name, r.store.File(), err)
	}
	o.Mended, err = r.mend(ctx, recorded.Functions)
	err = errors.Join(err, r.store.Write(recorded, r.files))
	if unpruned := <-pruned; err == nil {
		err = unpruned
	}
	if action != Created {
		r.noteStayed(ctx, recorded.Functions, resources)
	}
	return o, err
}

// functions returns the app's functions with their names in Lambda.
func (r *run) functions(resources []stack.Resource) (map[string]record.Function, error) {
	templates, err := r.templates()
	if err != nil {
		return nil, err
	}
	return functions(templates, resources, functionARN(r.who, r.region)), nil
}

// templates returns the root template and its parts.
func (r *run) templates() ([]template, error) {
	templates := []template{r.template}
	for _, f := range r.files[1:] {
		// The document of an API isn't a template, and has no functions.
		t, err := parseTemplate(f.Name, f.Data)
		if err != nil {
			return nil, err
		}
		templates = append(templates, t)
	}
	return templates, nil
}

// noteStayed says which aliases aren't at the versions that the stack has published: those
// that were rolled back, which a deployment that publishes nothing leaves where they are.
// That the aliases can't be read is no reason to fail.
func (r *run) noteStayed(ctx context.Context, functions map[string]record.Function, resources []stack.Resource) {
	aliases, err := function.New(r.session.Config).Aliases(ctx, aliased(functions), config.LiveAlias)
	if err != nil {
		return
	}
	published := versions(resources)
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		in := functions[name].Name
		if a := aliases[in]; a != nil && published[in] != "" && a.Version != published[in] {
			r.Talk.Note(fmt.Sprintf("%s of %s stays at version %s: the stack has published %s before, and this deployment none; the next one that publishes a version moves it", a.Name, name, a.Version, published[in]))
		}
	}
}

// mend restores the template's code in functions that somebody has given other
// code: CloudFormation compares templates, not functions. It returns the names
// of these functions.
func (r *run) mend(ctx context.Context, functions map[string]record.Function) ([]string, error) {
	if len(functions) == 0 {
		return nil, nil
	}
	client := function.New(r.session.Config)
	inLambda := map[string]string{} // names in Lambda, with the app's names
	for name, f := range functions {
		inLambda[f.Name] = name
	}
	digests, err := client.Digests(ctx, slices.Sorted(maps.Keys(inLambda)))
	if err != nil {
		return nil, err
	}
	var mended, targets []string
	for _, f := range slices.Sorted(maps.Keys(inLambda)) {
		if digest, ok := digests[f]; ok && digest != r.out.ZipDigest {
			targets, mended = append(targets, f), append(mended, inLambda[f])
		}
	}
	if len(targets) == 0 {
		return nil, nil
	}
	slices.Sort(mended)
	step := r.Talk.Step(fmt.Sprintf("Giving the template's code to %s", sentence(mended)))
	defer step.Stop()
	err = client.UpdateCode(ctx, targets, function.Code{
		File: r.out.Zip, Digest: r.out.ZipDigest, Architecture: r.config.Architecture,
		Store: func(context.Context) (bucket, key string, err error) { return r.out.Code.Bucket, r.out.Code.Key, nil },
	}, nil)
	if err != nil {
		return nil, err
	}
	step.Done("they had other code")
	return mended, nil
}

// prune removes from the bucket what neither the stack nor a return to one of
// the last deployments needs.
func (r *run) prune(ctx context.Context) error {
	if r.bucket == nil {
		return nil
	}
	_, err := r.bucket.Prune(ctx, folder(r.app, r.config.Name), r.namedKeys(), keptArtifacts)
	return err
}
