package docstest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// sources are the files of which a program in a folder consists, with the digests of their
// contents; and the folders whose further Go files would be among them.
type sources struct {
	digests map[string][sha256.Size]byte
	folders []string
}

// configuration is what local mode watches beside the program.
const configuration = ".chalice/config.json"

// findSources asks Go what a program is made of.
func findSources(ctx context.Context, dir string, env []string) sources {
	s := sources{digests: map[string][sha256.Size]byte{}}
	c := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-json=Dir,EmbedFiles", ".")
	c.Dir, c.Env = dir, env
	out, _ := c.Output() // what can't be loaded isn't listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir        string
			EmbedFiles []string
		}
		if err := decoder.Decode(&p); err == io.EOF || err != nil {
			break
		}
		rel, err := filepath.Rel(dir, p.Dir)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		s.folders = append(s.folders, rel)
		for _, file := range p.EmbedFiles {
			s.add(dir, filepath.Join(rel, file))
		}
	}
	if len(s.folders) == 0 {
		s.folders = []string{"."}
	}
	s.read(dir)
	return s
}

// read reads the files of the folders that are known, and those that were.
func (s *sources) read(dir string) {
	for _, folder := range s.folders {
		files, _ := filepath.Glob(filepath.Join(dir, folder, "*.go"))
		for _, file := range files {
			if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasSuffix(rel, "_test.go") {
				s.add(dir, rel)
			}
		}
	}
	for file := range s.digests {
		s.add(dir, file)
	}
	s.add(dir, configuration)
	s.add(dir, "go.mod")
}

// add reads a file; one that is missing is empty.
func (s *sources) add(dir, file string) {
	data, _ := os.ReadFile(filepath.Join(dir, file))
	s.digests[file] = sha256.Sum256(data)
}

// changed lists the files that aren't as they were.
func (s sources) changed(dir string) (files []string) {
	now := sources{digests: map[string][sha256.Size]byte{}, folders: s.folders}
	for file := range s.digests {
		now.digests[file] = [sha256.Size]byte{}
	}
	now.read(dir)
	for file, digest := range now.digests {
		if s.digests[file] != digest {
			files = append(files, filepath.ToSlash(file))
		}
	}
	slices.Sort(files)
	return files
}
