package config

import "fmt"

// Check reports what is wrong with the configuration of these Lambda
// functions: half a VPC, or a role of the user's own without its ARN. Only
// someone who knows the app can name its functions, so [Load] can't check
// this. All mistakes come at once, joined; one that many functions share is
// reported for the first of them.
func (s *Stage) Check(functions []string) error {
	ms := mistakes{file: File}
	reported := map[*member]bool{}
	add := func(function, key, message string) {
		m := s.source.lookup(function, key)
		if m == nil {
			m = &member{} // a Stage that no file gave
		}
		if !reported[m] {
			ms.add(m.line, keyPath{key}, "%s (function %s)", message, function)
		}
		reported[m] = true
	}
	for _, name := range functions {
		f := s.Function(name)
		switch {
		case len(f.SubnetIDs) > 0 && len(f.SecurityGroupIDs) == 0:
			add(name, "subnet_ids", "needs security_group_ids beside it: a VPC takes both")
		case len(f.SubnetIDs) == 0 && len(f.SecurityGroupIDs) > 0:
			add(name, "security_group_ids", "needs subnet_ids beside it: a VPC takes both")
		}
		if !s.source.flag(name, "manage_iam_role", true) && f.RoleARN == "" {
			add(name, "manage_iam_role", "false needs iam_role_arn beside it, the role to use")
		}
	}
	return ms.err()
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
