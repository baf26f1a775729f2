package packager

import (
	"context"
	"errors"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// Graph returns the resources that the app needs in the stage, all checks
// passed. It writes nothing. Warnings are there with an error, too.
func Graph(ctx context.Context, in Input) (*synth.Graph, []Warning, error) {
	found, warnings, err := inspect(ctx, in, (*build).find)
	if err != nil {
		return nil, warnings, err
	}
	return found.graph, warnings, nil
}

// Validate does all that Build does before it writes: it returns every mistake
// in the app and its configuration that Build would, every warning, and a warning of
// kind GatewayNote for each typed route of whose requests API Gateway can't check all that
// the program does.
func Validate(ctx context.Context, in Input) ([]Warning, error) {
	_, warnings, err := inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) (*rendered, error) {
		if err := b.checkLiterals(); err != nil {
			return nil, err
		}
		made, err := b.template(ctx, c)
		if err == nil {
			b.warnOf(GatewayNote, made.graph.Notes())
		}
		return made, err
	})
	return warnings, err
}

// inspect does a part of a build for which no zip is needed.
func inspect[T any](ctx context.Context, in Input, part func(*build, context.Context, *compiler) (T, error)) (result T, warnings []Warning, err error) {
	in.TemplateOnly = true
	b, err := newBuild(ctx, in, deployed)
	if err != nil {
		return result, nil, err
	}
	b.inspected = true
	work, err := b.workFolder()
	if err != nil {
		return result, nil, err
	}
	defer work.Remove()
	c := b.compiler(work.Path)
	result, err = part(b, ctx, c)
	c.finish()
	return result, b.warnings, err
}

var errURL = errors.New("api_type is function_url, and the URL of a function has no document: use a stage whose api_type is rest or http")

// OpenAPI returns the OpenAPI document of the app's REST or HTTP API, which API Gateway
// gets, as JSON on one line. It is what a SAM template has as DefinitionBody, intrinsic
// functions included; nil if the app has no routes. It writes nothing, and looks for
// no permissions. That the routes are behind a function URL, which has no document, is an
// error. Warnings are there with an error, too.
func OpenAPI(ctx context.Context, in Input) ([]byte, []Warning, error) {
	in.PackageFormat, in.NoAnalysis = SAM, true
	return inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) ([]byte, error) {
		found, err := b.find(ctx, c)
		if err != nil {
			return nil, err
		}
		template, err := b.render(found.graph, b.Code)
		if err != nil {
			return nil, err
		}
		document, err := template.OpenAPI()
		if err == nil && document == nil && b.stage.APIType == config.FunctionURL {
			return nil, errURL
		}
		return document, err
	})
}
