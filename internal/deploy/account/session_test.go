package account_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
)

const sharedConfig = `
[default]
region = eu-west-2

[profile work]
region = eu-west-3
aws_access_key_id = AKIDWORK
aws_secret_access_key = of-work

[profile bare]
aws_access_key_id = AKIDBARE
aws_secret_access_key = of-bare
`

// configure sets up an environment for a test: nobody's configuration, no
// machine's role, and the given variables.
func configure(t *testing.T, shared string, variables map[string]string) {
	t.Helper()
	for _, line := range os.Environ() {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, value) // the test restores it
			os.Unsetenv(name)
		}
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(shared), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("HOME", t.TempDir())
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

func TestRegion(t *testing.T) {
	for name, tc := range map[string]struct {
		options   account.Options
		variables map[string]string
		want      string
	}{
		"asked for": {
			options:   account.Options{Region: "us-west-2", Profile: "work"},
			variables: map[string]string{"AWS_REGION": "eu-north-1"},
			want:      "us-west-2",
		},
		"AWS_REGION": {
			options:   account.Options{Profile: "work"},
			variables: map[string]string{"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-south-1"},
			want:      "eu-north-1",
		},
		"AWS_DEFAULT_REGION":     {options: account.Options{Profile: "work"}, variables: map[string]string{"AWS_DEFAULT_REGION": "eu-south-1"}, want: "eu-south-1"},
		"profile":                {options: account.Options{Profile: "work"}, want: "eu-west-3"},
		"profile of environment": {variables: map[string]string{"AWS_PROFILE": "work"}, want: "eu-west-3"},
		"default profile":        {want: "eu-west-2"},
	} {
		t.Run(name, func(t *testing.T) {
			configure(t, sharedConfig, tc.variables)
			s, err := account.Open(t.Context(), tc.options)
			if err != nil {
				t.Fatal(err)
			}
			if s.Region != tc.want || s.Config.Region != tc.want {
				t.Errorf("got the region %q, and %q in the SDK's configuration; want %q", s.Region, s.Config.Region, tc.want)
			}
		})
	}
}

func TestConfigurationError(t *testing.T) {
	for name, tc := range map[string]struct {
		options   account.Options
		variables map[string]string
		code      string
		want      string
	}{
		"no region": {
			options: account.Options{Profile: "bare"},
			code:    account.MissingRegion,
			want:    "there is no AWS region; set AWS_REGION, or the region of profile bare: aws configure set region eu-west-1 --profile bare",
		},
		"no such profile": {
			options: account.Options{Profile: "wrok"},
			code:    account.UnknownProfile,
			want:    `there is no profile "wrok" in the AWS configuration; aws configure list-profiles shows those that there are`,
		},
		"no such profile in the environment": {
			variables: map[string]string{"AWS_PROFILE": "wrok", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "of-someone"},
			code:      account.UnknownProfile,
			want:      `there is no profile "wrok" in the AWS configuration; aws configure list-profiles shows those that there are`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			configure(t, sharedConfig, tc.variables)
			_, err := account.Open(t.Context(), tc.options)
			mistake := new(account.Error)
			if !errors.As(err, &mistake) {
				t.Fatalf("got %v, want an account.Error", err)
			}
			if diff := cmp.Diff([]string{tc.code, tc.want}, []string{mistake.Code, err.Error()}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCredentials: a profile that an option names takes precedence over
// credentials in the environment; one that the environment names doesn't. That
// is as in the AWS CLI.
func TestCredentials(t *testing.T) {
	keys := map[string]string{"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "of-env", "AWS_REGION": "eu-west-1"}
	for name, tc := range map[string]struct {
		options account.Options
		profile string
		want    string
	}{
		"environment":            {want: "AKIDENV"},
		"profile":                {options: account.Options{Profile: "work"}, want: "AKIDWORK"},
		"profile of environment": {profile: "work", want: "AKIDENV"},
	} {
		t.Run(name, func(t *testing.T) {
			configure(t, sharedConfig, keys)
			t.Setenv("AWS_PROFILE", tc.profile)
			s, err := account.Open(t.Context(), tc.options)
			if err != nil {
				t.Fatal(err)
			}
			c, err := s.Config.Credentials.Retrieve(t.Context())
			if err != nil || c.AccessKeyID != tc.want {
				t.Errorf("got %s and the error %v, want %s", c.AccessKeyID, err, tc.want)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	who, err := endpointtest.Open(t, account.Options{}).Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if who.Account != "123456789012" || who.Partition != "aws" || !strings.HasPrefix(who.ARN, "arn:aws:iam::123456789012:user/") {
		t.Errorf("got %+v", who)
	}
}
