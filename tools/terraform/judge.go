package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/hashicorp/go-version"
)

// judgment is what is found in a module.
type judgment struct {
	*provider
	module    map[string]any
	resources int // and data sources
	problems  []string
}

// judgeFiles judges the module that has these files.
func (p *provider) judgeFiles(files []string) (*judgment, error) {
	var module map[string]any
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		part, err := decoded(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		module = together(module, part)
	}
	return p.judge(module), nil
}

// decoded is the content of a file, with numbers as they are written.
func decoded(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v map[string]any
	err := d.Decode(&v)
	return v, err
}

// together is one object of two, the later one's values counting.
func together(a, b map[string]any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, a)
	for name, v := range b {
		one, both := all[name].(map[string]any)
		if other, ok := v.(map[string]any); ok && both {
			v = together(one, other)
		}
		all[name] = v
	}
	return all
}

func (p *provider) judge(module map[string]any) *judgment {
	j := &judgment{provider: p, module: module}
	for _, name := range slices.Sorted(maps.Keys(module)) {
		j.section(name, module[name])
	}
	return j
}

func (j *judgment) say(path, format string, args ...any) {
	j.problems = append(j.problems, path+": "+fmt.Sprintf(format, args...))
}

// section judges a part of the module.
// https://developer.hashicorp.com/terraform/language/syntax/json
func (j *judgment) section(name string, v any) {
	switch name {
	case "resource":
		j.entities(name, v, j.provider.resources)
		j.untagged(name, v)
	case "data":
		j.entities(name, v, j.data)
	case "locals":
		j.value(name, v, form{kind: mapping, element: &form{}})
	case "output":
		j.named(name, v, output)
	case "variable":
		j.named(name, v, variable)
	case "provider":
		j.value(name, v, form{kind: single, body: block{"aws": {form: form{kind: several, body: j.config}}}})
	case "terraform":
		j.value(name, v, form{kind: single, body: settings})
		j.versions(name)
	default:
		j.say(name, "this part of a module isn't known here")
	}
}

// entities judges resources or data sources, by type.
func (j *judgment) entities(path string, v any, types map[string]entity) {
	byType := j.object(path, v)
	for _, typ := range slices.Sorted(maps.Keys(byType)) {
		path := path + "." + typ
		e, ok := types[typ]
		if !ok {
			j.say(path, "the provider has no such type")
			continue
		}
		arguments := maps.Clone(e.arguments)
		maps.Copy(arguments, metaArguments)
		j.resources += j.named(path, byType[typ], arguments)
	}
}

// untagged finds resources that lack tags in a module where all should have some.
func (j *judgment) untagged(path string, v any) {
	byType, _ := v.(map[string]any)
	missing, tagged := []string{}, false
	for _, typ := range slices.Sorted(maps.Keys(byType)) {
		resources, _ := byType[typ].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(resources)) {
			body, _ := resources[name].(map[string]any)
			tags, has := body["tags"].(map[string]any)
			tagged = tagged || typ != "aws_lambda_function" && tags["aws-chalice"] != nil
			if _, can := j.provider.resources[typ].arguments["tags"]; can && !has {
				missing = append(missing, path+"."+typ+"."+name)
			}
		}
	}
	for _, resource := range missing {
		if tagged {
			j.say(resource, "it has no tags, as others have")
		}
	}
}

// named judges blocks that have names, and returns how many there are.
func (j *judgment) named(path string, v any, b block) int {
	blocks := j.object(path, v)
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		j.value(path+"."+name, blocks[name], form{kind: single, body: b})
	}
	return len(blocks)
}

func (j *judgment) object(path string, v any) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		j.say(path, "it has to be an object, not %s", written(v))
	}
	return o
}

// value judges whether a value has a form. A null is as if it weren't there.
func (j *judgment) value(path string, v any, f form) {
	switch v := v.(type) {
	case nil:
	case string:
		j.text(path, v, f)
	case bool:
		j.want(path, v, f, boolean, text)
	case json.Number:
		j.want(path, v, f, number, text)
	case []any:
		if f.kind == single && len(v) > 1 {
			j.say(path, "there can be one such block, not %d", len(v))
		} else if f.kind == single || f.kind == several {
			for i, e := range v {
				j.value(fmt.Sprintf("%s[%d]", path, i), e, form{kind: single, body: f.body})
			}
		} else if j.want(path, v, f, list) {
			for i, e := range v {
				j.value(fmt.Sprintf("%s[%d]", path, i), e, f.of())
			}
		}
	case map[string]any:
		if j.want(path, v, f, mapping, object, single, several) {
			j.members(path, v, f)
		}
	}
}

// want reports whether a form is of one of these kinds.
func (j *judgment) want(path string, v any, f form, kinds ...kind) bool {
	if f.kind == anything || slices.Contains(kinds, f.kind) {
		return true
	}
	j.say(path, "it has to be %s, not %s", what[f.kind], written(v))
	return false
}

// of is the form of what a list or a map has.
func (f form) of() form {
	if f.element == nil {
		return form{}
	}
	return *f.element
}

// members judges what is in an object, a map or a block.
func (j *judgment) members(path string, o map[string]any, f form) {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		path := path + "." + name
		switch argument, ok := f.body[name]; {
		case f.body == nil:
			j.text(path, name, form{kind: text})
			j.value(path, o[name], f.of())
		case name == "//": // a comment
		case !ok:
			j.say(path, "there is no such argument or block")
		default:
			j.value(path, o[name], argument.form)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.body)) {
		if f.body[name].required && o[name] == nil {
			j.say(path, "%s is missing", name)
		}
	}
}

// versions judges whether the module takes this version of the provider.
func (j *judgment) versions(path string) {
	settings := j.object(path, j.module["terraform"])
	if _, err := version.NewConstraint(fmt.Sprint(settings["required_version"])); err != nil {
		j.say(path+".required_version", "%v", err)
	}
	providers, _ := settings["required_providers"].(map[string]any)
	aws, _ := providers["aws"].(map[string]any)
	path += ".required_providers.aws.version"
	if wanted, err := version.NewConstraint(fmt.Sprint(aws["version"])); err != nil {
		j.say(path, "%v", err)
	} else if !wanted.Check(version.Must(version.NewVersion(j.version))) && !slices.ContainsFunc(newer, func(n newArgument) bool { return aws["version"] == ">= "+n.since }) {
		j.say(path, "%s isn't the provider's %s", wanted, j.version)
	}
}

// written is the beginning of a value, as JSON.
func written(v any) string {
	data, _ := json.Marshal(v) // it was JSON before
	if len(data) > 60 {
		return string(data[:57]) + "..."
	}
	return string(data)
}

// literal reports whether Terraform makes a value of a kind of a text.
func literal(s string, k kind) bool {
	switch k {
	case text, anything:
		return true
	case number:
		_, err := strconv.ParseFloat(s, 64)
		return err == nil
	case boolean:
		return s == "true" || s == "false"
	}
	return false
}
