package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// facts are what people maintain: exceptions from rules, and versions of the
// sources.
type facts struct {
	IAMData  string            `json:"iamData"` // version of the npm package
	SDK      string            `json:"sdk"`     // import path of the services
	Prefixes map[string]string `json:"prefixes"`
	// Unlimited are actions that AWS's lists limit to resources which no input names.
	Unlimited []string `json:"unlimited"`
	// ResourceTypes are the types of resources whose ARNs the analysis can make,
	// by IAM service.
	ResourceTypes map[string][]string       `json:"resourceTypes"`
	Services      map[string]*service       `json:"services"`
	Features      map[string]map[string]any `json:"features"`
}

// service is what people maintain for one package of the SDK, and, in the
// table, what the sources add.
type service struct {
	Module       string                       `json:"module,omitempty"` // its version
	IAM          string                       `json:"iam"`
	PassedTo     string                       `json:"passedToService,omitempty"`
	Actions      map[string][]string          `json:"actions,omitempty"`
	NoPermission []string                     `json:"noPermission,omitempty"`
	Unlisted     []string                     `json:"unlisted,omitempty"`
	When         map[string][]condition       `json:"when,omitempty"`
	Narrow       map[string]narrow            `json:"narrow,omitempty"`
	Fields       map[string][]string          `json:"fields,omitempty"`
	Targets      map[string]map[string]string `json:"targets,omitempty"`
	Defaults     map[string]string            `json:"defaults,omitempty"`
}

type condition struct {
	Fields  []string `json:"fields"`
	Text    string   `json:"text,omitempty"`
	Actions []string `json:"actions"`
}

type narrow struct {
	By   string              `json:"by"`
	Path string              `json:"path"`
	Map  map[string][]string `json:"map"`
}

// table is what is embedded in package sdk of internal/policy.
type table struct {
	Prefixes map[string]string              `json:"prefixes"`
	Services map[string]*service            `json:"services"`
	Features map[string]map[string]any      `json:"features"`
	ARNs     map[string]map[string]string   `json:"arns"`
	On       map[string]map[string][]string `json:"on"`
	// Unlimited has the actions that AWS can't limit to resources.
	Unlimited map[string][]string        `json:"unlimited"`
	Reads     map[string]map[string]bool `json:"reads"`
}

func readFacts(file string) (*facts, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	f := &facts{}
	if err := d.Decode(f); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return f, nil
}

// encode writes the table with a line for each entry of its inner parts.
func encode(t *table) ([]byte, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	var parts map[string]map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("{\n")
	for i, part := range sortedKeys(parts) {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "%q: {\n", part)
		for j, key := range sortedKeys(parts[part]) {
			if j > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(&b, " %q: %s", key, parts[part][key])
		}
		b.WriteString("\n}")
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}
