package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMistakes: each module has one mistake, which is found, and nothing else is.
func TestMistakes(t *testing.T) {
	p := small(t)
	for name, tc := range map[string]struct{ resources, want string }{
		"nothing":          {`{"aws_door": {"front": {"policy": "TLS", "lock": {"keys": 2}, "tags": {"a": "b"}}}}`, ""},
		"unknown type":     {`{"aws_window": {"w": {}}}`, "resource.aws_window: the provider has no such type"},
		"unknown argument": {`{"aws_door": {"front": {"policy": "TLS", "polcy": "TLS"}}}`, "resource.aws_door.front.polcy: there is no such argument or block"},
		"missing argument": {`{"aws_door": {"front": {}}}`, "resource.aws_door.front: policy is missing"},
		"null is missing":  {`{"aws_door": {"front": {"policy": null}}}`, "resource.aws_door.front: policy is missing"},
		"missing in block": {`{"aws_door": {"front": {"policy": "TLS", "lock": {}}}}`, "resource.aws_door.front.lock: keys is missing"},
		"unknown in block": {`{"aws_door": {"front": {"policy": "TLS", "lock": {"keys": 2, "key": 1}}}}`, "resource.aws_door.front.lock.key: there is no such argument or block"},
		"one block of two": {`{"aws_door": {"front": {"policy": "TLS", "lock": [{"keys": 1}, {"keys": 2}]}}}`, "resource.aws_door.front.lock: there can be one such block, not 2"},
		"block in a list":  {`{"aws_door": {"front": {"policy": "TLS", "lock": [{"keys": 1}]}}}`, ""},
		"several blocks":   {`{"aws_door": {"front": {"policy": "TLS", "bell": [{}, {"sound": "ding"}]}}}`, ""},
		"one of several":   {`{"aws_door": {"front": {"policy": "TLS", "bell": {"sounds": "ding"}}}}`, "resource.aws_door.front.bell.sounds: there is no such argument or block"},
		"block as text":    {`{"aws_door": {"front": {"policy": "TLS", "lock": "${local.lock}"}}}`, `resource.aws_door.front.lock: it has to be one block, not "${local.lock}"`},
		"text as list":     {`{"aws_door": {"front": {"policy": ["TLS"]}}}`, `resource.aws_door.front.policy: it has to be a text, not ["TLS"]`},
		"list as text":     {`{"aws_door": {"front": {"policy": "TLS", "rooms": "hall"}}}`, `resource.aws_door.front.rooms: it has to be a list, not "hall"`},
		"list":             {`{"aws_door": {"front": {"policy": "TLS", "rooms": ["hall", "${local.lock}"]}}}`, ""},
		"list in a list":   {`{"aws_door": {"front": {"policy": "TLS", "rooms": [["hall"]]}}}`, `resource.aws_door.front.rooms[0]: it has to be a text, not ["hall"]`},
		"map as text":      {`{"aws_door": {"front": {"policy": "TLS", "tags": "a"}}}`, `resource.aws_door.front.tags: it has to be a map, not "a"`},
		"number as text":   {`{"aws_door": {"front": {"policy": "TLS", "lock": {"keys": "two"}}}}`, `resource.aws_door.front.lock.keys: it has to be a number, not "two"`},
		"converted":        {`{"aws_door": {"front": {"policy": 1, "lock": {"keys": "2"}, "open": "true"}}}`, ""},
		"flag as text":     {`{"aws_door": {"front": {"policy": "TLS", "open": "yes"}}}`, `resource.aws_door.front.open: it has to be true or false, not "yes"`},
		"half a template":  {`{"aws_door": {"front": {"policy": "TLS", "open": "x${local.lock}"}}}`, `resource.aws_door.front.open: it has to be true or false, not "x${local.lock}"`},
		"whole template":   {`{"aws_door": {"front": {"policy": "TLS", "open": "${local.lock}"}}}`, ""},
		"object":           {`{"aws_door": {"front": {"policy": "TLS", "frame": {"colour": "red"}}}}`, ""},
		"object as text":   {`{"aws_door": {"front": {"policy": "TLS", "frame": "${local.lock}"}}}`, ""},
		"bad template":     {`{"aws_door": {"front": {"policy": "${a b}"}}}`, `resource.aws_door.front.policy: "${a b}" is no HCL: `},
		"open template":    {`{"aws_door": {"front": {"policy": "${local.lock"}}}`, `resource.aws_door.front.policy: "${local.lock" is no HCL: `},
		"bad directive":    {`{"aws_door": {"front": {"policy": "%{ whatever }"}}}`, `resource.aws_door.front.policy: "%{ whatever }" is no HCL: `},
		"function":         {`{"aws_door": {"front": {"policy": "${sha1(local.lock)}"}}}`, ""},
		"unknown function": {`{"aws_door": {"front": {"policy": "x${upper(sha1(local.lock))}"}}}`, "resource.aws_door.front.policy: the function upper isn't known here"},
		"escaped":          {`{"aws_door": {"front": {"policy": "$${a b} %%{"}}}`, ""},
		"in a key":         {`{"aws_door": {"front": {"policy": "TLS", "tags": {"${": "b"}}}}`, `resource.aws_door.front.tags.${: "${" is no HCL: `},
		"in a document":    {`{"aws_door": {"front": {"policy": "{\"Allow\": \"${local.lok}\"}"}}}`, "resource.aws_door.front.policy: it refers to local.lok, which the module doesn't have"},
		"resource":         {`{"aws_door": {"front": {"policy": "TLS"}, "back": {"policy": "${aws_door.front.arn}"}}}`, ""},
		"no resource":      {`{"aws_door": {"back": {"policy": "${aws_door.front.arn}"}}}`, "resource.aws_door.back.policy: it refers to aws_door.front.arn, which the module doesn't have"},
		"no attribute":     {`{"aws_door": {"front": {"policy": "TLS"}, "back": {"policy": "${aws_door.front.colour}"}}}`, "resource.aws_door.back.policy: it refers to aws_door.front.colour, which has no such attribute"},
		"no name":          {`{"aws_door": {"back": {"policy": "${HOME}"}}}`, "resource.aws_door.back.policy: it refers to HOME, which the module doesn't have"},
		"data":             {`{"aws_door": {"back": {"policy": "${data.aws_house.own.door_count}"}}}`, ""},
		"no data":          {`{"aws_door": {"back": {"policy": "${data.aws_house.others.door_count}"}}}`, "resource.aws_door.back.policy: it refers to data.aws_house.others.door_count, which the module doesn't have"},
		"no attribute of data": {`{"aws_door": {"back": {"policy": "${data.aws_house.own.doors}"}}}`,
			"resource.aws_door.back.policy: it refers to aws_house.own.doors, which has no such attribute"},
		"meta-arguments": {`{"aws_door": {"front": {"policy": "TLS", "count": 2, "provider": "aws.west", "lifecycle": {"create_before_destroy": true}},
			"back": {"policy": "TLS", "depends_on": ["aws_door.front", "data.aws_house.own"], "for_each": "${local.lock}"}}}`, ""},
		"waits for nothing": {`{"aws_door": {"back": {"policy": "TLS", "depends_on": ["aws_door.front"]}}}`,
			"resource.aws_door.back.depends_on[0]: it refers to aws_door.front, which the module doesn't have"},
		"no lifecycle": {`{"aws_door": {"back": {"policy": "TLS", "lifecycle": {"create_before": true}}}}`,
			"resource.aws_door.back.lifecycle.create_before: there is no such argument or block"},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, p, parsed(t, `{"resource": `+tc.resources+`, "locals": {"lock": 1}, "data": {"aws_house": {"own": {}}}}`), tc.want)
		})
	}
}

