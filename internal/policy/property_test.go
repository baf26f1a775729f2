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
	"bound interface method": `type bi$K struct{}
func (bi$K) run(ctx context.Context) error { return step$N(ctx) }
---
var r runner = bi$K{}
f := r.run
return f(ctx)`,
	"go interface": `type gi$K struct{}
func (gi$K) run(ctx context.Context) error { return step$N(ctx) }
---
var r runner = gi$K{}
go r.run(ctx)
return nil`,
	"pointer constraint": `type pc$K struct{}
func (*pc$K) run(ctx context.Context) error { return step$N(ctx) }
func create$K[T any, P interface {
	*T
	runner
}](ctx context.Context) error {
	return P(new(T)).run(ctx)
}
---
return create$K[pc$K](ctx)`,
	"generic container": `type stack$K[T any] struct{ items []T }
func (s *stack$K[T]) push(v T) { s.items = append(s.items, v) }
func (s *stack$K[T]) pop() T { return s.items[len(s.items)-1] }
---
var s stack$K[func(context.Context) error]
s.push(step$N)
return s.pop()(ctx)`,
	"type switch": `---
var v any = funcRunner(step$N)
switch v := v.(type) {
case interface{ run(context.Context) error }:
	return v.run(ctx)
}
return nil`,
	"several results": `func pair$K() (int, func(context.Context) error) { return 1, step$N }
func use$K(ctx context.Context, _ int, f func(context.Context) error) error { return f(ctx) }
---
f := func(n int, f func(context.Context) error) error { return use$K(ctx, n, f) }
return f(pair$K())`,
	"options": `type conf$K struct{ hook func(context.Context) error }
type option$K func(*conf$K)
func with$K(f func(context.Context) error) option$K { return func(c *conf$K) { c.hook = f } }
func new$K(options ...option$K) *conf$K {
	c := &conf$K{}
	for _, o := range options {
		o(c)
	}
	return c
}
---
return new$K(with$K(step$N)).hook(ctx)`,
	"values of a slice": `---
fs := []func(context.Context) error{step$N}
for f := range slices.Values(slices.Clone(fs)) {
	f(ctx)
}
return nil`,
	"reflect.Call": `---
reflect.ValueOf(step$N).Call([]reflect.Value{reflect.ValueOf(ctx)})
return nil`,
	"reader": `type rd$K struct{ ctx context.Context }
func (r rd$K) Read(p []byte) (int, error) { return 0, step$N(r.ctx) }
---
_, err := io.Copy(io.Discard, rd$K{ctx})
return err`,
	"sorted": `type so$K struct{ ctx context.Context }
func (so$K) Len() int { return 2 }
func (so$K) Less(i, j int) bool { return false }
func (s so$K) Swap(i, j int) { step$N(s.ctx) }
---
sort.Sort(so$K{ctx})
return nil`,
	"transport": `type rt$K struct{}
func (rt$K) RoundTrip(r *http.Request) (*http.Response, error) { return nil, step$N(r.Context()) }
---
c := &http.Client{Transport: rt$K{}}
_, err := c.Get("http://localhost")
return err`,
	"marshaler": `type mj$K struct{}
func (mj$K) MarshalJSON() ([]byte, error) { return nil, step$N(context.Background()) }
---
_, err := json.Marshal(map[string]any{"x": mj$K{}})
return err`,
	"marshaler in a field": `type mf$K struct{}
func (*mf$K) MarshalJSON() ([]byte, error) { return nil, step$N(context.Background()) }
type outer$K struct{ Inner *mf$K }
---
_, err := json.Marshal(outer$K{&mf$K{}})
return err`,
	"error": `type er$K struct{}
func (er$K) Error() string { step$N(context.Background()); return "" }
func fail$K() error { return er$K{} }
---
_ = fail$K().Error()
return nil`,
	"errors.As": `type as$K struct{}
func (as$K) Error() string { return "" }
func (as$K) again(ctx context.Context) error { return step$N(ctx) }
func fails$K() error { return as$K{} }
---
var again interface{ again(context.Context) error }
if errors.As(fails$K(), &again) {
	return again.again(ctx)
}
return nil`,
	"atomic.Pointer": `var ap$K atomic.Pointer[func(context.Context) error]
func init() { f := step$N; ap$K.Store(&f) }
---
return (*ap$K.Load())(ctx)`,
	"atomic.Value": `var av$K atomic.Value
---
av$K.Store(runner(funcRunner(step$N)))
return av$K.Load().(runner).run(ctx)`,
	"timer": `---
time.AfterFunc(time.Second, func() { step$N(ctx) })
return nil`,
	"recursion": `---
var f func(int) error
f = func(n int) error {
	if n == 0 {
		return step$N(ctx)
	}
	return f(n - 1)
}
return f(3)`,
	"named result": `---
var g func() error
func() (err error) {
	defer func() { g = func() error { return step$N(ctx) } }()
	return nil
}()
return g()`,
	"struct in a map": `type sm$K struct{ f func(context.Context) error }
var ms$K = map[string]*sm$K{}
func put$K(m map[string]*sm$K) { m["x"] = &sm$K{step$N} }
func init() { put$K(ms$K) }
---
return ms$K["x"].f(ctx)`,
	"interface in an interface": `type wide$K interface {
	runner
	io.Closer
}
type wi$K struct{ io.Closer }
func (*wi$K) run(ctx context.Context) error { return step$N(ctx) }
---
var w wide$K = &wi$K{}
return start(ctx, w)`,
	"alias": `type al$K = runner
type ali$K struct{}
func (ali$K) run(ctx context.Context) error { return step$N(ctx) }
---
var a al$K = ali$K{}
return a.run(ctx)`,
	"array of functions": `var af$K [2]func(context.Context) error
func init() { af$K[1] = step$N }
---
fs := af$K
return fs[1](ctx)`,
	"method of a function": `type mo$K func(context.Context) error
func (f mo$K) then(ctx context.Context) error { return f(ctx) }
---
return mo$K(step$N).then(ctx)`,
	"driver of a cold start": `type dr$K struct{}
func (dr$K) Open(string) (driver.Conn, error) { return nil, step$N(context.Background()) }
func init() { sql.Register("dr$K", dr$K{}) }
---
db, err := sql.Open("dr$K", "")
if err != nil {
	return err
}
return db.PingContext(ctx)`,
	"database of a cold start": `type cc$K struct{}
func (cc$K) Connect(ctx context.Context) (driver.Conn, error) { return nil, step$N(ctx) }
func (cc$K) Driver() driver.Driver { return nil }
var db$K pinger$K = sql.OpenDB(cc$K{})
type pinger$K interface{ PingContext(context.Context) error }
---
return db$K.PingContext(ctx)`,
	"rows of a cold start": `type ro$K struct{ driver.Conn }
func (ro$K) Connect(context.Context) (driver.Conn, error) { return ro$K{}, nil }
func (ro$K) Driver() driver.Driver { return nil }
func (ro$K) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) { return ro$K{}, nil }
func (ro$K) Columns() []string { return []string{"x"} }
func (ro$K) Next([]driver.Value) error { return step$N(context.Background()) }
var rows$K = sql.OpenDB(ro$K{})
---
rows, err := rows$K.QueryContext(ctx, "")
if err != nil {
	return err
}
for rows.Next() {
}
return rows.Err()`,
	"logger of a cold start": `type lh$K struct{ slog.Handler }
func (lh$K) Handle(ctx context.Context, _ slog.Record) error { return step$N(ctx) }
func init() { slog.SetDefault(slog.New(lh$K{slog.Default().Handler()})) }
---
slog.InfoContext(ctx, "x")
return nil`,
	"output of a cold start": `type ow$K struct{}
func (ow$K) Write([]byte) (int, error) { return 0, step$N(context.Background()) }
func init() { log.SetOutput(ow$K{}) }
---
log.Print("x")
return nil`,
	"flag of a cold start": `type fl$K struct{}
func (*fl$K) String() string { return "" }
func (*fl$K) Set(string) error { return step$N(context.Background()) }
func init() { flag.Var(&fl$K{}, "fl$K", "") }
---
return flag.Set("fl$K", "x")`,
	"mux of a cold start": `type mx$K struct{}
func (mx$K) ServeHTTP(_ http.ResponseWriter, r *http.Request) { step$N(r.Context()) }
func init() { http.Handle("/mx$K", mx$K{}) }
---
http.DefaultServeMux.ServeHTTP(nil, nil)
return nil`,
	"variable of others": `type vo$K struct{}
func (vo$K) RoundTrip(r *http.Request) (*http.Response, error) { return nil, step$N(r.Context()) }
func init() { http.DefaultClient.Transport = vo$K{} }
---
_, err := http.Get("http://localhost")
return err`,
	"called at a cold start": `type cs$K struct{}
func (cs$K) Connect(ctx context.Context) (driver.Conn, error) { return nil, step$N(ctx) }
func (cs$K) Driver() driver.Driver { return nil }
var cs$KErr = sql.OpenDB(cs$K{}).Ping()
---
return cs$KErr`,
	"function of others in a variable": `type fv$K struct{}
func (fv$K) Open(string) (driver.Conn, error) { return nil, step$N(context.Background()) }
func init() { sql.Register("fv$K", fv$K{}) }
var open$K = (*sql.DB).Ping
---
db, _ := sql.Open("fv$K", "")
return open$K(db)`,
	"one of others": `---
f := step$N
if g, ok := ctx.Value("f").(func(context.Context) error); ok {
	f = g
}
return f(ctx)`,
	"instance of a generic type": `type gi2$K[T any] struct{ f func(context.Context) error }
func newGI$K[T any](f func(context.Context) error) *gi2$K[T] { return &gi2$K[T]{f} }
func (g *gi2$K[T]) run(ctx context.Context) error { return g.f(ctx) }
---
_ = newGI$K[int](nil)
return start(ctx, newGI$K[string](step$N))`,
	"converted instance": `type ca$K[T any] struct{ f func(context.Context) error }
type cb$K ca$K[int]
---
c := cb$K(ca$K[int]{step$N})
return ca$K[int](c).f(ctx)`,
	"string that is a receiver": `type sr$K string
func (sr$K) run(ctx context.Context) error { return step$N(ctx) }
---
return start(ctx, sr$K("x"))`,
	"zero value": `type zv$K struct{}
func (zv$K) run(ctx context.Context) error { return step$N(ctx) }
---
var all [1]zv$K
for _, z := range all {
	if err := start(ctx, z); err != nil {
		return err
	}
}
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
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

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
	_ = errors.New
	_ io.Reader
	_ = reflect.ValueOf
	_ atomic.Int32
	_ time.Time
	_ sql.DB
	_ driver.Conn
	_ flag.Value
	_ log.Logger
	_ slog.Handler
)
`

