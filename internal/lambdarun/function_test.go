package lambdarun_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

// program is the compiled testdata/program.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "chalice local")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "program.exe")
		if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", program, "./testdata/program").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, out))
		}
		return m.Run()
	}())
}

func start(t *testing.T, c lambdarun.Command) *lambdarun.Function {
	t.Helper()
	c.Path = program
	f, err := lambdarun.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func invoke(t *testing.T, f *lambdarun.Function, event string) lambdarun.Result {
	t.Helper()
	r, err := f.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestInvoke(t *testing.T) {
	f := start(t, lambdarun.Command{})
	for _, event := range []string{`{"Do":"é","N":1}`, `{"Do":"","N":-2}`} {
		r := invoke(t, f, event)
		if r.Error != nil || string(r.Payload) != event {
			t.Errorf("got %s and error %v, want %s", r.Payload, r.Error, event)
		}
	}
}

func TestErrorsOfTheHandler(t *testing.T) {
	f := start(t, lambdarun.Command{})
	for name, tc := range map[string]struct {
		event string
		want  lambdarun.InvokeError
	}{
		"returned": {`{"Do":"error"}`, lambdarun.InvokeError{Type: "errorString", Message: "no such thing"}},
		"a panic, after which the program is started again": {`{"Do":"panic"}`, lambdarun.InvokeError{Type: "string", Message: "at the disco"}},
		"a result that is too large": {`{"Do":"large","N":7000000}`, lambdarun.InvokeError{
			Type: "Function.ResponseSizeTooLarge", Message: "the response is larger than the 6291556 bytes that Lambda takes",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := invoke(t, f, tc.event)
			if r.Error == nil {
				t.Fatalf("got %.100s, want an error", r.Payload)
			}
			got := *r.Error
			if !json.Valid(got.Document) {
				t.Errorf("the document isn't JSON: %.100s", got.Document)
			}
			got.Document = nil
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if r := invoke(t, f, `{"N":1}`); r.Error != nil {
				t.Errorf("the next event: %v", r.Error)
			}
		})
	}
}

func TestEnvironmentIsLambdas(t *testing.T) {
	t.Setenv("OURS", "must not leak")
	f := start(t, lambdarun.Command{
		Name: "shop-dev", Handler: "api_handler", MemorySize: 256,
		Env: []string{"TABLE=a=b", "AWS_REGION=eu-central-1", "_HANDLER=mine", "TZ=Asia/Tokyo"},
	})
	var got []string
	if err := json.Unmarshal(invoke(t, f, `{"Do":"env"}`).Payload, &got); err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(v string) bool {
		return regexp.MustCompile(`^(AWS_LAMBDA_RUNTIME_API=127\.0\.0\.1:\d+|_X_AMZN_TRACE_ID=Root=.*|SYSTEMROOT=.*)$`).MatchString(v)
	})
	dir := filepath.Dir(program)
	want := []string{
		"AWS_DEFAULT_REGION=eu-central-1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_FUNCTION_NAME=shop-dev",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_FORMAT=Text",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/shop-dev",
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_REGION=eu-central-1",
		"LAMBDA_RUNTIME_DIR=" + dir,
		"LAMBDA_TASK_ROOT=" + dir,
		"LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"TABLE=a=b",
		"TZ=Asia/Tokyo",
		"_HANDLER=api_handler",
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

type seen struct {
	ID, ARN, Trace string
	Left           float64
	Events, PID    int
}

func look(t *testing.T, f *lambdarun.Function) (s seen) {
	t.Helper()
	if err := json.Unmarshal(invoke(t, f, `{"Do":"context"}`).Payload, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContextOfAnInvocation(t *testing.T) {
	f := start(t, lambdarun.Command{Name: "shop-dev", Timeout: 30 * time.Second})
	first, second := look(t, f), look(t, f)
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	if !uuid.MatchString(first.ID) || first.ID == second.ID {
		t.Errorf("request ids %q, %q: want two UUIDs", first.ID, second.ID)
	}
	if want := "arn:aws:lambda:us-east-1:123456789012:function:shop-dev"; first.ARN != want {
		t.Errorf("got ARN %q, want %q", first.ARN, want)
	}
	if !regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`).MatchString(first.Trace) {
		t.Errorf("got trace id %q", first.Trace)
	}
	if first.Left < 20 || first.Left > 30 {
		t.Errorf("got %v seconds until the deadline, want nearly 30", first.Left)
	}
	if first.PID != second.PID || second.Events != 2 {
		t.Errorf("got processes %d and %d, %d events; want one process for both", first.PID, second.PID, second.Events)
	}
}

func TestProgramsThatNeverServe(t *testing.T) {
	for name, tc := range map[string]struct {
		env  string
		want string
	}{
		"exits":        {"START=exit", "the program ended (exit status 1) before it asked Lambda for an event:\n\tconfig missing"},
		"just returns": {"START=quiet", "the program ended (exit status 0) before it asked Lambda for an event and printed nothing"},
		"hangs":        {"START=hang", "the program was stopped: its start, up to asking Lambda for an event, took longer than 200ms"},
	} {
		t.Run(name, func(t *testing.T) {
			c := lambdarun.Command{Path: program, Env: []string{tc.env}}
			if tc.env == "START=hang" {
				c.StartLimit = 200 * time.Millisecond
			}
			_, err := lambdarun.Start(t.Context(), c)
			if err == nil || err.Error() != tc.want {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
	_, err := lambdarun.Start(t.Context(), lambdarun.Command{Path: filepath.Join(t.TempDir(), "missing")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a program that isn't there: got %v, want os.ErrNotExist", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = lambdarun.Start(ctx, lambdarun.Command{Path: program, Env: []string{"START=hang"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends: got %v, want its error", err)
	}
}

func TestExitBeforeTheAnswer(t *testing.T) {
	var stdout, stderr bytes.Buffer
	f := start(t, lambdarun.Command{Stdout: &stdout, Stderr: &stderr})
	before := look(t, f)
	_, err := f.Invoke(t.Context(), []byte(`{"Do":"exit"}`))
	exit := (*lambdarun.ExitError)(nil)
	if !errors.As(err, &exit) {
		t.Fatalf("got %v, want an ExitError", err)
	}
	for _, want := range []string{"exit status 3", "before it answered", "on stdout", "\tgood\n\tbye"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if stdout.String() != "on stdout\n" || stderr.String() != "good\nbye\n" {
		t.Errorf("passed on %q and %q", stdout.String(), stderr.String())
	}
	if after := look(t, f); after.Events != 1 || after.PID == before.PID {
		t.Errorf("the next event: got %+v, want a new process", after)
	}
}

func TestTimeout(t *testing.T) {
	f := start(t, lambdarun.Command{Timeout: 200 * time.Millisecond})
	pid := look(t, f).PID
	_, err := f.Invoke(t.Context(), []byte(`{"Do":"sleep","N":60000}`))
	timeout := (*lambdarun.TimeoutError)(nil)
	if !errors.As(err, &timeout) || timeout.Limit != 200*time.Millisecond {
		t.Fatalf("got %v, want a TimeoutError of 200 ms", err)
	}
	if alive(pid) {
		t.Error("the program still runs after its time limit")
	}
	look(t, f)
}

func TestCancelledInvocation(t *testing.T) {
	f := start(t, lambdarun.Command{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	var waiting sync.WaitGroup
	waiting.Go(func() {
		time.Sleep(50 * time.Millisecond)
		if _, err := f.Invoke(ctx, []byte(`{}`)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for the turn: got %v, want the context's error", err)
		}
	})
	if _, err := f.Invoke(ctx, []byte(`{"Do":"sleep","N":60000}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	waiting.Wait()
	if got := look(t, f); got.Events != 1 {
		t.Errorf("the next event is number %d of its process, want a new process", got.Events)
	}
}

func TestManyAtOnce(t *testing.T) {
	f := start(t, lambdarun.Command{})
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			event := fmt.Sprintf(`{"Do":"","N":%d}`, i)
			r, err := f.Invoke(t.Context(), []byte(event))
			if err != nil || string(r.Payload) != event {
				t.Errorf("got %s, %v; want %s", r.Payload, err, event)
			}
		})
	}
	all.Wait()
}

func TestClose(t *testing.T) {
	f := start(t, lambdarun.Command{})
	pid := look(t, f).PID
	var busy sync.WaitGroup
	busy.Go(func() {
		if _, err := f.Invoke(t.Context(), []byte(`{"Do":"sleep","N":60000}`)); !errors.Is(err, lambdarun.ErrClosed) {
			t.Errorf("the invocation under way: got %v, want ErrClosed", err)
		}
	})
	time.Sleep(50 * time.Millisecond)
	for range 2 {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	busy.Wait()
	if alive(pid) {
		t.Error("the program still runs after Close")
	}
	if _, err := f.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, lambdarun.ErrClosed) {
		t.Errorf("after Close: got %v, want ErrClosed", err)
	}
}

// A process that the program left behind holds its output open.
func TestCloseDoesNotWaitForGrandchildren(t *testing.T) {
	f := start(t, lambdarun.Command{})
	if r := invoke(t, f, `{"Do":"child"}`); r.Error != nil {
		t.Skipf("no sleep command here: %v", r.Error)
	}
	begin := time.Now()
	f.Close()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("Close took %s", took)
	}
}

// Processes that the program left behind end with it.
func TestCloseLeavesNothing(t *testing.T) {
	for _, what := range []string{"child", "daemon"} {
		if what == "daemon" && runtime.GOOS != "linux" {
			continue // only there it is known which processes belong to a program
		}
		f := start(t, lambdarun.Command{})
		r := invoke(t, f, fmt.Sprintf(`{"Do":%q}`, what))
		if r.Error != nil {
			t.Skipf("the commands aren't there: %v", r.Error)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(r.Payload)))
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the %s still runs", what)
			}
		}
	}
}

func TestContextEndsTheFunction(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := lambdarun.Start(ctx, lambdarun.Command{Path: program})
	if err != nil {
		t.Fatal(err)
	}
	pid := look(t, f).PID
	cancel()
	for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the program still runs 10 s after its context ended")
		}
	}
	if _, err := f.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, lambdarun.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
