package review_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	packager "github.com/chalice-go/chalice/package"
)

// shop is an app with every kind of event, in the form of its program's model.
const shop = `{"version": 1, "name": "shop",
"authorizers": [{"name": "check", "type": "builtin", "source": {"file": "main.go", "line": 1}}],
"routes": [{"path": "/", "source": {"file": "main.go", "line": 2}},
	{"path": "/orders", "methods": ["GET", "POST"], "authorizer": "check", "source": {"file": "main.go", "line": 3}}],
"functions": [
{"name": "tick", "kind": "schedule", "schedule": {"expression": "rate(1 hour)"}, "source": {"file": "main.go", "line": 4}},
{"name": "work", "kind": "sqs", "sqs": {"queue": "jobs"}, "source": {"file": "main.go", "line": 5}, "allow": [{"actions": ["ses:SendEmail"], "resources": ["*"]}]},
{"name": "resize", "kind": "s3", "s3": {"bucket": "media"}, "source": {"file": "main.go", "line": 6}},
{"name": "noon", "kind": "schedule", "schedule": {"expression": "cron(0 12 * * ? *)", "dead_letter_queue": "arn:aws:sqs:eu-west-1:123456789012:dead",
	"scheduler": {"timezone": "Europe/Paris"}}, "source": {"file": "main.go", "line": 8}},
{"name": "opened", "kind": "ws_connect", "source": {"file": "main.go", "line": 7}}]}`

