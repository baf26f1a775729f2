package packager

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/apidoc"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/standin"
)

// Program is an app that was built to run on this machine.
type Program struct {
	File string // the program, with symbols and the paths of this machine
	// Model has made-up names and ARNs where the program has variables of the
	// configuration's that are known only when the app is deployed.
	Model *app.Model
	Stage *config.Stage
	// MadeUp lists the variables behind a made-up source of events, by the function.
	MadeUp map[string][]string
	// Sources are where the source of the program lies.
	Sources *Sources
	// Warnings are what may not be meant.
	Warnings []Warning

	document func(ctx context.Context, server string) ([]byte, error)
}

// OpenAPI makes the OpenAPI document of the app, as JSON, with the comments that the source
// has now. The server is the URL of the API, perhaps relative to the document's.
func (p *Program) OpenAPI(ctx context.Context, server string) ([]byte, error) {
	return p.document(ctx, server)
}

// BuildProgram builds the program for this machine into a folder, and has it
// describe itself. Nothing else is made, and the build shares Go's cache with
// the user's own go build and go test. With debug the program is compiled for a
// debugger, without optimizations. The OpenAPI document is beside the program if a route
// serves it.
func BuildProgram(ctx context.Context, in Input, folder string, debug bool) (*Program, error) {
	v := ofMachine
	if debug {
		v = debugged
	}
	b, err := newBuild(ctx, withoutTemplate(in), v)
	if err != nil {
		return nil, err
	}
	c := b.compiler(folder)
	defer c.finish()
	file, err := c.program(ctx, here())
	if err != nil {
		return nil, err
	}
	model, err := b.describe(ctx, file, folder)
	if err == nil {
		err = b.refused(model)
	}
	if err != nil {
		return nil, err
	}
	document, err := b.servedDocument(ctx, c, here(), model)
	if err == nil && document != nil {
		err = os.WriteFile(filepath.Join(filepath.Dir(file), apidoc.File), document, 0o600)
	}
	if err != nil {
		return nil, err
	}
	program := &Program{File: file, Stage: b.stage, MadeUp: b.madeUpSources(model), Sources: c.sources(here()), Warnings: b.warnings}
	readable, err := b.documented(model)
	if err != nil {
		return nil, err
	}
	program.document = func(ctx context.Context, server string) ([]byte, error) {
		return openapi.JSON(readable, b.stage, b.comments(ctx, c, here(), model), server)
	}
	program.Model, err = b.madeUp(model)
	return program, err
}

// DescribeForEvents is [Describe], with made-up names and ARNs where values are known
// only when the app is deployed.
func DescribeForEvents(ctx context.Context, in Input) (*app.Model, []Warning, error) {
	if in.AppModel != "" {
		model, warnings, err := Describe(ctx, in)
		if err != nil {
			return nil, warnings, err
		}
		model, err = (&build{Input: in}).madeUp(model)
		return model, warnings, err
	}
	return inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) (*app.Model, error) {
		model, err := b.accepted(ctx, c)
		if err != nil {
			return nil, err
		}
		return b.madeUp(model)
	})
}

// madeUp returns a description with texts in place of stand-ins that the values could
// be.
func (b *build) madeUp(model *app.Model) (*app.Model, error) {
	for i := range model.Functions {
		f := &model.Functions[i]
		text := f.EventSource()
		if text == nil {
			continue
		}
		// An ARN of an unknown type is one of what it is used for.
		if v, ok := b.standIns.Value(*text); ok && !v.Typed() && v.Kind == standin.ARN {
			*text = v.As(standin.Sources[f.Kind].Type(), standin.Sources[f.Kind].ARN).MadeUp()
		}
	}
	return rewritten(model, b.standIns.MadeUp)
}

// madeUpSources finds the sources of events that have made-up names.
func (b *build) madeUpSources(model *app.Model) map[string][]string {
	found := map[string][]string{}
	for i := range model.Functions {
		f := &model.Functions[i]
		text := f.EventSource()
		if text == nil || standin.Part(*text) == "" {
			continue
		}
		found[f.Name] = nil
		for _, part := range standin.Split(*text) {
			if v, ok := b.standIns.Value(part); ok {
				found[f.Name] = append(found[f.Name], v.Variable)
			}
		}
	}
	return found
}

// withoutTemplate returns the part of an input that counts for a program.
func withoutTemplate(in Input) Input {
	in.TemplateOnly, in.AppModel = true, ""
	return in
}
