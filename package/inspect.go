package packager

import (
	"context"

	"github.com/chalice-go/chalice/synth"
)

// Graph gives the resources that the app needs in the stage, all checks
// passed. It writes nothing.
func Graph(ctx context.Context, in Input) (*synth.Graph, error) {
	found, err := inspect(ctx, in, (*build).find)
	if err != nil {
		return nil, err
	}
	return found.graph, nil
}

// Validate does all that Build does before it writes: it gives every mistake
// in the app and its configuration that Build would give.
func Validate(ctx context.Context, in Input) error {
	_, err := inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) (*rendered, error) {
		if err := b.checkLiterals(); err != nil {
			return nil, err
		}
		return b.template(ctx, c, nil) // nobody waits for a zip
	})
	return err
}

// inspect does a part of a build for which no zip is needed.
func inspect[T any](ctx context.Context, in Input, part func(*build, context.Context, *compiler) (T, error)) (result T, err error) {
	in.TemplateOnly = true
	b, err := newBuild(ctx, in)
	if err != nil {
		return result, err
	}
	work, err := b.workFolder()
	if err != nil {
		return result, err
	}
	defer work.Remove()
	return part(b, ctx, b.compiler(work.Path))
}
