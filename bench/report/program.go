package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/bench"
	"github.com/chalice-go/chalice/internal/lambdarun"
)

// program is a hello program.
type program struct {
	name, pkg string
	size      int64         // for arm64, as it is deployed
	path      string        // of the program for this machine
	start     time.Duration // from exec to the first response, the shortest
}

// programs measures two programs: ours, and one with aws-lambda-go alone.
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
	for range 2 * o.rounds {
		for _, p := range both {
			if err := p.run(ctx, payloads[0].Event); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range both {
		fmt.Fprintf(w, "program of %s: %.2f MB for arm64, %.1f ms from exec to the first response\n",
			p.name, float64(p.size)/1e6, float64(p.start.Microseconds())/1e3)
	}
	return []line{
		most("program, size of ours / aws-lambda-go", float64(ours.size)/float64(plain.size), 1.05),
		most("program, start of ours / aws-lambda-go", float64(ours.start)/float64(plain.start), 1),
	}, nil
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

// run starts the program and lets it answer one event.
func (p *program) run(ctx context.Context, event []byte) error {
	start := time.Now()
	f, err := lambdarun.Start(ctx, lambdarun.Command{Path: p.path, Handler: app.RESTHandler})
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	defer f.Close()
	result, err := f.Invoke(ctx, event)
	took := time.Since(start)
	if err == nil && result.Error != nil {
		err = result.Error
	}
	if err != nil {
		return fmt.Errorf("invoke %s: %w", p.name, err)
	}
	if p.start == 0 || took < p.start {
		p.start = took
	}
	return nil
}
