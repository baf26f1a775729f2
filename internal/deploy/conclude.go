package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// conclude does what is left once the stack is what its template says: its
// functions get the template's code if they have other, the stage is recorded,
// and what nothing needs any more goes from the bucket. A record that lacks
// something isn't written: without one CloudFormation is asked.
func (r *run) conclude(ctx context.Context, action Action, s *stack.Stack) (_ *Outcome, err error) {
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
	if recorded.Functions, err = r.functions(ctx, s); err != nil {
		<-pruned // which has the same cause, or none worth telling now
		return o, fmt.Errorf("stack %s is deployed, but what it consists of couldn't be asked, so %s isn't written; deploy again: %w", s.Name, r.store.File(), err)
	}
	o.Mended, err = r.mend(ctx, recorded.Functions)
	err = errors.Join(err, r.store.Write(recorded, r.files))
	if unpruned := <-pruned; err == nil {
		err = unpruned
	}
	return o, err
}

// functions finds out what the app's functions are called.
func (r *run) functions(ctx context.Context, s *stack.Stack) (map[string]record.Function, error) {
	resources, err := r.engine.Resources(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	templates := []template{r.template}
	for _, f := range r.files[1:] {
		// The API's document is none, and has no functions.
		t, err := parseTemplate(f.Name, f.Data)
		if err != nil {
			return nil, err
		}
		templates = append(templates, t)
	}
	return functions(templates, resources, functionARN(r.who, r.region)), nil
}

// mend returns functions the code of the template that somebody has given other
// code: CloudFormation compares templates, not functions. It returns their names.
func (r *run) mend(ctx context.Context, functions map[string]record.Function) ([]string, error) {
	if len(functions) == 0 {
		return nil, nil
	}
	client := function.New(r.session.Config)
	inLambda := map[string]string{} // names in Lambda, to the app's
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

// prune removes from the bucket what neither the stack needs nor whoever wants to
// go back to one of the last deployments.
func (r *run) prune(ctx context.Context) error {
	if r.bucket == nil {
		return nil
	}
	_, err := r.bucket.Prune(ctx, folder(r.app, r.config.Name), r.namedKeys(), keptArtifacts)
	return err
}
