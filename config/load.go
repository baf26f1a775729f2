package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/chalice-go/chalice/internal/smallfile"
)

// File is the configuration's place in a project.
const File = ".chalice/config.json"

// DefaultStage is the stage that commands mean if none is named.
const DefaultStage = "dev"

// Options choose what [Load] returns.
type Options struct {
	// Stage is the stage's name; empty: DefaultStage.
	Stage string
	// AnyStage lets the configuration lack the stage though it has others, and the
	// stage have a name that only a tag can have, such as one with slashes.
	AnyStage bool
	// Overrides are values from outside the file, flags of a command for
	// instance, in the form of a stage's block. They win over the file, but
	// for what the stage says of one function.
	Overrides map[string]any
	// NoFile lets the project lack the file: all of the configuration can be
	// in the overrides.
	NoFile bool
	// Names says how messages call keys that no file gave; nil: as in the file.
	Names Names
}

// Load reads the configuration of a project, which is in its [Root], and merges what it
// says for one stage. It reads no other file.
//
// The error holds all mistakes at once, joined, each a [*Mistake]. It wraps
// fs.ErrNotExist where there is no configuration.
func Load(projectDir string, opts Options) (*Stage, error) {
	root := Root(projectDir)
	data, err := smallfile.Read(filepath.Join(root, filepath.FromSlash(File)), smallfile.Config)
	switch {
	case errors.Is(err, fs.ErrNotExist) && opts.NoFile:
		data = []byte("{}")
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w; is %s the folder of a chalice project? Run chalice new-project to make one",
			File, fs.ErrNotExist, projectDir)
	case err != nil:
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	s, err := parseFile(fileOf(projectDir, root), data, opts)
	if err != nil {
		return nil, err
	}
	s.Root = root
	return s, nil
}

// Parse is Load for a configuration's text.
func Parse(data []byte, opts Options) (*Stage, error) { return parseFile(File, data, opts) }

func parseFile(name string, data []byte, opts Options) (*Stage, error) {
	if opts.Stage == "" {
		opts.Stage = DefaultStage
	}
	switch {
	case opts.AnyStage && !stageInTag.MatchString(opts.Stage):
		return nil, fmt.Errorf("%q is no name for a stage, which functions have in a tag: it takes letters, digits, spaces and _.:/=+@-", opts.Stage)
	case !opts.AnyStage && !stageName.MatchString(opts.Stage):
		return nil, fmt.Errorf("%q is no name for a stage, a part of names in AWS: it takes letters, digits, -, _ and dots, the first of them no dot", opts.Stage)
	}
	// Some editors of Windows start a file with this mark.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	file, err := checked(data, checker{mistakes: &mistakes{file: name}}, AppScope)
	if err == nil {
		err = stageExists(name, file, opts)
	}
	overrides, overridesErr := parseOverrides(opts)
	if err := errors.Join(err, overridesErr); err != nil {
		return nil, err
	}
	src := &source{
		top:       file,
		stage:     file.object("stages").object(opts.Stage),
		overrides: overrides,
		file:      name,
		names:     opts.Names,
	}
	s := src.merge(opts.Stage)
	s.Names = opts.Names
	if err := s.checkEndpoint(); err != nil {
		return nil, err
	}
	return s, nil
}

// checked parses a text and compares it with the table of keys.
func checked(data []byte, c checker, in Scope) (*object, error) {
	root, err := parse(data)
	if mistake, ok := errors.AsType[*Mistake](err); ok {
		mistake.File = c.file
	}
	if err != nil {
		return nil, err
	}
	o, ok := root.value.(*object)
	if !ok {
		c.add(root.line, nil, "the configuration must be an object, not %s", root.show())
		return nil, c.err()
	}
	c.duplicates(root, nil)
	c.block(o, nil, keys, in)
	return o, c.err()
}

func parseOverrides(opts Options) (*object, error) {
	if len(opts.Overrides) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(opts.Overrides)
	if err != nil {
		return nil, fmt.Errorf("overrides of the configuration: %w", err)
	}
	ms := &mistakes{}
	o, err := checked(data, checker{mistakes: ms}, StageScope)
	if o != nil {
		o.forgetLines()
	}
	for _, m := range ms.list {
		m.Line, m.Key = 0, opts.Names.Of(m.Key)
	}
	return o, err
}

// stageExists makes a misspelt stage a mistake: without this check it would
// silently get what is configured outside stages.
func stageExists(name string, file *object, opts Options) error {
	m := file.get("stages")
	if m == nil || opts.AnyStage {
		return nil
	}
	stages := m.value.value.(*object).members
	var names []string
	for _, stage := range stages {
		if stage.key == opts.Stage {
			return nil
		}
		names = append(names, stage.key)
	}
	if len(names) == 0 {
		return nil
	}
	ms := mistakes{file: name}
	ms.add(m.line, keyPath{"stages"}, "has no stage %q, only %s", opts.Stage, strings.Join(names, ", "))
	return ms.err()
}

// checkEndpoint compares the settings of the API's endpoint with each other.
func (s *Stage) checkEndpoint() error {
	ms := s.mistakes()
	const vpce, policy, kind = "api_gateway_endpoint_vpce", "api_gateway_policy_file", "api_gateway_endpoint_type"
	hasVPCE, hasPolicy := len(s.VPCEndpoints.Items) > 0, s.APIPolicyFile != ""
	add := func(key, format string, others ...any) {
		for i, other := range others {
			others[i] = s.called("", key, other.(string))
		}
		ms.add(s.source.line("", key), keyPath{key}, format, others...)
	}
	switch {
	case s.APIType != REST: // see frontLimits
	case s.EndpointType != Private && hasVPCE:
		add(vpce, "is only for %s PRIVATE, but that is "+s.EndpointType, kind)
	case s.EndpointType == Private && hasVPCE && hasPolicy:
		add(vpce, "can't be combined with %s: the policy would be generated and read from a file", policy)
	case s.EndpointType == Private && !hasVPCE && !hasPolicy:
		add(kind, "PRIVATE needs %s or %s, to say who may call the API", vpce, policy)
	}
	return ms.err()
}
