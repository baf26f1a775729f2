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
	// Same are packages of the SDK by the name of the service that they are as well.
	Same map[string]string `json:"same,omitempty"`
	// Unlimited are actions that AWS's lists limit to resources which no input names.
	Unlimited []string `json:"unlimited"`
	// Alternatives are actions that are used on one of the types of resources that
	// AWS's lists have as required, not on one of each.
	Alternatives []string `json:"alternatives"`
	// ResourceTypes are the types of resources whose ARNs the analysis can make,
	// by IAM service.
	ResourceTypes map[string][]string           `json:"resourceTypes"`
	Services      map[string]*service           `json:"services"`
	Features      map[string]map[string]*helper `json:"features"`
}

// helper is a helper of the SDK that is no client.
type helper struct {
	Ops      []string `json:"ops,omitempty"`
	Actions  []string `json:"actions,omitempty"`
	Argument int      `json:"argument,omitempty"`
	Field    string   `json:"field,omitempty"`
	Input    string   `json:"input,omitempty"`
}

// service is what people maintain for one package of the SDK, and, in the
// table, what the sources add.
type service struct {
	Module string `json:"module,omitempty"` // its version
	IAM    string `json:"iam"`
	// Tagging is the action for tags on what is made, if it isn't TagResource.
	Tagging  string `json:"tagging,omitempty"`
	PassedTo string `json:"passedToService,omitempty"`
	// Methods is true if actions have the names of the methods of requests.
	Methods      bool                         `json:"methods,omitempty"`
	Always       []string                     `json:"always,omitempty"`
	Actions      map[string][]string          `json:"actions,omitempty"`
	NoPermission []string                     `json:"noPermission,omitempty"`
	Unlisted     []string                     `json:"unlisted,omitempty"`
	When         map[string][]condition       `json:"when,omitempty"`
	Narrow       map[string]narrow            `json:"narrow,omitempty"`
	Fields       map[string][]string          `json:"fields,omitempty"`
	Targets      map[string]map[string]string `json:"targets,omitempty"`
	Elsewhere    []string                     `json:"elsewhere,omitempty"`
	Defaults     map[string]string            `json:"defaults,omitempty"`
	// Unnamed are the fields that look as if they named a resource, but that the
	// analysis doesn't look at, and why. "O.F" is the field of one operation. Where it
	// is there, all fields of the service have to be among these or in Fields.
	Unnamed map[string]string `json:"unnamed,omitempty"`
}

// condition has actions that are needed if one of the fields is set. With a kind, Names,
// or else the fields themselves, name the resources that the actions are used on.
type condition struct {
	Fields   []string `json:"fields"`
	Text     string   `json:"text,omitempty"`
	Actions  []string `json:"actions"`
	Kind     string   `json:"kind,omitempty"`
	Names    []string `json:"names,omitempty"`
	PassedTo string   `json:"passedTo,omitempty"`
}

type narrow struct {
	By   string              `json:"by"`
	Path string              `json:"path"`
	Map  map[string][]string `json:"map"`
}

// table is what is embedded in package sdk of internal/policy.
type table struct {
	Prefixes map[string]string              `json:"prefixes"`
	Same     map[string]string              `json:"same,omitempty"`
	Services map[string]*service            `json:"services"`
	Features map[string]map[string]*helper  `json:"features"`
	Kinds    map[string][]string            `json:"kinds"`
	Tagging  map[string][]string            `json:"tagging"`
	ARNs     map[string]map[string]string   `json:"arns"`
	On       map[string]map[string][]string `json:"on"`
	// Together has the required types of actions on several types, and Optional the
	// actions that require none of theirs.
	Together map[string]map[string][]string `json:"together"`
	Optional map[string][]string            `json:"optional"`
	// Unlimited has the actions that AWS can't limit to resources.
	Unlimited map[string][]string        `json:"unlimited"`
	Reads     map[string]map[string]bool `json:"reads"`
}

// readJSON reads a file that has to have nothing but what v has.
func readJSON(file string, v any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
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
