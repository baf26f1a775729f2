package packager

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/synth"
)

// rendered is a finished template.
type rendered struct {
	*found
	files     []synth.File // the root's first
	resources []Resource
	code      synth.Code // where the zip will be
}

func (r *rendered) needsCode() bool { return needsCode(r.graph) }

func needsCode(g *synth.Graph) bool { return len(g.Functions()) > 0 }

// digest is that of all the files.
func (r *rendered) digest() string {
	h := sha256.New()
	for i, file := range r.files {
		if i > 0 {
			fmt.Fprintf(h, "%s %d\n", file.Name, len(file.Data))
		}
		h.Write(file.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// place finds out where the app goes. It waits for the zip's digest if that
// decides it.
func (b *build) place(ctx context.Context, app *found) (Place, error) {
	if b.Artifact == nil || b.TemplateOnly || !needsCode(app.graph) {
		return Place{b.Code, b.Target}, nil
	}
	digest, err := b.zip.digest(ctx)
	if err != nil {
		return Place{}, err
	}
	place, err := b.Artifact(cmp.Or(b.stage.AppName, app.model.Name), digest)
	if err != nil {
		return place, err
	}
	if place.Code.Bucket == "" || place.Code.Key == "" {
		return place, errors.New("the place of the zip (Artifact) has to be a bucket and a key")
	}
	return place, errors.Join(b.checkCode(place.Code), place.Target.Check())
}

// resourcesOf lists the resources of a template.
func resourcesOf(t *synth.Template) []Resource {
	var list []Resource
	for _, r := range t.Resources() {
		list = append(list, Resource{ID: r.ID, Type: r.Type, Function: r.Function, Source: r.Source})
	}
	return list
}
