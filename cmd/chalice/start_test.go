package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestStartHeap: package startheap is initialized before there is a collection of garbage
// to keep from starting. Go starts that at 3.8 MB.
func TestStartHeap(t *testing.T) {
	c := exec.Command("chalice", "version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1", "GOGC=off")
	trace, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, trace)
	}
	heap := 0
	for line := range strings.Lines(string(trace)) {
		var name string
		var at, took float64
		var size int
		if _, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes", &name, &at, &took, &size); err != nil {
			continue
		}
		if heap += size; strings.HasSuffix(name, "/internal/startheap") {
			if heap > 3_500_000 {
				t.Errorf("what is initialized before takes %d bytes", heap)
			}
			return
		}
	}
	t.Errorf("startheap isn't initialized:\n%s", trace)
}
