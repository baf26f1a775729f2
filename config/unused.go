package config

import "slices"

// unusedKey is a key whose value may count for nothing.
type unusedKey struct {
	name string
	used func(Function) bool // whether it counts for a function
	// forAll: what is said for all functions is for those that it fits, if there are any.
	forAll bool
	// why it doesn't count for one, after the key.
	why func(s *Stage, function string) string
}

var unusedKeys = []unusedKey{
	{
		"iam_policy_file",
		func(f Function) bool { return f.PolicyFile != "" }, false,
		func(s *Stage, function string) string {
			if !s.Function(function).RoleARN.IsZero() {
				return "counts for nothing: the role is the one that " + s.called(function, "iam_policy_file", "iam_role_arn") + " names"
			}
			return "counts for nothing, since the policy is generated: for the file to be the policy, " + s.called(function, "iam_policy_file", "autogen_policy") + " has to be false"
		},
	},
	{
		"kms_key_arn",
		func(f Function) bool { return len(f.Environment) > 0 }, true,
		func(s *Stage, function string) string {
			return "counts for nothing: it is for " + s.called(function, "kms_key_arn", "environment_variables") + ", and " + function + " has none"
		},
	},
}

// Unused tells what the configuration says to no effect, as sentences with their
// places: an iam_policy_file from which no function's role has its policy, a function's
// key of KMS with nothing to encrypt. A value over which another wins is no such case:
// that is what scopes are for. The names are those of all the app's functions.
func (s *Stage) Unused(functions []string) []string {
	ms := s.mistakes()
	for _, k := range unusedKeys {
		s.unused(&ms, k, functions)
	}
	return ms.lines()
}

// unused reports the values of a key that count for no function.
func (s *Stage) unused(ms *mistakes, k unusedKey, functions []string) {
	type value struct {
		*member
		function string // the first that has it
		used     bool
	}
	var values []value
	for _, name := range functions {
		m := s.source.lookup(name, k.name)
		if m == nil || k.forAll && m == s.source.lookup("", k.name) {
			continue
		}
		i := slices.IndexFunc(values, func(v value) bool { return v.member == m })
		if i < 0 {
			i, values = len(values), append(values, value{member: m, function: name})
		}
		values[i].used = values[i].used || k.used(s.Function(name))
	}
	for _, v := range values {
		if !v.used {
			ms.add(v.line, keyPath{k.name}, "%s", k.why(s, v.function))
		}
	}
}
