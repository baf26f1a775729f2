package main

import "strings"

// provider is what the AWS provider has.
type provider struct {
	version   string
	resources map[string]entity // by type
	data      map[string]entity // likewise
	config    block             // of the provider itself
}

// entity is a type of resources or data sources.
type entity struct {
	arguments  block
	attributes map[string]bool // what others can refer to, by folded name
}

// block has the arguments and the blocks that a block can have, by name.
type block map[string]argument

// argument is one of a block's.
type argument struct {
	form
	required bool
}

// form is what a value has to be.
type form struct {
	kind    kind
	element *form // of a list or a map
	body    block // of an object or a block
}

type kind int

const (
	anything kind = iota
	text
	number
	boolean
	list
	mapping
	object  // an argument, for which an expression can stand
	single  // a block that can be there once
	several // a block that can be there more often
	address // of a resource or data source
	plain   // a text that isn't a template
)

// what says what a value of a kind is.
var what = map[kind]string{
	text: "a text", number: "a number", boolean: "true or false", list: "a list", mapping: "a map", object: "an object",
	single: "one block", several: "a block or a list of blocks", address: "the address of a resource", plain: "a text",
}

// folded is a name as it is in Terraform, and as it is in the bindings.
func folded(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// What Terraform itself has.
// https://developer.hashicorp.com/terraform/language
var (
	addresses     = argument{form: form{kind: list, element: &form{kind: address}}}
	metaArguments = block{
		"depends_on": addresses,
		"provider":   {form: form{kind: plain}},
		"count":      {form: form{kind: number}},
		"for_each":   {},
		"lifecycle": {form: form{kind: single, body: block{
			"create_before_destroy": {form: form{kind: boolean}},
			"prevent_destroy":       {form: form{kind: boolean}},
			"ignore_changes":        {form: form{kind: list, element: &form{kind: plain}}},
			"replace_triggered_by":  addresses,
		}}},
	}
	output = block{
		"value":       {required: true},
		"description": {form: form{kind: text}},
		"sensitive":   {form: form{kind: boolean}},
		"depends_on":  addresses,
	}
	variable = block{
		"type":        {form: form{kind: plain}},
		"default":     {},
		"description": {form: form{kind: text}},
		"sensitive":   {form: form{kind: boolean}},
		"nullable":    {form: form{kind: boolean}},
	}
	// The program itself, and the providers that a module needs.
	settings = block{
		"required_version": {form: form{kind: plain}},
		"required_providers": {form: form{kind: mapping, element: &form{kind: object, body: block{
			"source":  {form: form{kind: plain}, required: true},
			"version": {form: form{kind: plain}, required: true},
		}}}, required: true},
	}
)

// newArgument is an argument of a resource that a later version of the provider has than
// the last one of which there are bindings.
type newArgument struct {
	typ, name string
	form      form
	since     string // the provider's version
}

// newer are those that we use.
var newer = []newArgument{
	{"aws_lambda_permission", "invoked_via_function_url", form{kind: boolean}, "6.29.0"},
}

// addNewer adds them.
func (p *provider) addNewer() {
	for _, n := range newer {
		if e, ok := p.resources[n.typ]; ok {
			e.arguments[n.name] = argument{form: n.form}
		}
	}
}
