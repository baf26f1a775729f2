package apptest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// Events makes events as AWS sends them, for [Client.Deliver] and [Lambda.Invoke]. Members
// that a test doesn't set have fixed values.
type Events struct{ t testing.TB }

// object is a JSON object.
type object = map[string]any

// event encodes a value. Only the parts that a test passed can fail to encode.
func (e *Events) event(v any) json.RawMessage {
	e.t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		e.t.Errorf("make an event: %v", err)
		return json.RawMessage("null")
	}
	return data
}

func records(all ...object) object { return object{"Records": all} }

const (
	region  = "us-west-2"
	account = "12345"
)

// arn returns a name that is an ARN as it is, and makes an ARN of any other.
func arn(service, region, account, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, name)
}

// numbered gives records different names, so that a handler can report one of
// them as failed.
func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}
