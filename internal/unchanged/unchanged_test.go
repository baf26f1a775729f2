package unchanged_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/unchanged"
)

// rest lets the clock of the file system move on.
func rest() { time.Sleep(30 * time.Millisecond) }

// taken is what files and folders are like now, as the next command reads it.
func taken(t *testing.T, paths ...unchanged.Path) unchanged.State {
	t.Helper()
	s, err := unchanged.Take(paths)
	must(t, err)
	return s
}

// kept is a state as the next command reads it.
func kept(t *testing.T, s unchanged.State) (read unchanged.State) {
	t.Helper()
	data, err := json.Marshal(s)
	must(t, err)
	must(t, json.Unmarshal(data, &read))
	return read
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(t, os.WriteFile(name, []byte(text), 0o644))
}

// TestStands: each change that matters is noticed, and no other.
func TestStands(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(t *testing.T, dir string)
		stands bool
	}{
		"nothing":           {func(*testing.T, string) {}, true},
		"other content":     {func(t *testing.T, dir string) { write(t, dir+"/main.go", "two!") }, false},
		"a longer file":     {func(t *testing.T, dir string) { write(t, dir+"/main.go", "longer") }, false},
		"the same, written": {func(t *testing.T, dir string) { write(t, dir+"/main.go", "main") }, true},
		"touched":           {func(t *testing.T, dir string) { must(t, os.Chtimes(dir+"/main.go", time.Now(), time.Now())) }, true},
		"removed":           {func(t *testing.T, dir string) { must(t, os.Remove(dir+"/main.go")) }, false},
		"a missing one":     {func(t *testing.T, dir string) { write(t, dir+"/go.work", "") }, false},
		"a new one":         {func(t *testing.T, dir string) { write(t, dir+"/extra.go", "") }, false},
		"a new folder":      {func(t *testing.T, dir string) { must(t, os.Mkdir(dir+"/pictures", 0o755)) }, true},
		"a new picture":     {func(t *testing.T, dir string) { write(t, dir+"/x.png", "") }, true},
		"a new module":      {func(t *testing.T, dir string) { write(t, dir+"/go.mod", "") }, false},
		"a new test":        {func(t *testing.T, dir string) { write(t, dir+"/extra_test.go", "") }, true},
		"an editor's":       {func(t *testing.T, dir string) { write(t, dir+"/.main.go.swp", "") }, true},
		"hidden, where all": {func(t *testing.T, dir string) { write(t, dir+"/static/.hidden", "") }, false},
		"a link elsewhere":  {func(t *testing.T, dir string) { relink(t, "b.go", dir+"/link.go") }, false},
		"the same link":     {func(t *testing.T, dir string) { relink(t, "a.go", dir+"/link.go") }, true},
		"behind a link":     {func(t *testing.T, dir string) { write(t, dir+"/a.go", "c") }, false},
		"a link for a file": {func(t *testing.T, dir string) { relink(t, "copy.go", dir+"/main.go") }, false},
		"a folder for one": {func(t *testing.T, dir string) {
			must(t, os.Remove(dir+"/main.go"))
			must(t, os.Mkdir(dir+"/main.go", 0o755))
		}, false},
		"a file for a folder": {func(t *testing.T, dir string) { must(t, os.RemoveAll(dir+"/static")); write(t, dir+"/static", "") }, false},
		"an old copy with its times": {func(t *testing.T, dir string) {
			info, err := os.Stat(dir + "/main.go")
			must(t, err)
			write(t, dir+"/main.go", "niam")
			must(t, os.Chtimes(dir+"/main.go", info.ModTime(), info.ModTime()))
		}, false},
		"a copy in its place": {func(t *testing.T, dir string) { must(t, os.Rename(dir+"/copy.go", dir+"/main.go")) }, true},
	} {
		for _, rested := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, rested %t", name, rested), func(t *testing.T) {
				dir := t.TempDir()
				write(t, dir+"/main.go", "main")
				write(t, dir+"/copy.go", "main")
				write(t, dir+"/a.go", "a")
				write(t, dir+"/b.go", "a")
				write(t, dir+"/static/x", "")
				must(t, os.Symlink("a.go", dir+"/link.go"))
				// What moves away is counted no more.
				must(t, os.Mkdir(dir+"/src", 0o755))
				if rested {
					rest()
				}
				paths := []unchanged.Path{{Name: dir + "/src"}, {Name: dir + "/static", All: true}}
				for _, file := range []string{"main.go", "link.go", "go.work", "main.go/below"} {
					paths = append(paths, unchanged.Path{Name: filepath.Join(dir, file)})
				}
				if name != "a copy in its place" {
					paths = append(paths, unchanged.Path{Name: dir})
				}
				s := kept(t, taken(t, paths...))
				before := s.Digest()
				tc.change(t, dir)
				if stands := s.Stands(); stands != tc.stands {
					t.Errorf("it stands: %t, want %t", stands, tc.stands)
				}
				if again := taken(t, paths...).Digest(); (again == before) != tc.stands {
					t.Errorf("the digest is the same: %t, want %t", again == before, tc.stands)
				}
			})
		}
	}
}

