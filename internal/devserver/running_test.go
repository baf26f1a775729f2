package devserver_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
	"github.com/chalice-go/chalice/internal/scratch"
)

// TestFind: a server is found by its project and stage while it runs. Files
// that a killed server left, or that others put there, are ignored.
func TestFind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("GOTMPDIR", temp)
	dir := project(t, map[string]string{"main.go": shop, ".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`})
	t.Run("while it runs", func(t *testing.T) {
		s := devservertest.Serve(t, devserver.Options{ProjectDir: dir})
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(dir, link); err != nil {
			t.Fatal(err)
		}
		for name, tc := range map[string]struct {
			dir, stage string
			want       bool
		}{
			"the project":        {dir, "", true},
			"its stage":          {dir, "dev", true},
			"by another path":    {link, "dev", true},
			"another stage":      {dir, "prod", false},
			"another project":    {temp, "dev", false},
			"a folder within it": {filepath.Join(dir, ".chalice"), "dev", false},
		} {
			if url, ok := devserver.Find(tc.dir, tc.stage); ok != tc.want || ok && url != s.URL() {
				t.Errorf("%s: got %q, %v", name, url, ok)
			}
		}
	})
	if url, ok := devserver.Find(dir, ""); ok {
		t.Errorf("after its end there is still %s", url)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		t.Errorf("it left %q", left)
	}
	t.Run("for one call", func(t *testing.T) {
		devservertest.Serve(t, devserver.Options{ProjectDir: dir, Once: true})
		if url, ok := devserver.Find(dir, ""); ok {
			t.Errorf("found %s, which is about to end", url)
		}
	})
	t.Run("what others left", func(t *testing.T) { testLeft(t, temp, dir) })
}

func testLeft(t *testing.T, temp, dir string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	open := "http://" + listener.Addr().String()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	const (
		alive = iota
		killed
		plain // there is none
	)
	for name, tc := range map[string]struct {
		owner int
		mode  os.FileMode
		url   string
		want  bool
	}{
		"one that runs":            {alive, 0o700, open, true},
		"one that was killed":      {killed, 0o700, open, false},
		"nobody listens":           {alive, 0o700, "http://" + closed.Addr().String(), false},
		"a folder for everyone":    {alive, 0o755, open, false},
		"no process":               {plain, 0o700, open, false},
		"an address of other kind": {alive, 0o700, "file:///etc/passwd", false},
	} {
		owned, err := scratch.Make(temp, "chalice-local-")
		if err != nil {
			t.Fatal(err)
		}
		folder := owned.Path
		if tc.owner != alive {
			folder = filepath.Join(temp, "chalice-local-1")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if tc.owner == killed {
			write(t, folder, "lock", "")
		}
		if err := os.Chmod(folder, tc.mode); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(map[string]string{"project": real, "stage": "dev", "url": tc.url})
		if err != nil {
			t.Fatal(err)
		}
		write(t, folder, "server.json", string(data))
		url, ok := devserver.Find(dir, "dev")
		if ok != tc.want || strings.Contains(url, "file") {
			t.Errorf("%s: got %q, %v", name, url, ok)
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		owned.Remove()
	}
}
