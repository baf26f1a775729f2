package function

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Alias is what Lambda says about an alias of a function.
// https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html
type Alias struct {
	Function string // its name in Lambda
	Name     string
	Version  string // to which it points, such as "7"
	// Shift is the traffic that goes to another version instead: its part of all, from 0
	// to 1, by version. It is empty unless somebody, such as CodeDeploy, shifts traffic.
	Shift map[string]float64

	revision string // changes with the alias
}

// Shifting reports whether traffic goes to more than one version.
func (a *Alias) Shifting() bool { return len(a.Shift) > 0 }

// Traffic returns the versions that get traffic, such as "7" or "7, and 10% to 8".
func (a *Alias) Traffic() string {
	text := a.Version
	for _, version := range slices.Sorted(maps.Keys(a.Shift)) {
		text += fmt.Sprintf(", and %.4g%% to %s", 100*a.Shift[version], version)
	}
	return text
}

// Aliases returns the aliases of one name that functions have, by function. A function
// that has none, or doesn't exist, isn't among them.
func (c *Client) Aliases(ctx context.Context, names []string, alias string) (map[string]*Alias, error) {
	all := make(map[string]*Alias, len(names))
	var mu sync.Mutex
	err := forEach(names, func(name string) error {
		a, err := c.alias(ctx, name, alias)
		if a != nil {
			mu.Lock()
			defer mu.Unlock()
			all[name] = a
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// alias returns an alias; nil: there is none.
func (c *Client) alias(ctx context.Context, function, name string) (*Alias, error) {
	out, err := c.lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: &name})
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the alias %s of the function %s: %w", name, function, err)
	}
	a := &Alias{Function: function, Name: name, Version: aws.ToString(out.FunctionVersion), revision: aws.ToString(out.RevisionId)}
	if out.RoutingConfig != nil {
		a.Shift = out.RoutingConfig.AdditionalVersionWeights
	}
	return a, nil
}

func isMissing(err error) bool {
	_, ok := errors.AsType[*types.ResourceNotFoundException](err)
	return ok
}

// Point has an alias point to another version. If the alias has changed since it was
// read, that is an error, and it stays as it is.
func (c *Client) Point(ctx context.Context, a *Alias, version string) error {
	in := &lambda.UpdateAliasInput{FunctionName: &a.Function, Name: &a.Name, FunctionVersion: &version}
	if a.revision != "" {
		in.RevisionId = &a.revision
	}
	_, err := c.lambda.UpdateAlias(ctx, in)
	if _, changed := errors.AsType[*types.PreconditionFailedException](err); changed {
		now, again := c.alias(ctx, a.Function, a.Name)
		switch {
		case again != nil:
			return again
		case now == nil:
			err = errors.New("it is gone")
		case now.Version == version && !now.Shifting():
			return nil // the answer to a first request got lost
		default:
			err = fmt.Errorf("somebody else has changed it since: it is at version %s now", now.Traffic())
		}
	}
	if err != nil {
		return fmt.Errorf("point the alias %s of the function %s to version %s: %w", a.Name, a.Function, version, err)
	}
	return nil
}

// HasVersion reports whether a function has a published version.
func (c *Client) HasVersion(ctx context.Context, name, version string) (bool, error) {
	_, err := c.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name, Qualifier: &version})
	if isMissing(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask for version %s of the function %s: %w", version, name, err)
	}
	return true, nil
}

// provisionLimit is how long instances that are kept ready may take to start. Lambda
// says a minute or two; it starts thousands a minute.
// https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
const provisionLimit = 10 * time.Minute

// provisionPause is how long Lambda is left alone while instances start.
const provisionPause = 2 * time.Second

// Provision waits until the instances that an alias keeps ready run its version, and
// returns how many these are: 0 if it keeps none.
func (c *Client) Provision(ctx context.Context, a *Alias) (int, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, provisionLimit, fmt.Errorf("they weren't ready after %s", provisionLimit))
	defer cancel()
	for {
		out, err := c.lambda.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: &a.Function, Qualifier: &a.Name})
		if _, none := errors.AsType[*types.ProvisionedConcurrencyConfigNotFoundException](err); none {
			return 0, nil
		}
		switch {
		case err != nil:
		case out.Status == types.ProvisionedConcurrencyStatusEnumReady:
			return int(aws.ToInt32(out.AllocatedProvisionedConcurrentExecutions)), nil
		case out.Status == types.ProvisionedConcurrencyStatusEnumFailed:
			err = fmt.Errorf("they couldn't be started by Lambda%s", because(aws.ToString(out.StatusReason)))
		default:
			err = sleep(ctx, provisionPause)
		}
		if err != nil {
			return 0, fmt.Errorf("wait for the instances that %s keeps ready by its alias %s: %w", a.Function, a.Name, err)
		}
	}
}