func relink(t *testing.T, to, name string) {
	t.Helper()
	must(t, os.Remove(name))
	must(t, os.Symlink(to, name))
}

// TestNoted: what was read since it had been touched is not read again.
func TestNoted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.go")
	write(t, file, "main")
	rest()
	s := kept(t, taken(t, unchanged.Path{Name: file}))
	if changed, noted := s.Changed(); len(changed) > 0 || noted {
		t.Errorf("untouched: changed %v, noted %t", changed, noted)
	}
	must(t, os.Chtimes(file, time.Now(), time.Now()))
	rest()
	for i, want := range []bool{true, false} {
		if changed, noted := s.Changed(); len(changed) > 0 || noted != want {
			t.Errorf("%d: changed %v, noted %t, want %t", i, changed, noted, want)
		}
	}
}

// TestAtRest: what changes from a time on, or shortly before, isn't at rest.
func TestAtRest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.go")
	write(t, file, "main")
	fresh := taken(t, unchanged.Path{Name: file})
	if fresh.AtRest(time.Now(), nil) {
		t.Error("a file that was just written is at rest")
	}
	rest()
	since := time.Now()
	s := taken(t, unchanged.Path{Name: file})
	if !s.AtRest(since, nil) || s.AtRest(since.Add(-time.Minute), nil) {
		t.Errorf("at rest since then: %t, since before it was written: %t", s.AtRest(since, nil), s.AtRest(since.Add(-time.Minute), nil))
	}
	write(t, file, "niam")
	if s.AtRest(since, nil) {
		t.Error("a file that has changed since is at rest")
	}
}

// TestOwnChanges: what the caller does to a folder is none of the changes that count.
func TestOwnChanges(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/main.go", "main")
	rest()
	since := time.Now()
	paths := []unchanged.Path{{Name: dir}, {Name: dir + "/main.go"}}
	write(t, dir+"/.staging", "")
	own := taken(t, unchanged.Path{Name: dir})
	s := taken(t, paths...)
	if s.AtRest(since, nil) || !s.AtRest(since, own) {
		t.Errorf("at rest: %t, but for the own change: %t", s.AtRest(since, nil), s.AtRest(since, own))
	}
	write(t, dir+"/extra.go", "")
	if s := taken(t, paths...); s.AtRest(since, own) {
		t.Error("a new file goes as the own change")
	}
}

// TestUnreadable: what can't be looked at has no state.
func TestUnreadable(t *testing.T) {
	loop := filepath.Join(t.TempDir(), "loop")
	must(t, os.Symlink("loop", loop))
	if s, err := unchanged.Take([]unchanged.Path{{Name: loop}}); err == nil {
		t.Errorf("got %v for a link to itself", s)
	}
	if s, err := unchanged.Take([]unchanged.Path{{Name: os.DevNull}}); err == nil {
		t.Errorf("got %v for a device", s)
	}
}

