package invokeapi

import (
	"fmt"
	"regexp"

	"github.com/chalice-go/chalice/internal/devserver"
)

// reference matches the ways to name a function: a name, an ARN, or a part of
// one, each with a version or an alias.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
var reference = regexp.MustCompile(`^(?:(?:arn:aws[a-zA-Z-]*:lambda:)?(?:[a-z]+(?:-[a-z]+)+-\d:)?(?:\d{12}:)?function:|(?:\d{12}:))?` +
	`([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$`)

// latest is the only version of a function here.
const latest = "$LATEST"

// find returns the app's name of the function that a reference and the
// parameter Qualifier mean. The reference can have that name, or the one in
// AWS. Its region and account are ignored.
func find(g *devserver.Generation, text, qualifier string) (string, error) {
	parts := reference.FindStringSubmatch(text)
	if parts == nil {
		return "", &refusal{400, "ValidationException", fmt.Sprintf("1 validation error detected: Value '%s' at 'functionName' failed to "+
			"satisfy constraint: Member must satisfy regular expression pattern: %s", text, reference)}
	}
	name, version := parts[1], parts[2]
	if version != "" && qualifier != "" && version != qualifier {
		return "", &refusal{400, "InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier."}
	}
	if version == "" {
		version = qualifier
	}
	if version != "" && version != latest {
		return "", notFound(g, name, version)
	}
	for _, own := range g.Model.FunctionNames() {
		if name == own {
			return own, nil
		}
	}
	for _, own := range g.Model.FunctionNames() {
		if name == g.FunctionName(own) {
			return own, nil
		}
	}
	return "", notFound(g, name, version)
}

// notFound returns Lambda's error for a function, or a version, that doesn't
// exist.
func notFound(g *devserver.Generation, name, version string) error {
	for _, own := range g.Model.FunctionNames() {
		if name == own {
			name = g.FunctionName(own)
		}
	}
	arn := g.FunctionARN(name)
	if version != "" {
		arn += ":" + version
	}
	return &refusal{404, "ResourceNotFoundException", "Function not found: " + arn}
}
