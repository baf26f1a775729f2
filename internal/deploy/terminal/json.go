package terminal

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// The objects of JSON output. The package's comment is their documentation.
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
		Action     Action         `json:"action"`
		ID         string         `json:"id"`
		Type       string         `json:"type"`
		Path       []string       `json:"path,omitempty"`
		Source     string         `json:"source,omitempty"`
		Properties []jsonProperty `json:"properties,omitempty"`
	}
	jsonProperty struct {
		Path        string `json:"path"`
		Before      string `json:"before,omitempty"`
		After       string `json:"after,omitempty"`
		Replaces    bool   `json:"replaces,omitempty"`
		Conditional bool   `json:"conditional,omitempty"`
	}
	jsonGrant struct {
		jsonHead
		Role      string   `json:"role"`
		Functions []string `json:"functions,omitempty"`
		Effect    string   `json:"effect,omitempty"`
		Action    string   `json:"action"`
		Resource  string   `json:"resource"`
		Sources   []string `json:"sources,omitempty"`
	}
	jsonExposure struct {
		jsonHead
		ID     string   `json:"id,omitempty"`
		Path   []string `json:"path,omitempty"`
		What   string   `json:"what"`
		Source string   `json:"source,omitempty"`
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
		ID         string   `json:"id"`
		PhysicalID string   `json:"physicalId,omitempty"`
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
		Message string   `json:"message"`
		Stack   string   `json:"stack,omitempty"`
		Status  string   `json:"status,omitempty"`
		ID      string   `json:"id,omitempty"`
		Type    string   `json:"type,omitempty"`
		Path    []string `json:"path,omitempty"`
		Reason  string   `json:"reason,omitempty"`
		Source  string   `json:"source,omitempty"`
		Advice  string   `json:"advice,omitempty"`
		Others  []string `json:"others,omitempty"`
	}
)

// head begins an object; now is one of this moment.
func head(kind string, at time.Time) jsonHead { return jsonHead{kind, at.UTC()} }
func now(kind string) jsonHead                { return head(kind, time.Now().Truncate(time.Millisecond)) }

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// object writes an object in a line, at once.
func (s *Screen) object(value any) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil {
		return // structs of strings and numbers have JSON
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	io.Copy(s.out.w, &line)
}

func (s *Screen) jsonChanges(c Changes) {
	for i := range c.Rows {
		r := &c.Rows[i]
		o := jsonChange{jsonHead: now("change"), Action: r.Action, ID: r.LogicalID, Type: r.Type, Path: r.Path, Source: r.Source}
		for _, p := range r.Properties {
			o.Properties = append(o.Properties, jsonProperty(p))
		}
		s.object(o)
	}
	for _, g := range c.Grants {
		s.object(jsonGrant{now("grant"), g.Role, g.Functions, g.Effect, g.Action, g.Resource, g.Sources})
	}
	for _, e := range c.Exposed {
		s.object(jsonExposure{now("exposure"), e.LogicalID, e.Path, e.What, e.Source})
	}
	s.object(jsonSummary{now("changes"), c.count(Added), c.count(Changed), c.count(Replaced), c.count(Removed)})
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
	return jsonError{now("error"), f.Message, f.Stack, f.Status, f.LogicalID, f.Type, f.Path, f.Reason, f.Source, f.Advice, f.Others}
}
