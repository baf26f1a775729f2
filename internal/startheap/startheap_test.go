package startheap_test

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	_ "github.com/chalice-go/chalice/internal/startheap"
)

// percent returns what is set.
func percent() int {
	set := debug.SetGCPercent(-1)
	debug.SetGCPercent(set)
	return set
}

// TestFirstCollection: the heap may be larger until the first collection, and no longer;
// what the environment says stands.
func TestFirstCollection(t *testing.T) {
	const variable = "WANT_PERCENT"
	switch os.Getenv(variable) {
	case "":
	case "200":
		if got := percent(); got != 200 {
			t.Fatalf("before the first collection it's %d, want 200", got)
		}
		runtime.GC()
		for began := time.Now(); percent() != 100; runtime.Gosched() {
			if time.Since(began) > 10*time.Second {
				t.Fatalf("after the first collection it's %d, want 100", percent())
			}
		}
		return
	default:
		if got := percent(); got != 50 {
			t.Errorf("with GOGC=50 it's %d", got)
		}
		return
	}
	for gogc, want := range map[string]string{"": "200", "50": "50"} {
		c := exec.Command(os.Args[0], "-test.run=TestFirstCollection")
		c.Env = append(os.Environ(), "GOGC="+gogc, variable+"="+want)
		if output, err := c.CombinedOutput(); err != nil {
			t.Errorf("GOGC=%s: %v\n%s", gogc, err, output)
		}
	}
}