// TestNeverStale: after changes of any kind, at any pace, whatever stands has the content
// that it had.
func TestNeverStale(t *testing.T) {
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		paths := []unchanged.Path{{Name: dir, All: true}}
		for _, name := range names {
			paths = append(paths, unchanged.Path{Name: filepath.Join(dir, name), All: true})
		}
		var s unchanged.State // nil: there is none
		var content string
		for range 100 {
			for range random.IntN(3) {
				mutate(dir, random)
			}
			if random.IntN(8) == 0 {
				rest()
			}
			now := contentOf(t, dir)
			if s != nil {
				if stands := s.Stands(); stands != (now == content) {
					t.Fatalf("seed %d: it stands: %t\nthen: %s\nnow: %s", seed, stands, content, now)
				}
			}
			taken, err := unchanged.Take(paths) // which fails for a circle of links
			if again, againErr := s.Again(); s != nil && ((err == nil) != (againErr == nil) || again.Digest() != taken.Digest()) {
				t.Fatalf("seed %d: again: %v %v\nnow: %v %v", seed, again, againErr, taken, err)
			}
			s, content = kept(t, taken), now
		}
	}
}

var names = []string{"a", "b", "c", "d/a", "d/b", "d"}

// mutate changes something, if it can be.
func mutate(dir string, random *rand.Rand) {
	name := filepath.Join(dir, names[random.IntN(len(names))])
	other := filepath.Join(dir, names[random.IntN(len(names))])
	switch random.IntN(7) {
	case 0, 1:
		os.WriteFile(name, []byte{'0' + byte(random.IntN(3))}, 0o644)
	case 2:
		os.RemoveAll(name)
	case 3:
		os.Mkdir(name, 0o755)
	case 4:
		os.Symlink(strings.TrimPrefix(other, dir+"/"), name)
	case 5:
		os.Rename(name, other)
	case 6:
		old := time.Unix(1_700_000_000, 0)
		os.Chtimes(name, old, old)
	}
}

// contentOf is all that is in a folder, links included.
func contentOf(t *testing.T, dir string) string {
	var all strings.Builder
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		link, _ := os.Readlink(path)
		fmt.Fprintf(&all, "%s %t %q", path, e != nil && e.IsDir(), link)
		if data, err := os.ReadFile(path); err == nil {
			fmt.Fprintf(&all, " %q", data)
		}
		if entries, err := os.ReadDir(path); err == nil {
			fmt.Fprintf(&all, " %d", len(entries))
		}
		all.WriteString("\n")
		return err
	}))
	return all.String()
}

// TestRelinked: a link that changes counts as a change, also where it leads to what hasn't
// changed for long.
func TestRelinked(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a/x", "")
	write(t, dir+"/b/x", "")
	must(t, os.Symlink("a", dir+"/link"))
	rest()
	since := time.Now()
	rest()
	relink(t, "b", dir+"/link")
	if taken(t, unchanged.Path{Name: dir + "/link"}).AtRest(since, nil) {
		t.Error("a link that has changed since is at rest")
	}
}

// TestThereAndBack: what stands again has changed, nevertheless.
func TestThereAndBack(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/main.go", "main")
	rest()
	s := kept(t, taken(t, unchanged.Path{Name: dir + "/main.go"}, unchanged.Path{Name: dir + "/go.work"}))
	since := time.Now()
	if !s.Stands() || !s.AtRest(since, nil) {
		t.Error("it stands, and isn't at rest")
	}
	write(t, dir+"/main.go", "there")
	write(t, dir+"/main.go", "main")
	if !s.Stands() || s.AtRest(since, nil) {
		t.Errorf("after a change there and back, it stands: %t, and is at rest: %t", s.Stands(), s.AtRest(since, nil))
	}
}
