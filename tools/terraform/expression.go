package main

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// text judges a text where a form is wanted: what it is a template of, and what that
// refers to.
func (j *judgment) text(path, s string, f form) {
	switch f.kind {
	case plain:
	case address:
		traversal, problems := hclsyntax.ParseTraversalAbs([]byte(s), "", hcl.InitialPos)
		if j.parsed(path, s, problems) {
			j.reference(path, traversal)
		}
	case single, several:
		j.want(path, s, f)
	default:
		template, problems := hclsyntax.ParseTemplate([]byte(s), "", hcl.InitialPos)
		if !j.parsed(path, s, problems) {
			return
		}
		if !fits(template, s, f.kind) {
			j.want(path, s, f)
		}
		for _, t := range template.Variables() {
			j.reference(path, t)
		}
		j.calls(path, template)
	}
}

// functions are those of Terraform's that modules and documentation here call.
var functions = []string{"concat", "filebase64sha256", "filesha1", "flatten", "jsonencode", "reverse", "sha1", "split", "toset", "trimprefix"}

// calls judges the functions that an expression calls.
func (j *judgment) calls(path string, e hclsyntax.Expression) {
	hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && !slices.Contains(functions, call.Name) {
			j.say(path, "the function %s isn't known here", call.Name)
		}
		return nil
	})
}

// parsed reports whether a text could be parsed.
func (j *judgment) parsed(path, s string, problems hcl.Diagnostics) bool {
	for _, p := range problems.Errs() {
		j.say(path, "%s is no HCL: %v", written(s), p)
	}
	return !problems.HasErrors()
}

// fits reports whether a template's value can be of a kind. Of one expression and
// nothing beside it, the type shows only when it is evaluated.
func fits(template hclsyntax.Expression, s string, k kind) bool {
	switch t := template.(type) {
	case *hclsyntax.TemplateWrapExpr:
		return true
	case *hclsyntax.TemplateExpr:
		if t.IsStringLiteral() {
			return literal(s, k)
		}
	}
	return k == text || k == anything
}

// scopes are the names that references to a section of the module start with, and
// how many names tell one thing there from others. Others are resources' types.
var scopes = map[string]struct {
	section string
	names   int
}{
	"local": {"locals", 1},
	"var":   {"variable", 1},
	"data":  {"data", 2},
}

// always are the names that mean something in every module.
var always = []string{"path", "terraform", "each", "count", "self"}

// reference judges whether the module has what a reference is to, and that the
// attribute.
func (j *judgment) reference(path string, t hcl.Traversal) {
	names := namesIn(t)
	if slices.Contains(always, names[0]) {
		return
	}
	scope, ok := scopes[names[0]]
	if ok {
		names = names[1:]
	} else {
		scope.section, scope.names = "resource", 2
	}
	if len(names) < scope.names || !j.has(scope.section, names[:scope.names]) {
		j.say(path, "it refers to %s, which the module doesn't have", strings.Join(namesIn(t), "."))
		return
	}
	if scope.names == 2 && len(names) > 2 {
		j.attribute(path, scope.section, names)
	}
}

// namesIn are the names that a reference starts with.
func namesIn(t hcl.Traversal) []string {
	names := []string{t.RootName()}
	for _, step := range t[1:] {
		attribute, ok := step.(hcl.TraverseAttr)
		if !ok {
			break
		}
		names = append(names, attribute.Name)
	}
	return names
}

// has reports whether a section of the module has something.
func (j *judgment) has(section string, names []string) bool {
	v := j.module[section]
	for _, name := range names {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v != nil
}

// attribute judges whether a resource or data source, of a type and a name, has an
// attribute.
func (j *judgment) attribute(path, section string, names []string) {
	types := j.provider.resources
	if section == "data" {
		types = j.data
	}
	e, ok := types[names[0]]
	if _, argument := e.arguments[names[2]]; ok && !argument && !e.attributes[folded(names[2])] {
		j.say(path, "it refers to %s, which has no such attribute", strings.Join(names[:3], "."))
	}
}
