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

// template synthesizes the app's template. The digest of the zip is waited for
// if the zip's place depends on it.
func (b *build) template(ctx context.Context, c *compiler, zipDigest <-chan string) (*rendered, error) {
	f, err := b.find(ctx, c)
	if err != nil {
		return nil, err
	}
	place := Place{b.Code, b.Target}
	if b.Artifact != nil && !b.TemplateOnly && needsCode(f.graph) {
		if place, err = b.artifact(ctx, cmp.Or(b.stage.AppName, f.model.Name), zipDigest); err != nil {
			return nil, err
		}
	}
	template, err := b.render(f.graph, place.Code)
	if err != nil {
		return nil, err
	}
	files, err := template.Files(b.layout(place))
	if err != nil {
		return nil, err
	}
	b.reportStacks(files)
	return &rendered{found: f, files: files, resources: resourcesOf(template), code: place.Code}, nil
}

// artifact asks where the app goes.
func (b *build) artifact(ctx context.Context, app string, zipDigest <-chan string) (Place, error) {
	select {
	case digest := <-zipDigest:
		place, err := b.Artifact(app, digest)
		if err != nil {
			return place, err
		}
		if place.Code.Bucket == "" || place.Code.Key == "" {
			return place, errors.New("the place of the zip (Artifact) has to be a bucket and a key")
		}
		return place, errors.Join(checkCode(place.Code), place.Target.Check())
	case <-ctx.Done():
		return Place{}, context.Cause(ctx)
	}
}

// resourcesOf lists the resources of a template.
func resourcesOf(t *synth.Template) []Resource {
	value, _ := t.Object().Get("Resources")
	resources, ok := value.(*synth.Object)
	if !ok {
		return nil
	}
	origins := t.Origins()
	var list []Resource
	for _, id := range resources.Keys() {
		r := Resource{ID: id, Function: origins[id].Function, Source: origins[id].Source}
		if value, _ := resources.Get(id); value != nil {
			if o, ok := value.(*synth.Object); ok {
				typ, _ := o.Get("Type")
				r.Type, _ = typ.(string)
			}
		}
		list = append(list, r)
	}
	return list
}
