package record_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/record"
)

func shop() record.Record {
	return record.Record{
		App: "shop", Stage: "dev", Account: "123456789012", Region: "eu-west-1",
		Stack: "shop-dev", StackID: "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/1",
		Changed:   time.Date(2026, 11, 28, 22, 59, 58, 123e6, time.UTC),
		Deployed:  time.Date(2026, 11, 28, 23, 0, 0, 0, time.UTC),
		Outputs:   map[string]string{"EndpointURL": "https://x/api/"},
		Functions: map[string]record.Function{"api_handler": {LogicalID: "APIHandler", Name: "shop-dev-APIHandler-1", ARN: "arn:1"}},
		Artifact:  record.Artifact{Bucket: "b", Key: "shop/dev/1.zip", SHA256: "1"},
	}
}

var template = []record.File{{Name: "template.json", Data: []byte("{}\n")}, {Name: "template-api.json", Data: []byte("[]\n")}}

func TestWrittenAndRead(t *testing.T) {
	for name, stage := range map[string]string{
		"a stage": "dev", "a path": "a/../b", "a hidden file": ".new-x", "what looks like a template": "dev.template-0123456789abcdef",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store := record.Of(dir, stage)
			if r, err := store.Read(); r != nil || err != nil {
				t.Fatalf("before anything is written: %v, %v", r, err)
			}
			want := shop()
			want.Stage = stage
			if err := errors.Join(store.Writable(), store.Write(want, template)); err != nil {
				t.Fatal(err)
			}
			got, err := store.Read()
			if err != nil {
				t.Fatal(err)
			}
			files, err := store.ReadTemplate(got)
			if diff := cmp.Diff(template, files); err != nil || diff != "" {
				t.Errorf("template: %v (-want +got):\n%s", err, diff)
			}
			want.Version, want.Template = record.Version, got.Template
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err := errors.Join(store.Remove(), store.Remove()); err != nil {
				t.Error(err)
			}
			if r, err := store.Read(); r != nil || err != nil {
				t.Errorf("after it is removed: %v, %v", r, err)
			}
			if left := tree(t, dir); len(left) > 1 { // .chalice
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// TestUnreadable: the error says what is wrong with a record, and what to do.
func TestUnreadable(t *testing.T) {
	good := `{"version": 1, "app": "shop", "stage": "dev", "account": "1", "region": "r", "stack": "s", "stack_id": "i"`
	for name, tc := range map[string]struct{ text, want string }{
		"empty":             {"", "dev.json:1: no record of a deployment: unexpected end of JSON input; without this file, chalice asks CloudFormation for the stack: remove it"},
		"half written":      {good + ",\n\"outputs\": {", "dev.json:2: no record of a deployment: unexpected end"},
		"not JSON":          {"\n\nx", "dev.json:3: no record"},
		"a list":            {"[]", "dev.json:1: no record"},
		"null":              {"null", "dev.json is no record of a deployment: it has no version"},
		"of another kind":   {`{"version": 1, "app": 7}`, "dev.json:1: no record of a deployment: app can't be a number"},
		"newer":             {`{"version": 2}`, "dev.json was written by a newer chalice: it has version 2, and this one reads 1; upgrade chalice"},
		"an old one":        {`{"version": 0}`, "has version 0, which no chalice writes"},
		"of the reference":  {`{"resources": [], "schema_version": "2.0", "backend": "api"}`, "was written by Chalice for Python"},
		"without a stack":   {`{"version": 1, "app": "shop", "stage": "dev", "account": "1", "region": "r"}`, "it has no stack;"},
		"of another stage":  {strings.Replace(good, `"dev"`, `"prod"`, 1) + "}", "is the record of another stage, prod;"},
		"a function's type": {good + `, "functions": {"f": []}}`, "can't be a array"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, ".chalice/deployed/dev.json"), tc.text)
			r, err := record.Of(dir, "dev").Read()
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), ".chalice/deployed/dev.json") {
				t.Errorf("got %v, %v, want the error %s", r, err, tc.want)
			}
		})
	}
}

