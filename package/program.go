package packager

import (
	"context"
	"path/filepath"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// Program is an app that was built to run on this machine.
type Program struct {
	File  string // the program, with symbols and the paths of this machine
	Model *app.Model
	Stage *config.Stage
}

// BuildProgram builds the program for this machine into a folder, and has it
// describe itself. Nothing else is made, and the build shares Go's cache with
// the user's own go build and go test. With debug the program is compiled for a
// debugger, without optimizations.
func BuildProgram(ctx context.Context, in Input, folder string, debug bool) (*Program, error) {
	b, err := newBuild(ctx, withoutTemplate(in))
	if err != nil {
		return nil, err
	}
	flags := append(b.project.flags.link(""), b.project.flags.tagged(), "-buildvcs=false")
	if debug {
		flags = append(flags, "-gcflags=all=-N -l")
	}
	file := filepath.Join(folder, "program.exe")
	if err := b.project.goBuild(ctx, here(), file, b.Progress, flags); err != nil {
		return nil, err
	}
	model, err := b.describe(ctx, file, folder)
	if err == nil {
		err = refused(model)
	}
	if err != nil {
		return nil, err
	}
	return &Program{File: file, Model: model, Stage: b.stage}, nil
}

// withoutTemplate returns the part of an input that counts for a program.
func withoutTemplate(in Input) Input {
	in.TemplateOnly, in.AppModel = true, ""
	return in
}
