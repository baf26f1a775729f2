package termtext_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/fatih/color"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/termtext"
)

func TestClean(t *testing.T) {
	for name, tc := range map[string]struct{ text, want, line string }{
		"nothing to clean":  {"a\tb\n日本 é", "a\tb\n日本 é", "a b 日本 é"},
		"a cleared screen":  {"\x1b[2J", "\ufffd[2J", "\ufffd[2J"},
		"C1 controls":       {"\u009b31m", "\ufffd31m", "\ufffd31m"},
		"a byte of C1":      {"\x9b31m", "\ufffd31m", "\ufffd31m"},
		"an earlier line":   {"a\rb\bc\x7f", "a\ufffdb\ufffdc\ufffd", "a\ufffdb\ufffdc\ufffd"},
		"text turned round": {"a\u202eb\u2066c\u200fd", "a\ufffdb\ufffdc\ufffdd", "a\ufffdb\ufffdc\ufffdd"},
		"other line ends":   {"a\u2028b\u0085c", "a\ufffdb\ufffdc", "a\ufffdb\ufffdc"},
		"white space":       {"  a \n\n b\t", "  a \n\n b\t", "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := termtext.Clean(tc.text); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if got := termtext.CleanLine(tc.text); got != tc.line {
				t.Errorf("in one line it is %q, want %q", got, tc.line)
			}
		})
	}
}

// TestHarmless: colours go without a trace, and what else controls a terminal leaves one.
func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"plain\ttext\n":                     "plain\ttext\n",
		"\x1b[31mred\x1b[0m":                "red",
		"\x1b]0;title\x07 \x1b[2J \x1bc":    "\ufffd]0;title\ufffd \ufffd[2J \ufffdc",
		"of Windows\r\nand of a bar\r100 %": "of Windows\nand of a bar\ufffd100 %",
		"\u202ebackwards\u2066\u009b":       "\ufffdbackwards\ufffd\ufffd",
	} {
		if got := termtext.Harmless(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNoTerminalNoColor(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if termtext.Color(file) || termtext.Color(&bytes.Buffer{}) || termtext.IsTerminal(file) || termtext.IsTerminal(nil) {
		t.Error("a file is a terminal")
	}
}

func TestPaint(t *testing.T) {
	if got := (termtext.Painter{}).Paint("text", color.FgRed); got != "text" {
		t.Errorf("without colours it is %q", got)
	}
	ink := termtext.Painter{Color: true}
	if got := ink.Paint("text", color.FgRed); !strings.HasPrefix(got, "\x1b[31mtext\x1b[") {
		t.Errorf("in red it is %q", got)
	}
	if got := ink.Paint("text") + ink.Paint("", color.FgRed); got != "text" {
		t.Errorf("with nothing to paint it is %q", got)
	}
}

func TestLog(t *testing.T) {
	for name, tc := range map[string]struct {
		line, want string
		structured bool
	}{
		"slog":             {`{"time":"2026-01-05T09:30:12Z","level":"WARN","msg":"low","left":3,"of":{"a":"b c"},"who":"Ann Lee","none":""}`, `WARN  low left=3 of={"a":"b c"} who="Ann Lee" none=""`, true},
		"Lambda's library": {`{"timestamp":"2026-01-05T09:30:12Z","level":"error","message":"no","requestId":"1","function":"f"}`, "error no", true},
		"no level":         {`{"msg":"hello"}`, "INFO  hello", true},
		"frames":           {`{"msg":"no","stackTrace":[{"path":"main.go","line":3,"label":"main"}]}`, "INFO  no\n\tmain.go:3 main", true},
		"Lambda's start":   {`{"time":"t","type":"platform.start","record":{"requestId":"1","version":"$LATEST"}}`, "INFO  platform.start version=$LATEST", true},
		"Lambda's report":  {`{"time":"t","type":"platform.report","record":{"metrics":{"durationMs": 1.5},"status":"success"}}`, `INFO  platform.report metrics={"durationMs":1.5} status=success`, true},
		"a timeout":        {`{"time":"t","type":"platform.report","record":{"status":"timeout"}}`, "ERROR platform.report status=timeout", true},
		"lost lines":       {`{"time":"t","type":"platform.logsDropped","record":"3 records"}`, `INFO  platform.logsDropped record="3 records"`, true},
		"another type":     {`{"type":"order.report","record":{"status":"timeout"}}`, `{"type":"order.report","record":{"status":"timeout"}}`, false},
		"controls":         {`{"level":"\u001b[2J","msg":"\u001b[2J\nx","\u001b]0;":"\u0007"}`, "\ufffd[2J  \ufffd[2J\nx \ufffd]0;=\ufffd", true},
		"no message":       {`{"a":1}`, `{"a":1}`, false},
		"no object":        {`[1]`, `[1]`, false},
		"half of one":      {`{"msg":"hello"`, `{"msg":"hello"`, false},
		"text":             {"plain \x1b[31mred", "plain red", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, structured := termtext.Painter{}.Log(tc.line)
			if diff := cmp.Diff(tc.want, got); diff != "" || structured != tc.structured {
				t.Errorf("structured: %v; want -, got +\n%s", structured, diff)
			}
		})
	}
}

func TestLevel(t *testing.T) {
	ink := termtext.Painter{Color: true}
	for level, attribute := range map[string]string{
		"ERROR": "31", "error": "31", "ERROR+4": "31", "FATAL": "31", "Critical": "31", "WARN": "33", "warning": "33",
		"DEBUG": "2", "TRACE": "2", "INFO": "34", "notice": "34",
	} {
		if got := ink.Level(level); !strings.HasPrefix(got, "\x1b["+attribute+"m") {
			t.Errorf("%s is %q, want it with attribute %s", level, got, attribute)
		}
	}
}

// Whatever a line contains, its output contains no control sequences but
// colours.
func FuzzLog(f *testing.F) {
	for _, line := range []string{`{"msg":"a","b":[1,{"c":null}]}`, `{"msg":1,"level":2,"stack":3}`, "\x1b[31mred\x1b[0m", "\ufffd[31m", "\x1b\x1b[31m", `{"msg":"\u009b","stack":"panic(\n"}`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		plain, _ := termtext.Painter{}.Log(line)
		colored, _ := termtext.Painter{Color: true}.Log(line)
		for _, r := range plain + colors.ReplaceAllString(colored, "") {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("%q becomes %q and %q", line, plain, colored)
			}
		}
	})
}

var colors = regexp.MustCompile("\x1b\\[[0-9;:]*m")
