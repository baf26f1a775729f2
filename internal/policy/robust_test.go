package policy_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/source"
)

const smallProgram = `package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("small")
	a.LambdaFunction(send)
	dispatch.Start(a)
}

func send(ctx context.Context, in json.RawMessage) (any, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String("q"), MessageBody: aws.String(body())})
}
`

const body = "package main\n\nfunc body() string { return \"\" }\n"

func actions(n *policy.Needs) []string {
	if n == nil {
		return nil
	}
	names := []string{}
	for _, a := range n.Actions {
		names = append(names, a.Name)
	}
	return names
}

func hasWarning(r *policy.Report, kind source.WarningKind) bool {
	return slices.ContainsFunc(r.Warnings, func(w policy.Warning) bool { return w.Kind == kind })
}

// TestTypeErrors analyzes a program that doesn't compile.
func TestTypeErrors(t *testing.T) {
	module := programModule(t)
	write(t, filepath.Join(module, "broken", "main.go"), []byte(smallProgram))
	write(t, filepath.Join(module, "broken", "body.go"), []byte(body+"\nvar x int = nothing\n"))
	requireChalice(t, module)
	report := analyze(t, policy.Input{Dir: filepath.Join(module, "broken")})
	if diff := cmp.Diff([]string{"sqs:SendMessage"}, actions(report.Functions["send"])); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if !hasWarning(report, source.WarnTypes) || !hasWarning(report, source.WarnAnalysis) {
		t.Errorf("warnings: %v", report.Warnings)
	}
}

func TestNoPackage(t *testing.T) {
	_, err := policy.Analyze(t.Context(), policy.Input{Dir: t.TempDir()})
	if err == nil {
		t.Fatal("a folder without Go files is analyzed")
	}
}

// TestBuildTags has files that only the build for Lambda has.
func TestBuildTags(t *testing.T) {
	module := programModule(t)
	dir := filepath.Join(module, "tags")
	write(t, filepath.Join(dir, "main.go"), []byte(smallProgram))
	write(t, filepath.Join(dir, "body.go"), []byte("//go:build !lambda.norpc\n\n"+body))
	write(t, filepath.Join(dir, "lambda.go"), []byte(`//go:build lambda.norpc && arm64

package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

func body() string {
	ssm.New(ssm.Options{}).GetParameter(context.Background(), &ssm.GetParameterInput{Name: aws.String("/x")})
	return ""
}
`))
	requireChalice(t, module)
	in := policy.Input{Dir: dir}
	if diff := cmp.Diff([]string{"sqs:SendMessage"}, actions(analyze(t, in).Functions["send"])); diff != "" {
		t.Errorf("here (-want +got):\n%s", diff)
	}
	in.Env, in.BuildFlags = []string{"GOOS=linux", "GOARCH=arm64"}, []string{"-tags=lambda.norpc", "-trimpath"}
	if diff := cmp.Diff([]string{"sqs:SendMessage", "ssm:GetParameter"}, actions(analyze(t, in).Functions["send"])); diff != "" {
		t.Errorf("for Lambda (-want +got):\n%s", diff)
	}
}

