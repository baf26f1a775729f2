package doctor

import (
	"strings"
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		what    string
		command string
		module  required
		state   State
		says    string // in the text or the advice
	}{
		{"equal", "1.2.0", required{Version: "v1.2.0"}, Good, "v1.2.0"},
		{"an older module", "1.3.0", required{Version: "v1.2.9"}, Note, "go get github.com/chalice-go/chalice@v1.3.0"},
		{"a newer module", "1.9.0", required{Version: "v1.10.0"}, Note, "go install github.com/chalice-go/chalice/cmd/chalice@v1.10.0"},
		{"a command of a checkout", unreleased, required{Version: "v1.2.0"}, Note, "go install github.com/chalice-go/chalice/cmd/chalice@v1.2.0"},
		{"a checkout", "1.2.0", required{Version: "v0.0.0", Replace: &struct{ Path, Version string }{Path: "../chalice"}}, Note, "../chalice"},
		{"a fork", "1.2.0", required{Version: "v1.0.0", Replace: &struct{ Path, Version string }{"example.com/fork", "v1.2.0"}}, Good, "v1.2.0"},
	} {
		e := &examination{in: Input{Version: tc.command}}
		e.compare("Module", tc.module)
		f := e.found[0]
		if f.State != tc.state || !strings.Contains(f.Text+f.Advice, tc.says) {
			t.Errorf("%s: %+v, want %s with %q", tc.what, f, tc.state, tc.says)
		}
	}
}

func TestClock(t *testing.T) {
	for ahead, want := range map[time.Duration]State{
		0: Good, 2 * time.Second: Good, -2 * time.Minute: Note, 5 * time.Minute: Problem, -time.Hour: Problem,
	} {
		e := &examination{}
		e.clock(ahead)
		f := e.found[0]
		if f.State != want || (want != Good) != (f.Advice != "") {
			t.Errorf("%s ahead: %+v, want %s", ahead, f, want)
		}
		if want != Good && strings.Contains(f.Text, "ahead") != (ahead < 0) {
			t.Errorf("AWS is %s ahead: %s", ahead, f.Text)
		}
	}
}

func TestVersionIn(t *testing.T) {
	for out, want := range map[string]string{
		"SAM CLI, version 1.170.0": "1.170.0", "aws-cli/1.46.2 Python/3.11.7 Linux/6": "1.46.2", "v20.20.2": "20.20.2",
		"2.1007.0 (build 1a2b)": "2.1007.0", "Delve Debugger\nVersion: 1.25.2\nBuild: $Id": "1.25.2", "unknown\nmore": "unknown",
		"\x1b[1m1.2.3\x1b[0m": "1.2.3", "v1.2, of today": "1.2", "1.2.3-rc.1+abc": "1.2.3-rc.1+abc",
	} {
		if got := versionIn(out); got != want {
			t.Errorf("versionIn(%q) = %q, want %q", out, got, want)
		}
	}
}
