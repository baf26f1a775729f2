package values_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/programtest"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
	"github.com/chalice-go/chalice/internal/policy/values"
)

// libraries are packages without source, as far as the programs of these tests need
// them.
var libraries = map[string]string{
	"fmt": `package fmt; func Sprintf(format string, a ...any) string; func Println(a ...any)`,
	"os":  `package os; func Getenv(key string) string; func Setenv(key, value string) error`,
	"strings": `package strings; func Join(elems []string, sep string) string; func ToUpper(s string) string; func Title(s string) string; func TrimSuffix(s, suffix string) string; func Split(s, sep string) []string
type Builder struct{ n int }
func (*Builder) WriteString(s string) (int, error)
func (*Builder) WriteByte(b byte) error
func (*Builder) Reset()
func (*Builder) String() string`,
	"net/url":                          `package url; func PathEscape(s string) string`,
	"encoding/json":                    `package json; func Unmarshal(data []byte, v any) error`,
	"github.com/aws/aws-sdk-go-v2/aws": `package aws; func String(s string) *string`,
	"github.com/aws/aws-sdk-go-v2/service/sqs": `package sqs
type GetQueueUrlInput struct{ QueueName, QueueOwnerAWSAccountId *string }
type GetQueueUrlOutput struct{ QueueUrl *string }
type Client struct{}
func (*Client) GetQueueUrl(*GetQueueUrlInput) *GetQueueUrlOutput`,
	"github.com/aws/aws-sdk-go-v2/service/sns": `package sns
type CreateTopicInput struct{ Name *string }
type CreateTopicOutput struct{ TopicArn *string }
type Client struct{}
func (*Client) CreateTopic(*CreateTopicInput) *CreateTopicOutput`,
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager": `package secretsmanager
type GetSecretValueInput struct{ SecretId *string }
type GetSecretValueOutput struct{ ARN, VersionId *string }
type Client struct{}
func (*Client) GetSecretValue(*GetSecretValueInput) *GetSecretValueOutput`,
	"github.com/aws/aws-sdk-go-v2/service/s3": `package s3
type Delete struct{ Quiet *bool; Objects []Object }
type Object struct{ Key, VersionId *string }
type Input struct{ Bucket *string; Tagging *string; Delete *Delete; From From }
type From interface{ isFrom() }
type FromMemberFile struct{ Value File }
type FromMemberCopy struct{ Value File }
type File struct{ Path *string }
func (*FromMemberFile) isFrom()
func (*FromMemberCopy) isFrom()
type Client struct{}
func (*Client) Do(*Input)`,
}

// library imports the packages without source.
type library map[string]*types.Package

func (l library) Import(path string) (*types.Package, error) {
	if l[path] == nil {
		source, ok := libraries[path]
		if !ok {
			return nil, fmt.Errorf("there is no package %s", path)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if l[path], err = (&types.Config{}).Check(path, fset, []*ast.File{file}, nil); err != nil {
			return nil, err
		}
	}
	return l[path], nil
}

// program makes the SSA form of one package, from source text without imports.
func program(t *testing.T, source string) (*ssaform.Program, *types.Package, library) {
	t.Helper()
	head := "package main\n"
	for path := range libraries {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if strings.Contains(source, name+".") {
			head += fmt.Sprintf("import %q\n", path)
		}
	}
	imports := library{}
	form, pkg, _ := programtest.Build(t, head+source, imports)
	return form, pkg, imports
}

// scope is the whole program, with a call graph of plain calls.
type scope struct{ *ssaform.Program }

func (s scope) Runs(*ssa.Function) bool { return true }
func (s scope) Callers(f *ssa.Function) ([]ssa.CallInstruction, bool) {
	return s.StaticCalls[f], !s.UsedAsValue[f] && len(s.StaticCalls[f]) > 0
}
func (s scope) Callees(ssa.CallInstruction) ([]*ssa.Function, bool) { return nil, false }
func (s scope) Exposed() []*ssa.Function                            { return nil }
func (s scope) IsHandler(*ssa.Function) bool                        { return false }
func (s scope) Buckets() ([]string, bool)                           { return nil, false }

// TestFieldNames follows the bucket of an input back to where it comes from: one way
// of a program for each kind of value, and with "anything" the ways that aren't
// followed.
func TestFieldNames(t *testing.T) {
	const anything = "anything"
	for name, tc := range map[string]struct {
		outside, body string // b is the bucket's name
		want          string
	}{
		"a constant":                  {"", `b := "a"`, "const:a"},
		"a variable":                  {"", `b := os.Getenv("B")`, "env:B"},
		"a variable that is set":      {`func init() { os.Setenv("B", "set") }`, `b := os.Getenv("B")`, "const:set env:B"},
		"another variable is set":     {`func init() { os.Setenv("C", "set") }`, `b := os.Getenv("B")`, "env:B"},
		"a variable of unknown name":  {`var name string`, `b := os.Getenv(strings.Title(name))`, anything},
		"either":                      {`var yes bool`, `b := "a"; if yes { b = "b" }`, "const:a const:b"},
		"a concatenation":             {"", `b := "a-" + os.Getenv("STAGE") + "-z"`, "a-${env:STAGE}-z"},
		"an unknown end":              {"", `b := "a-" + strings.Title("x")`, "const:a-*"},
		"an unknown start":            {"", `b := strings.Title("x") + "-a"`, anything},
		"growing in a loop":           {"", `b := "a"; for i := 0; i < 3; i++ { b += "x" }`, "const:a const:ax*"},
		"Sprintf":                     {"", `b := fmt.Sprintf("%s-%d", os.Getenv("B"), 3)`, "${env:B}-3"},
		"Sprintf with flags":          {"", `b := fmt.Sprintf("%-4s|%03d|%t|%%", "a", 7, true)`, "const:a   |007|true|%"},
		"Sprintf of an unknown":       {`var n int`, `b := fmt.Sprintf("a-%d", n)`, "const:a-*"},
		"Sprintf with an index":       {"", `b := fmt.Sprintf("a-%[2]s%[1]s", "x", "y")`, "const:a-*"},
		"Sprintf of a Stringer":       {`type s string; func (s) String() string { return "other" }`, `b := fmt.Sprintf("a-%s", s("x"))`, "const:a-*"},
		"Join":                        {"", `b := strings.Join([]string{"a", os.Getenv("B")}, "-")`, "a-${env:B}"},
		"a parameter":                 {`func f(b string, c *s3.Client) { c.Do(&s3.Input{Bucket: &b}) }`, `f("a", c); f("b", c); b := "c"`, "const:a const:b const:c"},
		"a parameter of a value":      {`func f(b string, c *s3.Client) { c.Do(&s3.Input{Bucket: &b}) }; var g = f`, `g("a", c); b := "c"`, anything},
		"a result":                    {`func f(x string) string { return "f-" + x }`, `b := f("a")`, "const:f-a"},
		"two calls of a function":     {`func id(x string) string { return x }`, `b := id("a"); _ = id("b")`, "const:a"},
		"a closure's variable":        {"", `x := "a"; b := func() string { return x }()`, "const:a"},
		"a package variable":          {`var v = "a"`, `b := v`, "const:a"},
		"set by a function":           {`var v = "a"; func set() { v = "b" }`, `b := v`, "const:a const:b"},
		"set through a pointer":       {`func set(p *string) { *p = "b" }`, `b := "a"; set(&b)`, "const:a const:b"},
		"a field":                     {`type repo struct{ bucket string }; var r = repo{"a"}`, `b := r.bucket`, "const:a"},
		"a field of a converted type": {`type x struct{ bucket string }; type y struct{ bucket string }`, `v := y(x{"a"}); b := v.bucket`, "const:a"},
		"a decoded field":             {`type repo struct{ bucket string }; var r repo; func init() { json.Unmarshal(nil, &r) }`, `r.bucket = "a"; b := r.bucket`, anything},
		"an element of a slice":       {"", `s := []string{"a", "b"}; s = append(s, "c"); b := s[1]`, "const:a const:b const:c"},
		"an element of a map":         {`var m = map[string]string{"x": "a"}; func init() { m["y"] = "b" }`, `b := m["x"]`, "const:a"},
		"any element of a map":        {`var m = map[string]string{"x": "a"}; var k string; func init() { m["y"] = "b"; k = os.Getenv("K") }`, `b := m[k]`, "const:a const:b"},
		"an element by an unknown":    {`var m = map[string]string{}; func init() { m[os.Getenv("K")] = "a"; m["y"] = "b" }`, `b := m["x"]`, "const:a"},
		"a map in a map":              {`var m = map[string]map[string]string{"x": {"k": "a", "l": "b"}, "y": {"k": "c"}}`, `b := m["x"]["k"]`, "const:a"},
		"a map in a field":            {`type t struct{ m map[string]string }`, `v := t{map[string]string{"x": "a", "y": "b"}}; b := v.m["x"]`, "const:a"},
		"a map that is decoded":       {`var m = map[string]string{"x": "a"}; func init() { json.Unmarshal(nil, &m) }`, `b := m["x"]`, anything},
		"a key of a map":              {"", `b := ""; for k := range map[string]bool{"a": true} { b = k }`, "const:a"},
		"a value of a map":            {"", `b := ""; for _, v := range map[int]string{1: "a"} { b = v }`, "const:a"},
		"an element of an array":      {`var names = [...]string{"a", "b"}`, `b := names[1]`, "const:b"},
		"any element of an array":     {`var names = [...]string{"a", "b"}; func index() int`, `b := names[index()]`, "const:a const:b"},
		"an element that is changed":  {`var names = [...]string{"a", "b"}; func init() { names[0] = "c" }`, `b := names[0]`, "const:a const:b const:c"},
		"sent through a channel":      {"", `d := make(chan string, 1); d <- "a"; b := <-d`, "const:a"},
		"sent by select":              {"", `d := make(chan string, 1); select { case d <- "a": default: }; b, _ := <-d`, "const:a"},
		"a function of texts":         {"", `b := strings.TrimSuffix("a.json", ".json")`, "const:a"},
		"texts in a loop":             {"", `b := "aaa"; for i := 0; i < 3; i++ { b = strings.TrimSuffix(b, "a") }`, anything},
		"upper case":                  {"", `b := strings.ToUpper("a-" + os.Getenv("B"))`, "const:A-*"},
		"a part of a split text":      {"", `b := strings.Split("a,b", ",")[0]`, "const:a const:b"},
		"a split text that changes":   {"", `s := strings.Split("a", ","); s[0] = "b"; b := s[0]`, "const:a const:b"},
		"a part of a text":            {"", `x := "a-b"; b := x[2:]`, "const:b"},
		"bytes":                       {"", `x := []byte("a"); b := string(x)`, "const:a"},
		"bytes that change":           {"", `x := []byte("a"); x[0] = 'b'; b := string(x)`, anything},
		"a builder":                   {"", `var s strings.Builder; s.WriteString("a-"); s.WriteByte('b'); b := s.String()`, "const:a-b"},
		"a builder in a loop":         {"", `var s strings.Builder; s.WriteString("a"); for i := 0; i < 3; i++ { s.WriteString("b") }; b := s.String()`, "const:a*"},
		"a builder that is emptied":   {"", `var s strings.Builder; s.WriteString("a"); s.Reset(); s.WriteString("b"); b := s.String()`, anything},
		"a builder of others":         {`func add(s *strings.Builder) { s.WriteString("x") }`, `var s strings.Builder; add(&s); s.WriteString("b"); b := s.String()`, anything},
		"an empty part":               {`var end string; func set() { end = "-z" }`, `b := "a" + end`, "const:a const:a-z"},
		"a part that is set first":    {`var end string; func init() { end = "-z" }`, `b := "a" + end`, "const:a-z"},
		"an empty field":              {`type t struct{ end string }`, `v := &t{"-z"}; if os.Getenv("X") != "" { v = &t{} }; b := "a" + v.end`, "const:a const:a-z"},
		"a field set on one way":      {`type t struct{ end string }; var yes bool`, `v := &t{}; if yes { v.end = "-z" }; b := "a" + v.end`, "const:a const:a-z"},
		"a field that is set first":   {`type t struct{ end string }`, `v := &t{}; v.end = "-z"; b := "a" + v.end`, "const:a-z"},
		"a field of a variable":       {`type t struct{ end string }; var v t; func set() { v.end = "-z" }`, `b := "a" + v.end`, "const:a const:a-z"},
		"a receiver":                  {`type t string; func (n t) do() { b := string(n); c.Do(&s3.Input{Bucket: &b}) }`, `b := "b"; t("a").do()`, "const:a const:b"},
		"out of an interface":         {`type t string; func f(v any) string { n, _ := v.(t); return string(n) }`, `b := f(t("a"))`, "const:a"},
		"another type in it":          {`type t string; func f(v any) string { n, _ := v.(t); return string(n) }`, `_ = f("x"); b := f(t("a"))`, "const:a"},
		"an unknown interface":        {`var v any; func init() { json.Unmarshal(nil, &v) }`, `b, _ := v.(string)`, anything},
		"from a library":              {"", `b := strings.Title("a")`, anything},
		"escaped":                     {"", `b := url.PathEscape("a/" + os.Getenv("B"))`, "a%2F${env:B}"},
	} {
		t.Run(name, func(t *testing.T) {
			form, _, imports := program(t, fmt.Sprintf("var c *s3.Client\n%s\nfunc main() { %s\nc.Do(&s3.Input{Bucket: &b}) }", tc.outside, tc.body))
			names, ok := values.New(form, scope{form}).FieldNames(input(t, imports), "Bucket", "")
			var got []string
			for _, n := range names {
				got = append(got, n.String())
			}
			slices.Sort(got)
			text := strings.Join(slices.Compact(got), " ")
			if !ok {
				text = anything
			}
			if text != tc.want {
				t.Errorf("got %q, want %q", text, tc.want)
			}
		})
	}
}

// input returns the type of the inputs.
func input(t *testing.T, imports library) *types.Named {
	t.Helper()
	pkg, err := imports.Import("github.com/aws/aws-sdk-go-v2/service/s3")
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup("Input").Type().(*types.Named)
}

// TestUnset has inputs some of which don't set the field.
func TestUnset(t *testing.T) {
	form, _, imports := program(t, `var c *s3.Client
func main() { c.Do(&s3.Input{Bucket: aws.String("a")}); c.Do(&s3.Input{}) }`)
	v := values.New(form, scope{form})
	if names, ok := v.FieldNames(input(t, imports), "Bucket", ""); ok {
		t.Errorf("without a default the field is %v", names)
	}
	names, ok := v.FieldNames(input(t, imports), "Bucket", "default")
	if got, want := fmt.Sprint(names, ok), "[const:a const:default] true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestIsSet looks at fields of inputs, and of what is in these.
func TestIsSet(t *testing.T) {
	form, _, imports := program(t, `var c *s3.Client
func main() {
	c.Do(&s3.Input{Tagging: nil, Delete: &s3.Delete{Objects: []s3.Object{{VersionId: aws.String("1")}}}, From: &s3.FromMemberFile{Value: s3.File{Path: aws.String("/")}}})
}`)
	v := values.New(form, scope{form})
	got := map[string]bool{}
	for _, path := range []string{"Bucket", "Tagging", "Delete", "Delete.Quiet", "Delete.Objects.VersionId", "Delete.Objects.Key", "From.File.Path", "From.Copy.Path", "From.Newer.Path", "Missing"} {
		got[path] = v.IsSet(input(t, imports), path)
	}
	want := map[string]bool{
		"Bucket": false, "Tagging": false, "Delete": true, "Delete.Quiet": false,
		"Delete.Objects.VersionId": true, "Delete.Objects.Key": false, "From.File.Path": true, "From.Copy.Path": false,
		"From.Newer.Path": false, "Missing": false, // a version of the SDK before them lacks members and fields
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// TestMentions looks for a text in a field of which all is known, or only a start.
func TestMentions(t *testing.T) {
	for name, tc := range map[string]struct {
		body string // b is the bucket's name
		want bool
	}{
		"a constant with it":    {`b := "k?versionId=1"`, true},
		"a constant without it": {`b := "k"; fmt.Println("versionId")`, false},
		"a format with it":      {`b := fmt.Sprintf("b/%s?versionId=%s", strings.Title("k"), strings.Title("v"))`, true},
		"a format without it":   {`b := fmt.Sprintf("b/%s", strings.Title("k"))`, false},
		"anything":              {`b := strings.Title("versionId")`, true},
		"anything without it":   {`b := strings.Title("x")`, false},
	} {
		t.Run(name, func(t *testing.T) {
			form, _, imports := program(t, fmt.Sprintf("var c *s3.Client\nfunc main() { %s\nc.Do(&s3.Input{Bucket: &b}) }", tc.body))
			if got := values.New(form, scope{form}).Mentions(input(t, imports), "Bucket", "versionId"); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// TestOutputs follows what outputs carry to what their inputs name.
func TestOutputs(t *testing.T) {
	const queue = "var q *sqs.Client; func init() { b = *q.GetQueueUrl(%s).QueueUrl }"
	for name, tc := range map[string]struct{ program, want string }{
		"a queue":              {fmt.Sprintf(queue, `&sqs.GetQueueUrlInput{QueueName: aws.String("jobs")}`), "const:jobs"},
		"of an account":        {fmt.Sprintf(queue, `&sqs.GetQueueUrlInput{QueueName: aws.String("jobs"), QueueOwnerAWSAccountId: aws.String("1")}`), "const:arn:${AWS::Partition}:sqs:${AWS::Region}:1:jobs"},
		"of some account":      {fmt.Sprintf(queue, `&sqs.GetQueueUrlInput{QueueName: aws.String("jobs"), QueueOwnerAWSAccountId: aws.String(strings.Title("x"))}`), "const:arn:${AWS::Partition}:sqs:${AWS::Region}:*:jobs"},
		"a topic":              {`var c2 *sns.Client; func init() { b = *c2.CreateTopic(&sns.CreateTopicInput{Name: aws.String("t-" + os.Getenv("STAGE"))}).TopicArn }`, "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:t-${env:STAGE}"},
		"a topic of any name":  {`var c2 *sns.Client; func init() { b = *c2.CreateTopic(&sns.CreateTopicInput{Name: aws.String(strings.Title("x"))}).TopicArn }`, "anything"},
		"another field":        {`var c2 *secretsmanager.Client; func init() { b = *c2.GetSecretValue(&secretsmanager.GetSecretValueInput{SecretId: aws.String("s")}).VersionId }`, "anything"},
		"an input's own cycle": {`var c2 *secretsmanager.Client; func init() { id := aws.String("s"); for { id = c2.GetSecretValue(&secretsmanager.GetSecretValueInput{SecretId: id}).ARN; b = *id } }`, "const:s"},
	} {
		t.Run(name, func(t *testing.T) {
			form, _, imports := program(t, fmt.Sprintf("var c *s3.Client\nvar b string\n%s\nfunc main() { c.Do(&s3.Input{Bucket: aws.String(b)}) }", tc.program))
			names, ok := values.New(form, scope{form}).FieldNames(input(t, imports), "Bucket", "")
			got := strings.Trim(fmt.Sprint(names), "[]")
			if !ok {
				got = "anything"
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestSetsOne has inputs that name a resource by one of two fields.
func TestSetsOne(t *testing.T) {
	for name, tc := range map[string]struct {
		inputs string
		want   bool
	}{
		"one of them":  {`c.Do(&s3.Input{Bucket: aws.String("a")}); c.Do(&s3.Input{Tagging: aws.String("b")})`, true},
		"both":         {`c.Do(&s3.Input{Bucket: aws.String("a"), Tagging: aws.String("b")})`, true},
		"none in one":  {`c.Do(&s3.Input{Bucket: aws.String("a")}); c.Do(&s3.Input{})`, false},
		"there's none": {``, false},
	} {
		t.Run(name, func(t *testing.T) {
			form, _, imports := program(t, "var c *s3.Client; var _ = aws.String\nfunc main() { "+tc.inputs+" }")
			if got := values.New(form, scope{form}).SetsOne(input(t, imports), []string{"Bucket", "Tagging"}); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
