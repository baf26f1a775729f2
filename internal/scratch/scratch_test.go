package scratch_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/scratch"
)

// TestMain makes a folder in a process of its own where the environment says where.
func TestMain(m *testing.M) {
	place := os.Getenv("MAKE_FOLDER_IN")
	if place == "" {
		os.Exit(m.Run())
	}
	f, err := scratch.Make(place, ".work-")
	if err != nil {
		panic(err)
	}
	fmt.Println(f.Path)
	time.Sleep(time.Hour) // which is no deadlock
}

// another starts a process with a folder of its own.
func another(t *testing.T, place string) (c *exec.Cmd, path string) {
	t.Helper()
	c = exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "MAKE_FOLDER_IN="+place)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the process made no folder")
	}
	return c, lines.Text()
}

// TestKilled: a folder goes when its owner was killed, and not before.
func TestKilled(t *testing.T) {
	place := t.TempDir()
	owner, path := another(t, place)
	if err := os.WriteFile(filepath.Join(path, "file"), []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	mine, err := scratch.Make(place, ".work-")
	if err != nil {
		t.Fatal(err)
	}
	scratch.Sweep(place, ".work-")
	for _, path := range []string{path, mine.Path} {
		if _, err := os.Stat(path); err != nil || !scratch.InUse(path) {
			t.Errorf("the folder of a live process: in use %v, %v", scratch.InUse(path), err)
		}
	}
	owner.Process.Kill()
	owner.Wait()
	if scratch.InUse(path) {
		t.Error("the folder of a dead process is in use")
	}
	scratch.Sweep(place, ".other-")
	if _, err := os.Stat(path); err != nil {
		t.Errorf("a folder of another prefix is gone: %v", err)
	}
	other, err := scratch.Make(place, ".work-")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of a dead process is still there (%v)", err)
	}
	mine.Remove()
	other.Remove()
	if diff := cmp.Diff([]string(nil), names(t, place)); diff != "" {
		t.Errorf("in the end, want -, got +\n%s", diff)
	}
}

func names(t *testing.T, place string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(place)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// TestNotOurs: what a user has called so stays.
func TestNotOurs(t *testing.T) {
	place := t.TempDir()
	for _, file := range []string{".work-1/notes", ".work-mine/lock", ".work-2a/lock", ".work-/lock", "work-3/lock", ".work-4"} {
		name := filepath.Join(place, file)
		os.MkdirAll(filepath.Dir(name), 0o777)
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(place, ".work-5/lock"), 0o777); err != nil {
		t.Fatal(err)
	}
	before := names(t, place)
	scratch.Sweep(place, ".work-")
	if diff := cmp.Diff(before, names(t, place)); diff != "" {
		t.Errorf("before -, after +\n%s", diff)
	}
}

// TestTogether: those who make folders at once, each sweeping before, don't lose theirs.
func TestTogether(t *testing.T) {
	place := t.TempDir()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				f, err := scratch.Make(place, ".work-")
				if err == nil {
					err = os.WriteFile(filepath.Join(f.Path, "file"), nil, 0o600)
				}
				if err != nil {
					t.Error(err)
					return
				}
				scratch.Sweep(place, ".work-")
				if _, err := os.Stat(filepath.Join(f.Path, "file")); err != nil {
					t.Error(err)
				}
				f.Remove()
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]string(nil), names(t, place)); diff != "" {
		t.Errorf("in the end, want -, got +\n%s", diff)
	}
}

// TestExclusively: of calls for one folder, one is at work at a time.
func TestExclusively(t *testing.T) {
	place := t.TempDir()
	file := filepath.Join(place, "taken")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if err := scratch.Exclusively(place, ".work-", func() error {
					f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL, 0o600) // which fails if another is at work
					if err != nil {
						return err
					}
					f.Close()
					return os.Remove(file)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]string(nil), names(t, place)); diff != "" {
		t.Errorf("in the end, want -, got +\n%s", diff)
	}
	failure := errors.New("no")
	if err := scratch.Exclusively(place, ".work-", func() error { return failure }); err != failure {
		t.Errorf("got %v, want %v", err, failure)
	}
	if err := scratch.Exclusively(file, ".work-", func() error { return nil }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the folder: got %v", err)
	}
}

func TestMakeNothing(t *testing.T) {
	_, err := scratch.Make(filepath.Join(t.TempDir(), "none"), ".work-")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if got := scratch.Reason(err).Error(); got != "no such file or directory" && runtime.GOOS != "windows" {
		t.Errorf("the reason is %q", got)
	}
	var none *scratch.Folder
	none.Remove()
}
