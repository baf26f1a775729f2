// Package templatefile reads the files of templates, JSON or YAML.
package templatefile

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// Parse reads a template, or a part of one. A name that ends in .yaml or .yml
// says that it is YAML, where CloudFormation's short forms such as !Ref are
// understood, and one that ends in .json that it is JSON; otherwise it is JSON if it
// starts with a brace. The error starts with the name.
func Parse(name string, data []byte) (*ordered.Object, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors of Windows start a file with it
	parse := ordered.ParseJSON
	looksJSON := bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
	if IsYAML(name) || strings.ToLower(path.Ext(name)) != ".json" && !looksJSON {
		parse = parseYAML
	}
	v, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch v := v.(type) {
	case *ordered.Object:
		return v, nil
	case nil:
		return &ordered.Object{}, nil
	default:
		return nil, fmt.Errorf("%s: a template is an object of sections such as Resources, not %s", name, ordered.KindName(v))
	}
}

// IsYAML reports by its name whether a template is YAML.
func IsYAML(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml":
		return true
	}
	return false
}
