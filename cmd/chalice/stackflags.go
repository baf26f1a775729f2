package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	packager "github.com/chalice-go/chalice/package"
)

// stageFlags gives a command the flags of all that look for a stage in AWS. When it
// runs, the input is complete but for what is the command's own.
func stageFlags(c *cobra.Command, in *deploy.Input) {
	f := c.Flags()
	f.StringVar(&in.ProjectDir, "project-dir", ".", "folder of the app's main package")
	f.StringVar(&in.Stage, "stage", config.DefaultStage, "name of the stage")
	f.StringVar(&in.Account.Profile, "profile", "", "profile of the AWS configuration to use; otherwise the configuration's")
	f.StringVar(&in.Account.Region, "region", "", "region of the stack; otherwise that of the stage's record, or of the profile")
	override(c, in, "stack-name", stackNameKey, "name of the stack; otherwise stack_name in the configuration, or APP-STAGE")
	f.Func("connection-timeout", "how many `seconds` a connection to AWS may take", func(text string) error {
		n, err := seconds(text)
		in.Account.ConnectTimeout = n
		return err
	})
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if in.Stage == "" {
			return misuse(c, "--stage is empty")
		}
		in.Version, in.Names, in.User = version(), flagNames, whoami()
		in.Cache = packager.CacheDir()
		return nil
	}
}

// The keys of the configuration that flags override.
const (
	stackNameKey       = "stack_name"
	artifactBucketKey  = "artifact_bucket"
	apiGatewayStageKey = "api_gateway_stage"
)

// override gives a command a flag that wins over a key of the configuration.
func override(c *cobra.Command, in *deploy.Input, flag, key, usage string) {
	c.Flags().Func(flag, usage, func(text string) error {
		if text == "" {
			return fmt.Errorf("it is empty")
		}
		setOverride(&in.Input, key, text)
		return nil
	})
}

// seconds reads a time as the reference's flags have it.
func seconds(text string) (time.Duration, error) {
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 1 || fmt.Sprint(n) != text {
		return 0, fmt.Errorf("it has to be a whole number of seconds, at least 1")
	}
	return time.Duration(n) * time.Second, nil
}

// buildFlags gives a command the flags of packaging that matter to a deployment.
func buildFlags(c *cobra.Command, in *deploy.Input) {
	f := c.Flags()
	f.DurationVar(&in.Timeout, "timeout", packager.DefaultTimeout, "how long the app may take to describe itself")
	mergeFlag(f, &in.MergeTemplate)
	programFlags(c, &in.BuildTags, &in.LinkerFlags, &in.PassEnv, &in.Force)
	maxResourcesFlag(c, &in.Input)
	policyFlags(c, &in.Input)
	override(c, in, "api-gateway-stage", apiGatewayStageKey, "name of the API Gateway stage to deploy to")
	override(c, in, "bucket", artifactBucketKey, "bucket to upload to; otherwise artifact_bucket in the configuration, or one that is made")
	pairs(c, &in.Parameters, "parameter", "`NAME=VALUE` of a parameter of the template; can be there several times")
	pairs(c, &in.Tags, "tag", "`NAME=VALUE` of a tag of the stack and all in it; can be there several times")
	f.Func("role-arn", "`ARN` of the role that CloudFormation uses, from now on", func(text string) error {
		if !roleARN.MatchString(text) {
			return fmt.Errorf("it has to be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/deployer")
		}
		in.RoleARN = text
		return nil
	})
	build := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if in.Timeout <= 0 {
			return misuse(c, "--timeout has to be longer than 0")
		}
		for _, name := range slices.Sorted(maps.Keys(in.Tags)) {
			if strings.HasPrefix(strings.ToLower(name), "aws:") {
				return misuse(c, "--tag %s is a tag that AWS keeps for itself; choose another name", name)
			}
		}
		return build(c, args)
	}
}

var roleARN = lazyregexp.New(`^arn:aws[a-z-]*:iam::\d{12}:role/.`)

// pairs gives a command a flag of names and values. A value can be a secret, so
// no message has it.
func pairs(c *cobra.Command, all *map[string]string, flag, usage string) {
	c.Flags().Var(&pairsValue{all}, flag, usage)
}

type pairsValue struct{ all *map[string]string }

// Set takes one pair.
func (v *pairsValue) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errPair
	}
	if _, twice := (*v.all)[name]; twice {
		return fmt.Errorf("%s is there twice", name)
	}
	if *v.all == nil {
		*v.all = map[string]string{}
	}
	(*v.all)[name] = value
	return nil
}

func (v *pairsValue) String() string { return "" }

// Type is what the help calls a value.
func (v *pairsValue) Type() string { return "NAME=VALUE" }

var errPair = fmt.Errorf("it has to be NAME=VALUE")

// whoami is who deploys, for others who find the stack busy.
func whoami() string {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	if u, err := user.Current(); err == nil {
		return u.Username + "@" + host
	}
	return host
}

// yesFlag gives a command the flag that answers its questions.
func yesFlag(c *cobra.Command, in *deploy.Input) {
	c.Flags().BoolVarP(&in.Yes, "yes", "y", false, "answer every question with yes")
}

// interrupted returns the signal that ends the command, if one does.
func interrupted(ctx context.Context) (interrupt, bool) {
	signal, ok := context.Cause(ctx).(interrupt)
	return signal, ok
}
