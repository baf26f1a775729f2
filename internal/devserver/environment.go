package devserver

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// environment is what functions see beside what Lambda sets. Nothing of the
// developer's shell is in it but what options ask for.
type environment struct {
	file     map[string]string // of the env-file
	fileName string
	aws      map[string]string // region, credentials and endpoint
	// management leads to the websocket API's management API, as KEY=value.
	management string
}

// variables returns a function's variables as KEY=value, and the names of those
// that are intrinsics, which have no value before a stack is deployed.
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

// list gives variables as KEY=value, sorted.
func list(variables map[string]string) []string {
	all := make([]string, 0, len(variables))
	for name, value := range variables {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return all
}

// awsVariables says where the app's AWS SDK finds AWS. With neither a profile nor
// an endpoint the app can't reach any: an account must not be changed by
// accident. Without the metadata service the SDK says so at once.
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

// shellCredentials takes the shell's, or invents some: what stands in for AWS
// wants to see credentials, and mostly doesn't mind which.
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

// profileVariables has the app read the developer's AWS configuration. HOME is
// where the SDK finds the tokens of a single sign-on.
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

// reserved are the variables that Lambda sets itself, so that no value of ours
// reaches the program.
func reserved(name string) bool {
	return name == "_HANDLER" || strings.HasPrefix(name, "AWS_LAMBDA_") || strings.HasPrefix(name, "LAMBDA_")
}
