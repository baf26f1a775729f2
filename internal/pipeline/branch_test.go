package pipeline_test

import (
	"os/exec"
	"testing"

	"github.com/chalice-go/chalice/internal/pipeline"
)

// TestIsBranch: what is taken for a branch is what git takes for one.
func TestIsBranch(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git to compare with")
	}
	for _, name := range []string{
		"main", "release/1.x", "feature/a+b", "c++", "über", "a!b", "a]", "@x", "a@b", "x{y}", "1", "a-", "a.b",
		"", "a b", "..", "a..b", "/x", "x/", "a//b", ".x", "a/.x", "x.", "x.lock", "a.lock/b", "@", "a@{b", "-x",
		"a\nb", "a\tb", "a\x7fb", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", `a\b`,
	} {
		want := exec.Command(git, "check-ref-format", "--branch", name).Run() == nil
		if got := pipeline.IsBranch(name); got != want {
			t.Errorf("%q: got %t, and git says %t", name, got, want)
		}
	}
	if pipeline.IsBranch("refs/heads/main") {
		t.Error("the name of a reference is taken for a branch")
	}
}
