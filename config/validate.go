package config

import "fmt"

// Check reports what is wrong with the configuration of these Lambda
// functions: half a VPC, or a role of the user's own without its ARN. Only
// someone who knows the app can name its functions, so [Load] can't check
// this. All mistakes come at once, joined; one that many functions share is
// reported for the first of them.
func (s *Stage) Check(functions []string) error {
	ms := mistakes{file: File, names: s.Names}
	reported := map[*member]bool{}
	add := func(function, key, format, other string) {
		m := s.source.lookup(function, key)
		if m == nil {
			m = &member{} // a Stage that no file gave
		}
		if !reported[m] {
			ms.add(m.line, keyPath{key}, format+" (function %s)", s.called(function, key, other), function)
		}
		reported[m] = true
	}
	for _, name := range functions {
		f := s.Function(name)
		switch {
		case len(f.SubnetIDs) > 0 && len(f.SecurityGroupIDs) == 0:
			add(name, "subnet_ids", "needs %s beside it: a VPC takes both", "security_group_ids")
		case len(f.SubnetIDs) == 0 && len(f.SecurityGroupIDs) > 0:
			add(name, "security_group_ids", "needs %s beside it: a VPC takes both", "subnet_ids")
		}
		if !s.source.flag(name, "manage_iam_role", true) && f.RoleARN == "" {
			add(name, "manage_iam_role", "false needs %s beside it, the role to use", "iam_role_arn")
		}
	}
	return ms.err()
}

// called returns what a message about one key calls another: as in the file, if
// that gave the one.
func (s *Stage) called(function, key, other string) string {
	if s.source.line(function, key) > 0 {
		return other
	}
	return s.Names.Of(other)
}

// Where gives the place of a function's key in the configuration, such as
// ".chalice/config.json:12", for messages. It is empty for a value that no
// file gave. The function "" stands for the app.
func (s *Stage) Where(function, key string) string {
	if line := s.source.line(function, key); line > 0 {
		return fmt.Sprintf("%s:%d", File, line)
	}
	return ""
}
