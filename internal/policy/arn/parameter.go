package arn

import (
	"slices"
	"strings"
)

// secret makes the ARN of a secret, whose end only AWS knows.
func secret(m *Maker, t Target, value Resource) []Resource {
	if t.Service == "ssm" {
		if value = referredSecret(value); value == nil {
			return []Resource{m.here("secretsmanager", "secret:*")}
		}
	}
	switch {
	case value.isARN() && value[0].Kind == Text:
		return suffixed(value, "", "-??????")
	case value.isARN(), value[0].Kind == Value && arnField.MatchString(t.Field) && t.Service != namesSecrets:
		return []Resource{value}
	case value[0].Kind == Value:
		return nil // a name or an ARN
	}
	return suffixed(m.named("secretsmanager", "secret:", value), "-??????")
}

// namesSecrets is the service that takes a secret's name in the field for its ARN.
const namesSecrets = "redshiftdata"

// referredSecret returns the name of the secret that a parameter stands for; nil if
// there isn't all of it.
func referredSecret(parameter Resource) Resource {
	start, ok := strings.CutPrefix(parameter[0].Text, secretReference)
	if !ok {
		return nil
	}
	name := Resource{text(start)}.with(parameter[1:]...).cut(":", 0) // without the version
	if start == "" {
		name = name[1:]
	}
	if len(name) == 0 || name[0].Kind != Text {
		return nil
	}
	return name
}

// parameter makes the ARNs of a parameter, or of all those below a path.
func parameter(m *Maker, t Target, value Resource) []Resource {
	suffixes := []string{""}
	if t.Field == "Path" {
		suffixes = []string{"", "/*"}
	}
	if value.isARN() {
		return suffixed(withoutVersion(value), suffixes...)
	}
	if value = value.cut(":", 0); value[0].Kind != Text {
		// Names can start with a slash, which the ARN doesn't repeat.
		return append(suffixed(m.named("ssm", "parameter", value), suffixes...), suffixed(m.named("ssm", "parameter/", value), suffixes...)...)
	}
	name := trimmed(value)
	if len(name) == 0 {
		return []Resource{m.here("ssm", "parameter/*")}
	}
	full := t.Name.parts()
	if t.Field == "Path" {
		full = join(full.with(text("/")))
	}
	var all []Resource
	surely, perhaps := starts(full, publicParameters)
	if !surely {
		all = suffixed(join(m.here("ssm", "parameter/").with(name...)), suffixes...)
	}
	if perhaps {
		all = append(all, suffixed(join(m.public("ssm", ":parameter/").with(name...)), suffixes...)...)
	}
	return all
}

// publicParameters starts the names of parameters that AWS has for everyone, and that
// belong to no account.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
const publicParameters = "/aws/service/"

// trimmed returns a text without the slashes around it.
func trimmed(value Resource) Resource {
	name := slices.Clone(value)
	first, last := &name[0], &name[len(name)-1]
	first.Text = strings.TrimLeft(first.Text, "/")
	last.Text = strings.TrimRight(last.Text, "/")
	return slices.DeleteFunc(name, func(p ResourcePart) bool { return p.Kind == Text && p.Text == "" })
}

// withoutVersion returns the ARN of a parameter without the version or the label behind
// it: six parts of an ARN have colons between them.
func withoutVersion(arn Resource) Resource {
	if arn[0].Kind != Text {
		return arn.cut(":", 0)
	}
	return arn.cut(":", 5)
}

// secretReference starts the names of parameters that stand for secrets.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
const secretReference = "/aws/reference/secretsmanager/"

// parameterUses adds the secret to a parameter that stands for one. No parameters below
// a path do.
func parameterUses(action string, t Target) []Use {
	uses := []Use{{action, t}}
	if !strings.HasPrefix(action, "ssm:GetParameter") || t.Field == "Path" || !slices.Contains(t.Types, "ssm:parameter") {
		return uses
	}
	if _, perhaps := starts(t.Name.parts(), secretReference); perhaps {
		t.Types = []string{"secretsmanager:secret"}
		uses = append(uses, Use{"secretsmanager:GetSecretValue", t})
	}
	return uses
}

// reserved starts the names of all parameters that nobody but AWS makes.
const reserved = "/aws"

// starts reports whether the name of a parameter starts with a text, surely or perhaps:
// of a name of which only less is known, it has to be one of AWS's.
func starts(name Resource, prefix string) (surely, perhaps bool) {
	if len(name) == 0 || name[0].Kind != Text {
		return false, false
	}
	start := name[0].Text
	surely = strings.HasPrefix(start, prefix)
	return surely, surely || len(name) > 1 && strings.HasPrefix(start, reserved) && strings.HasPrefix(prefix, start)
}
