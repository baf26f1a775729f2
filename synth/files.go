package synth

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/nest"
)

// Files returns the template as files, the root template first. It is one file
// where CloudFormation takes it as that, and the layout doesn't ask for more.
// It is an error if the template refers to what it doesn't have, or if what has
// to stay together is more than CloudFormation takes.
func (t *Template) Files(l Layout) ([]File, error) {
	flat, err := t.content()
	if err != nil {
		return nil, err
	}
	w := &filer{Layout: l, facts: t.facts, whole: flat, flat: flat, parts: map[*nest.Stack]part{}}
	if t.facts != nil {
		w.functions = withIDs(t.facts.functions, t.settledIDs())
	}
	if t.facts == nil {
		return []File{{Name: l.File, Data: w.write(flat)}}, nil
	}
	w.tags = t.standIns.restore(t.facts.tags).([]any)
	if l.NestedStacks == nil || *l.NestedStacks == 0 {
		if root, over := w.stack("", flat); len(over) == 0 {
			return []File{root}, nil
		}
	}
	w.stacks = DefaultNestedStacks
	if l.NestedStacks != nil {
		w.stacks = *l.NestedStacks
	}
	return w.several()
}

// filer makes the files of a template.
type filer struct {
	Layout
	facts *facts
	// functions are those that resources belong to, by their final logical ids.
	functions map[string]string
	whole     *ordered.Object // the template as one, with everything in it
	flat      *ordered.Object // the same, once the API's document has left it
	stacks    int             // number of nested stacks
	document  []File          // the API's document, once it has left the template
	tags      []any           // of nested stacks
	parts     map[*nest.Stack]part
}

// part is the template of a nested stack as a file, and what CloudFormation has
// too little room for in it.
type part struct {
	File
	over excess
}

// several makes a root template, and whatever that needs beside it.
func (w *filer) several() ([]File, error) {
	n, err := w.nest()
	if err != nil {
		return nil, err
	}
	if w.facts.isSAM && w.facts.hooks && len(n.Stacks) > 0 {
		return nil, errors.New("the app has nested stacks, of which SAM has deployments by CodeDeploy in each, and their hooks (pre_traffic, post_traffic) could answer for those of their own stack alone: " +
			"set " + w.facts.names.Of("nested_stacks") + " to 0, or package for CloudFormation")
	}
	root, over := w.root(n)
	if reason, ok := over.of(bytesLimit); ok && w.facts.document != nil {
		// Where functions have left a root, most of it is the document.
		if err := w.lift(reason); err != nil {
			return nil, err
		}
		if w.NestedStacks == nil {
			if root, over := w.stack("", w.flat); len(over) == 0 {
				return append([]File{root}, w.document...), nil
			}
		}
		if n, err = w.nest(); err != nil {
			return nil, err
		}
		root, over = w.root(n)
	}
	if len(over) > 0 {
		return nil, over.err(w.rootAdvice())
	}
	nested, err := w.nested(n)
	return slices.Concat([]File{root}, nested, w.document), err
}

// nest takes the template apart, unless there are to be no nested stacks.
func (w *filer) nest() (*nest.Division, error) {
	if w.stacks == 0 {
		return nest.Divide(w.flat, w.whole, nil, 0)
	}
	return nest.Divide(w.flat, withoutDeploymentRoles(w.whole), w.functions, w.stacks)
}

func (w *filer) root(n *nest.Division) (File, excess) {
	root := n.Root(func(s *nest.Stack) any { return w.url(w.part(n, s).File) })
	w.tagStacks(root, n.Stacks)
	return w.stack("", root)
}

// part makes the file of a nested stack, once.
func (w *filer) part(n *nest.Division, s *nest.Stack) part {
	p, ok := w.parts[s]
	if !ok {
		p.File, p.over = w.stack(s.ID, n.Template(s))
		p.Name = w.beside(s.File, path.Ext(w.File))
		p.Key = w.key(p.Name, p.Data)
		w.parts[s] = p
	}
	return p
}

