package synth

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
)

// functionSettings is what Lambda is told of few functions. What is left empty isn't
// said, so that Lambda's default counts.
type functionSettings struct {
	EphemeralStorage int          // MB
	KMSKey           config.Value // that the environment is encrypted with: its ARN
	RecursiveLoop    string       // as Lambda calls it
	IPv6             *bool        // of a function in a VPC
	Named            bool         // the configuration gives the function's name
}

// settingsOf leaves out a key that would encrypt nothing: Lambda doesn't keep it, and
// Terraform would add it again and again.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
func settingsOf(c config.Function) functionSettings {
	s := functionSettings{c.EphemeralStorage, c.KMSKeyARN, c.RecursiveLoop, c.IPv6, c.NamePattern != ""}
	if len(c.Environment) == 0 {
		s.KMSKey = config.Value{}
	}
	return s
}

// set gives the properties to a function, which SAM and CloudFormation call alike.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
func (s functionSettings) set(t *stack, f *function, r *stackResource) {
	if s.Named {
		r.set("FunctionName", f.FunctionName)
	}
	if s.EphemeralStorage > 0 {
		r.set("EphemeralStorage", ordered.New("Size", s.EphemeralStorage))
	}
	if !s.KMSKey.IsZero() {
		r.set("KmsKeyArn", t.written(s.KMSKey, asARN))
	}
	if s.RecursiveLoop != "" {
		r.set("RecursiveLoop", s.RecursiveLoop)
	}
	if s.IPv6 != nil && len(f.Subnets.Items) > 0 {
		r.change(func(properties *ordered.Object) {
			properties.Child("VpcConfig").Set("Ipv6AllowedForDualStack", *s.IPv6)
		})
	}
}

// setTF does the same in Terraform, where the recursion is a resource of its own.
func (s functionSettings) setTF(m *tfModule, f *function, body *ordered.Object) {
	if s.EphemeralStorage > 0 {
		body.Add("ephemeral_storage", ordered.New("size", s.EphemeralStorage))
	}
	if !s.KMSKey.IsZero() {
		if v := standin.OfExpression(s.KMSKey.Text); v.HasForm() && v.Kind != standin.ARN {
			m.fail(s.KMSKey.Mistake("is %s, but takes the ARN of a key, such as ${aws_kms_key.NAME.arn}", s.KMSKey))
		}
		body.Add("kms_key_arn", m.value(s.KMSKey))
	}
	if s.IPv6 != nil && len(f.Subnets.Items) > 0 {
		body.Child("vpc_config").Add("ipv6_allowed_for_dual_stack", *s.IPv6)
	}
	if s.RecursiveLoop != "" {
		m.add("aws_lambda_function_recursion_config", f.Name, ordered.New(
			"function_name", f.tf("function_name"),
			"recursive_loop", s.RecursiveLoop,
		))
	}
}

// keyStatements let a function decrypt its environment variables, if a key of the user's
// own encrypts them.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
func (b *builder) keyStatements(key config.Value) []statement {
	if key.IsZero() {
		return nil
	}
	s := statement{sid: "EnvironmentKey", actions: []string{"kms:Decrypt"}, resources: []text{{key}}}
	switch before, alias, isAlias := strings.Cut(key.Text, ":alias/"); {
	case isAlias:
		s.resources = []text{{before + ":key/*"}}
		s.condition = aliasCondition("alias/" + alias)
	case isARNOfAlias(key.Text):
		end := strings.LastIndex(key.Text, ".arn")
		s.resources = []text{{key.Text[:end] + ".target_key_arn}"}}
	case strings.Contains(standin.Shape(key.Any(), b.typeOf), ":alias/"):
		s.resources = []text{{"arn:", OwnPartition, ":kms:", OwnRegion, ":", partOfARN(key, arnAccount), ":key/*"}}
		s.condition = aliasCondition(text{partOfARN(key, arnResource)})
	}
	return []statement{s}
}

// isARNOfAlias reports whether an expression of Terraform's is the ARN of an alias.
func isARNOfAlias(text string) bool {
	return standin.OfExpression(text).Type == "aws_kms_alias" && strings.Contains(standin.Shape(text, nil), ":alias/")
}

// Parts of an ARN, as it is split at its colons.
const (
	arnAccount  = 4
	arnResource = 5
)

// partOfARN is a part of the ARN that an intrinsic function gives.
func partOfARN(arn config.Value, part int) map[string]any {
	return map[string]any{"Fn::Select": []any{float64(part), map[string]any{"Fn::Split": []any{":", arn.Any()}}}}
}

// aliasCondition holds for the key that has an alias, a string or a text: policies name
// keys alone.
// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
func aliasCondition(alias any) *condition {
	return &condition{ordered.New("ForAnyValue:StringEquals", ordered.New("kms:ResourceAliases", alias))}
}

// checkTFName refuses a function the name of another: one has the name that the
// configuration gives it, the other perhaps that which functions have without one.
func (f *function) checkTFName(m *tfModule) {
	functions := m.resource.Section(tfFunction)
	for _, other := range functions.Keys() {
		if functions.Section(other).Text("function_name") == f.FunctionName {
			m.fail(fmt.Errorf("the functions %s and %s would both have the name %s in AWS: change function_name of one of them, or rename it", other, f.Name, f.FunctionName))
		}
	}
}
