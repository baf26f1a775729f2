package main

import "testing"

func TestShellWord(t *testing.T) {
	for name, tc := range map[string]struct{ system, path, want string }{
		"plain":             {"linux", "out/sam.yaml", "out/sam.yaml"},
		"a space":           {"linux", "my out/sam.yaml", "'my out/sam.yaml'"},
		"a quote":           {"darwin", "it's", `'it'\''s'`},
		"a backslash":       {"linux", `a\b`, `'a\b'`},
		"Windows: plain":    {"windows", `out\sam.yaml`, `out\sam.yaml`},
		"Windows: a drive":  {"windows", `C:\apps\out`, `C:\apps\out`},
		"Windows: a space":  {"windows", `C:\my apps\out`, `"C:\my apps\out"`},
		"Windows: an and":   {"windows", `a&b`, `"a&b"`},
		"Windows: brackets": {"windows", `a (1)`, `"a (1)"`},
		"Windows: a bucket": {"windows", "s3://bucket/key", "s3://bucket/key"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shellWordOf(tc.system, tc.path); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
