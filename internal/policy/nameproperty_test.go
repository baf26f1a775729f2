package policy_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/policy"
)

// nameWays are the ways in which a name can get from one function to the next: each is
// the body of a function that returns its parameter v, a name in lower case. $K is the
// number of the function. What is above the line belongs to the package.
var nameWays = map[string]string{
	"plain": `---
return v`,
	"helper of the SDK": `---
return aws.ToString(aws.String(v))`,
	"foreign function in a variable": `var str$K = aws.String
---
return *str$K(v)`,
	"function in a variable": `var same$K = func(s string) string { return s }
---
return same$K(v)`,
	"function in a field": `type conf$K struct{ f func(string) string }
func keep$K(s string) string { return s }
---
return conf$K{keep$K}.f(v)`,
	"callback": `func apply$K(f func(string) string, s string) string { return f(s) }
---
return apply$K(func(s string) string { return s }, v)`,
	"function out of an interface": `---
var f any = func(s string) string { return s }
return f.(func(string) string)(v)`,
	"method value": `type mv$K struct{ s string }
func (m mv$K) get() string { return m.s }
---
f := mv$K{v}.get
return f()`,
	"named string": `type ns$K string
func (n ns$K) get() string { return string(n) }
---
return ns$K(v).get()`,
	"string behind an interface": `type si$K string
func (s si$K) get() string { return string(s) }
---
var g interface{ get() string } = si$K(v)
return g.get()`,
	"strings behind interfaces": `type ss$K string
func (s ss$K) get() string { return string(s) }
---
for _, g := range []interface{ get() string }{ss$K(v)} {
	return g.get()
}
return ""`,
	"struct behind an interface": `type st$K struct{ s string }
func (s st$K) get() string { return s.s }
---
var g interface{ get() string } = st$K{v}
return g.get()`,
	"pointer behind an interface": `type pi$K string
func (s *pi$K) get() string { return string(*s) }
---
p := pi$K(v)
var g interface{ get() string } = &p
return g.get()`,
	"any": `func open$K(x any) string {
	s, _ := x.(string)
	return s
}
---
return open$K(v)`,
	"generic function": `func id$K[T any](t T) T { return t }
---
return id$K(v)`,
	"generic type": `type box$K[T any] struct{ v T }
func (b *box$K[T]) get() T { return b.v }
---
b := &box$K[string]{v}
return b.get()`,
	"instances of a type": `type repo$K[T any] struct{ name string }
func new$K[T any](name string) *repo$K[T] { return &repo$K[T]{name} }
func (r *repo$K[T]) get() string { return r.name }
---
_ = new$K[int]("other").get()
return new$K[string](v).get()`,
	"embedded generic": `type inner$K[T any] struct{ name string }
func (r *inner$K[T]) get() string { return r.name }
type outer$K struct{ *inner$K[int] }
---
return outer$K{&inner$K[int]{v}}.get()`,
	"options": `type client$K struct{ name string }
func with$K(s string) func(*client$K) { return func(c *client$K) { c.name = s } }
func make$K(options ...func(*client$K)) *client$K {
	c := &client$K{name: "default"}
	for _, o := range options {
		o(c)
	}
	return c
}
---
return make$K(with$K(v)).name`,
	"slice": `---
s := append([]string{}, v)
return s[0]`,
	"array": `---
a := [...]string{"other", v}
return a[1]`,
	"array that changes": `---
a := [...]string{"other", "another"}
p := &a
p[1] = v
return a[1]`,
	"array in a loop": `---
var a [3]string
for i := range a {
	a[i] = v
}
return a[1]`,
	"element of a map": `---
return map[string]string{"a": "other", "b": v}["b"]`,
	"map that changes": `var m$K = map[string]string{"a": "other"}
---
m$K["a"] = v
return m$K["a"]`,
	"map by another": `---
m := map[string]string{}
n := m
n[strings.Repeat("a", 2)] = v
return m["aa"]`,
	"map of maps": `---
m := map[string]map[string]string{"a": {}}
m["a"]["b"] = v
return m["a"]["b"]`,
	"keys of a map": `---
for k := range map[string]bool{v: true} {
	return k
}
return ""`,
	"values of a map": `---
for _, s := range map[int]string{1: v} {
	return s
}
return ""`,
	"sorted keys": `---
return slices.Sorted(maps.Keys(map[string]bool{v: true}))[0]`,
	"map of interfaces": `type mi$K string
func (s mi$K) get() string { return string(s) }
---
return map[string]interface{ get() string }{"a": mi$K(v)}["a"].get()`,
	"channel": `---
c := make(chan string, 1)
c <- v
return <-c`,
	"select": `---
c := make(chan string, 1)
select {
case c <- v:
default:
}
select {
case s := <-c:
	return s
default:
}
return ""`,
	"builder": `---
var b strings.Builder
for _, part := range []string{"", v} {
	b.WriteString(part)
}
return b.String()`,
	"builder in order": `---
var b strings.Builder
b.WriteString("x")
b.Reset()
b.WriteString(v)
return b.String()`,
	"printed": `---
return fmt.Sprintf("%s%v%.0d", v, "", 0)`,
	"joined": `---
return strings.Join([]string{v}, "-")`,
	"trimmed": `---
return strings.TrimSuffix(strings.TrimPrefix("x-"+v+".json", "x-"), ".json")`,
	"trimmed in a loop": `---
s := "xxx" + v
for range 3 {
	s = strings.TrimPrefix(s, "x")
}
return s`,
	"split": `---
return strings.Split("x/"+v, "/")[1]`,
	"lower": `---
return strings.ToLower(strings.ToUpper(v))`,
	"bytes": `---
b := []byte(v)
return string(b)`,
	"bytes that change": `---
b := []byte("x" + v[1:])
b[0] = v[0]
return string(b)`,
	"part": `---
s := "xy" + v
return s[2:]`,
	"empty part": `var end$K string
func set$K() { end$K = "-x" }
---
if len(v) > 100 {
	set$K()
}
return v + end$K`,
	"empty field": `type ef$K struct{ end string }
---
e := &ef$K{}
if len(v) > 100 {
	e.end = "-x"
}
return v + e.end`,
	"empty field of a variable": `type eg$K struct{ end string }
var g$K eg$K
---
if len(v) > 100 {
	g$K.end = "-x"
}
return v + g$K.end`,
	"closure": `---
s := "other"
func() { s = v }()
return s`,
	"pointer": `func set$K(p *string, s string) { *p = s }
---
var s string
set$K(&s, v)
return s`,
	"package variable": `var pv$K = "other"
---
pv$K = v
return pv$K`,
	"once": `---
return sync.OnceValue(func() string { return v })()`,
	"atomic.Value": `---
var a atomic.Value
a.Store(v)
return a.Load().(string)`,
	"context": `type key$K struct{}
---
return context.WithValue(context.Background(), key$K{}, v).Value(key$K{}).(string)`,
	"named string in a context": `type nc$K string
type nk$K struct{}
---
return string(context.WithValue(context.Background(), nk$K{}, nc$K(v)).Value(nk$K{}).(nc$K))`,
	"named string by reflection": `type nr$K string
func (s nr$K) get() string { return string(s) }
---
r := reflect.New(reflect.TypeOf(nr$K("other"))).Elem()
r.SetString(v)
return r.Interface().(interface{ get() string }).get()`,
	"decoded": `type de$K struct{ Name string }
---
d := de$K{Name: "other"}
data, _ := json.Marshal(map[string]string{"Name": v})
json.Unmarshal(data, &d)
return d.Name`,
	"decoded by a variable": `type dv$K struct{ Name string }
var load$K = json.Unmarshal
---
d := dv$K{Name: "other"}
data, _ := json.Marshal(map[string]string{"Name": v})
load$K(data, &d)
return d.Name`,
	"decoded named string": `type dn$K string
func (s dn$K) get() string { return string(s) }
---
d := dn$K("other")
data, _ := json.Marshal(v)
json.Unmarshal(data, &d)
var g interface{ get() string } = d
return g.get()`,
}

