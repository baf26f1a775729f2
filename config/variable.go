package config

import (
	"regexp"

	"github.com/chalice-go/chalice/app"
)

var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// VariableProblem returns why a function can't have an environment variable of
// this name, as the end of a sentence that starts with the name: "is a variable
// that Lambda sets itself; choose another name". It is "" for a name that is
// fine.
func VariableProblem(name string) string {
	switch {
	case name == app.ModelVariable:
		return "is the variable with which the chalice command asks a program for its model; choose another name"
	case reservedVariables[name]:
		return "is a variable that Lambda sets itself; choose another name"
	case !variableName.MatchString(name):
		return "is no name for a variable in Lambda: it must have two characters or more, start with a letter, and have only letters, digits and _"
	}
	return ""
}

// reservedVariables can't be set: CreateFunction refuses them.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var reservedVariables = map[string]bool{
	"_HANDLER":                        true,
	"_X_AMZN_TRACE_ID":                true,
	"AWS_ACCESS_KEY":                  true,
	"AWS_ACCESS_KEY_ID":               true,
	"AWS_DEFAULT_REGION":              true,
	"AWS_EXECUTION_ENV":               true,
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": true,
	"AWS_LAMBDA_FUNCTION_NAME":        true,
	"AWS_LAMBDA_FUNCTION_VERSION":     true,
	"AWS_LAMBDA_INITIALIZATION_TYPE":  true,
	"AWS_LAMBDA_LOG_GROUP_NAME":       true,
	"AWS_LAMBDA_LOG_STREAM_NAME":      true,
	"AWS_LAMBDA_MAX_CONCURRENCY":      true,
	"AWS_LAMBDA_METADATA_API":         true,
	"AWS_LAMBDA_METADATA_TOKEN":       true,
	"AWS_LAMBDA_RUNTIME_API":          true,
	"AWS_REGION":                      true,
	"AWS_SECRET_ACCESS_KEY":           true,
	"AWS_SESSION_TOKEN":               true,
	"LAMBDA_RUNTIME_DIR":              true,
	"LAMBDA_TASK_ROOT":                true,
}
