package docstest

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

var (
	// forAWS are the commands that ask AWS.
	forAWS = regexp.MustCompile(`(^|[;&|(] ?)(\w+=\S+ )*(chalice (deploy|delete|url|status|logs|rollback|diff|generate-sdk|doctor|dev plan|invoke)\b|aws |sam (deploy|delete|sync|package)\b|cdk (deploy|destroy|bootstrap|diff)\b)`)
	// offline are those of them that don't.
	offline = regexp.MustCompile(`\bchalice \S+ .*(--local|--offline|--help)\b|chalice \S+ --help`)
	// others are the tools that may be missing.
	others = regexp.MustCompile(`(^|[;&|] ?)(\w+=\S+ )*(aws|sam|cdk|npx|npm|docker|terraform|gh|jq|openapi-spec-validator|spectral) `)
)

// isForAWS reports whether a command needs AWS.
func isForAWS(command string) bool {
	return forAWS.MatchString(command) && !offline.MatchString(command)
}

// needsAWS reports whether a page has commands that need AWS.
func (p *Page) needsAWS() bool { return p.hasCommand(isForAWS) }

// NeedsTools reports whether a page has commands that need AWS, or tools that may be missing.
func (p *Page) NeedsTools() bool {
	return p.hasCommand(func(command string) bool { return isForAWS(command) || others.MatchString(command) })
}

// hasCommand reports whether a page has such a command.
func (p *Page) hasCommand(such func(string) bool) bool {
	return slices.ContainsFunc(p.Blocks, func(b Block) bool {
		return b.Language == "console" && slices.ContainsFunc(steps(b), func(s step) bool { return such(s.command) })
	})
}

// runs reports whether a command can run here.
func (e *Environment) runs(command string) bool {
	if isForAWS(command) && e.Python == "" {
		return false
	}
	for _, m := range others.FindAllStringSubmatch(command, -1) {
		if _, err := exec.LookPath(strings.TrimSpace(m[3])); err != nil {
			return false
		}
	}
	return true
}