// nested makes the templates of the nested stacks.
func (w *filer) nested(n *nest.Division) ([]File, error) {
	var files []File
	var over excess
	for _, s := range n.Stacks {
		p := w.part(n, s)
		files = append(files, p.File)
		over = append(over, p.over...)
	}
	if len(over) > 0 {
		return nil, over.err(w.nestedAdvice(n, over))
	}
	return files, nil
}

// lift makes a file of the document of the API, which makes the template
// too large.
func (w *filer) lift(reason limitError) error {
	if w.Target.Region == "" || w.Target.AccountID == "" {
		return fmt.Errorf("%w; the %s's document can be a file of its own, but has to name the region and the account there: give %s, see docs/large-apps.md", reason, w.facts.document.kind, w.facts.names.Of("Target"))
	}
	d := w.facts.document
	document, variables, err := d.literal(w.flat, w.Target)
	if err != nil {
		return err
	}
	f := File{Name: w.beside(documentFile, ".json"), Data: append([]byte(ordered.CompactJSON(document)), '\n')}
	if n := len(f.Data); n > maxDocumentSize {
		return limitError{what: "the document of the " + d.kind + " has", n: n, unit: bytesLimit, max: maxDocumentSize, whose: "that API Gateway imports"}
	}
	f.Key = w.key(f.Name, f.Data)
	w.flat = d.lift(w.flat, w.Target, variables, w.documentPlace(f))
	w.document = []File{f}
	return nil
}

// stack makes the file of a stack's template, and finds what CloudFormation has
// too little room for.
func (w *filer) stack(id string, template *ordered.Object) (File, excess) {
	written, made := template.Section("Resources").Len(), w.facts.made(template)
	f := File{Name: w.File, Stack: id, Data: w.write(template), Resources: written + made.resources}
	resources := limitError{n: f.Resources, unit: resourcesLimit, max: w.maxResources(), whose: w.limitName(w.facts.names)}
	if made.resources > 0 {
		resources.note = fmt.Sprintf(" (%d in the template and %d that SAM makes of them)", written, made.resources)
	}
	parameters := limitError{n: template.Section("Parameters").Len(), unit: "parameters", max: maxTemplateParameters, whose: "that a template can have"}
	outputs := limitError{n: template.Section("Outputs").Len(), unit: "outputs", max: maxTemplateParameters, whose: "that a template can have"}
	length := limitError{n: w.size(template, f.Data, made), unit: bytesLimit, max: maxTemplateSize, whose: "that CloudFormation takes"}

	subject := w.subject(id)
	var over excess
	for _, l := range []limitError{resources, parameters, outputs} {
		l.what = subject + " needs"
		over.add(l)
	}
	length.what = "the template of " + subject + " has"
	over.add(length)
	return f, over
}

// subject names a stack for messages.
func (w *filer) subject(id string) string {
	switch {
	case id != "":
		return "the nested stack " + id
	case w.stacks > 0:
		return "the app's own stack"
	}
	return "the app"
}

// write returns a template in the format of the layout. JSON that CloudFormation
// would find too large for its white space alone has none.
func (w *filer) write(template *ordered.Object) []byte {
	if !w.isJSON() {
		return ordered.YAML(template)
	}
	data := ordered.AppendJSON(nil, template)
	if w.facts != nil && len(data) >= maxTemplateSize {
		data = ordered.AppendCompactJSON(data[:0], template)
	}
	return append(data, '\n')
}

// size returns how large a template is for CloudFormation. What is uploaded isn't
// what we wrote, if a tool of AWS's replaces local paths in it: they write YAML,
// whatever they read. And what SAM makes of it has to be as small.
func (w *filer) size(template *ordered.Object, written []byte, made expansion) int {
	n := len(written)
	replaced := w.facts.isSAM || w.Bucket == "" && (w.stacks > 0 || len(w.document) > 0)
	compact := w.isJSON() && !bytes.HasPrefix(written, []byte("{\n"))
	if !replaced || !compact && n+made.bytes <= maxTemplateSize {
		return n // JSON with its white space is larger than YAML is
	}
	return max(len(ordered.YAML(template)), len(ordered.CompactJSON(template))+made.bytes)
}