// packed packages a model for CloudFormation.
func packed(t *testing.T, description string, overrides map[string]any) (packager.Output, *review.Stack) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "model.json")
	if err := os.WriteFile(file, []byte(description), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := packager.Build(t.Context(), packager.Input{
		ProjectDir: dir, NoConfig: true, AppModel: file, TemplateOnly: true, Out: filepath.Join(dir, "out"),
		PackageFormat: packager.CloudFormation, Overrides: overrides, Version: "1.0.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	var files []review.File
	for _, path := range append([]string{out.Template}, out.Parts...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, review.File{Name: filepath.Base(path), Data: data})
	}
	s, err := review.ReadStack(files)
	if err != nil {
		t.Fatal(err)
	}
	return out, s
}

// needing adds calls of AWS to the functions of a package.
func needing(out packager.Output) packager.Output {
	needs := func(action, operation string, line int) *packager.FunctionPolicy {
		call := packager.Call{Operation: operation, Source: app.Source{File: "db.go", Line: line}}
		return &packager.FunctionPolicy{Needs: []packager.Need{{Action: action, Calls: []packager.Call{call}}}}
	}
	out.Policies = &packager.Policies{Functions: map[string]*packager.FunctionPolicy{
		"api_handler": needs("s3:GetObject", "s3.GetObject", 42),
		"work":        needs("sqs:DeleteMessage", "sqs.DeleteMessage", 7),
	}}
	return out
}

// TestFirstDeployment: everything is new, and the review summarizes that in a
// few lines.
func TestFirstDeployment(t *testing.T) {
	out, s := packed(t, shop, map[string]any{"iam_roles": "per_function"})
	r := review.Of(review.Input{Changes: review.Compare(nil, s), After: s, Origins: review.Explain(needing(out))})
	if !r.First || r.Empty() || r.Outputs != nil {
		t.Errorf("got %+v", r)
	}
	for _, row := range r.Rows {
		if row.Action != review.Added || len(row.Properties) > 0 {
			t.Errorf("got %+v", row)
		}
	}
	const streams = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/"
	logs := func(function, id string) string {
		return function + ": logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on " + streams + "${" + id + "}:* (writes its logs)"
	}
	want := []string{
		logs("api_handler", "APIHandler"),
		"BucketNotifier: logs:CreateLogStream, logs:PutLogEvents on ${BucketNotifierLogGroup.Arn} (writes its logs)",
		"BucketNotifier: s3:GetBucketNotification, s3:PutBucketNotification on arn:${AWS::Partition}:s3:::media (main.go:6)",
		"NoonScheduleRole: lambda:InvokeFunction on ${Noon.Arn} (main.go:8 EventBridge Scheduler calls it)",
		"NoonScheduleRole: sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:dead (main.go:8 EventBridge Scheduler sends there what it can't deliver)",
		logs("check", "Check"), logs("noon", "Noon"), logs("resize", "Resize"), logs("tick", "Tick"),
		"websocket_connect: execute-api:ManageConnections on arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPI}/api/*/@connections/* (posts to websocket connections)",
		logs("websocket_connect", "WebsocketConnect"),
		"work: ses:SendEmail on * (main.go:5 app.Allow)",
		"work: sqs:DeleteMessage on arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs (db.go:7 sqs.DeleteMessage; main.go:5 Lambda polls its queue)",
		"work: sqs:GetQueueAttributes, sqs:ReceiveMessage on arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs (main.go:5 Lambda polls its queue)",
		logs("work", "Work"),
	}
	got := grantLines(r.Widened)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	public := []string{
		"RestAPI: anyone can call it without credentials: GET / (main.go:2)",
		"WebsocketAPI: anyone can connect to it without credentials",
	}
	if diff := cmp.Diff(public, exposureLines(r.Exposed)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestOptionsOfPollers: keys and destinations of failures are those that a registration
// names, with both kinds of roles.
func TestOptionsOfPollers(t *testing.T) {
	const polling = `{"version": 1, "name": "shop", "functions": [
		{"name": "work", "kind": "sqs", "sqs": {"queue": "jobs", "source_key": "arn:aws:kms:eu-west-1:123456789012:key/jobs"}, "source": {"file": "main.go", "line": 5}},
		{"name": "clicks", "kind": "kinesis", "kinesis": {"stream": "clicks", "retry": {"maximum_attempts": 1}, "on_failure": "arn:aws:s3:::dead-letters",
			"failure_key": "arn:aws:kms:eu-west-1:123456789012:key/dead"}, "source": {"file": "main.go", "line": 6}},
		{"name": "plain", "kind": "sqs", "sqs": {"queue": "plain"}, "source": {"file": "main.go", "line": 7},
			"allow": [{"actions": ["kms:Decrypt"], "resources": ["arn:aws:kms:eu-west-1:123456789012:key/plain"]}]}]}`
	for roles, who := range map[string][3]string{
		"per_function": {"work", "clicks", "plain"},
		"shared":       {"clicks, plain, work", "clicks, plain, work", "clicks, plain, work"},
	} {
		out, s := packed(t, polling, map[string]any{"iam_roles": roles})
		r := review.Of(review.Input{Changes: review.Compare(nil, s), After: s, Origins: review.Explain(out)})
		var got []string
		for _, line := range grantLines(r.Widened) {
			if strings.Contains(line, "kms:") || strings.Contains(line, "dead-letters") {
				got = append(got, line)
			}
		}
		reads := "main.go:5 Lambda decrypts with it what it polls"
		if roles == "shared" { // by any of its functions that Lambda polls for, and by who asks for the action
			reads = "main.go:5 Lambda decrypts with it what it polls; main.go:6 Lambda decrypts with it what it polls; main.go:7 Lambda decrypts with it what it polls; main.go:7 app.Allow"
		}
		want := []string{
			who[0] + ": kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/jobs (" + reads + ")",
			who[2] + ": kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/plain (main.go:7 app.Allow)",
			who[1] + ": kms:GenerateDataKey on arn:aws:kms:eu-west-1:123456789012:key/dead (main.go:6 Lambda encrypts with it what it gives up)",
			who[1] + ": s3:ListBucket on arn:aws:s3:::dead-letters (main.go:6 Lambda sends it what it gives up)",
			who[1] + ": s3:PutObject on arn:aws:s3:::dead-letters/* (main.go:6 Lambda sends it what it gives up)",
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want -, got +\n%s", roles, diff)
		}
	}
}

// TestAsynchronousInvocations: what is sent about the invocations of a function is why its
// role may send there, also where a policy apart from the role says so.
func TestAsynchronousInvocations(t *testing.T) {
	const functions = `{"version": 1, "name": "shop", "functions": [
		{"name": "work", "kind": "lambda", "source": {"file": "main.go", "line": 5}},
		{"name": "sorry", "kind": "lambda", "source": {"file": "main.go", "line": 6}}]}`
	for _, roles := range []string{"per_function", "shared"} {
		out, s := packed(t, functions, map[string]any{"iam_roles": roles, "lambda_functions": map[string]any{"work": map[string]any{
			"dead_letter_target": "arn:aws:sqs:eu-west-1:123456789012:dead", "on_failure": "arn:aws:s3:::failed",
			"on_success": map[string]any{"Fn::GetAtt": []any{"Sorry", "Arn"}},
		}}})
		r := review.Of(review.Input{Changes: review.Compare(nil, s), After: s, Origins: review.Explain(out)})
		who := map[string]string{"per_function": "work", "shared": "sorry, work"}[roles]
		var got []string
		for _, line := range grantLines(r.Widened) {
			if !strings.Contains(line, "logs:") {
				got = append(got, line)
			}
		}
		slices.Sort(got)
		want := []string{
			who + ": lambda:InvokeFunction on ${Sorry.Arn} (main.go:5 Lambda sends it what becomes of asynchronous invocations)",
			who + ": s3:ListBucket on arn:aws:s3:::failed (main.go:5 Lambda sends it what becomes of asynchronous invocations)",
			who + ": s3:PutObject on arn:aws:s3:::failed/* (main.go:5 Lambda sends it what becomes of asynchronous invocations)",
			who + ": sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:dead (main.go:5 Lambda sends it the events that it gives up)",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want -, got +\n%s", roles, diff)
		}
	}
}

// TestChangedOptionsOfPollers: another time to start at is another poller, which is asked
// about; all else changes the one that is there.
func TestChangedOptionsOfPollers(t *testing.T) {
	const starting = `{"version": 1, "name": "shop", "functions": [{"name": "clicks", "kind": "kinesis", "kinesis": {"stream": "clicks",
		"starting_position": "AT_TIMESTAMP", "starting_position_timestamp": "2024-05-01T00:00:00Z", "retry": {"maximum_attempts": 1},
		"filters": [{"data": {"page": ["/"]}}], "on_failure": "arn:aws:sqs:eu-west-1:123456789012:dead"}, "source": {"file": "main.go", "line": 6}}]}`
	_, before := packed(t, starting, nil)
	for name, tc := range map[string]struct {
		old, new string
		want     []string
		asks     int
	}{
		"the time": {"2024-05-01", "2024-05-02", []string{"replaced ClicksClicksKinesisEventSource", "  StartingPositionTimestamp: 1714521600 -> 1714608000 replaces"}, 1},
		"a filter": {`["/"]`, `["/shop"]`, []string{"changed ClicksClicksKinesisEventSource",
			`  FilterCriteria.Filters.0.Pattern: {"data":{"page":["/"]}} -> {"data":{"page":["/shop"]}}`}, 0},
		"retries":      {`"maximum_attempts": 1`, `"maximum_age_in_seconds": 60`, []string{"changed ClicksClicksKinesisEventSource", "  MaximumRecordAgeInSeconds:  -> 60", "  MaximumRetryAttempts: 1 -> "}, 0},
		"whether":      {`"retry":`, `"disabled": true, "retry":`, []string{"changed ClicksClicksKinesisEventSource", "  Enabled:  -> false"}, 0},
		"other halves": {`"retry":`, `"bisect": true, "parallelization_factor": 2, "retry":`, []string{"changed ClicksClicksKinesisEventSource", "  BisectBatchOnFunctionError:  -> true", "  ParallelizationFactor:  -> 2"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			out, after := packed(t, strings.Replace(starting, tc.old, tc.new, 1), nil)
			r := review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after, Origins: review.Explain(out)})
			if diff := cmp.Diff(tc.want, rowLines(r.Rows)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if len(r.Questions()) != tc.asks {
				t.Errorf("%d questions: %v", len(r.Questions()), r.Questions())
			}
		})
	}
}

// TestRolesOfTheirOwn: if each function gets a role of its own, nobody gets new
// permissions, but for additional statements of the framework.
func TestRolesOfTheirOwn(t *testing.T) {
	_, before := packed(t, shop, map[string]any{"iam_roles": "shared"})
	out, after := packed(t, shop, map[string]any{"iam_roles": "per_function"})
	r := review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after, Origins: review.Explain(out)})
	if got := grantLines(r.Widened); got != nil {
		t.Errorf("permissions widen:\n%s", strings.Join(got, "\n"))
	}
	// The other way round, every function gets all permissions.
	back := review.Of(review.Input{Before: after, After: before, Origins: review.Explain(out)})
	const everybody = "api_handler, check, noon, resize, tick, websocket_connect"
	if got := grantLines(back.Widened); !slices.Contains(got, everybody+": ses:SendEmail on * (main.go:5 app.Allow)") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestIntoNestedStacks: functions that move into a nested stack are made again,
// and have the same permissions as before.
func TestIntoNestedStacks(t *testing.T) {
	_, before := packed(t, shop, map[string]any{"nested_stacks": 0})
	out, after := packed(t, shop, map[string]any{"nested_stacks": 1})
	r := review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after, Origins: review.Explain(out)})
	moved := 0
	for _, row := range r.Rows {
		if row.Moved {
			moved++
		} else if row.LogicalID != "FunctionsStack01" {
			t.Errorf("got %+v", row)
		}
	}
	if moved < 5 {
		t.Errorf("%d resources move:\n%s", moved, strings.Join(rowLines(r.Rows), "\n"))
	}
	if len(r.Widened)+len(r.Exposed)+len(r.Outputs) > 0 {
		t.Errorf("got %v, %v, %v", grantLines(r.Widened), r.Exposed, r.Outputs)
	}
}

// TestRowsOfAnApp: rows say which registration they are about, and a changed
// route is a new deployment without a question.
func TestRowsOfAnApp(t *testing.T) {
	_, before := packed(t, shop, nil)
	out, after := packed(t, strings.NewReplacer(`"/orders"`, `"/sales"`, "rate(1 hour)", "rate(2 hours)").Replace(shop), nil)
	r := review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after, Origins: review.Explain(out)})
	var got []string
	for _, row := range r.Rows {
		id, digest, _ := strings.Cut(row.LogicalID, "Deployment")
		line := string(row.Action) + " " + id
		if digest != "" {
			line += "Deployment"
		}
		if row.Source != nil {
			line += fmt.Sprintf(" %s:%d", row.Source.File, row.Source.Line)
		}
		got = append(got, line)
	}
	want := []string{
		"added RestAPIDeployment main.go:2", "changed RestAPI main.go:2", "changed RestAPIapiStage main.go:2",
		"changed TickTickEvent main.go:4", "removed RestAPIDeployment",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if questions := r.Questions(); questions != nil {
		t.Errorf("got %v", questions)
	}
}
