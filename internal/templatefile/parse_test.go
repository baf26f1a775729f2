package templatefile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/templatefile"
)

// parsed returns a template's part as one line of JSON.
func parsed(t *testing.T, name, text string) string {
	t.Helper()
	o, err := templatefile.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	data, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"short.yaml": {
			`
A: !Ref Table
B: !GetAtt Nested.Outputs.Name
C: !GetAtt [Table, Arn]
D: !Sub "${A}-x"
E: !If [IsProd, !Ref Big, 10]
F: !Join ["", [a, !Select [0, !GetAZs ""]]]
G: {Condition: !Not [!Condition IsProd]}
H: !Base64 plain`,
			`{"A":{"Ref":"Table"},"B":{"Fn::GetAtt":["Nested","Outputs.Name"]},"C":{"Fn::GetAtt":["Table","Arn"]},` +
				`"D":{"Fn::Sub":"${A}-x"},"E":{"Fn::If":["IsProd",{"Ref":"Big"},10]},` +
				`"F":{"Fn::Join":["",["a",{"Fn::Select":[0,{"Fn::GetAZs":""}]}]]},` +
				`"G":{"Condition":{"Fn::Not":[{"Condition":"IsProd"}]}},"H":{"Fn::Base64":"plain"}}`,
		},
		"scalars.YML": {
			`{text: "1", int: 7, hex: 0x10, float: 1.50, exponent: 1.5e+3, text2: 1e3, text3: 0o17, yes: true, on: Yes, no: off, quoted: "no", none: ~, date: 2010-09-09, 200: number key, large: 12345678901234567890}`,
			`{"text":"1","int":7,"hex":16,"float":1.50,"exponent":1.5e+3,"text2":"1e3","text3":"0o17","yes":true,"on":true,"no":false,"quoted":"no","none":null,"date":"2010-09-09","200":"number key","large":12345678901234567890}`,
		},
		"anchors.yaml": {
			"base: &base {a: 1, b: [x]}\nuse: *base\nmore:\n  <<: *base\n  a: 2\n",
			`{"base":{"a":1,"b":["x"]},"use":{"a":1,"b":["x"]},"more":{"a":2,"b":["x"]}}`,
		},
		"empty.yaml": {"# nothing\n", `{}`},
		"plain.json": {`{"a": [1, {"Ref": "B"}]}`, `{"a":[1,{"Ref":"B"}]}`},
		"noend":      {`{"a": null}`, `{"a":null}`},
		"noend.yaml": {`a: !Ref B`, `{"a":{"Ref":"B"}}`},
		"x.template": {`a: !Ref B`, `{"a":{"Ref":"B"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, parsed(t, name, tc.text)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for _, c := range "bcdefghi" {
		prior := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+prior+",", 9) + "]\n"
	}
	for name, tc := range map[string]struct{ file, text, want string }{
		"bad JSON":        {"x.json", "{\n\"a\": ]", "x.json: line 2:"},
		"bad YAML":        {"x.yaml", "a: [1\nb: }", "x.yaml: line "},
		"a list":          {"x.yaml", "- a", "x.yaml: a template is an object of sections such as Resources, not a list"},
		"text":            {"x.json", `"a"`, "x.json: a template is an object"},
		"two documents":   {"x.yaml", "a: 1\n---\nb: 2\n", "more than one YAML document"},
		"a key twice":     {"x.yaml", "a: 1\nb: 2\na: 3\n", `line 3: key "a" occurs twice`},
		"a key twice, js": {"x.json", "{\"a\": 1,\n\"a\": 2}", `line 2: key "a" occurs twice`},
		"a list as a key": {"x.yaml", "? [a]\n: 1\n", "a key must be text"},
		"infinity":        {"x.yaml", "a: .inf", "JSON has no number .inf"},
		"merge of text":   {"x.yaml", "a:\n  <<: b\n", "<< takes an object"},
		"too many values": {"x.yaml", bomb, "too large or too deep"},
		"itself":          {"x.yaml", "a: &a [*a]", "x.yaml: "},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := templatefile.Parse(tc.file, []byte(tc.text))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v; want an error with %q", o, err, tc.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"A: !Ref B", "{a: !GetAtt B.C.D, <<: {x: 1}}", "- 1", "a: &a [*a]", "a: 0o17", "a: .nan", "? !Sub x\n: y",
		`{"a": [1, 2.5e3, null, "\u0000"]}`, "a: !!binary aGk=", "a: 2001-01-01", "%YAML 1.1\n---\na: yes",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, yaml bool) {
		name := "x.json"
		if yaml {
			name = "x.yaml"
		}
		o, err := templatefile.Parse(name, []byte(text))
		if err != nil {
			return
		}
		data, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := templatefile.Parse("again.json", data); err != nil {
			t.Fatalf("%q became %q, which can't be read: %v", text, data, err)
		}
	})
}
