package migrate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/smallfile"
	"github.com/chalice-go/chalice/internal/templatefile"
)

// settings is the configuration of a project, and the files that it names.
type settings struct {
	project string
	file    *ordered.Object // nil: there is none
	// functions are the names of the app's Lambda functions.
	functions []string
	notes     []note // what isn't carried over
	refused   []note // what is, and won't do
	policies  map[string][]byte
}

// readSettings reads the configuration of the Python project.
func readSettings(project string) (*settings, error) {
	s := &settings{project: project, policies: map[string][]byte{}}
	data, err := smallfile.Read(s.name(), smallfile.Config)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	if text := bytes.TrimSpace(data); len(text) == 0 || text[0] != '{' {
		return nil, fmt.Errorf("%s has to be a JSON object", s.name())
	}
	if s.file, err = templatefile.Parse(s.name(), data); err != nil {
		return nil, err
	}
	return s, nil
}

// stage returns the stage that is named, or else the one that commands mean, or else
// the first that there is.
func (s *settings) stage(named string) (string, error) {
	names := s.file.Section("stages").Keys()
	switch {
	case named != "" && len(names) > 0 && !slices.Contains(names, named):
		return "", fmt.Errorf("%s: stages has no stage %q, only %s", s.name(), named, strings.Join(names, ", "))
	case named != "":
		return named, nil
	}
	return s.usual(), nil
}

// usual is the stage that the project's tests use: the one that commands mean, or else
// the first that there is.
func (s *settings) usual() string {
	names := stages(s.file)
	if slices.Contains(names, config.DefaultStage) {
		return config.DefaultStage
	}
	return names[0]
}

// name is that of the configuration's file, as the user calls it.
func (s *settings) name() string {
	return filepath.Join(s.project, filepath.FromSlash(config.File))
}

// variables are those that the stage gives the function of the routes, as Chalice for
// Python merges them.
func (s *settings) variables(stage string) map[string]string {
	ofStage := s.file.Section("stages").Section(stage)
	merged := map[string]string{}
	for _, scope := range []*ordered.Object{s.file, ofStage, ofStage.Section("lambda_functions").Section("api_handler")} {
		for _, m := range scope.Section("environment_variables").Members {
			text, ok := m.Value.(string)
			if ok && m.Key != "" && !strings.ContainsAny(m.Key, "=\x00") && !strings.Contains(text, "\x00") {
				merged[m.Key] = text
			}
		}
	}
	return merged
}

// carryOver makes the configuration of the Go project, with the files beside it. The name
// is for an app without a configuration.
func (s *settings) carryOver(name string, functions []string) map[string][]byte {
	s.functions = functions
	if usual := s.usual(); usual != config.DefaultStage {
		s.note("the stage %s, which commands mean without --stage: %s has only %s, so the commands need --stage %s",
			config.DefaultStage, config.File, strings.Join(stages(s.file), ", "), usual)
	}
	o := ordered.New("$schema", "config.schema.json")
	if s.file == nil {
		s.note("there is no %s: the project has one with its name alone", config.File)
		o.Add("version", "2.0")
		o.Add("app_name", name)
		o.Add("stages", ordered.New(config.DefaultStage, ordered.New("api_gateway_stage", "api")))
	} else {
		o = ordered.Merged(o, s.block(s.file, "", config.Keys(), config.AppScope))
	}
	text := append(ordered.AppendJSON(nil, o), '\n')
	s.check(text, o)
	s.copyPolicies(o)
	files := map[string][]byte{config.File: text, filepath.Dir(config.File) + "/config.schema.json": config.Schema()}
	maps.Copy(files, s.policies)
	return files
}

func (s *settings) note(format string, args ...any) {
	s.notes = append(s.notes, note{"", fmt.Sprintf(format, args...)})
}

// block returns the members of an object that are keys of ours.
func (s *settings) block(o *ordered.Object, at string, keys []config.Key, in config.Scope) *ordered.Object {
	kept := ordered.New()
	for _, m := range o.Members {
		i := slices.IndexFunc(keys, func(k config.Key) bool { return k.Name == m.Key })
		place := at + m.Key
		switch {
		case at == "" && m.Key == "$schema":
		case i < 0:
			s.note("%s of %s: chalice has no such key", place, config.File)
		case keys[i].Kind == config.Refused:
			reason, _, _ := strings.Cut(keys[i].Doc, ";")
			s.note("%s of %s, which %s", place, config.File, reason)
		case keys[i].Scope&in == 0:
			s.note("%s of %s: it belongs to %s, not to %s", place, config.File, keys[i].Scope, in)
		default:
			kept.Add(m.Key, s.value(m.Value, place, keys[i]))
		}
	}
	return kept
}