// unseenNames are ways on which names can be anything.
var unseenNames = []string{
	"builder", "builder in order", "bytes that change", "trimmed in a loop", "atomic.Value", "context", "pointer behind an interface",
	"named string by reflection", "decoded", "decoded by a variable", "decoded named string", "select",
}

// TestNameWays follows names on each way by itself, and on some by chance, of which it
// is known what they are: none may be missing.
func TestNameWays(t *testing.T) {
	module := programModule(t)
	names := sortedKeys(nameWays)
	paths := map[string][]string{}
	for i, way := range names {
		paths[fmt.Sprintf("handler%d", i)] = []string{way}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 40 {
		var path []string
		for range 2 + r.IntN(3) {
			path = append(path, names[r.IntN(len(names))])
		}
		paths[fmt.Sprintf("handler%d", len(names)+i)] = path
	}
	write(t, filepath.Join(module, "names", "main.go"), []byte(nameProgram(paths)))
	requireChalice(t, module)
	report := analyze(t, policy.Input{Dir: filepath.Join(module, "names")})
	for handler, path := range paths {
		var got []string
		for _, a := range report.Functions[handler].Actions {
			if a.Name == "dynamodb:Scan" {
				got = targets(a)
			}
		}
		isAny := slices.Equal(got, []string{"*"})
		if !isAny && !slices.ContainsFunc(got, func(name string) bool { return covers(name, "table-"+handler) }) {
			t.Errorf("%s: by %s it has %v", handler, strings.Join(path, ", "), got)
		}
		if len(path) == 1 && isAny != slices.Contains(unseenNames, path[0]) {
			t.Errorf("%s: its names are %v", path[0], got)
		}
	}
}

// covers reports whether a name that was found stands for another one, too.
func covers(found, name string) bool {
	found = strings.TrimPrefix(found, "const:")
	prefix, any := strings.CutSuffix(found, "*")
	return found == name || any && strings.HasPrefix(name, prefix)
}

// nameProgram writes a program with a function of the app for each path.
func nameProgram(paths map[string][]string) string {
	var b, registrations strings.Builder
	b.WriteString(strings.Replace(generatedHead, "import (", "import (\n\t\"maps\"\n\t\"strings\"\n\t\"github.com/aws/aws-sdk-go-v2/aws\"\n", 1))
	b.WriteString("\nvar (\n\t_ = maps.Keys[map[int]int]\n\t_ = strings.ToLower\n\t_ = aws.String\n)\n")
	number := 0
	for _, handler := range sortedKeys(paths) {
		value := fmt.Sprintf("%q", "table-"+handler)
		for _, way := range paths[handler] {
			outside, body, _ := strings.Cut(strings.ReplaceAll(nameWays[way], "$K", fmt.Sprint(number)), "---\n")
			fmt.Fprintf(&b, "\n%s\nfunc pass%d(v string) string {\n%s\n}\n", outside, number, body)
			value = fmt.Sprintf("pass%d(%s)", number, value)
			number++
		}
		fmt.Fprintf(&b, "\nfunc %s(ctx context.Context, in json.RawMessage) (any, error) {\n\tname := %s\n\treturn tables.Scan(ctx, &dynamodb.ScanInput{TableName: &name})\n}\n", handler, value)
		fmt.Fprintf(&registrations, "\ta.LambdaFunction(%s)\n", handler)
	}
	fmt.Fprintf(&b, "\nfunc main() {\n\ta := app.New(\"names\")\n%s\tdispatch.Start(a)\n}\n", &registrations)
	return b.String()
}
