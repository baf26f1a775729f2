package policy

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed data/table.json
var tableJSON []byte

// table says which actions operations need, and on which resources.
type table struct {
	Services map[string]service `json:"services"` // by Go package
	// Prefixes are those of the actions of other Go packages, where they differ
	// from the package's name.
	Prefixes map[string]string             `json:"prefixes"`
	Features map[string]map[string]feature `json:"features"` // by import path, then by Function or Type.Method
	// ARNs has the form of each type of resource, by IAM service.
	ARNs map[string]map[string]string `json:"arns"`
	// On has the actions that apply to each type of resource, by IAM service.
	On map[string]map[string][]string `json:"on"`
	// Reads are actions by IAM service of which the verb doesn't tell whether they
	// only read.
	Reads map[string]map[string]bool `json:"reads"`
}

// service is what is known of one service's operations.
type service struct {
	IAM          string                 `json:"iam"`     // prefix of its actions
	Actions      map[string][]string    `json:"actions"` // of operations that don't go by the default rule
	When         map[string][]condition `json:"when"`
	Narrow       map[string]narrow      `json:"narrow"`
	NoPermission []string               `json:"noPermission"`
	Unlisted     []string               `json:"unlisted"`
	PassedTo     string                 `json:"passedToService"`
	// Fields are the fields of inputs that name a resource, and its types.
	Fields map[string][]string `json:"fields"`
	// Targets says for operations and their actions which field names the
	// resource, where it isn't simply one of Fields. "*" stands for all actions.
	Targets map[string]map[string]string `json:"targets"`
	// Defaults are what fields are that a program doesn't set.
	Defaults map[string]string `json:"defaults"`
}

// condition has actions that are needed if one of the fields is set.
type condition struct {
	Fields  []string `json:"fields"`
	Actions []string `json:"actions"`
}

// narrow says which part of an operation's actions is needed.
type narrow struct {
	By   string              `json:"by"` // "field" or "statementVerb"
	Path string              `json:"path"`
	Map  map[string][]string `json:"map"`
}

// feature is a helper of the SDK.
type feature struct {
	Ops     []string `json:"ops"`
	Actions []string `json:"actions"`
	// Argument is the parameter that names the resource, and Field what it is.
	Argument int    `json:"argument"`
	Field    string `json:"field"`
	// Input is the type whose fields say more, if the helper doesn't take it
	// itself.
	Input string `json:"input"`
}

// loadTable decodes the table, once.
var loadTable = sync.OnceValue(func() *table {
	t := &table{}
	if err := json.Unmarshal(tableJSON, t); err != nil {
		panic("policy: data/table.json: " + err.Error())
	}
	return t
})

// actions gives what an operation always needs, and whether the table knows
// the service and AWS's reference the operation.
func (t *table) actions(op operation) (actions []string, known, listed bool) {
	if op.name == "" {
		return op.actions, true, true
	}
	s, ok := t.Services[op.service]
	if !ok {
		return []string{cmp.Or(t.Prefixes[op.service], op.service) + ":" + op.name}, false, true
	}
	if slices.Contains(s.NoPermission, op.name) {
		return nil, true, true
	}
	if a, ok := s.Actions[op.name]; ok {
		return a, true, true
	}
	return []string{s.IAM + ":" + op.name}, true, !slices.Contains(s.Unlisted, op.name)
}

// typesOf gives those of the types of resources that an action applies to.
func (t *table) typesOf(action string, types []string) []string {
	service, name, _ := strings.Cut(action, ":")
	var fitting []string
	for _, typ := range types {
		if slices.Contains(t.On[service][typ], name) {
			fitting = append(fitting, typ)
		}
	}
	return fitting
}

// hasResource tells whether an action can be limited to resources of a type
// that the table knows.
func (t *table) hasResource(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	for _, actions := range t.On[service] {
		if slices.Contains(actions, name) {
			return true
		}
	}
	return false
}

// readingVerbs start the names of actions that only read.
var readingVerbs = []string{"Get", "List", "Describe", "BatchGet", "Query", "Scan", "Search", "Select", "Filter", "Lookup", "Head", "Check"}

// reads tells whether an action only reads.
func (t *table) reads(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	if reads, ok := t.Reads[service][name]; ok {
		return reads
	}
	return readingVerb(name)
}

func readingVerb(name string) bool {
	return slices.ContainsFunc(readingVerbs, func(verb string) bool { return strings.HasPrefix(name, verb) })
}

// form gives the service in a type's ARNs, and what stands there before the
// name.
func (t *table) form(pkg, typ string) (service, before string, ok bool) {
	form, ok := t.ARNs[t.Services[pkg].IAM][typ]
	parts := strings.SplitN(form, ":", 6)
	if !ok || len(parts) < 6 {
		return "", "", false
	}
	before, _, ok = strings.Cut(parts[5], "${")
	return parts[2], before, ok
}
