package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/bench"
)

// program is a hello program.
type program struct {
	name, pkg string
	size      int64     // for arm64, as it is deployed
	path      string    // of the program for this machine
	starts    []float64 // milliseconds from exec to the first response, of each round
	rates     []float64 // responses in a second of one processor, of each round
}

// eventsPerRound is how many events a program answers for its rate.
const eventsPerRound = 2000

// startsPerRound is how often a program starts for each time that its rate is
// measured.
const startsPerRound = 5

// programs measures two programs: ours, and one with aws-lambda-go alone. They
// have turns, and medians count: of the time that passes from exec to the first
// response, and of the processor's time for each response, since on one processor
// that limits the rate.
func programs(ctx context.Context, o options, w io.Writer) ([]line, error) {
	dir, err := os.MkdirTemp("", "chalice-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ours := &program{name: bench.Ours, pkg: "chalice"}
	plain := &program{name: bench.Plain, pkg: "plain"}
	both := []*program{ours, plain}
	for _, p := range both {
		if err := p.build(ctx, dir); err != nil {
			return nil, err
		}
	}
	payloads, err := bench.Payloads()
	if err != nil {
		return nil, err
	}
	for range o.rounds {
		for range startsPerRound {
			for _, p := range both {
				if err := p.start(ctx, payloads[0].Event); err != nil {
					return nil, err
				}
			}
		}
		for _, p := range both {
			if err := p.sustain(ctx, payloads[0].Event); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range both {
		fmt.Fprintf(w, "program of %s: %.2f MB for arm64, %.1f ms from exec to the first response, %.0f responses in a second of a processor\n",
			p.name, float64(p.size)/1e6, median(p.starts), median(p.rates))
	}
	typed, err := manyRoutes(ctx, o, dir, payloads[len(payloads)-1].Event, w)
	if err != nil {
		return nil, err
	}
	return []line{
		typed,
		most("program, size of ours / aws-lambda-go", float64(ours.size)/float64(plain.size), 0.47),
		most("program, start of ours / aws-lambda-go", median(ours.starts)/median(plain.starts), 0.6),
		least("program, rate of ours on one processor / aws-lambda-go", median(ours.rates)/median(plain.rates), 3.5),
	}, nil
}

// manyRoutes compares the starts of a program of 100 typed routes and of the same program
// without types. It is the median of the ratios of pairs, since both are nearly the same.
func manyRoutes(ctx context.Context, o options, dir string, event []byte, w io.Writer) (line, error) {
	typed, untyped := &program{name: "100 typed routes", pkg: "typed"}, &program{name: "100 untyped routes", pkg: "untyped"}
	pair := []*program{typed, untyped}
	for _, p := range pair {
		if err := p.build(ctx, dir); err != nil {
			return line{}, err
		}
	}
	for range o.rounds {
		for _, p := range pair {
			if err := p.copy(); err != nil {
				return line{}, err
			}
		}
		for range startsPerRound {
			for _, p := range pair {
				if err := p.start(ctx, event); err != nil {
					return line{}, err
				}
			}
			slices.Reverse(pair)
		}
	}
	var ratios []float64
	for i, took := range typed.starts {
		ratios = append(ratios, took/untyped.starts[i])
	}
	for _, p := range []*program{typed, untyped} {
		fmt.Fprintf(w, "program of %s: %.2f MB for arm64, %.2f ms from exec to the first response\n", p.name, float64(p.size)/1e6, median(p.starts))
	}
	return most("program, start with 100 typed routes / untyped", median(ratios), 1.05), nil
}

// median returns the value in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// copy replaces the program's file by a copy. How the kernel has a file in memory makes
// starts a few percent faster or slower, as long as it is the same file.
func (p *program) copy() error {
	data, err := os.ReadFile(p.path)
	if err != nil {
		return err
	}
	if err := os.Remove(p.path); err != nil {
		return err
	}
	return os.WriteFile(p.path, data, 0o755)
}

// build compiles for Lambda and for this machine.
func (p *program) build(ctx context.Context, dir string) error {
	deployed := filepath.Join(dir, p.pkg+"-arm64")
	if err := compile(ctx, p.pkg, deployed, "GOOS=linux", "GOARCH=arm64"); err != nil {
		return err
	}
	info, err := os.Stat(deployed)
	if err != nil {
		return err
	}
	p.size = info.Size()
	p.path = filepath.Join(dir, p.pkg)
	return compile(ctx, p.pkg, p.path)
}

// compile compiles with the same flags as chalice package.
func compile(ctx context.Context, pkg, out string, env ...string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w -buildid=", "-o", out, "github.com/chalice-go/chalice/bench/programs/"+pkg)
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("compile %s: %w\n%s", pkg, err, output)
	}
	return nil
}

// start measures a start.
func (p *program) start(ctx context.Context, event []byte) error {
	t, err := run(ctx, p.path, event, 1)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.starts = append(p.starts, float64(t.first.Microseconds())/1e3)
	return nil
}

// sustain measures the rate.
func (p *program) sustain(ctx context.Context, event []byte) error {
	t, err := run(ctx, p.path, event, eventsPerRound)
	if err != nil {
		return fmt.Errorf("run %s: %w", p.name, err)
	}
	p.rates = append(p.rates, eventsPerRound/t.all.Seconds())
	return nil
}
