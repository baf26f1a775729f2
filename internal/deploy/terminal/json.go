package terminal

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// The objects of JSON output. docs/deploying.md describes them.
type (
	jsonHead struct {
		Kind string    `json:"kind"`
		Time time.Time `json:"time"`
	}
	jsonNote struct {
		jsonHead
		Text string `json:"text"`
	}
	jsonStep struct {
		jsonHead
		Label   string  `json:"label"`
		Text    string  `json:"text,omitempty"`
		Seconds float64 `json:"seconds"`
	}
	jsonChange struct {
		jsonHead
		Action     review.Action  `json:"action"`
		LogicalID  string         `json:"logical_id"`
		PhysicalID string         `json:"physical_id,omitempty"`
		Type       string         `json:"type"`
		Path       []string       `json:"path,omitempty"`
		Moved      bool           `json:"moved,omitempty"`
		MovedFrom  []string       `json:"moved_from,omitempty"`
		Maybe      bool           `json:"maybe,omitempty"`
		Kept       bool           `json:"kept,omitempty"`
		Publishes  string         `json:"publishes,omitempty"`
		Function   string         `json:"function,omitempty"`
		Source     string         `json:"source,omitempty"`
		Properties []jsonProperty `json:"properties,omitempty"`
	}
	jsonProperty struct {
		Path     string `json:"path"`
		Before   string `json:"before,omitempty"`
		After    string `json:"after,omitempty"`
		Replaces bool   `json:"replaces,omitempty"`
		Indirect bool   `json:"indirect,omitempty"`
	}
	jsonGrant struct {
		jsonHead
		To        []string `json:"to"`
		Role      string   `json:"role"`
		Action    string   `json:"action"`
		Resource  string   `json:"resource,omitempty"`
		Condition string   `json:"condition,omitempty"`
		Deny      bool     `json:"deny,omitempty"`
		Why       []string `json:"why,omitempty"`
	}
	jsonExposure struct {
		jsonHead
		LogicalID string   `json:"logical_id"`
		Type      string   `json:"type"`
		Path      []string `json:"path,omitempty"`
		What      string   `json:"what"`
		Details   []string `json:"details,omitempty"`
		Source    string   `json:"source,omitempty"`
	}
	jsonOutputChange struct {
		jsonHead
		Key    string `json:"key"`
		Before string `json:"before,omitempty"`
		After  string `json:"after,omitempty"`
	}
	jsonSummary struct {
		jsonHead
		Added    int `json:"added"`
		Changed  int `json:"changed"`
		Replaced int `json:"replaced"`
		Removed  int `json:"removed"`
	}
	jsonEvent struct {
		jsonHead
		Stack      string   `json:"stack"`
		Path       []string `json:"path,omitempty"`
		LogicalID  string   `json:"logical_id"`
		PhysicalID string   `json:"physical_id,omitempty"`
		Type       string   `json:"type"`
		Status     string   `json:"status"`
		Reason     string   `json:"reason,omitempty"`
	}
	jsonOutput struct {
		jsonHead
		Key         string `json:"key"`
		Value       string `json:"value"`
		Description string `json:"description,omitempty"`
	}
	jsonURL struct {
		jsonHead
		Front string `json:"front"`
		URL   string `json:"url"`
	}
	jsonRow struct {
		jsonHead
		Table string            `json:"table,omitempty"`
		Cells map[string]string `json:"cells"`
	}
	jsonLog struct {
		jsonHead
		Function string `json:"function,omitempty"`
		Stream   string `json:"stream,omitempty"`
		Message  string `json:"message"`
	}
	jsonResult struct {
		jsonHead
		Stack   string  `json:"stack"`
		Action  string  `json:"action"`
		Seconds float64 `json:"seconds"`
	}
	jsonError struct {
		jsonHead
		Message   string   `json:"message"`
		Stack     string   `json:"stack,omitempty"`
		Status    string   `json:"status,omitempty"`
		LogicalID string   `json:"logical_id,omitempty"`
		Type      string   `json:"type,omitempty"`
		Path      []string `json:"path,omitempty"`
		Reason    string   `json:"reason,omitempty"`
		Source    string   `json:"source,omitempty"`
		Advice    string   `json:"advice,omitempty"`
		Others    []string `json:"others,omitempty"`
	}
)

// head returns the beginning of an object.
func head(kind string, at time.Time) jsonHead { return jsonHead{kind, at.UTC()} }
func now(kind string) jsonHead                { return head(kind, time.Now().Truncate(time.Millisecond)) }

func seconds(d time.Duration) float64 {
	return float64(d.Round(time.Millisecond).Milliseconds()) / 1000
}

// object writes an object in a line, in a single write.
func (s *Screen) object(value any) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil {
		return // structs of strings and numbers can always be encoded
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	io.Copy(s.out.w, &line)
}

func (s *Screen) jsonChanges(r *review.Review) {
	for i := range r.Rows {
		s.object(changeObject(&r.Rows[i]))
	}
	for _, o := range r.Outputs {
		s.object(jsonOutputChange{now("output_change"), o.Path, o.Before, o.After})
	}
	for _, g := range r.Widened {
		s.object(jsonGrant{now("grant"), g.To, g.Role, g.Action, g.Resource, g.Condition, g.Deny, g.Why})
	}
	for _, e := range r.Exposed {
		s.object(jsonExposure{now("exposure"), e.LogicalID, e.Type, e.Stack, e.What, e.Details, place(e.Source)})
	}
	s.object(jsonSummary{now("changes"), count(r, review.Added), count(r, review.Changed), count(r, review.Replaced), count(r, review.Removed)})
}

func changeObject(r *review.Row) jsonChange {
	o := jsonChange{
		jsonHead: now("change"), Action: r.Action, LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Path: r.Stack,
		Moved: r.Moved, MovedFrom: r.MovedFrom, Maybe: r.Maybe, Kept: r.Kept, Publishes: r.Publishes, Function: r.Function, Source: place(r.Source),
	}
	for _, p := range r.Properties {
		o.Properties = append(o.Properties, jsonProperty(p))
	}
	return o
}

func eventObject(e *Event) jsonEvent {
	return jsonEvent{head("event", e.Time), e.StackName, e.Path, e.LogicalID, e.PhysicalID, e.Type, e.Status, e.Reason}
}

func (s *Screen) jsonResult(r Result) {
	for _, o := range r.Outputs {
		s.object(jsonOutput{now("output"), o.Key, o.Value, o.Description})
	}
	for _, u := range r.URLs {
		s.object(jsonURL{now("url"), u.Front, u.URL})
	}
	s.object(jsonResult{now("result"), r.Stack, r.Action, seconds(r.Took)})
}

func failureObject(f *Failure) jsonError {
	return jsonError{now("error"), f.Message, f.Stack, f.Status, f.LogicalID, f.Type, f.Path, f.Reason, place(f.Source), f.Advice, f.Others}
}