// TestVendor analyzes a module whose dependencies are in its vendor folder.
func TestVendor(t *testing.T) {
	module := programModule(t)
	write(t, filepath.Join(module, "main.go"), []byte(smallProgram+strings.TrimPrefix(body, "package main\n")))
	requireChalice(t, module)
	goCommand(t, module, "mod", "tidy")
	goCommand(t, module, "mod", "vendor")
	report, err := policy.Analyze(t.Context(), policy.Input{Dir: module, Env: []string{"GOWORK=off", "GOFLAGS=-mod=vendor"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"sqs:SendMessage"}, actions(report.Functions["send"])); diff != "" || len(report.Warnings) > 0 {
		t.Errorf("actions (-want +got):\n%s\n%v", diff, report.Warnings)
	}
}

// TestWorkspace analyzes a program with a package of another module of its
// workspace, which registers for it.
func TestWorkspace(t *testing.T) {
	module := programModule(t)
	write(t, filepath.Join(module, "main.go"), []byte(strings.Replace(smallProgram, "a.LambdaFunction(send)", "jobs.Register(a, send)", 1)+
		strings.TrimPrefix(body, "package main\n")))
	source, err := os.ReadFile(filepath.Join(module, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(module, "main.go"), []byte(strings.Replace(string(source), "import (", "import (\n\t\"example.com/jobs\"\n", 1)))
	jobs := t.TempDir()
	write(t, filepath.Join(jobs, "jobs.go"), []byte(`package jobs

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/chalice-go/chalice/app"
)

type handler = func(context.Context, json.RawMessage) (any, error)

func Register(a *app.App, h handler) { a.LambdaFunction(reported(h), app.Name("send")) }

func reported(h handler) handler {
	return func(ctx context.Context, in json.RawMessage) (any, error) {
		sns.New(sns.Options{}).Publish(ctx, &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:eu-west-1:1:t")})
		return h(ctx, in)
	}
}
`))
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(jobs, name), []byte(strings.Replace(string(data), "module programs", "module example.com/jobs", 1)))
	}
	requireChalice(t, jobs)
	goCommand(t, module, "mod", "edit", "-require=example.com/jobs@v0.0.0", "-replace=example.com/jobs="+jobs)
	requireChalice(t, module)
	work := filepath.Join(module, "go.work")
	write(t, work, []byte("go 1.26.0\n\nuse .\nuse "+jobs+"\n"))
	report, err := policy.Analyze(t.Context(), policy.Input{Dir: module, Env: []string{"GOWORK=" + work}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"sns:Publish", "sqs:SendMessage"}, actions(report.Functions["send"])); diff != "" {
		t.Errorf("actions (-want +got):\n%s\n%v", diff, report.Warnings)
	}
}