// value returns the value of a key, without what in it is no key of ours.
func (s *settings) value(v any, at string, k config.Key) any {
	o, ok := v.(*ordered.Object)
	if !ok {
		return v
	}
	switch k.Kind {
	case config.Object, config.Switch:
		return s.block(o, at+".", k.Keys, config.StageScope)
	case config.Stages, config.Functions:
		kept := ordered.New()
		for _, m := range o.Members {
			block, isBlock := m.Value.(*ordered.Object)
			place := at + "." + m.Key
			switch {
			case k.Kind == config.Functions && !slices.Contains(s.functions, m.Key):
				s.note("%s of %s: the app has no function of that name", place, config.File)
			case !isBlock:
				kept.Add(m.Key, m.Value)
			case k.Kind == config.Functions:
				kept.Add(m.Key, s.block(block, place+".", config.Keys(), config.FunctionScope))
			default:
				kept.Add(m.Key, s.block(block, place+".", config.Keys(), config.StageScope))
			}
		}
		return kept
	}
	return v
}

// stages are the names of the stages of a configuration.
func stages(o *ordered.Object) []string {
	if names := o.Section("stages").Keys(); len(names) > 0 {
		return names
	}
	return []string{config.DefaultStage}
}

// check notes what is wrong with the configuration that is written.
func (s *settings) check(text []byte, o *ordered.Object) {
	told := map[string]bool{}
	for _, stage := range stages(o) {
		_, err := config.Parse(text, config.Options{Stage: stage})
		if err == nil {
			continue
		}
		for line := range strings.Lines(err.Error()) {
			if line = strings.TrimSuffix(line, "\n"); !told[line] {
				told[line] = true
				s.refused = append(s.refused, note{"", line})
			}
		}
	}
}

// copyPolicies copies the policies that the configuration names, and those that stages
// have by default.
func (s *settings) copyPolicies(o *ordered.Object) {
	dir := filepath.Dir(config.File)
	for _, stage := range stages(o) {
		s.copy(filepath.Join(dir, "policy-"+stage+".json"), false)
	}
	for _, name := range named(o, nil) {
		s.copy(filepath.Join(dir, filepath.FromSlash(name)), true)
	}
}

// named lists the values of the keys that name files, wherever they are.
func named(o *ordered.Object, names []string) []string {
	for _, m := range o.Members {
		switch v := m.Value.(type) {
		case string:
			if (m.Key == "iam_policy_file" || m.Key == "api_gateway_policy_file") && !slices.Contains(names, v) {
				names = append(names, v)
			}
		case *ordered.Object:
			names = named(v, names)
		}
	}
	return names
}

// copy takes a file over into the same place.
func (s *settings) copy(name string, needed bool) {
	if !filepath.IsLocal(name) {
		s.note("the policy %s, which is outside of the project", filepath.ToSlash(name))
		return
	}
	data, err := smallfile.Read(filepath.Join(s.project, name), smallfile.Text)
	switch {
	case err == nil && filepath.Clean(name) != filepath.Clean(config.File):
		s.policies[filepath.ToSlash(filepath.Clean(name))] = data
	case err != nil && (needed || !errors.Is(err, fs.ErrNotExist)):
		s.note("the policy %s can't be read: %v", filepath.ToSlash(name), reasonOf(err))
	}
}

// others lists what else is in the Python project: its files of Python, and what it
// requires.
func others(project string) (python, requirements []string) {
	filepath.WalkDir(project, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return nil
		case entry.IsDir() && path != project && (strings.HasPrefix(name, ".") || name == "__pycache__" || name == "node_modules" || isEnvironment(path)):
			return fs.SkipDir
		case strings.HasSuffix(name, ".py"):
			file, _ := filepath.Rel(project, path)
			python = append(python, filepath.ToSlash(file))
		}
		return nil
	})
	data, _ := smallfile.Read(filepath.Join(project, "requirements.txt"), smallfile.Text)
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" && !strings.EqualFold(line, "chalice") {
			requirements = append(requirements, line)
		}
	}
	return python, requirements
}

func isEnvironment(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "pyvenv.cfg"))
	return err == nil
}
