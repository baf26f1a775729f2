package app

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// site is where something was registered: the innermost calls of the stack, as
// the runtime returns them. Files and lines are looked up later, since a
// function that starts doesn't need them.
type site struct{ callers [6]uintptr }

// here returns the stack of whoever called the registering function. In a function that
// runs, whose mistakes showed when it was described, it is as little of it as has the call of
// most users: to unwind the rest takes a start with many routes a while.
func here() site {
	var s site
	depth := len(s.callers)
	if running() {
		depth = 2
	}
	runtime.Callers(3, s.callers[:depth])
	return s
}

// where makes every type that embeds a site implement declaration.
func (s site) where() site { return s }

// source returns the file and line of the user's call.
func (s site) source() Source {
	frames := runtime.CallersFrames(s.callers[:])
	for {
		frame, more := frames.Next()
		if !ours(frame) || !more {
			return Source{File: fileInModule(frame.File), Line: frame.Line}
		}
	}
}

func (s site) mistake(format string, args ...any) *Mistake {
	return NewMistake(new(s.source()), format, args...)
}

// registering returns the packages whose functions register on behalf of
// others.
var registering = sync.OnceValue(func() []string {
	self := reflect.TypeFor[App]().PkgPath()
	return []string{self + ".", strings.TrimSuffix(self, "app") + "httpadapter."}
})

// ours reports whether a frame belongs to a package that registers on behalf of
// others.
func ours(frame runtime.Frame) bool {
	if strings.HasSuffix(frame.File, "_test.go") {
		return false
	}
	for _, prefix := range registering() {
		if strings.HasPrefix(frame.Function, prefix) {
			return true
		}
	}
	return false
}

// fileInModule makes the name of a source file relative to its module's root.
// Built with -trimpath the name starts with the module's path; otherwise the
// module is the folder above it that has a go.mod.
func fileInModule(file string) string {
	if !filepath.IsAbs(file) {
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path != "" {
			file = strings.TrimPrefix(file, info.Main.Path+"/")
		}
		return strings.TrimPrefix(file, "command-line-arguments/")
	}
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.ToSlash(strings.TrimLeft(strings.TrimPrefix(file, dir), `/\`))
		}
		if dir == filepath.Dir(dir) {
			return filepath.ToSlash(file)
		}
	}
}
