package config

import (
	"strconv"
	"strings"
)

const stackNameKey = "stack_name"

// Stack returns the name of the stage's stack in CloudFormation: stack_name, or
// APP-STAGE with a hyphen for each underscore. APP is app_name or, where the
// configuration has none, the app's own name, which the caller knows. The error
// is a [*Mistake] that names stack_name: CloudFormation takes no such name, or
// other stages of the file would have the same stack.
func (s *Stage) Stack(app string) (string, error) {
	if s.StackName != "" {
		return s.StackName, s.checkStackName()
	}
	if s.AppName != "" {
		app = s.AppName
	}
	name := hyphened(app + "-" + s.Name)
	if stackName.MatchString(name) {
		return name, nil
	}
	return "", s.badStackName(app, name)
}

// badStackName says what gave the stack a name that CloudFormation doesn't take.
func (s *Stage) badStackName(app, name string) *Mistake {
	m := &Mistake{File: s.File(), Key: "app_name", Line: s.source.line("", "app_name")}
	if line := s.source.stageLine(s.Name); line > 0 && (m.Line == 0 || stackName.MatchString(hyphened(app))) {
		m.Key, m.Line = "stages."+s.Name, line
	}
	if m.Line == 0 {
		m.File, m.Key = "", "the stage "+s.Name+" of "+strconv.Quote(app)
	}
	m.Message = "gives the stack the name " + name + ", but CloudFormation takes letters, digits and -, 128 at most, starting with a letter: set " + stackNameKey
	if called := s.Names.Of(stackNameKey); called != stackNameKey {
		m.Message += " or " + called
	}
	return m
}

func hyphened(name string) string { return strings.ReplaceAll(name, "_", "-") }

// checkStackName reports what the pattern of the key can't.
func (s *Stage) checkStackName() error {
	ms := s.mistakes()
	at := s.source.line("", stackNameKey)
	if holdsExpression(s.StackName) {
		ms.add(at, keyPath{stackNameKey}, "is %q, but nothing fills that in when a stack is made: write the name itself", s.StackName)
	}
	if others := s.source.sharing(stackNameKey); len(others) > 0 {
		ms.add(at, keyPath{stackNameKey}, "gives one stack to the stages %s: write one into each stage", strings.Join(others, " and "))
	}
	return ms.err()
}

// sharing lists the stages for which a key of the top level counts, if that is
// so for this stage and for others.
func (s *source) sharing(key string) []string {
	if s == nil || s.top.get(key) == nil || s.lookup("", key) != s.top.get(key) {
		return nil
	}
	stages := s.top.object("stages")
	if stages == nil {
		return nil
	}
	var names []string
	for _, m := range stages.members {
		if block, _ := m.value.value.(*object); block.get(key) == nil {
			names = append(names, m.key)
		}
	}
	if len(names) < 2 {
		return nil
	}
	return names
}

// stageLine returns the line of a stage's block; 0: there is none.
func (s *source) stageLine(stage string) int {
	if s == nil {
		return 0
	}
	if m := s.top.object("stages").get(stage); m != nil {
		return m.line
	}
	return 0
}
