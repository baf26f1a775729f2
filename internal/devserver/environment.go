package devserver

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/shellenv"
)

// environment is the part of a function's environment that Lambda doesn't set.
// It has nothing of the developer's shell but what options ask for.
type environment struct {
	configuration string            // what messages call its file
	passed        map[string]string // from the shell, as an option names them
	file          map[string]string // of the env-file
	fileName      string
	aws           map[string]string // region, credentials and endpoint
	// management points to the websocket API's management API, as KEY=value.
	management string
}

// variables returns a function's variables as KEY=value, and the names of those
// that are intrinsics, which have no value until a stack is deployed.
func (e environment) variables(f config.Function) (variables, unset []string) {
	for _, v := range e.resolve(f) {
		if v.Unset {
			unset = append(unset, v.Name)
			continue
		}
		variables = append(variables, v.Name+"="+v.Value)
	}
	return variables, unset
}

// list returns variables as KEY=value, sorted.
func list(variables map[string]string) []string {
	all := make([]string, 0, len(variables))
	for name, value := range variables {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return all
}

// awsVariables returns the variables that tell the app's AWS SDK where AWS is.
func awsVariables(o Options) (map[string]string, error) {
	env := map[string]string{"AWS_EC2_METADATA_DISABLED": "true"}
	if region := cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")); region != "" {
		env["AWS_REGION"] = region
	}
	if o.EndpointURL != "" {
		env["AWS_ENDPOINT_URL"] = o.EndpointURL
	}
	if o.Profile != "" {
		return env, profileVariables(env, o.Profile)
	}
	if o.EndpointURL != "" {
		shellCredentials(env)
	}
	return env, nil
}

// InvokePrefix is the path of Lambda's Invoke API, which a [Mount] serves.
const InvokePrefix = "/2015-03-31/"

// ownEndpoints makes the app's AWS SDK call the app's own functions here, at
// the server's URL, unless the developer uses a real account. With neither an
// endpoint nor a profile the app must reach no AWS, so that no account is
// changed by accident: all its calls go to the Invoke API, which answers with
// an explanation. The SDK makes no call without credentials, so it gets invalid
// ones.
//
// What hooks tell CodeDeploy stays here in any case, since nothing is being deployed.
func ownEndpoints(env map[string]string, o Options, url string) {
	env["AWS_ENDPOINT_URL_CODEDEPLOY"] = url + InvokePrefix + codeDeploy
	if o.Profile != "" {
		return
	}
	env["AWS_ENDPOINT_URL_LAMBDA"] = url
	if o.EndpointURL == "" {
		env["AWS_ENDPOINT_URL"] = url + InvokePrefix + noAWS
		env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"] = noAWS, noAWS
	}
}

const (
	noAWS      = "no-aws"
	codeDeploy = "codedeploy"
)

// credentials are variables from which the SDK gets an account.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}

// shellCredentials passes on the shell's credentials, or made-up ones if it has
// none: a replacement for AWS requires some, and mostly accepts any.
func shellCredentials(env map[string]string) {
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" {
		env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"] = "test", "test"
		return
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		if value := os.Getenv(name); value != "" {
			env[name] = value
		}
	}
}

// profileVariables lets the app read the developer's AWS configuration. The SDK
// finds the tokens of a single sign-on below HOME.
func profileVariables(env map[string]string, profile string) error {
	home, err := os.UserHomeDir()
	if err != nil {
		return fmt.Errorf("find the AWS configuration for --profile: %w", err)
	}
	env["AWS_PROFILE"], env["HOME"] = profile, home
	for name, file := range map[string]string{"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"} {
		env[name] = cmp.Or(os.Getenv(name), filepath.Join(home, ".aws", file))
	}
	return nil
}

// passedOn returns the shell's variables that an option names. For a profile its
// name isn't enough, so it also sets the option for that.
func passedOn(o *Options) (map[string]string, error) {
	list, err := shellenv.Named(o.Names.Of("PassEnv"), o.PassEnv)
	passed := map[string]string{}
	for _, variable := range list {
		name, value, _ := strings.Cut(variable, "=")
		passed[name] = value
	}
	if profile := passed["AWS_PROFILE"]; profile != "" && o.Profile == "" {
		o.Profile = profile
	}
	return passed, err
}
