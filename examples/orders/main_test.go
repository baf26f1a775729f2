package main

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/apptest"
)

var cloud fakeAWS

// TestMain starts an AWS for all tests, since the program reads its address
// only once.
func TestMain(m *testing.M) {
	server := httptest.NewServer(&cloud)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL":      server.URL,
		"AWS_REGION":            "eu-west-1",
		"AWS_ACCESS_KEY_ID":     "key",
		"AWS_SECRET_ACCESS_KEY": "secret",
		// The configuration has intrinsics for these.
		"ORDERS_QUEUE_URL":  "https://sqs.example/orders",
		"SHIPPED_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:shipped",
		"REPORTS_BUCKET":    "reports",
	} {
		os.Setenv(name, value)
	}
	m.Run()
	server.Close()
}

func TestBadOrders(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	for name, body := range map[string]string{
		"no id":    `{"items": 1}`,
		"no items": `{"id": "a"}`,
		"no JSON":  `two of those`,
	} {
		t.Run(name, func(t *testing.T) {
			got := client.HTTP.Post("/orders", apptest.Body(body), apptest.Header("Content-Type", "application/json"))
			if got.Status != http.StatusBadRequest {
				t.Errorf("got %d %s", got.Status, got.Text())
			}
			cloud.check(t)
		})
	}
}

// TestFunctions compares what the functions call in AWS. Whether their roles
// allow it is tested by make conformance.
func TestFunctions(t *testing.T) {
	client := apptest.NewClient(t, newApp())

	t.Run("an order", func(t *testing.T) {
		got := client.HTTP.Post("/orders", apptest.JSON(Order{ID: "a", Items: 2}))
		if want := `{"id":"a","items":2}`; got.Status != http.StatusAccepted || got.Text() != want {
			t.Errorf("got %d %s", got.Status, got.Text())
		}
		cloud.check(t, "DynamoDB PutItem", "SQS SendMessage")
	})
	for name, tc := range map[string]struct {
		function string
		event    json.RawMessage
		want     string
		calls    []string
	}{
		"a message": {"ship", client.Events.SQS("orders", `{"id": "a"}`), `{"batchItemFailures":[]}`, []string{"SNS Publish", "DynamoDB UpdateItem"}},
		"the night": {"count", client.Events.Schedule(), "null", []string{"DynamoDB Scan", "PUT /reports/reports/latest.txt: 2 orders\n"}},
		"a report":  {"report", json.RawMessage("{}"), `{"bytes":9}`, []string{"GET /reports/reports/latest.txt: "}},
		"a batch": {"ship", client.Events.SQS("orders", `{"id": "a"}`, `{"id": 7}`, `{"id": "b"}`), `{"batchItemFailures":[{"itemIdentifier":"message-id-2"}]}`,
			[]string{"SNS Publish", "DynamoDB UpdateItem", "SNS Publish", "DynamoDB UpdateItem"}},
		"a bad message": {"ship", client.Events.SQS("orders", "?"), `{"batchItemFailures":[{"itemIdentifier":"ID"}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client.Lambda.Invoke(tc.function, tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != strings.Replace(tc.want, "ID", messageID(tc.event), 1) {
				t.Errorf("got %s, want %s", got.Text(), tc.want)
			}
			cloud.check(t, tc.calls...)
		})
	}
}

// messageID returns the id of the first message of an event.
func messageID(event json.RawMessage) string {
	var batch struct {
		Records []struct{ MessageID string }
	}
	if json.Unmarshal(event, &batch) != nil || len(batch.Records) == 0 {
		return ""
	}
	return batch.Records[0].MessageID
}

// fakeAWS answers as AWS does if all is well, and records the calls.
type fakeAWS struct {
	mu    sync.Mutex
	calls []string
}

// check compares the calls since the last check.
func (f *fakeAWS) check(t *testing.T, want ...string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if diff := cmp.Diff(want, f.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	f.calls = nil
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	target := r.Header.Get("X-Amz-Target")
	switch service, operation, _ := strings.Cut(target, "."); {
	case target == "AmazonSQS.SendMessage":
		f.calls = append(f.calls, "SQS SendMessage")
		var in struct{ MessageBody string }
		json.Unmarshal(body, &in)
		fmt.Fprintf(w, `{"MessageId": "1", "MD5OfMessageBody": "%x"}`, md5.Sum([]byte(in.MessageBody)))
	case strings.HasPrefix(service, "DynamoDB_"):
		f.calls = append(f.calls, "DynamoDB "+operation)
		io.WriteString(w, `{"Items": [{}, {}]}`)
	case strings.HasPrefix(string(body), "Action=Publish"):
		f.calls = append(f.calls, "SNS Publish")
		io.WriteString(w, "<PublishResponse><PublishResult/></PublishResponse>")
	default: // S3 has the operation in the path
		f.calls = append(f.calls, fmt.Sprintf("%s %s: %s", r.Method, r.URL.Path, body))
		io.WriteString(w, "2 orders\n")
	}
}