// TestSections: the parts of a module beside its resources are judged as well.
func TestSections(t *testing.T) {
	p := small(t)
	for name, tc := range map[string]struct{ module, want string }{
		"versions":          {`{"terraform": {"required_version": ">= 1.5.0", "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.0"}}}}`, ""},
		"another version":   {`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5.0"}}, "required_version": ">= 1"}}`, "terraform.required_providers.aws.version: ~> 5.0 isn't the provider's 6.1.2"},
		"no version":        {`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "new"}}, "required_version": ">= 1"}}`, "terraform.required_providers.aws.version: "},
		"no Terraform":      {`{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.0"}}, "required_version": ">> 1"}}`, "terraform.required_version: "},
		"provider":          {`{"provider": {"aws": {"region": "us-east-1"}}}`, ""},
		"two providers":     {`{"provider": {"aws": [{"region": "us-east-1"}, {"region": "us-west-2"}]}}`, ""},
		"no such provider":  {`{"provider": {"google": {}}}`, "provider.google: there is no such argument or block"},
		"provider argument": {`{"provider": {"aws": {"regoin": "us-east-1"}}}`, "provider.aws.regoin: there is no such argument or block"},
		"output":            {`{"output": {"URL": {"value": "${var.url}"}}, "variable": {"url": {"type": "string"}}}`, ""},
		"output of nothing": {`{"output": {"URL": {"value": "${var.url}"}}}`, "output.URL.value: it refers to var.url, which the module doesn't have"},
		"empty output":      {`{"output": {"URL": {}}}`, "output.URL: value is missing"},
		"unknown data":      {`{"data": {"aws_flat": {"own": {}}}}`, "data.aws_flat: the provider has no such type"},
		"data argument":     {`{"data": {"aws_house": {"own": {"doors": 1}}}}`, "data.aws_house.own.doors: there is no such argument or block"},
		"unknown section":   {`{"resources": {}}`, "resources: this part of a module isn't known here"},
		"no object":         {`{"resource": []}`, "resource: it has to be an object, not []"},
	} {
		t.Run(name, func(t *testing.T) { want(t, p, parsed(t, tc.module), tc.want) })
	}
}

