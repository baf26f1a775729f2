package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/policy"
)

// BenchmarkSmall analyzes a small app, with a warm build cache.
func BenchmarkSmall(b *testing.B) {
	module := programModule(b, "testdata/programs/middleware.txtar")
	benchmark(b, filepath.Join(module, "middleware"))
}

// BenchmarkLarge analyzes a module of 90,000 lines with 60 functions.
func BenchmarkLarge(b *testing.B) {
	module := programModule(b)
	lines := largeModule(b, filepath.Join(module, "large"))
	requireChalice(b, module)
	goCommand(b, module, "build", "-mod=mod", "-o", os.DevNull, "./large")
	benchmark(b, filepath.Join(module, "large"))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(lines), "lines")
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-of-the-system")
}

func benchmark(b *testing.B, dir string) {
	in := policy.Input{Dir: dir, Env: []string{"GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0"}}
	if _, err := policy.Analyze(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := policy.Analyze(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// largeModule writes a program of 60 packages, each with a function of the
// app, stores behind interfaces, and much that calls itself in circles.
func largeModule(b testing.TB, dir string) (lines int) {
	const packages, functions = 60, 97
	put := func(file, source string) {
		lines += strings.Count(source, "\n")
		write(b, filepath.Join(dir, file), []byte(source))
	}
	var imports, registrations strings.Builder
	for i := range packages {
		fmt.Fprintf(&imports, "\t\"programs/large/p%d\"\n", i)
		fmt.Fprintf(&registrations, "\ta.LambdaFunction(p%d.New(cfg).Handle, app.Name(\"f%d\"))\n", i, i)
		var s strings.Builder
		fmt.Fprintf(&s, largeHead, i, i)
		for j := range functions {
			fmt.Fprintf(&s, largeFunction, j, j, (j+1)%functions, (j*7+3)%functions)
		}
		put(fmt.Sprintf("p%d/p.go", i), s.String())
	}
	put("main.go", fmt.Sprintf(largeMain, imports.String(), registrations.String()))
	return lines
}

const largeMain = `package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"

%s)

func main() {
	cfg, _ := config.LoadDefaultConfig(context.Background())
	a := app.New("large")
%s	dispatch.Start(a)
}
`

const largeHead = `package p%d

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type saver interface {
	save(ctx context.Context, name string) error
}

type table struct {
	c *dynamodb.Client
	name string
}

func (t *table) save(ctx context.Context, name string) error {
	_, err := t.c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name})
	return err
}

type bucket struct{ c *s3.Client }

func (b bucket) save(ctx context.Context, name string) error {
	_, err := b.c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(os.Getenv("BUCKET")), Key: &name})
	return err
}

type Service struct {
	savers map[string]saver
	steps  []func(context.Context, int) error
}

func New(cfg aws.Config) *Service {
	s := &Service{savers: map[string]saver{}}
	s.savers["table"] = &table{dynamodb.NewFromConfig(cfg), "table-%d"}
	s.savers["bucket"] = bucket{s3.NewFromConfig(cfg)}
	s.steps = append(s.steps, s.step0, s.step1)
	return s
}

func (s *Service) Handle(ctx context.Context, in json.RawMessage) (any, error) {
	for i, f := range s.steps {
		if err := f(ctx, i); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
`

const largeFunction = `
func (s *Service) step%d(ctx context.Context, n int) error {
	if n <= 0 {
		return nil
	}
	names := []string{"table", "bucket"}
	do := func(v saver) error { return v.save(ctx, fmt.Sprint(n, %d)) }
	if err := do(s.savers[names[n%%len(names)]]); err != nil {
		return err
	}
	if n > 5 {
		return s.step%d(ctx, n-1)
	}
	return s.step%d(ctx, n-2)
}
`