// TestUnwritable: that no record can be written is known before there is a
// stack.
func TestUnwritable(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(dir string) error
		want    string
	}{
		"a folder in its place": {
			func(dir string) error { return os.MkdirAll(dir+"/.chalice/deployed/dev.json/x", 0o777) },
			".chalice/deployed/dev.json is a folder, but it has the name of the stage's record: move it away",
		},
		"a file in the folder's place": {
			func(dir string) error {
				return errors.Join(os.Mkdir(dir+"/.chalice", 0o777), os.WriteFile(dir+"/.chalice/deployed", nil, 0o666))
			},
			".chalice/deployed is a file, but has to be a folder",
		},
		"a link that leads nowhere": {
			func(dir string) error {
				return errors.Join(os.Mkdir(dir+"/.chalice", 0o777), os.Symlink("nowhere", dir+"/.chalice/deployed"))
			},
			".chalice/deployed is a symbolic link to what isn't there",
		},
		"a folder that only can be read": {
			func(dir string) error {
				if os.Getuid() == 0 || runtime.GOOS == "windows" {
					return errors.ErrUnsupported // can write everywhere
				}
				return errors.Join(os.MkdirAll(dir+"/.chalice/deployed", 0o777), os.Chmod(dir+"/.chalice/deployed", 0o555))
			},
			".chalice/deployed/dev.json, the record of the stage, couldn't be written: permission denied",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := tc.prepare(dir); errors.Is(err, errors.ErrUnsupported) {
				t.Skip("this user may write everywhere")
			} else if err != nil {
				t.Fatal(err)
			}
			before := tree(t, dir)
			store := record.Of(dir, "dev")
			if err := store.Writable(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
			if err := store.Write(shop(), template); err == nil {
				t.Error("a record was written")
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("what is there has changed:\n%s", diff)
			}
		})
	}
}

// TestManyWriters: the record and its template are complete at any time, and at
// the end they are those of one of the writers.
func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	store := record.Of(dir, "dev")
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for j := range 10 {
				r := shop()
				r.Stack = fmt.Sprintf("shop-%d-%d", i, j%2)
				files := []record.File{{Name: "template.json", Data: []byte(r.Stack)}}
				if err := store.Write(r, files); err != nil {
					t.Error(err)
				}
				check(t, store)
			}
		})
	}
	writers.Wait()
	check(t, store)
}

func check(t *testing.T, store record.Store) {
	t.Helper()
	r, err := store.Read()
	if err != nil || r == nil {
		t.Errorf("read: %v, %v", r, err)
		return
	}
	files, err := store.ReadTemplate(r)
	if err != nil || string(files[0].Data) != r.Stack {
		t.Errorf("the template of %s: %v, %v", r.Stack, files, err)
	}
}

// TestOldTemplatesGo: a template that nothing names is removed, but not at
// once, since another process may be about to name it.
func TestOldTemplatesGo(t *testing.T) {
	dir := t.TempDir()
	store, other := record.Of(dir, "dev"), record.Of(dir, "dev2")
	otherStage := shop()
	otherStage.Stage = "dev2"
	for _, err := range []error{store.Write(shop(), template), other.Write(otherStage, template)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-time.Hour)
	for _, name := range tree(t, filepath.Join(dir, ".chalice/deployed")) {
		if err := os.Chtimes(filepath.Join(dir, ".chalice/deployed", name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Write(shop(), template[:1]); err != nil {
		t.Fatal(err)
	}
	var folders int
	for _, name := range tree(t, filepath.Join(dir, ".chalice/deployed")) {
		if !strings.Contains(name, string(filepath.Separator)) && strings.Contains(name, ".template-") {
			folders++
		}
	}
	if folders != 2 { // the new one, and that of the other stage
		t.Errorf("%d folders of templates, want 2: %q", folders, tree(t, dir))
	}
	check2, err := other.Read()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.ReadTemplate(check2); err != nil {
		t.Errorf("the other stage's: %v", err)
	}
}

func TestChangedTemplate(t *testing.T) {
	dir := t.TempDir()
	store := record.Of(dir, "dev")
	if err := store.Write(shop(), template); err != nil {
		t.Fatal(err)
	}
	r, err := store.Read()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, ".chalice/deployed", r.Template.Folder, "template.json")
	if err := os.WriteFile(file, []byte("{ }"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := store.ReadTemplate(r); err == nil || !strings.Contains(err.Error(), "isn't the template that was deployed") {
		t.Errorf("got %v", err)
	}
	r.Template.Folder = "../.."
	if _, err := store.ReadTemplate(r); err == nil || !strings.Contains(err.Error(), "names no template") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead: Read doesn't panic for any file, and returns no record without a
// stack.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"version": 1, "app": "shop", "stage": "dev", "account": "1", "region": "r", "stack": "s", "stack_id": "i"}`))
	f.Add([]byte(`{"schema_version": "2.0"}`))
	f.Add([]byte(`{"version": 1, "functions": {"f": {"arn": 7}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, ".chalice/deployed/dev.json"), string(data))
		store := record.Of(dir, "dev")
		r, err := store.Read()
		if err == nil && (r == nil || r.Stack == "" || r.Stage != "dev") {
			t.Errorf("%s gives %v", data, r)
		}
		if err == nil {
			if _, err := store.ReadTemplate(r); err == nil {
				t.Error("a template that isn't there was read")
			}
		}
	})
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// tree lists the files below a folder.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if path != dir {
			names = append(names, strings.TrimPrefix(path, dir+string(filepath.Separator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
