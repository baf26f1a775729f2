package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

const queues = `{
  "Parameters": {"Delay": {"Type": "String", "Default": "1"}, "Stage": {"Type": "String", "Default": "dev"}},
  "Resources": {
    "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}},
    "News": {"Type": "AWS::SNS::Topic", "DependsOn": "Jobs"}
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
	told := lines(events)
	if told[0] != ". CREATE_IN_PROGRESS" || told[len(told)-1] != ". CREATE_COMPLETE" || !slices.Contains(told, "Jobs CREATE_COMPLETE") {
		t.Errorf("events: %v", told)
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

// A parameter without a given value keeps its own, and one that the template
// doesn't have anymore is no error.
func TestParameters(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues), Parameters: map[string]string{"Delay": "7", "Stage": "prod"}}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Parameters = map[string]string{"Delay": "8"}
	s, _, err := e.deploy(t, change)
	if err != nil || s.Status != "UPDATE_COMPLETE" {
		t.Fatalf("%+v, %v", s, err)
	}
	if diff := cmp.Diff(map[string]string{"Delay": "8", "Stage": "prod"}, s.Parameters); diff != "" {
		t.Error(diff)
	}
	change.Parameters = nil
	change.Body = []byte(`{"Parameters": {"Delay": {"Type": "String"}}, "Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}}}`)
	if s, _, err = e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"Delay": "8"}, s.Parameters); diff != "" {
		t.Error(diff)
	}
	change.Parameters = map[string]string{"Stage": "prod", "Delay": "1", "Colour": "red"}
	_, err = e.Prepare(t.Context(), change)
	if want := "change set for stack " + s.Name + ": the template has no parameter Colour, Stage; it has Delay"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEmptyChange(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	before := e.changeSets(t, change.Stack)
	set := e.prepare(t, change)
	if !set.Empty || len(set.Changes) != 0 {
		t.Errorf("got %+v", set)
	}
	if err := e.Discard(t.Context(), set); err != nil {
		t.Error(err)
	}
	if got := e.status(t, change.Stack); got != "CREATE_COMPLETE" {
		t.Errorf("the stack is in %s", got)
	}
	endpointtest.SetConditions(t, change.Stack, `{}`) // other endpoints list the change sets of all stacks
	if n := e.changeSets(t, change.Stack); n > before {
		t.Errorf("%d change sets stay", n-before)
	}
}

// A change of something other than resources is a change as well.
func TestOutputsChange(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Body = []byte(strings.Replace(queues, `"Value": {"Ref": "Stage"}`, `"Value": "no stage"`, 1))
	set := e.prepare(t, change)
	if set.Empty {
		t.Fatal("it is said to be empty")
	}
	if _, _, err := follow(t, e.execute(t, set)); err != nil {
		t.Fatal(err)
	}
	if got := e.outputs(t, change.Stack)["Stage"]; got != "no stage" {
		t.Errorf("the output is %q", got)
	}
}

