package policy_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy"
)

// TestLike: whatever edit of a program's source is taken for one that the analysis doesn't
// see, the analysis finds the same after it. The edits are one of each text, and comments at
// the ends of all lines.
func TestLike(t *testing.T) {
	files, err := filepath.Glob("testdata/programs/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	module := programModule(t, files...)
	taken, refused := 0, 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			in := keepingInput(t, filepath.Join(module, strings.TrimSuffix(filepath.Base(file), ".txtar")))
			want := analyze(t, in)
			for _, name := range goFiles(t, in.Dir) {
				own, others := takenEdits(t, in, name)
				taken, refused = taken+own, refused+others
			}
			in.Cache = ""
			if diff := cmp.Diff(want, analyze(t, in)); diff != "" {
				t.Errorf("the analysis sees an edit (-before +after):\n%s", diff)
			}
		})
	}
	t.Logf("%d edits of texts were taken, %d weren't", taken, refused)
	if taken == 0 || refused == 0 {
		t.Errorf("%d edits of texts were taken, and %d weren't: there are some of both", taken, refused)
	}
}

// keepingInput is the input of an analysis that keeps its report.
func keepingInput(t *testing.T, dir string) policy.Input {
	others := map[string]string{} // files that nobody edits here
	in := policy.Input{Dir: dir, Cache: t.TempDir(), Digest: func(file string) (string, bool) {
		if known, ok := others[file]; ok {
			return known, true
		}
		data, err := os.ReadFile(file)
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:])
		if !strings.HasPrefix(file, dir) {
			others[file] = digest
		}
		return digest, err == nil
	}}
	in.Content = func(time.Time) string {
		var all strings.Builder
		for _, name := range goFiles(t, dir) {
			digest, _ := in.Digest(name)
			fmt.Fprintln(&all, name, digest)
		}
		return all.String()
	}
	list, err := golist.Find(t.Context(), func(_ context.Context, stdout io.Writer, args []string) error {
		c := exec.Command("go", args...)
		c.Dir, c.Env, c.Stdout = dir, append(os.Environ(), analysisEnv...), stdout
		return c.Run()
	}, nil, ".")
	if err != nil {
		t.Fatal(err)
	}
	in.List = func(context.Context) (*golist.List, error) { return list, nil }
	return in
}

func goFiles(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(name, ".go") {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// takenEdits edits a file in many ways, and leaves those edits that don't matter. It returns
// how many of texts do, and don't.
func takenEdits(t *testing.T, in policy.Input, file string) (taken, refused int) {
	t.Helper()
	in.Env = append(in.Env, analysisEnv...)
	try := func(data []byte) bool {
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, data)
		like, err := policy.IsLike(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if !like {
			write(t, file, before)
		}
		return like
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, texts := places(data)
	for _, at := range slices.Backward(texts) { // so that those before it stay where they are
		if edited := insert(data, at, "~other"); try(edited) {
			data, taken = edited, taken+1
		} else {
			refused++
		}
	}
	lines, _ := places(data)
	for _, at := range slices.Backward(lines) {
		data = insert(data, at, " // a comment")
	}
	try(data)
	return taken, refused
}

// places returns where the lines of a file end that a comment can be added to, and where its
// string literals do.
func places(data []byte) (lines, texts []int) {
	file := token.NewFileSet().AddFile("", -1, len(data))
	var s scanner.Scanner
	s.Init(file, data, nil, 0)
	for {
		switch pos, tok, text := s.Scan(); {
		case tok == token.EOF:
			return lines, texts
		case tok == token.SEMICOLON && text == "\n":
			lines = append(lines, file.Offset(pos))
		case tok == token.STRING:
			texts = append(texts, file.Offset(pos)+len(text)-1)
		}
	}
}

func insert(data []byte, at int, text string) []byte {
	return slices.Concat(data[:at], []byte(text), data[at:])
}

// TestLikeMatters: edits that matter to the analysis are told from those that don't.
func TestLikeMatters(t *testing.T) {
	const program = `package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { a := app.New("shop"); a.LambdaFunction(get, app.Name("get")); dispatch.Start(a) }

func get(ctx context.Context, event json.RawMessage) (any, error) {
	const kind = "pictures"
	if string(event) == "none" {
		return "", fmt.Errorf("nothing to get")
	}
	var sized [len("four")]byte
	_, err := s3.New(s3.Options{}).GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket()), Key: aws.String(kind + "/1")})
	return string(sized[:]), err
}

func bucket() string { return "album" }
`
	module := programModule(t)
	file := filepath.Join(module, "shop", "main.go")
	write(t, file, []byte(program))
	in := keepingInput(t, filepath.Dir(file))
	report := analyze(t, in)
	if n := report.Functions["get"]; n == nil || !n.Allows("s3:GetObject") {
		t.Fatalf("the program doesn't get an object: %v", report)
	}
	in.Env = append(in.Env, analysisEnv...)
	for name, tc := range map[string]struct {
		old, new string
		like     bool
	}{
		"nothing":                         {"", "", true},
		"a message":                       {`"nothing to get"`, `"not found"`, true},
		"spaces":                          {"(a)", "( a )", true},
		"a comment":                       {"kind = \"pictures\"", "kind = \"pictures\" // of the shop", true},
		"a comment on a line of its own":  {"func get", "// get gets.\nfunc get", false},
		"a directive":                     {"func get", "/*line other.go:5*/ func get", false},
		"a line of a text":                {`"nothing to get"`, "`nothing\nto get`", false},
		"a text that is none":             {`"nothing to get"`, `""`, false},
		"a text that tells of a call":     {`"nothing to get"`, `"http://localhost:2773/secretsmanager/get"`, false},
		"a text that was looked at":       {`"album"`, `"attic"`, false},
		"one in the place of another":     {`"nothing to get"`, `"album"`, false},
		"a constant":                      {`"pictures"`, `"videos"`, false},
		"the length of one":               {`"four"`, `"other"`, false},
		"a name of a function":            {`app.Name("get")`, `app.Name("fetch")`, false},
		"what is called":                  {"GetObject(ctx, &s3.GetObjectInput", "HeadObject(ctx, &s3.HeadObjectInput", false},
		"a number":                        {"s3.Options{}", "s3.Options{RetryMaxAttempts: 3}", false},
		"what doesn't compile":            {"func main", "func main(", false},
		"a text that is compared, though": {`"none"`, `"no"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(program, tc.old) {
				t.Fatalf("the program has no %s", tc.old)
			}
			write(t, file, []byte(strings.Replace(program, tc.old, tc.new, 1)))
			like, err := policy.IsLike(t.Context(), in)
			if err != nil || like != tc.like {
				t.Errorf("got %v, %v, want %v", like, err, tc.like)
			}
		})
	}
}

// TestTextsAreAskedFor: whoever looks at the text of a constant notes that.
func TestTextsAreAskedFor(t *testing.T) {
	reads := regexp.MustCompile(`constant\.(StringVal|Compare|Val|BinaryOp|ToInt)\(|\.ExactString\(\)|\.Value\.String\(\)|\.Val\(\)\.`)
	found := map[string]bool{}
	for _, name := range goFiles(t, ".") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && reads.Match(data) {
			found[name] = true
		}
	}
	if diff := cmp.Diff([]string{filepath.Join("seen", "seen.go")}, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("files that look at constants (-want +got):\n%s", diff)
	}
}
