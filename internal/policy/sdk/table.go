// Package sdk knows the AWS SDK for Go v2: which of its functions make which
// operations, and which IAM actions these need.
//
//	*types.Func --Finder.Of--> Operation --Actions, ResourceFields--> actions, fields that name resources
//
// Operations are found by types; what they mean for IAM is in a table,
// data/table.json, that is made of data/facts.json and of AWS's own lists. What
// depends on the input of an operation asks [Fields], which package values
// implements for programs, and a test by a map. A companion action of an operation
// is a fact, under "when" or "actions"; see data/README.md.
package sdk

//go:generate go run github.com/chalice-go/chalice/tools/policytable -dir data

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"sync"
)

// tableJSON is data/table.json, compressed.
//
//go:embed data/table.json.gz
var tableJSON []byte

// table says which actions operations need, and on which resources.
type table struct {
	Services map[string]service `json:"services"` // by Go package
	// Same has packages that are one of the services by another name.
	Same map[string]string `json:"same"`
	// Prefixes are those of the actions of other Go packages, where they differ
	// from the package's name.
	Prefixes map[string]string            `json:"prefixes"`
	Features map[string]map[string]helper `json:"features"` // by import path, then by Function or Type.Method
	// Kinds has the types of resources that the fields of conditions name, by the kinds
	// of these.
	Kinds map[string][]string `json:"kinds"`
	// Tagging has the IAM services by the name of their action for tags.
	Tagging map[string][]string `json:"tagging"`
	// ARNs has the form of each type of resource, by IAM service.
	ARNs map[string]map[string]string `json:"arns"`
	// On has the actions that apply to each type of resource, by IAM service.
	On map[string]map[string][]string `json:"on"`
	// Together has the actions that can be limited to several types of resources, by IAM
	// service, with those of which they need one each.
	Together map[string]map[string][]string `json:"together"`
	// Optional has the actions that can be used on no resource, by IAM service.
	Optional map[string][]string `json:"optional"`
	// Unlimited has the actions that AWS can't limit to resources, by IAM service, of
	// all of AWS's services.
	Unlimited map[string][]string `json:"unlimited"`
	// Reads are actions by IAM service of which the verb doesn't tell whether they
	// only read.
	Reads map[string]map[string]bool `json:"reads"`
}

// service returns what is known of a package's service, and false if it isn't among those
// of the table.
func (t *table) service(name string) (service, bool) {
	s, known := t.Services[cmp.Or(t.Same[name], name)]
	return s, known
}

// service is what is known of one service's operations.
type service struct {
	IAM string `json:"iam"` // prefix of its actions
	// Always are actions that each operation needs besides.
	Always       []string               `json:"always"`
	Actions      map[string][]string    `json:"actions"` // of operations that don't go by the default rule
	When         map[string][]condition `json:"when"`
	Narrow       map[string]narrow      `json:"narrow"`
	NoPermission []string               `json:"noPermission"`
	Unlisted     []string               `json:"unlisted"`
	PassedTo     string                 `json:"passedToService"`
	// Fields are the fields of inputs that name a resource, and its types; those of one
	// operation have its name and a dot before them.
	Fields map[string][]string `json:"fields"`
	// Targets says for operations and their actions which fields name the
	// resource, with commas between them, where it aren't simply those of Fields. "*"
	// stands for all actions.
	Targets map[string]map[string]string `json:"targets"`
	// Elsewhere are fields that make the resource another one than what the others say,
	// such as one of another account.
	Elsewhere []string `json:"elsewhere"`
	// Defaults are what fields are that a program doesn't set.
	Defaults map[string]string `json:"defaults"`
}

// condition has actions that are needed if one of the fields is set, and if its text
// can have another text in it, where there is one.
type condition struct {
	Fields  []string `json:"fields"`
	Text    string   `json:"text"`
	Actions []string `json:"actions"`
	// Kind says what the fields hold. If it is one of the table's kinds, they name the
	// resources of the actions.
	Kind string `json:"kind"`
	// Names are the fields that name the resources, if it isn't Fields themselves.
	Names []string `json:"names"`
	// PassedTo is the service that a role is passed to, if it isn't that of all of the
	// service's operations.
	PassedTo string `json:"passedTo"`
}

// narrow says which part of an operation's actions is needed.
type narrow struct {
	By   string              `json:"by"` // "field" or "statementVerb"
	Path string              `json:"path"`
	Map  map[string][]string `json:"map"`
}

// helper is a helper of the SDK.
type helper struct {
	Ops     []string `json:"ops"`
	Actions []string `json:"actions"`
	// Argument is the index of the argument that names the resource, and Field the
	// field of the operations' inputs that it stands for. The receiver of a method is
	// argument 0.
	Argument int    `json:"argument"`
	Field    string `json:"field"`
	// Input is the type whose fields say more, if the helper doesn't take it
	// itself.
	Input string `json:"input"`
}

// loadTable decodes the table, once.
var loadTable = sync.OnceValue(func() *table {
	t := &table{}
	unpacked, err := gzip.NewReader(bytes.NewReader(tableJSON))
	if err == nil {
		err = json.NewDecoder(unpacked).Decode(t)
	}
	if err != nil {
		panic("sdk: data/table.json.gz: " + err.Error()) // it is in this program
	}
	return t
})
