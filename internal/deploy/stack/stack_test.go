package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

const queues = `{
  "Parameters": {"Delay": {"Type": "String", "Default": "1"}, "Stage": {"Type": "String", "Default": "dev"}},
  "Resources": {
    "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}},
    "News": {"Type": "AWS::SNS::Topic"}
  },
  "Outputs": {"Queue": {"Value": {"Ref": "Jobs"}, "Description": "where jobs go"}, "Stage": {"Value": {"Ref": "Stage"}}}
}`

func TestLifecycle(t *testing.T) {
	e := newEndpoint(t)
	name := e.name(t)
	change := stack.Change{
		Stack: name, Body: []byte(queues), Description: "test by me@here",
		Parameters: map[string]string{"Delay": "7", "Stage": "prod"}, Tags: map[string]string{"app": "test"},
	}
	set := e.prepare(t, change)
	if set.Kind != stack.Create || len(set.Changes) != 2 || set.Changes[0].Action != "Add" || set.Empty {
		t.Errorf("change set: %+v", set)
	}
	created, events, err := follow(t, e.execute(t, set))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		". CREATE_IN_PROGRESS",
		"Jobs CREATE_IN_PROGRESS", "Jobs CREATE_COMPLETE", "News CREATE_IN_PROGRESS", "News CREATE_COMPLETE",
		". CREATE_COMPLETE",
	}
	if diff := cmp.Diff(want, lines(events)); diff != "" {
		t.Error(diff)
	}
	if created.Status != "CREATE_COMPLETE" || len(created.Outputs) != 2 || created.Outputs[1].Value != "prod" || created.Tags["app"] != "test" {
		t.Errorf("created: %+v", created)
	}

	deletion, err := e.Delete(t.Context(), created, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	gone, events, err := follow(t, deletion)
	if err != nil || gone.Status != "DELETE_COMPLETE" || len(events) == 0 {
		t.Errorf("deleted: %+v, %v, %v", gone, events, err)
	}
	if got := e.status(t, name); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
	if found, err := e.Find(t.Context(), created.ID); found != nil || err != nil {
		t.Errorf("found %+v, %v", found, err)
	}
}
