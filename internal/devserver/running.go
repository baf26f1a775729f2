package devserver

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// runningFile is in the folder for programs, which is removed with the server,
// or, if the server was killed, at the next start.
const runningFile = "server.json"

// running describes a server to other commands on this machine.
type running struct {
	Project string `json:"project"` // absolute, without symbolic links
	Stage   string `json:"stage"`
	URL     string `json:"url"`
}

// announce writes the file with which [Find] finds the server.
func (s *Server) announce() error {
	data, err := json.Marshal(running{Project: canonicalDir(s.dir), Stage: s.options.Stage, URL: s.url})
	if err != nil {
		return err
	}
	file := filepath.Join(s.work.Path, runningFile)
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return fmt.Errorf("say where the server is: %w", err)
	}
	return os.Rename(file+".new", file)
}

// Find returns the URL of a server that this user is running for a project's
// stage, the last one started if there are several. An empty stage is the
// default one.
func Find(projectDir, stage string) (address string, ok bool) {
	dir, err := filepath.Abs(projectDir)
	if err != nil {
		return "", false
	}
	if stage == "" {
		stage = config.DefaultStage
	}
	want := running{Project: canonicalDir(dir), Stage: stage}
	files, _ := filepath.Glob(filepath.Join(workParent(), workPrefix+"*", runningFile))
	var newest time.Time
	for _, file := range files {
		info, err := os.Lstat(filepath.Dir(file))
		if err != nil || !isOwn(info) || !scratch.InUse(filepath.Dir(file)) {
			continue
		}
		data, err := smallfile.Read(file, smallfile.Text)
		var r running
		if err != nil || json.Unmarshal(data, &r) != nil || r.Project != want.Project || r.Stage != want.Stage {
			continue
		}
		if info.ModTime().After(newest) && answers(r.URL) {
			address, newest = r.URL, info.ModTime()
		}
	}
	return address, address != ""
}

// answers reports whether a server listens at a URL.
func answers(address string) bool {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "http://") {
		return false
	}
	conn, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// canonicalDir returns a folder's path without symbolic links.
func canonicalDir(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return dir
}