func TestPropertyValues(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{"page": 1}`)
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Parameters = map[string]string{"Delay": "9"}
	change.Body = []byte(strings.Replace(queues, `"DependsOn": "Jobs"`, `"Properties": {"TopicName": "`+change.Stack+`"}`, 1))
	set := e.prepare(t, change)
	byID := map[string]stack.ResourceChange{}
	for _, c := range set.Changes {
		byID[c.LogicalID] = c
	}
	jobs, news := byID["Jobs"], byID["News"]
	if len(set.Changes) != 2 || jobs.Action != "Modify" || jobs.Replacement != "False" || jobs.PhysicalID == "" || news.Replacement != "True" {
		t.Fatalf("got %+v", set.Changes)
	}
	want := []stack.PropertyChange{{
		Attribute: "Properties", Name: "DelaySeconds", Path: "/Properties/DelaySeconds",
		Before: "1", After: "9", Recreation: "Never", Kind: "Modify",
	}}
	if diff := cmp.Diff(want, jobs.Properties); diff != "" {
		t.Error(diff)
	}
	if err := e.Discard(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if got := e.status(t, change.Stack); got != "CREATE_COMPLETE" {
		t.Errorf("the stack is in %s", got)
	}
}

func TestNested(t *testing.T) {
	e := newEndpoint(t)
	name := e.name(t)
	endpointtest.SetConditions(t, name, `{}`)
	root := func(nested string) stack.Change {
		body := `{"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "` + nested + `", "Parameters": {"Delay": "3"}}}}}`
		return stack.Change{Stack: name, URL: e.url(t, name, "root.json", body), Nested: true}
	}
	change := root(e.url(t, name, "one.json", queues))
	set := e.prepare(t, change)
	if len(set.Changes) != 1 || len(set.Changes[0].Nested) != 2 {
		t.Errorf("changes: %+v", set.Changes)
	}
	s, events, err := follow(t, e.execute(t, set))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		". CREATE_IN_PROGRESS", "Inner CREATE_IN_PROGRESS", "Inner CREATE_IN_PROGRESS", "Inner/. CREATE_IN_PROGRESS",
		"Inner/Jobs CREATE_IN_PROGRESS", "Inner/Jobs CREATE_IN_PROGRESS", "Inner/Jobs CREATE_COMPLETE",
		"Inner/News CREATE_IN_PROGRESS", "Inner/News CREATE_IN_PROGRESS", "Inner/News CREATE_COMPLETE",
		"Inner/. CREATE_COMPLETE", "Inner CREATE_COMPLETE", ". CREATE_COMPLETE",
	}
	if diff := cmp.Diff(want, lines(events)); diff != "" {
		t.Error(diff)
	}

	resources, err := e.Resources(t.Context(), s.ID)
	if err != nil || len(resources) != 3 || resources[2].LogicalID != "News" || resources[2].Path[0] != "Inner" || resources[2].StackID != resources[0].PhysicalID {
		t.Errorf("resources: %+v, %v", resources, err)
	}
	template, err := e.Template(t.Context(), resources[0].PhysicalID)
	if diff := cmp.Diff(queues, string(template)); err != nil || diff != "" {
		t.Error(err, diff)
	}

	// The cause is the failure in the nested stack, not its parent's event about
	// it.
	change = root(e.url(t, name, "two.json", strings.Replace(queues, `{"Ref": "Delay"}`, `"20"`, 1)))
	endpointtest.SetConditions(t, name, `{"fail": {"Jobs": ["UPDATE"]}}`)
	_, _, err = e.deploy(t, change)
	if err == nil || !strings.Contains(err.Error(), "ended in UPDATE_ROLLBACK_COMPLETE: Inner/Jobs (AWS::SQS::Queue) UPDATE_FAILED: ") || !strings.Contains(err.Error(), "told to fail") {
		t.Errorf("got %v", err)
	}
}

// A stack that has only change sets is used; others' change sets stay.
func TestReview(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	theirs := e.prepare(t, change)
	ours := e.prepare(t, change)
	if ours.Kind != stack.Create {
		t.Errorf("got a change set of kind %s", ours.Kind)
	}
	if err := e.Discard(t.Context(), ours); err != nil {
		t.Fatal(err)
	}
	if got, n := e.status(t, change.Stack), e.changeSets(t, change.Stack); got != "REVIEW_IN_PROGRESS" || n != 1 {
		t.Errorf("the stack is in %s and has %d change sets", got, n)
	}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Execute(t.Context(), theirs); err == nil || !strings.Contains(err.Error(), "was changed by others") {
		t.Errorf("executed what was overtaken: %v", err)
	}
}

// A change set that nobody executes leaves nothing behind.
func TestDiscard(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	set := e.prepare(t, change)
	for range 2 {
		if err := e.Discard(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	if got := e.status(t, change.Stack); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
	change.Body = []byte(`{"Transform": "No::Such", "Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}`)
	if set, err := e.Prepare(t.Context(), change); err == nil {
		t.Errorf("got %+v", set)
	}
	if got := e.status(t, change.Stack); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
}

func TestLargeBody(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues + strings.Repeat(" ", 51_200))}
	if _, err := e.Prepare(t.Context(), change); err == nil || !strings.Contains(err.Error(), "has to be in a bucket") {
		t.Errorf("got %v", err)
	}
}
