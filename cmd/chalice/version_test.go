package main

import (
	"runtime/debug"
	"testing"
)

func TestOrigin(t *testing.T) {
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{
			{Key: "vcs", Value: "git"},
			{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"},
			{Key: "vcs.time", Value: "2026-11-30T23:30:00-02:00"},
			{Key: "vcs.modified", Value: modified},
		}
	}
	for name, tc := range map[string]struct {
		info *debug.BuildInfo
		want string
	}{
		"nothing recorded":          {nil, "0.0.0-devel"},
		"a checkout, -buildvcs off": {&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "0.0.0-devel"},
		"a release of the proxy's":  {&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0", Sum: "h1:x"}}, "0.1.0"},
		"a commit of the proxy's": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.1-0.20261201013000-0123456789ab", Sum: "h1:x"}},
			"0.1.1-0.20261201013000-0123456789ab, commit 0123456789ab of 2026-12-01",
		},
		"a checkout at a tag": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}, Settings: vcs("false")},
			"0.1.0, commit 0123456789ab of 2026-12-01",
		},
		"a checkout with changes": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0+dirty"}, Settings: vcs("true")},
			"0.0.0-devel, commit 0123456789ab with changes of 2026-12-01",
		},
		"what isn't known isn't said": {
			&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: vcs("true")[3:]},
			"0.0.0-devel",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := originOf(tc.info).String(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
