package packager

import (
	"cmp"
	"fmt"
	"path"

	"github.com/chalice-go/chalice/synth"
)

// layout says how the template becomes files, for an app that goes to a place.
func (b *build) layout(place Place) synth.Layout {
	code := place.Code
	name, _ := b.templateName()
	l := synth.Layout{File: name, MaxResources: b.MaxResources, NestedStacks: b.stage.NestedStacks, Target: place.Target}
	if code.Bucket != "" && code.Key != "" {
		// Where the zip will be is known, so what else is uploaded goes there.
		l.Bucket, l.Folder, l.ByContent = code.Bucket, path.Dir(code.Key), b.Artifact != nil
	}
	return l
}

// reportStacks says how an app is spread over stacks, if it is.
func (b *build) reportStacks(files []synth.File) {
	stacks, resources, fullest := 0, 0, files[0]
	for _, f := range files {
		resources += f.Resources
		if f.Stack == "" {
			continue
		}
		stacks++
		if f.Resources > fullest.Resources {
			fullest = f
		}
	}
	if stacks == 0 {
		return
	}
	name := cmp.Or(fullest.Stack, "the app's own")
	b.progress("the app's %d resources are in %d stacks, of which %s is the fullest, with %d",
		resources-stacks, stacks+1, name, fullest.Resources)
	if b.stage.NestedStacks == nil {
		const key = "nested_stacks"
		place := ""
		if b.Names.Of(key) == key {
			place = " in " + b.stage.File()
		}
		b.warn(StackWarning, "the app is too large for one stack, and the configuration doesn't say that it is to have nested ones: "+
			"functions that a deployed stack has already are made anew in them; set %s to %d%s to keep it so, "+
			"or to 0 to be stopped instead; see docs/large-apps.md",
			b.Names.Of(key), synth.DefaultNestedStacks, place)
	}
}

// progress prints a line.
func (b *build) progress(format string, args ...any) {
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, format+"\n", args...)
	}
}
