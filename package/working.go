package packager

import (
	"cmp"
	"path/filepath"
)

// working says that something begins which can take long. Whoever ends it gives the
// error, if there is one.
func (in Input) working(label string) (end func(error)) {
	if in.Working == nil {
		return func(error) {}
	}
	return in.Working(label)
}

// compiling says that the program is compiled for a target.
func (b *build) compiling(t target) (end func(error)) {
	place := " for " + t.os + "/" + t.arch
	if t != lambda(b.stage.Architecture) {
		place = " for this machine"
	}
	return b.working("Compiling " + b.appName() + place)
}

// appName is what messages call the app before it has said its name.
func (b *build) appName() string { return cmp.Or(b.stage.AppName, filepath.Base(b.project.dir)) }
