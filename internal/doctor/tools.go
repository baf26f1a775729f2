package doctor

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"sync"
)

// tool is a program of others that some commands need.
type tool struct {
	what    string
	command []string // prints its version
	purpose string   // what it is for
	get     string   // how to get it
}

// optional are the tools that nobody needs who deploys with chalice deploy alone.
var optional = []tool{
	{"SAM CLI", []string{"sam", "--version"}, "deploying what chalice package writes, by sam deploy", "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html"},
	{"AWS CLI", []string{"aws", "--version"}, "deploying CloudFormation templates by hand, and aws sso login", "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"},
	{"CDK toolkit", []string{"cdk", "--version"}, "projects of the type cdk-ddb", "npm install --global aws-cdk"},
	{"Node.js", []string{"node", "--version"}, "the AWS CDK", "https://nodejs.org"},
	{"Delve", []string{"dlv", "version"}, "chalice local --debug", "go install github.com/go-delve/delve/cmd/dlv@latest"},
}

// tools looks for the optional tools, all at once, since some take a second to start.
func (e *examination) tools(ctx context.Context) {
	found := make([]Finding, len(optional))
	var wait sync.WaitGroup
	for i, t := range optional {
		wait.Go(func() { found[i] = e.tool(ctx, t) })
	}
	wait.Wait()
	e.found = append(e.found, found...)
}

func (e *examination) tool(ctx context.Context, t tool) Finding {
	f := Finding{What: t.what, State: Note, Text: "not found; it is for " + t.purpose, Advice: "if you want that: " + t.get}
	if _, err := exec.LookPath(t.command[0]); err != nil {
		return f
	}
	out, err := e.output(ctx, t.command[0], t.command[1:]...)
	if err != nil {
		f.Text = strings.Join(t.command, " ") + " fails: " + err.Error()
		f.Advice = "if you want " + t.purpose + ": see what is wrong with it, or install it anew: " + t.get
		return f
	}
	return Finding{What: t.what, State: Good, Text: versionIn(out)}
}

var number = regexp.MustCompile(`\d+\.\d+[\w.+-]*`)

// versionIn is the version in what a tool prints, or else its first line.
func versionIn(out string) string {
	if v := number.FindString(out); v != "" {
		return v
	}
	line, _, _ := strings.Cut(out, "\n")
	return line
}
