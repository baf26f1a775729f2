package config

import "slices"

// Unused tells what the configuration says to no effect, as sentences with their
// places: an iam_policy_file from which no function's role has its policy. A value
// over which another wins is no such case: that is what scopes are for. The names are
// those of all the app's functions.
func (s *Stage) Unused(functions []string) []string {
	const key = "iam_policy_file"
	type file struct {
		*member
		function string // the first that has it
		used     bool
	}
	var files []file
	for _, name := range functions {
		m := s.source.lookup(name, key)
		if m == nil {
			continue
		}
		i := slices.IndexFunc(files, func(f file) bool { return f.member == m })
		if i < 0 {
			i, files = len(files), append(files, file{member: m, function: name})
		}
		files[i].used = files[i].used || s.Function(name).PolicyFile != ""
	}
	ms := s.mistakes()
	for _, f := range files {
		switch {
		case f.used:
		case !s.Function(f.function).RoleARN.IsZero():
			ms.add(f.line, keyPath{key}, "counts for nothing: the role is the one that %s names", s.called(f.function, key, "iam_role_arn"))
		default:
			ms.add(f.line, keyPath{key}, "counts for nothing, since the policy is generated: for the file to be the policy, %s has to be false", s.called(f.function, key, "autogen_policy"))
		}
	}
	return ms.lines()
}
