package policy_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/policy"
)

// ways are the ways in which a function can lead to another one. $K is the
// number of the function, $N of the next one. What is above the line belongs
// to the package, what is below it to the function.
var ways = map[string]string{
	"call": `---
return step$N(ctx)`,
	"closure": `---
f := func() error { return step$N(ctx) }
return f()`,
	"goroutine": `---
errs := make(chan error)
go func() { errs <- step$N(ctx) }()
return <-errs`,
	"defer": `---
defer step$N(ctx)
return nil`,
	"interface": `type i$K interface{ run$K(context.Context) error }
type t$K struct{}
func (t$K) run$K(ctx context.Context) error { return step$N(ctx) }
---
var x i$K = t$K{}
return x.run$K(ctx)`,
	"map of init": `var r$K = map[string]func(context.Context) error{}
func init() { r$K["x"] = step$N }
---
if f, ok := r$K["x"]; ok {
	return f(ctx)
}
return nil`,
	"map literal": `var l$K = map[string]func(context.Context) error{"x": step$N}
---
return l$K["x"](ctx)`,
	"shared registry": `type reg$K struct{ n int }
func (*reg$K) run(ctx context.Context) error { return step$N(ctx) }
func init() { registry["$K"] = &reg$K{} }
---
return registry["$K"].run(ctx)`,
	"generic": `func apply$K[F ~func(context.Context) error](ctx context.Context, f F) error { return f(ctx) }
---
return apply$K(ctx, step$N)`,
	"generic type": `type box$K[T runner] struct{ v T }
func (b box$K[T]) open(ctx context.Context) error { return b.v.run(ctx) }
type in$K struct{}
func (in$K) run(ctx context.Context) error { return step$N(ctx) }
---
return box$K[in$K]{}.open(ctx)`,
	"field": `type h$K struct{ f func(context.Context) error }
---
h := h$K{f: step$N}
return h.f(ctx)`,
	"field of global": `type g$K struct{ f func(context.Context) error }
var d$K g$K
func init() { d$K = makeG$K(step$N) }
func makeG$K(f func(context.Context) error) g$K { return g$K{f} }
---
return d$K.f(ctx)`,
	"method value": `type m$K struct{}
func (m$K) do(ctx context.Context) error { return step$N(ctx) }
---
f := m$K{}.do
return f(ctx)`,
	"method expression": `type e$K struct{}
func (*e$K) do(ctx context.Context) error { return step$N(ctx) }
---
return (*e$K).do(nil, ctx)`,
	"channel": `---
c := make(chan func(context.Context) error, 1)
c <- step$N
close(c)
for f := range c {
	if err := f(ctx); err != nil {
		return err
	}
}
return nil`,
	"channel comma-ok": `---
c := make(chan func(context.Context) error, 1)
c <- step$N
if f, ok := <-c; ok {
	return f(ctx)
}
return nil`,
	"select": `---
c := make(chan runner, 1)
c <- funcRunner(step$N)
select {
case r := <-c:
	return r.run(ctx)
case <-ctx.Done():
	return nil
}`,
	"any": `---
var v any = step$N
if f, ok := v.(func(context.Context) error); ok {
	return f(ctx)
}
return nil`,
	"slice of init": `var q$K []func(context.Context) error
func add$K(f func(context.Context) error) { q$K = append(q$K, f) }
func init() { add$K(step$N) }
---
for _, f := range q$K {
	f(ctx)
}
return nil`,
	"once": `---
var once sync.Once
once.Do(func() { step$N(ctx) })
return nil`,
	"once value": `var once$K = sync.OnceValue(func() error { return step$N(context.Background()) })
---
return once$K()`,
	"embedded interface": `type inner$K struct{}
func (inner$K) run(ctx context.Context) error { return step$N(ctx) }
type outer$K struct{ runner }
---
var r runner = outer$K{inner$K{}}
return r.run(ctx)`,
	"embedded struct": `type base$K struct{}
func (*base$K) run(ctx context.Context) error { return step$N(ctx) }
type top$K struct{ *base$K }
---
return start(ctx, top$K{})`,
	"callback of others": `---
x := []int{2, 1}
sort.Slice(x, func(i, j int) bool { step$N(ctx); return x[i] < x[j] })
return nil`,
	"generic callback of others": `---
x := []int{2, 1}
slices.SortFunc(x, func(i, j int) int { step$N(ctx); return i - j })
return nil`,
	"context value": `type key$K struct{}
---
ctx = context.WithValue(ctx, key$K{}, funcRunner(step$N))
return ctx.Value(key$K{}).(runner).run(ctx)`,
	"pointer": `---
f := step$N
p := &f
return (*p)(ctx)`,
	"changed through a pointer": `func set$K(p *func(context.Context) error) { *p = step$N }
---
var f func(context.Context) error
set$K(&f)
return f(ctx)`,
	"factory": `func make$K() func(context.Context) error { return func(ctx context.Context) error { return step$N(ctx) } }
---
return make$K()(ctx)`,
	"iterator": `func seq$K(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		step$N(ctx)
		yield(1)
	}
}
---
for range seq$K(ctx) {
}
return nil`,
	"loop body": `func each$K(yield func(int) bool) { yield(1) }
---
for range each$K {
	step$N(ctx)
}
return nil`,
	"stringer": `type str$K struct{}
func (str$K) String() string { step$N(context.Background()); return "" }
---
_ = fmt.Sprint(str$K{})
return nil`,
	"sync.Map": `var m$K sync.Map
func init() { m$K.Store("x", funcRunner(step$N)) }
---
v, _ := m$K.Load("x")
return v.(runner).run(ctx)`,
	"sync.Pool": `---
p := sync.Pool{New: func() any { step$N(ctx); return nil }}
p.Get()
return nil`,
	"web": `type web$K struct{}
func (web$K) ServeHTTP(w http.ResponseWriter, r *http.Request) { step$N(r.Context()) }
---
http.StripPrefix("/x", web$K{}).ServeHTTP(nil, nil)
return nil`,
	"panic": `---
defer func() {
	if f, ok := recover().(funcRunner); ok {
		f.run(ctx)
	}
}()
panic(funcRunner(step$N))`,
	"array of structs": `var steps$K = [...]struct{ name string; r runner }{{"a", funcRunner(step$N)}}
---
for _, s := range steps$K {
	s.r.run(ctx)
}
return nil`,
	"converted struct": `type from$K struct{ f func(context.Context) error }
type to$K struct{ f func(context.Context) error }
---
return to$K(from$K{step$N}).f(ctx)`,
	"key of a map": `type mk$K struct{}
func (mk$K) run(ctx context.Context) error { return step$N(ctx) }
---
for r := range map[runner]bool{mk$K{}: true} {
	r.run(ctx)
}
return nil`,
	"variadic": `func all$K(ctx context.Context, fs ...func(context.Context) error) error {
	for _, f := range fs {
		f(ctx)
	}
	return nil
}
---
return all$K(ctx, step$N, nil)`,
	"returned interface": `type ri$K struct{}
func (*ri$K) run(ctx context.Context) error { return step$N(ctx) }
func new$K() (runner, error) { return &ri$K{}, nil }
---
r, err := new$K()
if err != nil {
	return err
}
return r.run(ctx)`,
	"worker of a cold start": `var jobs$K = make(chan runner)
func init() { go func() { for j := range jobs$K { j.run(context.Background()) } }() }
---
jobs$K <- funcRunner(step$N)
return nil`,
}