// want judges a module, in which one mistake is wanted, by its beginning, or none.
func want(t *testing.T, p *provider, module map[string]any, mistake string) {
	t.Helper()
	j := p.judge(module)
	if mistake == "" && len(j.problems) == 0 {
		return
	}
	if mistake == "" || len(j.problems) != 1 || !strings.HasPrefix(j.problems[0], mistake) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(j.problems, "\n"), mistake)
	}
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	module, err := decoded([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return module
}

// small is a provider with a door, which can be made, and a house, which can be asked
// for, from bindings in the form that JSII writes.
func small(t *testing.T) *provider {
	t.Helper()
	p, err := readWheel(wheel(t, map[string]string{"package/.jsii": bindings}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestWheel: the assembly is read wherever a compiler has put it, and what isn't
// bindings of the provider is told.
func TestWheel(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"plain":       {map[string]string{"package/.jsii": bindings}, ""},
		"compressed":  {map[string]string{"package/.jsii": `{"schema": "jsii/file-redirect"}`, "package/.jsii.gz": string(compressed(t, bindings))}, ""},
		"no assembly": {map[string]string{"package/index.js": ""}, "it has no assembly"},
		"other types": {map[string]string{"package/.jsii": `{"types": {"a": {"fqn": "a"}}}`}, "it has no resources"},
		"other links": {map[string]string{"package/.jsii": strings.ReplaceAll(bindings, "#policy", "-policy")}, "x.DoorConfig.policy isn't what is known of bindings"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := readWheel(wheel(t, tc.files))
			switch {
			case tc.want != "":
				if err == nil || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("the error is %v, want %s", err, tc.want)
				}
			case err != nil:
				t.Error(err)
			case p.version != "6.1.2" || len(p.resources) != 1 || len(p.data) != 1:
				t.Errorf("read: %+v", p)
			}
		})
	}
}

// realProvider is the one of the wheel that TERRAFORM_WHEEL names.
func realProvider(t *testing.T) *provider {
	t.Helper()
	file := os.Getenv("TERRAFORM_WHEEL")
	if file == "" {
		t.Skip("TERRAFORM_WHEEL names no wheel; make conformance-terraform does")
	}
	p, err := readWheel(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// golden is the module of a case of testdata/templates.
func golden(t *testing.T, name string) map[string]any {
	t.Helper()
	return parsed(t, goldenText(t, name))
}

func goldenText(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "templates", name, "chalice.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRealProvider: what the real bindings have is found to be missing in modules of
// ours, once it is taken out of them.
func TestRealProvider(t *testing.T) {
	p := realProvider(t)
	for _, tc := range []struct{ module, old, new, want string }{
		{"domains", `"security_policy": "TLS_1_2"`, `"//": ""`, "domain_name_configuration: security_policy is missing"},
		{"domains", `"endpoint_type"`, `"endpoint_typ"`, "endpoint_typ: there is no such argument or block"},
		{"functions", `"log_format": "Text",`, ``, "logging_config: log_format is missing"},
		{"functions", `.arn}`, `.arm}`, "which has no such attribute"},
		{"functions", `${filebase64sha256(`, `${filebase64sha256((`, "is no HCL"},
		{"functions", `"architectures": [
          "arm64"
        ]`, `"architectures": "arm64"`, "architectures: it has to be a list"},
		{"buckets", `"aws_s3_bucket_notification"`, `"aws_s3_bucket_notifications"`, "aws_s3_bucket_notifications: the provider has no such type"},
		{"hello", `"aws_region"`, `"aws_regio"`, "data.aws_regio: the provider has no such type"},
	} {
		want(t, p, golden(t, tc.module), "")
		text := goldenText(t, tc.module)
		broken := strings.ReplaceAll(text, tc.old, tc.new)
		if broken == text {
			t.Errorf("%s doesn't have %s", tc.module, tc.old)
			continue
		}
		j := p.judge(parsed(t, broken))
		if !slices.ContainsFunc(j.problems, func(s string) bool { return strings.Contains(s, tc.want) }) {
			t.Errorf("%s without %s: %q; want %s", tc.module, tc.old, j.problems, tc.want)
		}
	}
}

// TestOverride: the file that docs/websockets.md has people put beside a module fits
// the provider, and what the module has.
func TestOverride(t *testing.T) {
	p := realProvider(t)
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "websockets.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(doc), "```json\n")
	text, _, _ = strings.Cut(text, "```")
	override, err := decoded([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	module := golden(t, "websocket")
	const deployment = "aws_apigatewayv2_deployment"
	for name := range override["resource"].(map[string]any)[deployment].(map[string]any) {
		if (&judgment{module: module}).has("resource", []string{deployment, name}) {
			want(t, p, together(module, override), "")
			return
		}
	}
	t.Errorf("%s overrides nothing", text)
}

// TestRun: what is found is written, and the command fails. The files of a folder are
// one module.
func TestRun(t *testing.T) {
	file := wheel(t, map[string]string{"package/.jsii": bindings})
	const back = `{"resource": {"aws_door": {"back": {"policy": "${aws_door.front.arn}"}}}}`
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"right":     {map[string]string{"a.tf.json": `{"resource": {"aws_door": {"front": {"policy": "TLS"}}}}`, "b.tf.json": back}, "1 modules with 2 resources and data sources: 0 mistakes, by the AWS provider 6.1.2\n"},
		"wrong":     {map[string]string{"a.tf.json": `{"resource": {"aws_door": {"front": {}}}}`}, "module: resource.aws_door.front: policy is missing\n"},
		"alone":     {map[string]string{"b.tf.json": back}, "module: resource.aws_door.back.policy: it refers to aws_door.front.arn, which the module doesn't have\n"},
		"no JSON":   {map[string]string{"a.tf.json": `{`}, "a.tf.json: unexpected EOF"},
		"no module": {map[string]string{"main.tf": ``}, "no modules in the folders of "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "module"), 0o777); err != nil {
				t.Fatal(err)
			}
			for file, text := range tc.files {
				if err := os.WriteFile(filepath.Join(dir, "module", file), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			err := run(&out, file, []string{dir})
			if got := fmt.Sprint(out.String(), err); !strings.Contains(got, tc.want) || (err == nil) != (name == "right") {
				t.Errorf("got %s; want %s", got, tc.want)
			}
		})
	}
}

// wheel makes a wheel that has a package of these files.
func wheel(t *testing.T, files map[string]string) string {
	t.Helper()
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "aws.whl")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	member, err := z.Create("aws/_jsii/provider-aws@1.0.0.jsii.tgz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := member.Write(compressed(t, packed.String())); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return file
}

func compressed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bindings is an assembly as JSII writes one of a provider.
var bindings = func() string {
	types := map[string]any{}
	add := func(fqn, base, link string, properties ...any) {
		types[fqn] = map[string]any{
			"fqn": fqn, "base": base, "properties": properties,
			"docs":        map[string]any{"summary": "Represents a {@link https://registry/hashicorp/aws/6.1.2/docs" + link + "}."},
			"initializer": map[string]any{"parameters": []any{map[string]any{"name": "config", "type": map[string]any{"fqn": fqn + "Config"}}}},
		}
	}
	add("x.Door", "cdktf.TerraformResource", "/resources/door aws_door", bare("tfResourceType"), bare("arn"), bare("policy"), bare("policyInput"))
	add("x.DoorConfig", "", "",
		property("policy", "policy", one("string"), true, ""),
		property("lock", "lock", map[string]any{"fqn": "x.Lock"}, false, "lock block."),
		property("bell", "bell", union(map[string]any{"collection": map[string]any{"kind": "array", "elementtype": map[string]any{"fqn": "x.Bell"}}}), false, "bell block."),
		property("frame", "frame", map[string]any{"fqn": "x.Frame"}, false, "The frame, which isn't a block."),
		property("rooms", "rooms", map[string]any{"collection": map[string]any{"kind": "array", "elementtype": one("string")}}, false, ""),
		property("tags", "tags", map[string]any{"collection": map[string]any{"kind": "map", "elementtype": one("string")}}, false, ""),
		property("isOpen", "open", union(one("boolean")), false, ""),
	)
	add("x.Lock", "", "", property("keys", "keys", one("number"), true, ""))
	add("x.Bell", "", "", property("sound", "sound", one("string"), false, ""))
	add("x.Frame", "", "", property("colour", "colour", one("any"), false, ""))
	add("x.House", "cdktf.TerraformDataSource", "/data-sources/house aws_house", bare("doorCount"))
	add("x.HouseConfig", "", "")
	add("x.Provider", "cdktf.TerraformProvider", " aws")
	add("x.ProviderConfig", "", "", property("region", "region", one("string"), false, ""))
	data, err := json.Marshal(map[string]any{"schema": "jsii/0.10.0", "types": types})
	if err != nil {
		panic(err)
	}
	return string(data)
}()

func property(name, anchor string, typ any, required bool, more string) any {
	return map[string]any{
		"name": name, "optional": !required, "type": typ,
		"docs": map[string]any{"summary": more, "remarks": "Docs: {@link https://registry/docs#" + anchor + " X#" + anchor + "} " + more},
	}
}

func bare(name string) any { return map[string]any{"name": name} }

func one(primitive string) any { return map[string]any{"primitive": primitive} }

func union(typ any) any {
	return map[string]any{"union": map[string]any{"types": []any{map[string]any{"fqn": "cdktf.IResolvable"}, typ}}}
}
