package deploy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	packager "github.com/chalice-go/chalice/package"
)

// stage is a project whose stage dev is deployed to an endpoint, with clients
// of AWS that see what is there independently of our code.
type stage struct {
	*testing.T
	dir    string
	app    string
	config aws.Config
	cfn    *cloudformation.Client
	lambda *lambda.Client
}

// newStage makes a project with an app of the test's own name. The app is a
// saved model, and its program does nothing.
func newStage(t *testing.T, functions string) *stage {
	t.Helper()
	t.Parallel() // each has a stack of its own
	return newStageAlone(t, functions)
}

// newStageAlone is newStage for a test that changes the environment of its
// process.
func newStageAlone(t *testing.T, functions string) *stage {
	t.Helper()
	endpointtest.Need(t)
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{
		T: t, dir: t.TempDir(), config: cfg, cfn: cloudformation.NewFromConfig(cfg), lambda: lambda.NewFromConfig(cfg),
		app: endpointtest.Name(t),
	}
	s.write("go.mod", "module example.com/shop\n\ngo 1.26\n")
	s.write("main.go", "package main\n\nfunc main() {}\n")
	s.configure(`{}`)
	s.model(functions)
	t.Cleanup(func() {
		_, _ = s.cfn.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: aws.String(s.stack())})
	})
	return s
}

func (s *stage) stack() string { return s.app + "-dev" }

func (s *stage) write(name, text string) {
	s.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		s.Fatal(err)
	}
}

// configure writes the stage's configuration.
func (s *stage) configure(block string) {
	s.write(".chalice/config.json", fmt.Sprintf(`{"version": "2.0", "app_name": %q, "lambda_architecture": "x86_64", "stages": {"dev": %s, "prod": {}}}`, s.app, block))
}

// model writes a model with functions.
func (s *stage) model(functions string) {
	s.write("model.json", fmt.Sprintf(`{"version": 1, "name": "shop", "functions": [%s]}`, functions))
}

// Functions for models, each registered on a line of its own.
const (
	work        = `{"name": "work", "kind": "lambda", "source": {"file": "main.go", "line": 7}}`
	report      = `{"name": "report", "kind": "lambda", "source": {"file": "main.go", "line": 9}}`
	reportReads = `{"name": "report", "kind": "lambda", "source": {"file": "main.go", "line": 9}, "allow": [{"actions": ["s3:GetObject"]}]}`
)

// input returns the input for a deployment of the stage that talks with a
// person.
func (s *stage) input(p *person) deploy.Input {
	return deploy.Input{
		Input: packager.Input{ProjectDir: s.dir, AppModel: filepath.Join(s.dir, "model.json"), NoAnalysis: true, Names: flags},
		User:  "ann@laptop", Talk: p,
	}
}

// flags returns a command's name of a field.
func flags(name string) string {
	switch name {
	case "Yes", "Parameters", "ContinueRollback", "Retain", "Skip":
		return "--" + strings.ToLower(name)
	}
	return name
}

// deploy deploys the stage, and answers every question with yes.
func (s *stage) deploy() *deploy.Outcome {
	s.Helper()
	o, err := deploy.Deploy(s.Context(), s.input(&person{answer: yes}))
	if err != nil {
		s.Fatalf("deploy: %v", err)
	}
	return o
}

// status returns the status of the stack, or "none".
func (s *stage) status() string {
	s.Helper()
	out, err := s.cfn.DescribeStacks(s.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(s.stack())})
	if err != nil {
		if strings.Contains(err.Error(), "does not exist") {
			return "none"
		}
		s.Fatal(err)
	}
	return string(out.Stacks[0].StackStatus)
}

func (s *stage) wantStatus(want string) {
	s.Helper()
	if got := s.status(); got != want {
		s.Errorf("the stack is in %s, want %s", got, want)
	}
}

// changeSets returns the number of change sets that nobody has executed.
func (s *stage) changeSets() int {
	s.Helper()
	out, err := s.cfn.ListChangeSets(s.Context(), &cloudformation.ListChangeSetsInput{StackName: aws.String(s.stack())})
	if err != nil {
		return 0
	}
	n := 0
	for _, set := range out.Summaries {
		if set.ExecutionStatus == "AVAILABLE" {
			n++
		}
	}
	return n
}

// conditions sets how the endpoint treats the stack, until the test ends; nil ends
// them.
func (s *stage) conditions(c map[string]any) {
	s.Helper()
	if c == nil {
		endpointtest.EndConditions(s.T, s.stack())
		return
	}
	body, err := json.Marshal(c)
	if err != nil {
		s.Fatal(err)
	}
	endpointtest.SetConditions(s.T, s.stack(), string(body))
	s.Cleanup(func() { s.conditions(nil) })
}

// codes returns the digests of the code that functions have, in base64, by
// name.
func (s *stage) codes(names ...string) map[string]string {
	s.Helper()
	all := map[string]string{}
	for _, name := range names {
		out, err := s.lambda.GetFunction(s.Context(), &lambda.GetFunctionInput{FunctionName: &name})
		if err != nil {
			s.Fatal(err)
		}
		all[name] = aws.ToString(out.Configuration.CodeSha256)
	}
	return all
}

// recorded returns the text of the stage's record, or "".
func (s *stage) recorded() string {
	data, err := os.ReadFile(filepath.Join(s.dir, ".chalice/deployed/dev.json"))
	if err != nil {
		return ""
	}
	return string(data)
}

// person is somebody who sees a deployment and answers.
type person struct {
	answer func(question string) (bool, error) // nil: nobody is there to answer
	event  func(stack.Event)                   // nil: nobody looks

	mu        sync.Mutex
	said      []string
	reviews   []*review.Review
	questions []string
}

func yes(string) (bool, error) { return true, nil }
func no(string) (bool, error)  { return false, nil }

func (p *person) Note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said = append(p.said, text)
}

func (p *person) Step(label string) deploy.Step {
	p.Note(label)
	return step{}
}

func (p *person) Review(r *review.Review) { p.reviews = append(p.reviews, r) }

func (p *person) Ask(ctx context.Context, question string) (bool, error) {
	p.questions = append(p.questions, question)
	if p.answer == nil {
		return false, deploy.ErrNobody
	}
	return p.answer(question)
}

func (p *person) Watch(string, int) deploy.Watch { return watching{p} }

type watching struct{ *person }

func (w watching) Event(e stack.Event) {
	if w.event != nil {
		w.event(e)
	}
}

func (watching) End() {}

type step struct{}

func (step) Meter(int64, int64) {}
func (step) Done(string)        {}
func (step) Stop()              {}

// wantError checks the text of an error.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got the error %v, want %s", err, want)
	}
}

// as returns an error as one of a type, and fails if it isn't one.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	target, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got the error %v, want a %T", err, target)
	}
	return target
}
