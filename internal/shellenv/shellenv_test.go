package shellenv_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/shellenv"
)

// setOnly makes these all that the environment has, with their names as values.
func setOnly(t *testing.T, names ...string) {
	t.Helper()
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value) // which restores it in the end
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		t.Setenv(name, name)
	}
}

func namesOf(variables []string) []string {
	var names []string
	for _, v := range variables {
		name, _, _ := strings.Cut(v, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestBasic(t *testing.T) {
	want := []string{"GOCOVERDIR", "GODEBUG", "HOME", "LANG", "LC_ALL", "LC_TIME", "PATH", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER", "XDG_CACHE_HOME"}
	setOnly(t, append([]string{
		"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_LAMBDA_RUNTIME_API", "GOOGLE_API_KEY", "DATABASE_URL", "PATHS", "HOMEBREW_TOKEN", "LC", "LANGUAGE", "USERNAME", "CHALICE_MODEL", "go",
	}, want...)...)
	if diff := cmp.Diff(want, namesOf(shellenv.Basic())); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestNamed(t *testing.T) {
	setOnly(t, "AWS_PROFILE", "AWS_REGION", "AWS_LAMBDA_RUNTIME_API", "DATABASE_URL", "_HANDLER")
	t.Setenv("EMPTY", "")
	for name, tc := range map[string]struct {
		names []string
		want  []string
		err   string
	}{
		"nothing":                {},
		"one":                    {names: []string{"DATABASE_URL"}, want: []string{"DATABASE_URL=DATABASE_URL"}},
		"an empty one":           {names: []string{"EMPTY"}, want: []string{"EMPTY="}},
		"many, but for Lambda's": {names: []string{"AWS_*"}, want: []string{"AWS_PROFILE=AWS_PROFILE", "AWS_REGION=AWS_REGION"}},
		"not set":                {names: []string{"DATABSE_URL", "DATABASE_URL"}, err: "--env DATABSE_URL is no variable that is set; did you mean DATABASE_URL?"},
		"none of many":           {names: []string{"SHOP_*"}, err: "--env SHOP_* stands for no variable that is set"},
		"Lambda's":               {names: []string{"AWS_LAMBDA_RUNTIME_API", "_HANDLER"}, err: "--env AWS_LAMBDA_RUNTIME_API is a variable that Lambda sets itself\n--env _HANDLER is a variable that Lambda sets itself"},
		"a value":                {names: []string{"TOKEN=secret"}, err: "--env TOKEN has a value, but it takes the name of a variable that is set already: set it before the command"},
		"nothing at all":         {names: []string{""}, err: `--env "" is no variable that is set`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := shellenv.Named("--env", tc.names)
			slices.Sort(got)
			if tc.err != "" {
				if err == nil || err.Error() != tc.err {
					t.Errorf("got %v, want %s", err, tc.err)
				}
				return
			}
			if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
				t.Errorf("error %v; want -, got +\n%s", err, diff)
			}
		})
	}
}
