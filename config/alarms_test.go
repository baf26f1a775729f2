package config_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

// TestAlarmsAreMerged: what a function says of its alarms is put over what the app says.
func TestAlarmsAreMerged(t *testing.T) {
	file := `{
  "alarms": {"errors": true, "topic": "arn:aws:sns:eu-west-1:123456789012:top", "duration": null},
  "lambda_functions": {"f": {"alarms": {"duration": "80%", "dead_letter_queue": "f-dead"}}},
  "stages": {
    "dev": {
      "alarms": {"throttles": true},
      "lambda_functions": {
        "f": {"alarms": {"errors": null, "topic": {"Ref": "Pager"}}},
        "g": {"alarms": {"errors": false, "throttles": false}},
        "h": {"alarms": {"dead_letters": false}},
        "i": {"alarms": {"duration": "0%"}}
      }
    }
  }
}`
	s, err := config.Parse([]byte(file), config.Options{Overrides: map[string]any{
		"lambda_functions": map[string]any{"h": map[string]any{"alarms": map[string]any{"duration": "100%"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	top := text("arn:aws:sns:eu-west-1:123456789012:top")
	for name, want := range map[string]*config.Alarms{
		"another": {Errors: true, Throttles: true, Topic: top},
		"f":       {Errors: true, Throttles: true, Duration: 80, DeadLetters: true, Queue: text("f-dead"), Topic: config.Value{Intrinsic: map[string]any{"Ref": "Pager"}}},
		"g":       {Topic: top},
		"i":       {Errors: true, Throttles: true, Topic: top},
		"h":       {Errors: true, Throttles: true, Duration: 100, Topic: top},
	} {
		if diff := cmp.Diff(want, s.Function(name).Alarms); diff != "" {
			t.Errorf("alarms of %s: want -, got +\n%s", name, diff)
		}
	}
	for name, at := range map[string]string{
		"another": ".chalice/config.json:2: alarms.topic is wrong",
		"f":       ".chalice/config.json:8: lambda_functions.f.alarms.topic is wrong",
	} {
		if got := s.Function(name).Alarms.Topic.Mistake("is wrong").Error(); got != at {
			t.Errorf("the topic of %s: got %s, want %s", name, got, at)
		}
	}
	var own []config.Setting
	for _, setting := range s.Settings() {
		if setting.Function == "f" || setting.Function == "" && setting.From != config.FromDefault {
			own = append(own, setting)
		}
	}
	want := []config.Setting{
		{Key: "alarms.errors", Value: true, Line: 2, From: config.FromFile},
		{Key: "alarms.topic", Value: "arn:aws:sns:eu-west-1:123456789012:top", Line: 2, From: config.FromFile},
		{Key: "alarms.throttles", Value: true, Line: 6, From: config.FromFile},
		{Function: "f", Key: "alarms.topic", Value: map[string]any{"Ref": "Pager"}, Line: 8, From: config.FromFile},
		{Function: "f", Key: "alarms.duration", Value: "80%", Line: 3, From: config.FromFile},
		{Function: "f", Key: "alarms.dead_letter_queue", Value: "f-dead", Line: 3, From: config.FromFile},
	}
	if diff := cmp.Diff(want, own); diff != "" {
		t.Errorf("settings: want -, got +\n%s", diff)
	}
	if data, err := json.Marshal(s.Settings()); err != nil {
		t.Errorf("%s: %v", data, err)
	}
}

// TestNoAlarms: without the key there are none, which can be asked, too.
func TestNoAlarms(t *testing.T) {
	none, all := config.New("dev").Function("f").Alarms, &config.Alarms{Errors: true, Throttles: true, Duration: 1}
	if none != nil {
		t.Errorf("got %v", none)
	}
	for _, word := range config.OwnAlarms {
		if none.Has(word) || !all.Has(word) {
			t.Errorf("%s: %v of none, %v of all", word, none.Has(word), all.Has(word))
		}
	}
	if all.Has("dead_letters") {
		t.Error("dead letters are no alarm of the function's own")
	}
}
