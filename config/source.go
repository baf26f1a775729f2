package config

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is where the values of a stage come from.
type source struct {
	top, stage, overrides *object
	file                  string // what messages call the file
	names                 Names  // of keys that no file gave
}

// scalarOrder lists the blocks that can hold a function's value, the one that
// wins first. The function "" stands for the app.
func (s *source) scalarOrder(function string) []*object {
	return []*object{
		s.overrides.function(function),
		s.stage.function(function),
		s.overrides,
		s.stage,
		s.top.function(function),
		s.top,
	}
}

// mapOrder lists the blocks whose maps are merged, the one that wins last.
func (s *source) mapOrder(function string) []*object {
	return []*object{
		s.top,
		s.top.function(function),
		s.stage,
		s.stage.function(function),
		s.overrides,
		s.overrides.function(function),
	}
}

// function returns the block of a function within the block of a scope, or nil.
func (o *object) function(name string) *object {
	return o.object("lambda_functions").object(name)
}

// lookup returns the member that is in force, or nil; also of a nil source.
func (s *source) lookup(function, key string) *member {
	if s == nil {
		return nil
	}
	for _, block := range s.scalarOrder(function) {
		if m := block.get(key); m != nil {
			return m
		}
	}
	return nil
}

// line returns the line of the value that is in force; 0: no file gave it.
func (s *source) line(function, key string) int {
	if m := s.lookup(function, key); m != nil {
		return m.line
	}
	return 0
}

func (s *source) text(function, key, otherwise string) string {
	if m := s.lookup(function, key); m != nil {
		return m.value.value.(string)
	}
	return otherwise
}

func (s *source) flag(function, key string, otherwise bool) bool {
	if m := s.lookup(function, key); m != nil {
		return m.value.value.(bool)
	}
	return otherwise
}

// number is nil for a key that is nowhere.
func (s *source) number(function, key string) *int {
	m := s.lookup(function, key)
	if m == nil {
		return nil
	}
	return new(m.value.int())
}

// int returns a whole number that has been checked.
func (n *node) int() int {
	i, err := strconv.Atoi(n.value.(json.Number).String())
	if err != nil {
		panic("config: a number passed its check, but is none: " + err.Error())
	}
	return i
}

// float returns a number that has been checked.
func (n *node) float() float64 {
	f, err := n.value.(json.Number).Float64()
	if err != nil {
		panic("config: a number passed its check, but is none: " + err.Error())
	}
	return f
}

// number returns a whole number of an object; 0: it has none.
func (o *object) number(key string) int {
	if m := o.get(key); m != nil {
		return m.value.int()
	}
	return 0
}

// text returns a text of an object; empty: it has none.
func (o *object) text(key string) string {
	if m := o.get(key); m != nil {
		return m.value.value.(string)
	}
	return ""
}

func (s *source) numberOr(function, key string, otherwise int) int {
	if n := s.number(function, key); n != nil {
		return *n
	}
	return otherwise
}

// value returns a value that can be an intrinsic function.
func (s *source) value(function, key string) Value {
	if m := s.lookup(function, key); m != nil {
		return s.valueOf(m, m.value, s.pathTo(m, function, key))
	}
	return Value{}
}

// valueOf returns the value of a member, or of an item of it, which has been checked
// to be text or an intrinsic function.
func (s *source) valueOf(m *member, n *node, at keyPath) Value {
	line := n.line
	if m.line == 0 {
		line = 0 // no file has it
	}
	ms := mistakes{file: s.file, names: s.names}
	v := Value{at: ms.at(line, at)}
	if text, ok := n.value.(string); ok {
		v.Text = text
	} else {
		v.Intrinsic = n.plain().(map[string]any)
	}
	return v
}

// pathOf returns the path of a function's key, or with no name of the app's.
func pathOf(function, key string) keyPath {
	if function == "" {
		return keyPath{key}
	}
	return keyPath{"lambda_functions", function, key}
}

// pathTo returns the path of a member that is in force for a function: the app's, where
// the function has none of its own.
func (s *source) pathTo(m *member, function, key string) keyPath {
	if m == s.lookup("", key) {
		return pathOf("", key)
	}
	return pathOf(function, key)
}

// list returns a list of such values.
func (s *source) list(function, key string) List {
	m := s.lookup(function, key)
	if m == nil {
		return List{}
	}
	return s.listOf(m, s.pathTo(m, function, key))
}

// listOf returns the list that a member holds, which has been checked to be one.
func (s *source) listOf(m *member, at keyPath) List {
	items, ok := m.value.value.([]*node)
	if !ok {
		return List{Items: []Value{s.valueOf(m, m.value, at)}, Single: true}
	}
	var l List
	for _, item := range items {
		l.Items = append(l.Items, s.valueOf(m, item, at))
	}
	return l
}

// texts returns a list of the app's in which only text can be.
func (s *source) texts(key string) (all []string) {
	for _, v := range s.list("", key).Items {
		all = append(all, v.Text)
	}
	return all
}

// projectPath makes a path relative to the root of one relative to the
// folder of the configuration.
func projectPath(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return path.Join(path.Dir(File), filepath.ToSlash(file))
}

