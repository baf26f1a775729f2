package synth

// Template is a rendered template: plain data, ready to be written.
type Template struct {
	root  *Object
	parts []*Object // merged over the root, in order
	// check is what a finished template has to pass; nil: nothing.
	check func(root, final *Object) error
}

// Object gives the content, with all that was merged into it. It is not to be
// changed.
func (t *Template) Object() *Object {
	root := t.root
	for _, part := range t.parts {
		root = merged(root, part)
	}
	return root
}

// checked gives the content once it has been checked: whatever the graph gave
// must refer only to what is there in the end.
func (t *Template) checked() (*Object, error) {
	root := t.Object()
	if t.check == nil {
		return root, nil
	}
	return root, t.check(t.root, root)
}

// JSON gives the template as JSON, indented by two spaces, with a final
// newline. One that CloudFormation would find too large for its white space
// alone has none. It is an error if the template refers to what it doesn't
// have.
func (t *Template) JSON() ([]byte, error) {
	root, err := t.checked()
	if err != nil {
		return nil, err
	}
	var w jsonWriter
	w.value(root)
	if t.check != nil && len(w.buf) > maxTemplateSize {
		w = jsonWriter{buf: w.buf[:0], compact: true}
		w.value(root)
	}
	return t.sized(append(w.buf, '\n'))
}

// YAML gives the same as YAML.
func (t *Template) YAML() ([]byte, error) {
	root, err := t.checked()
	if err != nil {
		return nil, err
	}
	return t.sized(marshalYAML(root))
}

// sized refuses what is too large. Terraform knows no limit.
func (t *Template) sized(data []byte) ([]byte, error) {
	if t.check == nil {
		return data, nil
	}
	return data, checkSize(data)
}
