package devserver_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// TestWhereCallsOfAWSGo: functions call each other here, and other services
// only where the developer says.
func TestWhereCallsOfAWSGo(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	mine := t.TempDir()
	write(t, mine, "config", "[profile dev]\nregion = eu-west-3\n")
	write(t, mine, "credentials", "[dev]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(mine, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(mine, "credentials"))
	t.Setenv("MY_TOKEN", "of the shell")
	dir := project(t, map[string]string{"main.go": shop, ".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`})
	const here = "HERE" // stands for the server's URL
	for name, tc := range map[string]struct {
		options devserver.Options
		envFile string
		want    map[string]string
	}{
		"no AWS": {want: map[string]string{
			"AWS_ENDPOINT_URL": here + "/2015-03-31/no-aws", "AWS_ENDPOINT_URL_LAMBDA": here,
			"AWS_ACCESS_KEY_ID": "no-aws", "AWS_SECRET_ACCESS_KEY": "no-aws",
		}},
		"an endpoint": {options: devserver.Options{EndpointURL: "http://127.0.0.1:4566"}, want: map[string]string{
			"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_LAMBDA": here,
			"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", // the endpoint that is polled
		}},
		"a profile": {options: devserver.Options{Profile: "dev"}, want: map[string]string{
			"AWS_PROFILE": "dev", "AWS_REGION": "eu-west-3",
			"AWS_CONFIG_FILE": filepath.Join(mine, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(mine, "credentials"),
		}},
		"both": {options: devserver.Options{Profile: "dev", EndpointURL: "http://127.0.0.1:4566"}, want: map[string]string{
			"AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
			"AWS_PROFILE":      "dev", "AWS_REGION": "eu-west-3",
			"AWS_CONFIG_FILE": filepath.Join(mine, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(mine, "credentials"),
		}},
		"a profile of the shell": {options: devserver.Options{PassEnv: []string{"AWS_PROFILE"}}, want: map[string]string{
			"AWS_PROFILE": "dev", "AWS_REGION": "eu-west-3",
			"AWS_CONFIG_FILE": filepath.Join(mine, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(mine, "credentials"),
		}},
		"credentials of the shell": {options: devserver.Options{PassEnv: []string{"MY_*"}}, envFile: "AWS_ACCESS_KEY_ID=AKIA\nMY_TOKEN=of the file\n", want: map[string]string{
			"AWS_ENDPOINT_URL_LAMBDA": here, "AWS_ACCESS_KEY_ID": "AKIA", "MY_TOKEN": "of the shell",
		}},
		"credentials of the app's own": {envFile: "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=secret\n", want: map[string]string{
			"AWS_ENDPOINT_URL_LAMBDA": here, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret",
		}},
		"an endpoint of the app's own": {envFile: "AWS_ENDPOINT_URL=http://127.0.0.1:9\nAWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:8\n", want: map[string]string{
			"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:8",
			"AWS_ACCESS_KEY_ID": "no-aws", "AWS_SECRET_ACCESS_KEY": "no-aws",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := tc.options
			if slices.Contains(o.PassEnv, "AWS_PROFILE") {
				t.Setenv("AWS_PROFILE", "dev")
			}
			o.ProjectDir = dir
			if tc.envFile != "" {
				o.EnvFile = filepath.Join(t.TempDir(), "env")
				write(t, filepath.Dir(o.EnvFile), "env", tc.envFile)
			}
			s := devservertest.Serve(t, o)
			g, err := s.Await(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, v := range g.Variables("api_handler") {
				switch v.Name {
				case "AWS_EC2_METADATA_DISABLED", "AWS_ENDPOINT_URL_CODEDEPLOY", "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "HOME":
				default:
					got[v.Name] = strings.Replace(v.Value, s.URL(), here, 1)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
