package policy_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
)

// startProgram calls the SDK when it starts, in each of the ways that Go has for that.
const startProgram = `package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

var (
	cfg, _  = config.LoadDefaultConfig(context.Background())
	queues  = sqs.NewFromConfig(cfg)
	list, _ = queues.ListQueues(context.Background(), nil)
	_       = purge()
)

func purge() error {
	_, err := queues.PurgeQueue(context.Background(), &sqs.PurgeQueueInput{})
	return err
}

func init() {
	queues.TagQueue(context.Background(), &sqs.TagQueueInput{})
}

func main() {
	queues.DeleteQueue(context.Background(), &sqs.DeleteQueueInput{})
	a := app.New("start")
	a.LambdaFunction(plain)
	dispatch.Start(a)
}

func plain(ctx context.Context, in json.RawMessage) (any, error) { return nil, nil }
`

// TestExplainStart explains what a program does when it starts: each step has a place.
func TestExplainStart(t *testing.T) {
	module := programModule(t, "testdata/programs/handed.txtar")
	write(t, filepath.Join(module, "start", "main.go"), []byte(startProgram))
	requireChalice(t, module)
	start := analyze(t, policy.Input{Dir: filepath.Join(module, "start")})
	handed := analyze(t, policy.Input{Dir: filepath.Join(module, "handed")})
	for _, tc := range []struct {
		needs  *policy.Needs
		action string
		want   []string
	}{
		{start.Functions["plain"], "sqs:ListQueues", []string{"start/main.go:17: variables of package programs/start"}},
		{start.Functions["plain"], "sqs:PurgeQueue", []string{"start/main.go:18: variables of package programs/start", "start/main.go:18: main.purge"}},
		{start.Functions["plain"], "sqs:TagQueue", []string{"start/main.go:26: init of package programs/start"}},
		{start.Functions["plain"], "sqs:DeleteQueue", []string{"start/main.go:30: main.main"}},
		{handed.Functions["check"], "rds-data:ExecuteStatement", []string{
			"handed/main.go:43: LambdaFunction at handed/main.go:43", "handed/main.go:43: main.check", "handed/main.go:83: sql.(*DB).PingContext",
			"handed/driver/driver.go:13: init of package programs/handed/driver", "handed/driver/driver.go:13: driver.dataAPI.Open",
			"handed/driver/driver.go:22: driver.(*conn).Ping",
		}},
	} {
		var got []string
		for _, a := range tc.needs.Actions {
			if a.Name == tc.action {
				for _, s := range a.Reasons[0].Path {
					got = append(got, fmt.Sprintf("%s:%d: %s", s.File, s.Line, s.Function))
				}
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.action, diff)
		}
	}
}
