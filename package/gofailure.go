package packager

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// GoError means that the go command failed for another reason than the source of the
// program.
type GoError struct {
	Problem string   // a sentence that says what is wrong, and what to do
	Lines   []string // what the go command said
}

// Error returns the problem, with the go command's lines below.
func (e *GoError) Error() string { return above(e.Problem, e.Lines) }

// above puts a sentence above lines.
func above(sentence string, lines []string) string {
	if len(lines) == 0 {
		return sentence
	}
	return sentence + ":\n\t" + strings.Join(lines, "\n\t")
}

// goProblems tell by a line of the go command's that something else than the source is
// wrong. The first that matches counts.
var goProblems = []struct {
	line    lazyregexp.Regexp
	problem string
}{
	{
		lazyregexp.New(`not one of the workspace modules listed in go\.work`),
		"go.work doesn't list the program's module: go work use adds it, and GOWORK=off does without go.work",
	},
	{
		lazyregexp.New(`listed in go\.work( file)?:`),
		"go.work lists a module that can't be loaded: correct it, or do without it (GOWORK=off)",
	},
	{
		lazyregexp.New(`^go: inconsistent vendoring in |import lookup disabled by -mod=vendor`),
		"the folder vendor isn't what go.mod asks for: go mod vendor makes it anew",
	},
	{
		lazyregexp.New(`^go: (.*requires go >= |download go1\S* for |cannot find "go1\S*" in PATH)`),
		"the program needs a newer Go than there is here: install it from https://go.dev/dl, or let Go download it (GOTOOLCHAIN=auto)",
	},
	{
		lazyregexp.New(`(no space left on device|[Dd]isk quota exceeded)$`),
		"the disk is full: Go needs room for what it compiles (go env GOCACHE) and for temporary files (GOTMPDIR)",
	},
	{
		lazyregexp.New(`^(\S+:\d+:\d+: |go: )(.*: )?(missing go\.sum entry |updates to go\.(mod|sum) needed)`),
		"go.mod or go.sum lacks something: go mod tidy adds it",
	},
	{
		lazyregexp.New(`(: module lookup disabled by GOPROXY=off$|: dial tcp|: proxyconnect tcp: |: TLS handshake timeout$|: reading https?://|: git ls-remote |: unknown revision |terminal prompts disabled$|^fatal: could not read Username)`),
		"a module can't be downloaded: see whether this machine is online, and what go env GOPROXY GOPRIVATE says",
	},
	{
		lazyregexp.New(`: checksum mismatch$|^SECURITY ERROR`),
		"a module isn't the one that go.sum knows",
	},
	{
		lazyregexp.New(`replacement directory .* does not exist`),
		"go.mod has a module replaced by a folder that isn't there",
	},
	{
		lazyregexp.New(`^go: errors parsing .*go\.(mod|work):`),
		"Go can't read the module's files",
	},
	{
		lazyregexp.New(`^(failed to initialize build cache|build cache is (disabled|required))`),
		"Go has no folder for what it compiles: GOCACHE has to be one that can be written",
	},
	{
		lazyregexp.New(`^(go: (parsing \$GOFLAGS|unknown GOEXPERIMENT|invalid GO\w+)|flag .*\(from \$GOFLAGS\))`),
		"Go doesn't understand a variable of its environment (go env)",
	},
	{
		lazyregexp.New(`: signal: killed$`),
		"the compiler was killed, as a rule since there was no memory left",
	},
	{
		lazyregexp.New(`^-linkmode=external requires external \(cgo\) linking`),
		"the flags of the linker ask for cgo, without which programs for Lambda are built (CGO_ENABLED=0)",
	},
}

// goFailure returns the error for what the go command said before it failed.
func goFailure(lines []string) error {
	for _, p := range goProblems {
		if slices.ContainsFunc(lines, p.line.MatchString) {
			return &GoError{Problem: p.problem, Lines: lines}
		}
	}
	return &CompileError{Lines: lines}
}
