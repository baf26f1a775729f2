package source

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
)

// arch is the processor that the program is for.
func (o *Outline) arch() string {
	return variable(slices.Concat([]string{"GOARCH=" + runtime.GOARCH}, os.Environ(), o.in.Env), "GOARCH")
}

// variable returns the value of a variable in an environment, the last one that isn't empty.
func variable(env []string, name string) (value string) {
	for _, v := range env {
		if n, text, ok := strings.Cut(v, "="); ok && n == name && text != "" {
			value = text
		}
	}
	return value
}

// compilerVersion says how what the program imports is compiled: by which compiler, for
// which target and with which flags. It is empty if packages of fixed versions can still
// differ, or nothing tells.
func (o *Outline) compilerVersion(more []string) string {
	root, ok := o.toolchain()
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%q", [][]string{golist.Environment(), o.in.Env, more, o.in.BuildFlags, {root}})
	for _, file := range []string{filepath.Join(root, "VERSION"), filepath.Join(root, "go.env"), goEnvFile()} {
		data, err := o.files.Read(file)
		text += fmt.Sprintf("%q %v %s", file, err != nil, data)
	}
	if strings.Contains(text, "-overlay") {
		return ""
	}
	return text
}

// toolchain returns the folder of the toolchain.
func (o *Outline) toolchain() (root string, ok bool) {
	p := o.list.Package("runtime")
	if p == nil {
		return "", false
	}
	root, ok = strings.CutSuffix(filepath.ToSlash(p.Dir), "/src/runtime")
	return filepath.FromSlash(root), ok
}

// goEnvFile is where go env -w keeps its settings; empty: nowhere.
func goEnvFile() string {
	if file := os.Getenv("GOENV"); file != "" {
		return file
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "go", "env")
}
