package devserver_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

const worker = `package main

import (
	"context"
	"encoding/json"
	"os"
	"strconv"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	if limit, ok := os.LookupEnv("LIMIT"); ok {
		if _, err := strconv.Atoi(limit); err != nil {
			panic(err)
		}
	}
	a := app.New("shop")
	a.OnSQSMessage(os.Getenv("QUEUE"), work)
	a.OnSQSMessage("other", work, app.Name("other"))
	a.LambdaFunction(report)
	dispatch.Start(a)
}

func work(context.Context, *app.SQSEvent) error { return nil }

func report(context.Context, json.RawMessage) (any, error) {
	value, set := os.LookupEnv("QUEUE")
	return []any{value, set}, nil
}
`

// TestDeployedSources: a queue that only the deployed app knows has a made-up name
// here, which no function sees and nobody polls, unless the env-file says which it is.
func TestDeployedSources(t *testing.T) {
	dir := project(t, map[string]string{
		"main.go":              worker,
		".chalice/config.json": `{"version": "2.0", "app_name": "shop", "environment_variables": {"QUEUE": {"Fn::GetAtt": ["Jobs", "Arn"]}, "LIMIT": {"Ref": "Limit"}}}`,
		"merge.yaml":           "Parameters: {Limit: {Type: Number}}\nResources: {Jobs: {Type: AWS::SQS::Queue}}\n",
	})
	const known = "arn:aws:sqs:eu-west-1:123456789012:jobs"
	for name, tc := range map[string]struct {
		envFile, queue, sees string
		polled               []string
		warns                bool
	}{
		"only deployed":   {"", "arn:aws:sqs:us-east-1:123456789012:Jobs", `["",false]`, []string{"other"}, true},
		"in the env-file": {"QUEUE=" + known + "\n", known, `["` + known + `",true]`, []string{"jobs", "other"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			queues := newQueues(t)
			o := devserver.Options{ProjectDir: dir, EndpointURL: queues.URL, MergeTemplate: filepath.Join(dir, "merge.yaml")}
			if tc.envFile != "" {
				o.EnvFile = envFile(t, tc.envFile)
			}
			s := devservertest.Serve(t, o)
			g, err := s.Await(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := source(g).SQS.QueueARN; got != tc.queue {
				t.Errorf("the queue is %q, want %q", got, tc.queue)
			}
			answer, err := g.Invoke(t.Context(), "report", []byte("{}"))
			if err != nil || string(answer) != tc.sees {
				t.Errorf("the function sees %s, %v; want %s", answer, err, tc.sees)
			}
			queues.want(t, tc.polled...)
			const warning = "nothing here polls for work: what its events come from is known only when the app is deployed; set QUEUE in a file, and name that with --env-file"
			if got := strings.Contains(printed(s), warning); got != tc.warns {
				t.Errorf("warned: %t, want %t\n%s", got, tc.warns, printed(s))
			}
			if text := printed(s); strings.Contains(text, "standin") || strings.Contains(text, "Token[") {
				t.Errorf("a stand-in was printed:\n%s", text)
			}
		})
	}
}

// source returns the function work.
func source(g *devserver.Generation) *app.FunctionModel {
	i := slices.IndexFunc(g.Model.Functions, func(f app.FunctionModel) bool { return f.Name == "work" })
	return &g.Model.Functions[i]
}

// queues is an SQS without queues that remembers which were asked for.
type queues struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]bool
}

func newQueues(t *testing.T) *queues {
	t.Helper()
	q := &queues{asked: map[string]bool{}}
	q.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ QueueName string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		q.mu.Lock()
		q.asked[request.QueueName] = true
		q.mu.Unlock()
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "there is none"}`)
	}))
	t.Cleanup(q.Close)
	return q
}

// want waits until queues were asked for, and makes sure that no others were.
func (q *queues) want(t *testing.T, names ...string) {
	t.Helper()
	asked := func() []string {
		q.mu.Lock()
		defer q.mu.Unlock()
		return slices.Sorted(maps.Keys(q.asked))
	}
	for deadline := time.Now().Add(10 * time.Second); len(asked()) < len(names) && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if diff := cmp.Diff(names, asked()); diff != "" {
		t.Errorf("queues that were asked for (-want +got)\n%s", diff)
	}
}