// TestGenerated analyzes programs that are put together by chance, of which it
// is known what each function reaches: no action may be missing. Each way leads
// somewhere in each program.
func TestGenerated(t *testing.T) {
	module := programModule(t)
	names := sortedKeys(ways)
	wanted := map[string]map[string]string{}
	for seed := range uint64(3) {
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

// TestWays analyzes each way by itself, twice in one program, so that nothing
// but the way leads to the calls. Those in merging lead to what the other
// function reaches, too. Ways that do something at a cold start, which is part
// of all functions, have programs of their own.
func TestWays(t *testing.T) {
	module := programModule(t)
	programs := map[string][]string{}
	for _, way := range sortedKeys(ways) {
		program := "all"
		if outside, _, _ := strings.Cut(ways[way], "---\n"); strings.Contains(outside, "func init()") || strings.Contains(outside, "var ") {
			program = folder(way)
		}
		programs[program] = append(programs[program], way)
		write(t, filepath.Join(module, program, folder(way), "way.go"), []byte(wayPackage(way)))
	}
	for program, all := range programs {
		var imports, calls strings.Builder
		for _, way := range all {
			fmt.Fprintf(&imports, "\t%q\n", "programs/"+program+"/"+folder(way))
			fmt.Fprintf(&calls, "\t%s.Register(a)\n", folder(way))
		}
		fmt.Fprintf(&imports, "\t%q\n\t%q\n", "github.com/chalice-go/chalice/app", "github.com/chalice-go/chalice/dispatch")
		write(t, filepath.Join(module, program, "main.go"), fmt.Appendf(nil,
			"package main\n\nimport (\n%s)\n\nfunc main() {\n\ta := app.New(\"ways\")\n%s\tdispatch.Start(a)\n}\n", &imports, &calls))
	}
	requireChalice(t, module)
	for _, program := range sortedKeys(programs) {
		t.Run(program, func(t *testing.T) {
			report := analyze(t, policy.Input{Dir: filepath.Join(module, program)})
			for _, way := range programs[program] {
				checkWay(t, report, way)
			}
		})
	}
}

func checkWay(t *testing.T, report *policy.Report, way string) {
	t.Helper()
	exact := true
	for i := range 2 {
		n, action := report.Functions[fmt.Sprint(folder(way), i)], operations[i].action
		if n == nil || !n.Allows(action) {
			t.Errorf("%s: %s is missing", way, action)
			return
		}
		exact = exact && len(n.Actions) == 1
	}
	if exact == slices.Contains(merging, way) {
		t.Errorf("%s: merging has it: %v, but it is exact: %v", way, !exact, exact)
	}
}

// wayPackage writes a package with two functions of the app that go one way.
func wayPackage(way string) string {
	var b strings.Builder
	b.WriteString(strings.Replace(generatedHead, "package main", "package "+folder(way), 1))
	for i := range 2 {
		fmt.Fprintf(&b, "\nfunc handler%d(ctx context.Context, in json.RawMessage) (any, error) { return nil, step%d(ctx) }\n", i, 10*i)
		stage(&b, ways[way], 10*i)
		fmt.Fprintf(&b, "\nfunc step%d(ctx context.Context) error {\n\t_, err := %s\n\treturn err\n}\n", 10*i+1, operations[i].call)
	}
	b.WriteString("\nfunc Register(a *app.App) {\n")
	for i := range 2 {
		fmt.Fprintf(&b, "\ta.LambdaFunction(handler%d, app.Name(\"%s%d\"))\n", i, folder(way), i)
	}
	b.WriteString("}\n\nvar _ = dispatch.Start\n")
	return b.String()
}

func folder(way string) string {
	return "way_" + strings.NewReplacer(" ", "_", ".", "_", "-", "_").Replace(way)
}

// merging are ways that don't keep functions apart.
var merging = []string{
	"atomic.Pointer", "shared registry", "slice of init", "sync.Map",
	"called at a cold start", "database of a cold start", "driver of a cold start", "flag of a cold start",
	"function of others in a variable", "logger of a cold start", "mux of a cold start", "output of a cold start",
	"rows of a cold start", "variable of others",
}
