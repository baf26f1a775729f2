package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

// assembly is what JSII's compiler writes of the bindings' types.
// https://github.com/aws/jsii: packages/@jsii/spec
type assembly struct {
	Types map[string]*jsiiType `json:"types"`
}

type jsiiType struct {
	FQN        string         `json:"fqn"`
	Base       string         `json:"base"` // of a class
	Docs       jsiiDocs       `json:"docs"`
	Properties []jsiiProperty `json:"properties"`
	// Initializer is what a class is made with: where it is, its name, its arguments.
	Initializer struct {
		Parameters []jsiiProperty `json:"parameters"`
	} `json:"initializer"`
}

type jsiiProperty struct {
	Name     string   `json:"name"`
	Optional bool     `json:"optional"`
	Docs     jsiiDocs `json:"docs"`
	Type     jsiiRef  `json:"type"`
}

type jsiiDocs struct {
	Summary string `json:"summary"`
	Remarks string `json:"remarks"`
}

// jsiiRef names a type; one field is set.
type jsiiRef struct {
	Primitive  string `json:"primitive"`
	FQN        string `json:"fqn"`
	Collection *struct {
		Kind    string  `json:"kind"` // array or map
		Element jsiiRef `json:"elementtype"`
	} `json:"collection"`
	Union *struct {
		Types []jsiiRef `json:"types"`
	} `json:"union"`
}

// readWheel reads the provider's schema from its bindings for Python: a zip that has
// a package of npm's, in which JSII's assembly is.
func readWheel(file string) (*provider, error) {
	wheel, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("read the wheel %s: %w", file, err)
	}
	defer wheel.Close()
	for _, f := range wheel.File {
		if ok, _ := path.Match("*/_jsii/*.tgz", f.Name); !ok {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		p, err := readPackage(r)
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", f.Name, file, err)
		}
		p.addNewer()
		return p, nil
	}
	return nil, fmt.Errorf("%s has no package of JSII's", file)
}

// readPackage reads the assembly of a package of npm's. Newer compilers compress it
// on its own, and leave a note in its place.
func readPackage(r io.Reader) (*provider, error) {
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(unpacked)
	for {
		h, err := files.Next()
		switch {
		case err == io.EOF:
			return nil, errors.New("it has no assembly")
		case err != nil:
			return nil, err
		case h.Name == "package/.jsii":
			if p, err := readAssembly(files); err != nil || p != nil {
				return p, err
			}
		case h.Name == "package/.jsii.gz":
			plain, err := gzip.NewReader(files)
			if err != nil {
				return nil, err
			}
			return readAssembly(plain)
		}
	}
}

// readAssembly makes a provider of an assembly, nil if that has no types.
func readAssembly(r io.Reader) (*provider, error) {
	var a assembly
	if err := json.NewDecoder(r).Decode(&a); err != nil || len(a.Types) == 0 {
		return nil, err
	}
	return a.provider()
}

// Documentation links each type and property to the provider's own, by the
// provider's names: of a class its type, of a property what follows #.
var (
	typeLink     = regexp.MustCompile(`^Represents a \{@link \S+/hashicorp/aws/([0-9.]+)/docs\S* (\w+)\}`)
	propertyLink = regexp.MustCompile(`\{@link \S+#(\w+) [^}]*\}(.*)`)
)

func (a *assembly) provider() (*provider, error) {
	p := &provider{resources: map[string]entity{}, data: map[string]entity{}}
	for _, t := range a.Types {
		if !strings.HasPrefix(t.Base, "cdktf.Terraform") {
			continue
		}
		link := typeLink.FindStringSubmatch(t.Docs.Summary)
		config := a.config(t)
		if link == nil || config == nil {
			return nil, fmt.Errorf("%s isn't what is known of bindings", t.FQN)
		}
		arguments, err := a.block(config)
		if err != nil {
			return nil, err
		}
		p.version = link[1]
		switch e := (entity{arguments, t.attributes()}); t.Base {
		case "cdktf.TerraformResource":
			p.resources[link[2]] = e
		case "cdktf.TerraformDataSource":
			p.data[link[2]] = e
		case "cdktf.TerraformProvider":
			p.config = arguments
		}
	}
	if len(p.resources) == 0 || len(p.data) == 0 || p.config == nil {
		return nil, errors.New("it has no resources, no data sources or no provider")
	}
	return p, nil
}

// config is the type of the arguments that a class is made with.
func (a *assembly) config(class *jsiiType) *jsiiType {
	for _, p := range class.Initializer.Parameters {
		if p.Name == "config" {
			return a.Types[p.Type.FQN]
		}
	}
	return nil
}

// attributes are what can be read of a resource. To each that can be set there is
// another property, with the suffix Input.
func (t *jsiiType) attributes() map[string]bool {
	all := map[string]bool{}
	for _, p := range t.Properties {
		all[folded(p.Name)] = true
	}
	for name := range all {
		delete(all, name+"input")
	}
	delete(all, folded("tfResourceType"))
	return all
}

func (a *assembly) block(t *jsiiType) (block, error) {
	b := block{}
	for _, p := range t.Properties {
		link := propertyLink.FindStringSubmatch(p.Docs.Summary + " " + strings.ReplaceAll(p.Docs.Remarks, "\n", " "))
		if link == nil {
			return nil, fmt.Errorf("%s.%s isn't what is known of bindings", t.FQN, p.Name)
		}
		f, err := a.form(p.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.FQN, p.Name, err)
		}
		if strings.TrimSpace(link[2]) == link[1]+" block." {
			f = asBlock(f)
		}
		b[link[1]] = argument{f, !p.Optional}
	}
	return b, nil
}

// asBlock is the form of a block whose content has a form.
func asBlock(f form) form {
	if f.kind == list {
		return form{kind: several, body: f.element.body}
	}
	return form{kind: single, body: f.body}
}

var primitives = map[string]kind{"string": text, "number": number, "boolean": boolean, "any": anything}

func (a *assembly) form(r jsiiRef) (form, error) {
	switch {
	case r.Primitive != "":
		k, ok := primitives[r.Primitive]
		if !ok {
			return form{}, fmt.Errorf("a %s isn't known", r.Primitive)
		}
		return form{kind: k}, nil
	case r.Collection != nil:
		element, err := a.form(r.Collection.Element)
		k := list
		if r.Collection.Kind == "map" {
			k = mapping
		}
		return form{kind: k, element: &element}, err
	case r.Union != nil:
		// Of something, and of a token that stands for it.
		for _, member := range r.Union.Types {
			if member.FQN != "cdktf.IResolvable" {
				return a.form(member)
			}
		}
	case a.Types[r.FQN] != nil:
		body, err := a.block(a.Types[r.FQN])
		return form{kind: object, body: body}, err
	}
	return form{}, fmt.Errorf("a type that isn't known: %+v", r)
}
