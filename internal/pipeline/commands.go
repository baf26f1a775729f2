package pipeline

import (
	"fmt"
	"strings"
)

// install installs the chalice command in the version that the program's go.mod has,
// so that command and program agree.
const install = `go install github.com/chalice-go/chalice/cmd/chalice@$(go list -m -f '{{.Version}}' github.com/chalice-go/chalice)`

// test tests the program and all packages of its module.
const test = "go test ./..."

// packageStage packages a stage into a folder.
func (in Input) packageStage(stage, out string) string {
	words := []string{"chalice package", "--stage", stage}
	if in.Program != "." {
		words = append(words, "--project-dir", quoted(in.Program))
	}
	return strings.Join(append(words, out), " ")
}

// capabilities are what CloudFormation wants to be told that a SAM template may do:
// make roles and, in nested stacks, use SAM.
const capabilities = "CAPABILITY_IAM"

const nestedCapabilities = "CAPABILITY_AUTO_EXPAND"

// samTemplate is the template that chalice package writes.
const samTemplate = "sam.yaml"

// quoted quotes a path if a shell would not take it for one word.
func quoted(text string) string {
	if !strings.ContainsAny(text, " \t\n'\"\\$`!*?[](){}<>|&;~#=") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// longestName is how many characters of an app's name there can be in those of its
// stacks, pipeline and repository.
const longestName = 61

// stackNamePattern is what [StackName] returns of an app that can have a pipeline.
var stackNamePattern = fmt.Sprintf("[A-Za-z][A-Za-z0-9-]{0,%d}", longestName-1)

// appNameParameter is the parameter with the name of the app.
func (in Input) appNameParameter() parameter {
	return parameter{
		Type: "String", Description: "Name of the app, with which the names of its stacks start", Default: text(StackName(in.App)),
		AllowedPattern: stackNamePattern, ConstraintDescription: "letters, digits and -, starting with a letter",
	}
}

// StackName writes the name of an app as CloudFormation takes it for a stack.
func StackName(app string) string { return strings.ReplaceAll(app, "_", "-") }