// TestExplained checks the way from a handler to a call.
func TestExplained(t *testing.T) {
	module := programModule(t, "testdata/programs/closures.txtar")
	report := analyze(t, policy.Input{Dir: filepath.Join(module, "closures")})
	var got []policy.Reason
	for _, a := range report.Functions["work"].Actions {
		if a.Name == "s3:PutObject" {
			got = a.Reasons
		}
	}
	want := []policy.Reason{{
		Operation: "s3.PutObject", File: "closures/main.go", Line: 56,
		Path: []policy.Step{
			{Function: "OnSQSMessage at closures/main.go:37", File: "closures/main.go", Line: 37},
			{Function: "main.work", File: "closures/main.go", Line: 37},
			{Function: "func literal in main.work", File: "closures/main.go", Line: 55},
		},
		Targets: []arn.Target{target("s3", "Bucket", "s3:object", constant("out-eu"))},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// TestCache has a report kept for as long as the source stays the same.
func TestCache(t *testing.T) {
	module := programModule(t)
	dir := filepath.Join(module, "cached")
	write(t, filepath.Join(dir, "main.go"), []byte(smallProgram))
	write(t, filepath.Join(dir, "body.go"), []byte(body))
	requireChalice(t, module)
	in := policy.Input{Dir: dir, Cache: t.TempDir()}
	first := analyze(t, in)
	start := time.Now()
	second := analyze(t, in)
	t.Logf("nothing changed: %v", time.Since(start))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the report that was kept differs (-want +got):\n%s", diff)
	}
	if files, _ := filepath.Glob(filepath.Join(in.Cache, "*.json")); len(files) != 1 {
		t.Errorf("the cache has %d reports", len(files))
	}
	write(t, filepath.Join(dir, "main.go"), []byte(strings.Replace(smallProgram, "SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(\"q\"), MessageBody: aws.String(body())}", "PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: aws.String(body())}", 1)))
	if diff := cmp.Diff([]string{"sqs:PurgeQueue"}, actions(analyze(t, in).Functions["send"])); diff != "" {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
}

// TestSameResult analyzes programs twice: the order of a map is in nothing.
func TestSameResult(t *testing.T) {
	module := programModule(t, "testdata/programs/middleware.txtar", "testdata/programs/generics.txtar")
	for _, name := range []string{"middleware", "generics"} {
		in := policy.Input{Dir: filepath.Join(module, name)}
		if diff := cmp.Diff(analyze(t, in), analyze(t, in)); diff != "" {
			t.Errorf("%s: the second time (-want +got):\n%s", name, diff)
		}
	}
}

// TestNoSDK has an app that doesn't link the SDK.
func TestNoSDK(t *testing.T) {
	in := policy.Input{Dir: filepath.Join("..", "..", "examples", "helloworld")}
	in.Registrations = []policy.Registration{{Function: "api_handler", File: "main.go", Line: 1, Handler: "main.index"}}
	report := analyze(t, in)
	if diff := cmp.Diff(map[string]*policy.Needs{"api_handler": {}}, report.Functions); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

// TestNoSDKButAnotherWay has apps that don't link the SDK, and call AWS nevertheless.
func TestNoSDKButAnotherWay(t *testing.T) {
	module := programModule(t)
	for name, body := range map[string]string{
		"extension": `http.Get("http://localhost:2773/secretsmanager/get?secretId=x")`,
		"command":   `exec.Command("aws", "s3", "ls").Run()`,
		"neither":   `http.Get("http://localhost/aws"); exec.Command("ls").Run()`,
	} {
		dir := filepath.Join(module, name)
		write(t, filepath.Join(dir, "main.go"), []byte(strings.NewReplacer(
			"BODY", body,
		).Replace(`package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os/exec"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

var (
	_ = http.Get
	_ = exec.Command
)

func main() {
	a := app.New("small")
	a.LambdaFunction(work)
	dispatch.Start(a)
}

func work(ctx context.Context, in json.RawMessage) (any, error) {
	BODY
	return nil, nil
}
`)))
	}
	requireChalice(t, module)
	for name, want := range map[string]bool{"extension": true, "command": true, "neither": false} {
		dir := filepath.Join(module, name)
		report := analyze(t, policy.Input{Dir: dir, Registrations: describe(t, dir)})
		if got := hasWarning(report, source.WarnOther); got != want || report.Functions["work"] == nil {
			t.Errorf("%s: a warning: %v, want %v", name, got, want)
		}
	}
}

// TestBegin: an analysis that begins without the registrations, with a list and digests
// that the caller has, gives the same report, and is kept under the same key.
func TestBegin(t *testing.T) {
	module := programModule(t)
	dir := filepath.Join(module, "begun")
	write(t, filepath.Join(dir, "main.go"), []byte(smallProgram))
	write(t, filepath.Join(dir, "body.go"), []byte(body))
	requireChalice(t, module)
	in := policy.Input{Dir: dir, Cache: t.TempDir(), Registrations: describe(t, dir)}
	first := analyze(t, in)
	in.Env = append(in.Env, analysisEnv...)
	list, err := golist.Find(t.Context(), func(ctx context.Context, stdout io.Writer, args []string) error {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir, c.Env, c.Stdout = dir, append(os.Environ(), in.Env...), stdout
		return c.Run()
	}, nil, ".")
	if err != nil {
		t.Fatal(err)
	}
	in.List = func(context.Context) (*golist.List, error) { return list, nil }
	digests := map[string]string{}
	for _, file := range []string{"main.go", "body.go"} {
		name := filepath.Join(dir, file)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		digests[name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	in.Digest = func(file string) (string, bool) {
		digest, known := digests[file]
		return digest, known
	}
	waited := 0
	in.Built = func(context.Context) error { waited++; return nil }
	for _, cache := range []string{in.Cache, "", t.TempDir()} {
		in.Cache, waited = cache, 0
		report, err := policy.Begin(t.Context(), in).Finish(in.Registrations)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, report); diff != "" {
			t.Errorf("the report differs (-want +got):\n%s", diff)
		}
	}
	if waited != 1 {
		t.Errorf("the analysis waits for the build %d times", waited)
	}
	if files, _ := filepath.Glob(filepath.Join(in.Cache, "*.json")); len(files) != 1 {
		t.Errorf("the cache has %d reports", len(files))
	}
	t.Run("without another run", func(t *testing.T) {
		waited = 0
		digests[filepath.Join(dir, "body.go")] = "changed" // so that the report doesn't count
		if report, err := policy.Begin(t.Context(), in).Finish(in.Registrations); err != nil || waited != 0 || !cmp.Equal(first, report) {
			t.Errorf("%v, %v; waited %d times", report, err, waited)
		}
	})
	t.Run("other registrations", func(t *testing.T) {
		none, err := policy.Begin(t.Context(), in).Finish(nil)
		if err != nil || cmp.Diff(actions(none.Functions["send"]), actions(first.Functions["send"])) != "" {
			t.Errorf("%v, %v", none, err)
		}
	})
	t.Run("failed build", func(t *testing.T) {
		in.Cache, in.Built = "", func(context.Context) error { return io.ErrClosedPipe }
		if _, err := policy.Begin(t.Context(), in).Finish(in.Registrations); !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
	})
}