// calls are operations of which each needs one action.
var operations = []struct{ call, action string }{
	{"queues.SendMessage(ctx, &sqs.SendMessageInput{})", "sqs:SendMessage"},
	{"queues.PurgeQueue(ctx, &sqs.PurgeQueueInput{})", "sqs:PurgeQueue"},
	{"queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{})", "sqs:ReceiveMessage"},
	{"queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{})", "sqs:DeleteMessage"},
	{"tables.GetItem(ctx, &dynamodb.GetItemInput{})", "dynamodb:GetItem"},
	{"tables.PutItem(ctx, &dynamodb.PutItemInput{})", "dynamodb:PutItem"},
	{"tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{})", "dynamodb:UpdateItem"},
	{"dynamodb.NewQueryPaginator(tables, &dynamodb.QueryInput{}).NextPage(ctx)", "dynamodb:Query"},
	{"small(tables).DeleteItem(ctx, &dynamodb.DeleteItemInput{})", "dynamodb:DeleteItem"},
	{"objects.GetObject(ctx, &s3.GetObjectInput{})", "s3:GetObject"},
	{"signer.PresignPutObject(ctx, &s3.PutObjectInput{})", "s3:PutObject"},
	{"objects.ListBuckets(ctx, nil)", "s3:ListAllMyBuckets"},
}

