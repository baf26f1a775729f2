package packager

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

// archived is the zip of a build that goes on.
type archived struct {
	done   chan struct{} // closed as there is the digest
	sha256 string

	modelKnown chan struct{} // closed as there is the app's description
	model      *app.Model
}

// of says what the app is whose zip it is.
func (z *archived) of(model *app.Model) {
	if z != nil {
		z.model = model
		close(z.modelKnown)
	}
}

// described waits for the app's description.
func (z *archived) described(ctx context.Context, _ *compiler) (*app.Model, error) {
	select {
	case <-z.modelKnown:
		return z.model, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// made says that the zip is there.
func (z *archived) made(digest string) {
	z.sha256 = digest
	close(z.done)
}

// digest waits for the digest of the zip, in hexadecimal; empty: none is made.
func (z *archived) digest(ctx context.Context) (string, error) {
	if z == nil {
		return "", nil
	}
	select {
	case <-z.done:
		return z.sha256, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// warnOfVersions says of a template without a zip that it can't tell programs apart.
func (b *build) warnOfVersions(model *app.Model) {
	switch {
	case !b.TemplateOnly || b.inspected || !b.needsDigest(model):
	case b.PackageFormat == Terraform:
		b.warn(TemplateWarning, "without a zip the module doesn't know its digest: Terraform sees another program by another key alone; package without %s to deploy", b.Names.Of("TemplateOnly"))
	default:
		b.warn(TemplateWarning, "functions have versions, and without a zip the template doesn't know its digest: one that differs in code alone publishes none; package without %s to deploy", b.Names.Of("TemplateOnly"))
	}
}
