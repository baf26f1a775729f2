package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/config"
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
// [Deploy], which also sets the functions' code back to the template's. What is called
// by an alias can't be updated so: the alias is that of a published version. The
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

// versioned are the keys that give a function an alias.
var versioned = []struct {
	key   string
	asked func(config.Function) bool
}{
	{"deployment", func(f config.Function) bool { return f.Deployment != nil }},
	{"provisioned_concurrency", func(f config.Function) bool { return f.ProvisionedConcurrency != nil }},
}

// refuseVersions returns an error if a deployed function is called by an alias, or
// will be: that is the alias of a published version. The error has the place in the
// configuration, if that asks for it.
func (c *codeRun) refuseVersions() error {
	const advice = "the alias is that of a published version, and new code alone would reach nobody; deploy the stage as a whole"
	for _, name := range slices.Sorted(maps.Keys(c.deployed.Functions)) {
		f, at := c.config.Function(name), c.config.File()
		for _, v := range versioned {
			if v.asked(f) && !c.isHook(name) {
				return fmt.Errorf("%s: %s has %s called by an alias: %s", cmp.Or(c.config.Where(name, v.key), at), v.key, name, advice)
			}
		}
		if alias := c.deployed.Functions[name].Alias; alias != "" {
			return fmt.Errorf("%s is called by its alias %s in the stack %s: %s", name, alias, c.deployed.Stack, advice)
		}
	}
	return nil
}

// isHook reports whether deployments call a function, which has no alias then.
func (c *codeRun) isHook(name string) bool {
	for other := range c.deployed.Functions {
		if d := c.config.Function(other).Deployment; d != nil && (d.PreTraffic == name || d.PostTraffic == name) {
			return true
		}
	}
	return false
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
	if err := c.refuseVersions(); err != nil {
		return err
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
