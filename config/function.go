package config

import (
	"cmp"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// What Lambda does with functions that invoke each other in a loop, in its own words.
const (
	AllowLoops     = "Allow"
	TerminateLoops = "Terminate" // what Lambda does without the key
)

var (
	keyARN = lazyregexp.New(`^arn:[a-z-]+:kms:[^:]+:[0-9]{12}:(key|alias)/.+$`)
	// With placeholders in it, and of what Lambda takes in names otherwise.
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	functionName = lazyregexp.New(`^([A-Za-z0-9_-]|\{(app|stage|function)\})+$`)
)

// What Lambda takes of ephemeral storage, in MB.
// https://docs.aws.amazon.com/lambda/latest/api/API_EphemeralStorage.html
const (
	minEphemeralStorage = 512
	maxEphemeralStorage = 10240
)

// maxFunctionName is how many characters a function's name can have.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const maxFunctionName = 64

const (
	ipv6Key = "ipv6"
	nameKey = "function_name"
)

// functionKeys are what Lambda can be told of single functions.
var functionKeys = []Key{
	{
		Name: "ephemeral_storage", Scope: allScopes, Kind: Int, Default: "512", Min: minEphemeralStorage, Max: maxEphemeralStorage,
		Doc: "Size of a function's /tmp in MB.",
	},
	{
		Name: "kms_key_arn", Scope: allScopes, intrinsic: true,
		form: "the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/ID", pattern: keyARN,
		Doc: "KMS key that a function's environment variables are encrypted with; without it, Lambda's own.",
	},
	{
		Name: "recursive_loop", Scope: allScopes, Default: `"terminate"`, Values: []string{"allow", "terminate"},
		plain: true,
		Doc:   "What Lambda does when a function and the queues, topics or buckets around it invoke each other in a loop.",
	},
	{
		Name: ipv6Key, Scope: allScopes, Kind: Bool, Default: "false",
		Doc: "Whether a function in a VPC reaches IPv6 addresses by dual-stack subnets; goes with subnet_ids.",
	},
	{
		Name: nameKey, Scope: allScopes,
		plain: true,
		form:  "letters, digits, - and _, with {app}, {stage} and {function} for their names", pattern: functionName,
		Doc: "Name of a function in AWS, with {app}, {stage} and {function} for their names. Without it AWS makes one, but in Terraform, where it is APP-STAGE-FUNCTION.",
	},
}

func (s *source) mergeFunction(name string, f *Function) {
	if n := s.number(name, "ephemeral_storage"); n != nil {
		f.EphemeralStorage = *n
	}
	f.KMSKeyARN = s.value(name, "kms_key_arn")
	switch s.text(name, "recursive_loop", "") {
	case "allow":
		f.RecursiveLoop = AllowLoops
	case "terminate":
		f.RecursiveLoop = TerminateLoops
	}
	if s.lookup(name, ipv6Key) != nil {
		f.IPv6 = new(s.flag(name, ipv6Key, false))
	}
	f.NamePattern = s.text(name, nameKey, "")
}

// checkIPv6 reports IPv6 for functions that aren't in a VPC. A value that several
// functions share may be meant for those of them that are.
func checkIPv6(r functionReport, f Function) {
	if f.IPv6 == nil || !*f.IPv6 || len(f.SubnetIDs.Items) > 0 {
		return
	}
	m := r.stage.source.lookup(r.function, ipv6Key)
	if r.reported[m] {
		return
	}
	for _, other := range r.functions {
		if r.stage.source.lookup(other, ipv6Key) == m && len(r.stage.Function(other).SubnetIDs.Items) > 0 {
			return
		}
	}
	r.beside(ipv6Key, "is for functions in a VPC, and needs %s beside it: others reach IPv6 addresses not at all; give it subnets, or leave it out", "subnet_ids")
}

// BaseName returns what names in AWS start with, APP-STAGE. The name of the model is for
// a configuration without app_name.
func (s *Stage) BaseName(model string) string { return cmp.Or(s.AppName, model) + "-" + s.Name }

// FunctionName returns the name of a function in AWS as the configuration gives it: that
// of function_name, or else APP-STAGE-FUNCTION, without FUNCTION for the one behind the
// routes. Without function_name, CloudFormation makes the name itself. The name of the
// model is as in [Stage.BaseName].
func (s *Stage) FunctionName(model, function string) string {
	if pattern := s.Function(function).NamePattern; pattern != "" {
		return strings.NewReplacer("{app}", cmp.Or(s.AppName, model), "{stage}", s.Name, "{function}", function).Replace(pattern)
	}
	if function == app.RESTHandler {
		return s.BaseName(model)
	}
	return s.BaseName(model) + "-" + function
}

// CheckNames reports what Lambda would refuse of the names that the configuration gives
// functions, which are all that the app has, and two functions with one name. The name
// of the model is as in [Stage.BaseName].
func (s *Stage) CheckNames(model string, functions []string) error {
	ms := s.mistakes()
	first, reported := map[string]string{}, map[*member]bool{}
	for _, function := range functions {
		if s.Function(function).NamePattern == "" {
			continue
		}
		r := functionReport{stage: s, mistakes: &ms, function: function, functions: functions, reported: reported}
		name := s.FunctionName(model, function)
		other, taken := first[name]
		first[name] = function
		switch n := len(name); {
		case taken:
			r.add(nameKey, "gives the name %s to function %s, too: put {function} into it, or give each its own", name, other)
		case holdsExpression(name): // whose text is filled in later
		case n > maxFunctionName:
			r.add(nameKey, "gives the name %s, of %d characters, %d more than the %d that Lambda takes: write something shorter, perhaps in place of a {placeholder}", name, n, n-maxFunctionName, maxFunctionName)
		case !awsName.MatchString(name):
			r.add(nameKey, "gives the name %s, but Lambda takes letters, digits, - and _: write the text itself in place of the {placeholder} that has another character", name)
		}
	}
	return ms.err()
}
