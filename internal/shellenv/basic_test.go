package shellenv

import "testing"

func TestIsBasic(t *testing.T) {
	for name, tc := range map[string]struct {
		system, name string
		want         bool
	}{
		"where programs are":           {"linux", "PATH", true},
		"other letters":                {"linux", "Path", false},
		"temporary files":              {"darwin", "TMPDIR", true},
		"others' names":                {"linux", "GOOGLE_TOKEN", false},
		"a secret":                     {"linux", "AWS_SECRET_ACCESS_KEY", false},
		"Windows's of Windows":         {"linux", "LOCALAPPDATA", false},
		"Windows: where programs are":  {"windows", "Path", true},
		"Windows: temporary files":     {"windows", "TMP", true},
		"Windows: the cache's folder":  {"windows", "LocalAppData", true},
		"Windows: the home folder":     {"windows", "USERPROFILE", true},
		"Windows: what sockets need":   {"windows", "SystemRoot", true},
		"Windows: Go's own":            {"windows", "GoFlags", true},
		"Windows: others' names":       {"windows", "Google_Token", false},
		"Windows: a secret":            {"windows", "AWS_SECRET_ACCESS_KEY", false},
		"Windows: what a shell sets":   {"windows", "PROMPT", false},
		"Windows: where programs live": {"windows", "ProgramFiles(x86)", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := isBasic(tc.system, tc.name); got != tc.want {
				t.Errorf("got %v for %s", got, tc.name)
			}
		})
	}
}
