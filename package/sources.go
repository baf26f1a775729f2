package packager

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Sources says where the source of a program lies that a developer can change:
// that of the main module, of modules of a workspace, and of modules that a
// replace directive takes from a folder. Paths are absolute.
type Sources struct {
	// Modules are the folders with a go.mod.
	Modules []string
	// Packages are the folders of the packages that the program links.
	Packages []string
	// Embedded are files, and folders from which files are taken by a pattern.
	Embedded []string
	// Workspace is the go.work in force; empty: there is none.
	Workspace string
}

// FindSources asks the go command for the sources of a program. A program that
// doesn't compile has sources, too, as far as its imports can be followed.
func FindSources(ctx context.Context, in Input) (*Sources, error) {
	in.Progress = nil // whoever compiles says what there is to say
	b, err := newBuild(ctx, withoutTemplate(in))
	if err != nil {
		return nil, err
	}
	work, err := goOutput(ctx, b.project, "env", "GOWORK")
	if err != nil {
		return nil, err
	}
	list, err := goOutput(ctx, b.project, "list", "-e", "-deps", b.project.flags.tagged(),
		"-json=Dir,Standard,Module,EmbedFiles,EmbedPatterns", ".")
	if err != nil {
		return nil, err
	}
	s := &Sources{}
	if workspace := strings.TrimSpace(string(work)); workspace != "off" {
		s.Workspace = workspace
	}
	return s, s.add(list)
}

// goOutput runs the go command for this machine.
func goOutput(ctx context.Context, p project, args ...string) ([]byte, error) {
	var out bytes.Buffer
	if err := p.runGo(ctx, here(), "", &out, io.Discard, args); err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}

// listed is a package as go list describes it.
type listed struct {
	Dir           string
	Standard      bool
	Module        *listedModule
	EmbedFiles    []string
	EmbedPatterns []string
	// GoFiles are compiled; IgnoredGoFiles are those that constraints or the lack of cgo exclude.
	GoFiles, IgnoredGoFiles []string
}

type listedModule struct {
	Dir     string
	Main    bool
	Replace *struct{ Version string }
}

// isLocal reports whether a module is in a folder of the developer's.
func (m *listedModule) isLocal() bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}

// readListed returns the packages that go list printed.
func readListed(list []byte) (all []listed, err error) {
	d := json.NewDecoder(bytes.NewReader(list))
	for {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		all = append(all, p)
	}
}

// add takes what go list printed.
func (s *Sources) add(list []byte) error {
	packages, err := readListed(list)
	for _, p := range packages {
		if p.Standard || !p.Module.isLocal() {
			continue
		}
		if !slices.Contains(s.Modules, p.Module.Dir) {
			s.Modules = append(s.Modules, p.Module.Dir)
		}
		s.Packages = append(s.Packages, p.Dir)
		for _, file := range p.EmbedFiles {
			s.Embedded = append(s.Embedded, filepath.Join(p.Dir, filepath.FromSlash(file)))
		}
		for _, pattern := range p.EmbedPatterns {
			s.Embedded = append(s.Embedded, filepath.Join(p.Dir, filepath.FromSlash(plainPart(pattern))))
		}
	}
	return err
}

// plainPart returns the part of an embed pattern that has no wildcards: a file, or
// the folder in which others can match.
func plainPart(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "all:")
	for strings.ContainsAny(pattern, `*?[\`) {
		pattern = path.Dir(pattern)
	}
	return pattern
}
