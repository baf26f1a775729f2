package cdkconstruct_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	packager "github.com/chalice-go/chalice/package"
)

const example = "../examples/cdk"

// BenchmarkSynth runs the infrastructure's program of examples/cdk as cdk synth
// does, and cdk synth itself. Cold, its output folder is empty, and so is our own cache, but
// Go's build cache isn't. ours-ms is what packaging takes of it: compile, describe, zip
// and synthesize; the rest is the CDK's, its start above all.
func BenchmarkSynth(b *testing.B) {
	needNode(b)
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		b.Fatal(err)
	}
	b.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	infra := filepath.Join(b.TempDir(), "infra")
	command(b, "go", "build", "-o", infra, ".")
	b.Run("cold", func(b *testing.B) {
		measure(b, func() string { return b.TempDir() }, func(string) { command(b, infra) })
	})
	warm := b.TempDir()
	keepIn(b, warm)
	command(b, infra)
	pack(b)
	b.Run("warm", func(b *testing.B) {
		measure(b, func() string { return warm }, func(string) { command(b, infra) })
	})
	b.Run("toolkit", func(b *testing.B) {
		cdk, err := filepath.Abs("../.tools/cdk/node_modules/.bin/cdk")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := os.Stat(cdk); err != nil {
			b.Skip("the toolkit isn't there: make conformance-cdk installs it")
		}
		measure(b, func() string { return warm }, func(out string) {
			command(b, cdk, "synth", "--quiet", "--no-notices", "--output", out)
		})
	})
}

// measure times synthesis into a folder, and packaging alone into it.
func measure(b *testing.B, folder func() string, synth func(out string)) {
	var ours, whole time.Duration
	for b.Loop() {
		out := folder()
		keepIn(b, out)
		start := time.Now()
		synth(out)
		whole += time.Since(start)

		b.StopTimer()
		keepIn(b, folder())
		start = time.Now()
		pack(b)
		ours += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ours-ms/op")
	b.ReportMetric(100*ours.Seconds()/whole.Seconds(), "ours-%")
}

// pack packages the example's app alone.
func pack(b *testing.B) {
	b.Helper()
	_, err := packager.Build(b.Context(), packager.Input{
		ProjectDir: filepath.Join(example, "runtime"), Stage: "users", AnyStage: true, Out: filepath.Join(b.TempDir(), "out"),
		PackageFormat: packager.CloudFormation, TemplateFormat: packager.JSON, Cache: packager.CacheDir(),
	})
	if err != nil {
		b.Fatal(err)
	}
}

// keepIn has output and cache be in a folder.
func keepIn(b *testing.B, folder string) {
	b.Setenv("CDK_OUTDIR", folder) // as the toolkit tells the program
	b.Setenv("XDG_CACHE_HOME", filepath.Join(folder, "kept"))
}

// command runs a command in the example's folder.
func command(b *testing.B, name string, args ...string) {
	b.Helper()
	c := exec.Command(name, args...)
	c.Dir = example
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
