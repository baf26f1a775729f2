package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/deploy/artifact"
	"github.com/chalice-go/chalice/internal/deploy/function"
	packager "github.com/chalice-go/chalice/package"
)

// CodeOutcome is the result of an update of the code alone.
type CodeOutcome struct {
	Stack     string
	Region    string
	Functions []string // that have the new code, by the app's names
	// Unchanged says that all of them had it already.
	Unchanged bool
}

// DeployCode updates the functions of a deployed stage to the current program,
// and returns when they run it. It ignores the template: other changes wait for
// [Deploy], which also sets the functions' code back to the template's. The
// error can be a [*NotDeployed].
func DeployCode(ctx context.Context, in Input) (*CodeOutcome, error) {
	r, err := begin(ctx, in)
	if err != nil {
		return nil, err
	}
	c := &codeRun{run: *r}
	defer c.end()
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	o := &CodeOutcome{Stack: c.deployed.Stack, Region: c.deployed.Region, Functions: slices.Sorted(maps.Keys(c.deployed.Functions))}
	targets, err := c.outdated()
	if err != nil || len(targets) == 0 {
		o.Unchanged = err == nil
		return o, err
	}
	step := in.Talk.Step("Updating the code of " + sentence(o.Functions))
	defer step.Stop()
	err = function.New(c.session.Config).UpdateCode(ctx, targets, function.Code{
		File: c.zip, Digest: c.digest, Architecture: c.config.Architecture,
		Store: func(ctx context.Context) (bucket, key string, err error) { return c.upload(ctx, step) },
	}, nil)
	if err == nil {
		step.Done("")
	}
	return o, err
}

// codeRun is an update of the code in progress.
type codeRun struct {
	run
	deployed    *Deployed
	digests     map[string]string // of the code that functions have, by Lambda's names
	zip, digest string            // the new code
}

// prepare makes the zip, and finds meanwhile the functions and their current
// code. If that fails, it doesn't wait for the zip.
func (c *codeRun) prepare(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var asked error
	archived := atOnce(
		func() error { return c.archive(ctx) },
		func() error {
			if asked = c.ask(ctx); asked != nil {
				cancel()
			}
			return nil
		})
	if asked != nil {
		return asked
	}
	return archived
}

// ask finds the functions and their current code.
func (c *codeRun) ask(ctx context.Context) (err error) {
	if c.deployed, c.session, err = Connect(ctx, c.Input); err != nil {
		return err
	}
	if len(c.deployed.Functions) == 0 {
		return fmt.Errorf("the stack %s has no functions of the app's", c.deployed.Stack)
	}
	c.digests, err = function.New(c.session.Config).Digests(ctx, c.functionNames())
	return err
}

// functionNames returns the names in Lambda, in order.
func (c *codeRun) functionNames() []string {
	var names []string
	for _, f := range c.deployed.Functions {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// archive makes the zip.
func (c *codeRun) archive(ctx context.Context) (err error) {
	step := c.Talk.Step("Packaging")
	defer step.Stop()
	in := c.Input.Input
	in.Progress = &noteWriter{talk: c.Talk}
	c.zip = filepath.Join(c.work.Path, "deployment.zip")
	digest, warnings, err := packager.Archive(ctx, in, c.zip)
	noteWarnings(c.Talk, warnings)
	if c.digest = digest; err == nil {
		step.Done("")
	}
	return err
}

// outdated returns the functions that have other code. A missing function is an
// error, since the record or the stack has it.
func (c *codeRun) outdated() ([]string, error) {
	var targets []string
	var gone []error
	for _, name := range c.functionNames() {
		digest, ok := c.digests[name]
		if !ok {
			gone = append(gone, fmt.Errorf("there is no function %s any more: deploy the stage as a whole", name))
		}
		if digest != c.digest {
			targets = append(targets, name)
		}
	}
	return targets, errors.Join(gone...)
}

// upload puts the zip into the bucket, from which several functions can get it.
func (c *codeRun) upload(ctx context.Context, step Step) (bucket, key string, err error) {
	bucket = c.deployed.Artifact.Bucket
	if bucket == "" {
		bucket = c.config.ArtifactBucket
	}
	if bucket == "" {
		bucket = artifact.BucketName(c.deployed.Account, c.deployed.Region)
	}
	store := artifact.NewStore(c.session, bucket)
	if err := store.Ensure(ctx, c.Talk.Note); err != nil {
		return "", "", err
	}
	key = folder(c.deployed.App, c.config.Name) + c.digest + ".zip"
	there, err := store.Has(ctx, key)
	if err != nil || there {
		return bucket, key, err
	}
	return bucket, key, store.Put(ctx, key, c.zip, step.Meter)
}