const generatedHead = `package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sort"
	"sync"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

var (
	cfg, _  = config.LoadDefaultConfig(context.Background())
	queues  = sqs.NewFromConfig(cfg)
	tables  = dynamodb.NewFromConfig(cfg)
	objects = s3.NewFromConfig(cfg)
	signer  = s3.NewPresignClient(objects)
)

type small interface {
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

type runner interface{ run(context.Context) error }

type funcRunner func(context.Context) error

func (f funcRunner) run(ctx context.Context) error { return f(ctx) }

func start(ctx context.Context, r runner) error { return r.run(ctx) }

var registry = map[string]runner{}

var (
	_ = fmt.Sprint
	_ iter.Seq[int]
	_ http.Handler
	_ = slices.Sort[[]int]
	_ = sort.Ints
	_ sync.Mutex
)
`

// TestGenerated analyzes programs that are put together by chance, of which it
// is known what each function reaches: no action may be missing. Each way leads
// somewhere in each program.
func TestGenerated(t *testing.T) {
	module := programModule(t)
	names := sortedKeys(ways)
	wanted := map[string]map[string]string{}
	for seed := range uint64(6) {
		dir := fmt.Sprintf("seed%d", seed)
		source, want := generate(rand.New(rand.NewPCG(seed, 1)), names)
		write(t, filepath.Join(module, dir, "main.go"), []byte(source))
		wanted[dir] = want
	}
	requireChalice(t, module)
	for dir, want := range wanted {
		t.Run(dir, func(t *testing.T) {
			report := analyze(t, policy.Input{Dir: filepath.Join(module, dir)})
			if len(report.Warnings) > 0 {
				t.Errorf("warnings: %v", report.Warnings)
			}
			extra := 0
			for function, action := range want {
				n := report.Functions[function]
				if n == nil || !n.Allows(action) {
					t.Errorf("%s: %s is missing", function, action)
					continue
				}
				extra += len(n.Actions) - 1
			}
			t.Logf("%d functions, %d actions too many", len(want), extra)
		})
	}
}

// generate writes a program with a function of the app for each way, and some
// more. Each goes one to four ways, and then makes one call.
func generate(r *rand.Rand, names []string) (source string, want map[string]string) {
	var b, registrations strings.Builder
	b.WriteString(generatedHead)
	want = map[string]string{}
	number := 0
	for i := range len(names) + 10 {
		fmt.Fprintf(&b, "\nfunc handler%d(ctx context.Context, in json.RawMessage) (any, error) { return nil, step%d(ctx) }\n", i, number)
		fmt.Fprintf(&registrations, "\ta.LambdaFunction(handler%d)\n", i)
		way := names[i%len(names)]
		var path []string
		for range 1 + r.IntN(4) {
			stage(&b, ways[way], number)
			path = append(path, way)
			number++
			way = names[r.IntN(len(names))]
		}
		op := operations[r.IntN(len(operations))]
		fmt.Fprintf(&b, "\n// %s\nfunc step%d(ctx context.Context) error {\n\t_, err := %s\n\treturn err\n}\n", strings.Join(path, ", "), number, op.call)
		number++
		want[fmt.Sprintf("handler%d", i)] = op.action
	}
	fmt.Fprintf(&b, "\nfunc main() {\n\ta := app.New(\"generated\")\n%s\tdispatch.Start(a)\n}\n", &registrations)
	return b.String(), want
}

// stage writes a function that leads to the next one.
func stage(b *strings.Builder, way string, number int) {
	way = strings.NewReplacer("$K", fmt.Sprint(number), "$N", fmt.Sprint(number+1)).Replace(way)
	outside, body, _ := strings.Cut(way, "---\n")
	fmt.Fprintf(b, "\n%s\nfunc step%d(ctx context.Context) error {\n%s\n}\n", outside, number, body)
}