// merge builds the stage of values that have been checked.
func (s *source) merge(stage string) *Stage {
	out := New(stage)
	out.source = s
	out.AppName = s.text("", "app_name", "")
	out.Architecture = s.text("", "lambda_architecture", out.Architecture)
	for _, tags := range s.texts("build_tags") {
		out.BuildTags = append(out.BuildTags, strings.Split(tags, ",")...)
	}
	out.LinkerFlags = s.texts("ldflags")
	out.Profile = s.text("", "profile", "")
	out.ArtifactBucket = s.text("", "artifact_bucket", "")
	out.StackName = s.text("", stackNameKey, "")
	out.IAMRoles = s.text("", "iam_roles", out.IAMRoles)
	out.APIType = s.text("", "api_type", out.APIType)
	out.HTTPAPIStage = s.text("", "api_gateway_stage", out.HTTPAPIStage)
	if out.HTTPAPIStage != DefaultHTTPStage {
		out.APIGatewayStage = out.HTTPAPIStage
	}
	out.EndpointType = s.text("", "api_gateway_endpoint_type", out.EndpointType)
	out.VPCEndpoints = s.list("", "api_gateway_endpoint_vpce")
	if file := s.text("", "api_gateway_policy_file", ""); file != "" {
		out.APIPolicyFile = projectPath(file)
	}
	out.MinimumCompressionSize = s.number("", "minimum_compression_size")
	out.NestedStacks = s.number("", "nested_stacks")
	out.APIDomain = s.domain("api_gateway_custom_domain")
	out.WebsocketDomain = s.domain("websocket_api_custom_domain")
	s.mergeAPISettings(out)
	s.mergeOpenAPI(out)
	s.mergeRoles(out)

	out.Defaults = s.function("", stage)
	for _, name := range s.functionNames() {
		if out.Functions == nil {
			out.Functions = map[string]Function{}
		}
		out.Functions[name] = s.function(name, stage)
	}
	return out
}

// functionNames lists the functions that have a block anywhere.
func (s *source) functionNames() []string {
	var names []string
	for _, block := range []*object{s.top, s.stage, s.overrides} {
		if functions := block.object("lambda_functions"); functions != nil {
			for _, m := range functions.members {
				names = append(names, m.key)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// place is where something is configured.
type place struct {
	line int // 0: no file gave it
	key  keyPath
}

// functionPlaces lists where a function is configured for a stage; also of a nil
// source.
func (s *source) functionPlaces(stage, name string) []place {
	at := keyPath{"lambda_functions", name}
	if s == nil {
		return []place{{0, at}}
	}
	var places []place
	for _, block := range []struct {
		of *object
		at keyPath
	}{
		{s.top, at},
		{s.stage, append(keyPath{"stages", stage}, at...)},
		{s.overrides, at},
	} {
		if m := block.of.object("lambda_functions").get(name); m != nil {
			places = append(places, place{m.line, block.at})
		}
	}
	return places
}

func (s *source) function(name, stage string) Function {
	f := Function{
		MemorySize:          s.numberOr(name, "lambda_memory_size", defaultMemorySize),
		Timeout:             s.numberOr(name, "lambda_timeout", defaultTimeout),
		Environment:         s.values(name, "environment_variables"),
		Tags:                s.values(name, "tags"),
		ReservedConcurrency: s.number(name, "reserved_concurrency"),
		XRay:                s.flag(name, "xray", false),
		LogRetentionDays:    s.numberOr(name, logRetentionKey, 0),
		Layers:              s.list(name, "layers"),
		SubnetIDs:           s.list(name, "subnet_ids"),
		SecurityGroupIDs:    s.list(name, "security_group_ids"),
		ManagedPolicies:     s.list(name, "managed_policies"),
	}
	for _, merge := range []func(string, *Function){s.mergeFunction, s.mergeLogging, s.mergeAsync, s.mergeVersions, s.mergeAlarms} {
		merge(name, &f)
	}
	switch {
	case !s.flag(name, "manage_iam_role", true):
		f.RoleARN = s.value(name, "iam_role_arn")
	case !s.flag(name, "autogen_policy", true):
		f.PolicyFile = projectPath(s.text(name, "iam_policy_file", "policy-"+stage+".json"))
	}
	return f
}

// values merges the objects of a function under a key; nil: it has none.
func (s *source) values(function, key string) map[string]Value {
	var merged map[string]Value
	blocks := s.mapOrder(function)
	for i, of := range [...]string{"", function, "", function, "", function} {
		merged = s.addValues(merged, blocks[i].object(key), pathOf(of, key))
	}
	return merged
}

// addValues adds the values of an object to those of others; nil: there are none.
func (s *source) addValues(all map[string]Value, o *object, at keyPath) map[string]Value {
	if o == nil {
		return all
	}
	for _, m := range o.members {
		if all == nil {
			all = map[string]Value{}
		}
		all[m.key] = s.valueOf(m, m.value, at.to(m.key))
	}
	return all
}

func (s *source) domain(key string) *Domain {
	m := s.lookup("", key)
	if m == nil {
		return nil
	}
	o := m.value.value.(*object)
	at := keyPath{key}
	value := func(key, otherwise string) Value {
		if m := o.get(key); m != nil {
			return s.valueOf(m, m.value, at.to(key))
		}
		return Value{Text: otherwise}
	}
	d := &Domain{
		Name:           value("domain_name", ""),
		CertificateARN: value("certificate_arn", ""),
		TLSVersion:     value("tls_version", DefaultTLSVersion).Text,
		URLPrefix:      value("url_prefix", ""),
		Tags:           s.addValues(nil, o.object("tags"), at.to("tags")),
	}
	if d.URLPrefix.Text == "/" {
		d.URLPrefix = Value{}
	}
	return d
}

// forgetLines takes away the lines of an object that no file holds.
func (o *object) forgetLines() {
	for _, m := range o.members {
		m.line = 0
		if child, ok := m.value.value.(*object); ok {
			child.forgetLines()
		}
	}
}
