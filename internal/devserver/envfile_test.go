package devserver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
)

// envFile writes an env-file and returns its name.
func envFile(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestEnvFile(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want map[string]string
	}{
		"empty":                          {"", map[string]string{}},
		"plain":                          {"A=1\nB = two words \nC=\n", map[string]string{"A": "1", "B": "two words", "C": ""}},
		"no newline at the end":          {"A=1", map[string]string{"A": "1"}},
		"of Windows, with a mark":        {"\ufeffA=1\r\nB=\"x\"\r\n", map[string]string{"A": "1", "B": "x"}},
		"comments and blank lines":       {"# A=1\n\n  # more\n \t\nA=1 # one\nB=a#b\nC='x' # c\nD=#d\n", map[string]string{"A": "1", "B": "a#b", "C": "x", "D": ""}},
		"export":                         {"export A=1\nexport\tB=2\nexported=3", map[string]string{"A": "1", "B": "2", "exported": "3"}},
		"= in a value":                   {"A=b=c==\n", map[string]string{"A": "b=c=="}},
		"single quotes keep all":         {`A='$x "y" \n # z'`, map[string]string{"A": `$x "y" \n # z`}},
		"double quotes have escapes":     {`A=" a\tb\n\"c\" \\ \$d \x # e "`, map[string]string{"A": " a\tb\n\"c\" \\ $d \\x # e "}},
		"quotes within a plain value":    {`A=it's "so"`, map[string]string{"A": `it's "so"`}},
		"several lines":                  {"KEY=\"-----BEGIN \n# no comment\n-----END\"\nB='x\n\ny'\nC=1", map[string]string{"KEY": "-----BEGIN \n# no comment\n-----END", "B": "x\n\ny", "C": "1"}},
		"nothing is expanded":            {"A=$HOME/${X}\n", map[string]string{"A": "$HOME/${X}"}},
		"the last one counts":            {"A=1\nA=2\n", map[string]string{"A": "2"}},
		"what Lambda gives as a default": {"TZ=Asia/Tokyo\nAWS_REGION=eu-west-1\n", map[string]string{"TZ": "Asia/Tokyo", "AWS_REGION": "eu-west-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := devserver.ReadEnvFile(envFile(t, tc.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestMistakesInAnEnvFileComeTogether(t *testing.T) {
	file := envFile(t, "A\n1B=x\nC-D=x\n=x\nOK=\"a\nb\"\n_HANDLER=x\nE=\"x\" y\nF=\"never\nends")
	_, err := devserver.ReadEnvFile(file)
	if err == nil {
		t.Fatal("got no error")
	}
	want := `FILE:1: "A" is no variable: write KEY=value
FILE:2: "1B" can't be the name of a variable: it has letters, digits and _, and starts with no digit
FILE:3: "C-D" can't be the name of a variable: it has letters, digits and _, and starts with no digit
FILE:4: "" can't be the name of a variable: it has letters, digits and _, and starts with no digit
FILE:7: _HANDLER is set by Lambda itself
FILE:8: there is "y" behind the quoted value
FILE:9: the value starts with ", which nothing ends`
	if diff := cmp.Diff(want, strings.ReplaceAll(err.Error(), file, "FILE")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := devserver.ReadEnvFile(missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("a file that isn't there: got %v", err)
	}
}

func FuzzEnvFile(f *testing.F) {
	f.Add("A=1\nexport B=\"x\\n\ny\" # z\nC='")
	f.Fuzz(func(t *testing.T, text string) {
		devserver.ReadEnvFile(envFile(t, text))
	})
}
