package delivery_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// written is an event of a log group, with a message for each id.
func written(t *testing.T, group string, messages ...string) string {
	t.Helper()
	var all []string
	for i, m := range messages {
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf(`{"id":"e%d","timestamp":1440442987000,"message":%s}`, i, text))
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintf(z, `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":%q,"logStream":"s","subscriptionFilters":["f"],"logEvents":[%s]}`, group, strings.Join(all, ","))
	z.Close()
	return fmt.Sprintf(`{"awslogs":{"data":%q}}`, base64.StdEncoding.EncodeToString(b.Bytes()))
}

// read returns the events of a log that a function gets.
func read(t *testing.T, event []byte) string {
	t.Helper()
	var e struct {
		Logs struct{ Data []byte } `json:"awslogs"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(e.Logs.Data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Group  string `json:"logGroup"`
		Owner  string
		Events json.RawMessage `json:"logEvents"`
	}
	if err := json.Unmarshal(text, &data); err != nil || data.Owner != "1" {
		t.Fatalf("%v: %s", err, text)
	}
	return data.Group + " " + string(data.Events)
}

// TestLogs: a filter pattern selects events of a log, and extracts words of them.
func TestLogs(t *testing.T) {
	for name, tc := range map[string]struct {
		pattern, event, want, why string
		filtered                  []string
	}{
		"all":           {``, written(t, "/app", "a", "b"), `/app [{"id":"e0","timestamp":1440442987000,"message":"a"},{"id":"e1","timestamp":1440442987000,"message":"b"}]`, "", nil},
		"some":          {`ERROR`, written(t, "/app", "INFO a", "ERROR b"), `/app [{"id":"e1","timestamp":1440442987000,"message":"ERROR b"}]`, "", []string{"e0"}},
		"words":         {`[level=ERROR, what]`, written(t, "/app", "ERROR b"), `/app [{"extractedFields":{"$level":"ERROR","$what":"b"},"id":"e0","message":"ERROR b","timestamp":1440442987000}]`, "", nil},
		"none":          {`{ $.level = "ERROR" }`, written(t, "/app", `{"level":"INFO"}`, "a"), "", `its FilterPattern { $.level = "ERROR" } matches none of the 2 events`, []string{"e0", "e1"}},
		"not the only":  {`ERROR`, written(t, "/app", "a"), "", `its FilterPattern ERROR doesn't match the event`, []string{"e0"}},
		"another group": {``, written(t, "/other", "a"), "", "it is for the log group /app, and these are events of /other", nil},
		"no data":       {``, `{"awslogs":{"data":"e30="}}`, "", "the event has nothing of a log group: decode awslogs.data: it is not in the format of gzip", nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := function(t, fmt.Sprintf(`{"kind":"logs","logs":{"group":"/app","filter_pattern":%q}}`, tc.pattern))
			all := open(t, f).Route(parse(t, tc.event))
			if len(all) != 1 || all[0].Why != tc.why || !slices.Equal(all[0].Filtered, tc.filtered) {
				t.Fatalf("got %+v, want %q, %q", all, tc.why, tc.filtered)
			}
			got := ""
			for _, p := range all[0].Payloads {
				got += read(t, p.Event)
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
