package docstest

import (
	"regexp"
	"strings"
)

// normalisations are what differs from run to run, in the order in which it is
// replaced, on both sides of a comparison.
var normalisations = []struct {
	what    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b\d{4}[-/]\d\d[-/]\d\d([T ]\d\d:\d\d(:\d\d)?([.,]\d+)?)?(Z| ?[+-]\d\d:?\d\d)?`), "TIME"},
	{regexp.MustCompile(`\b((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d\d? ?[/ ](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[/ ]\d{4}[ :]\d\d:\d\d:\d\d( GMT| UTC| [+-]\d{4})?`), "TIME"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d([.,]\d+)?\b`), "TIME"},
	{regexp.MustCompile(`\((cached)\)`), "DURATION"},
	{regexp.MustCompile(`\b(\d+h)?(\d+m)?\d+(\.\d+)? ?(ns|µs|ms|s)\b`), "DURATION"},
	{regexp.MustCompile(`\b\d+([.,]\d+)? ?[kKM]B\b`), "SIZE"},
	{regexp.MustCompile(`\bgo1\.\d+(\.\d+)?\b`), "GOVERSION"},
	{regexp.MustCompile(`\bchalice v?\d+\.\d+\.\d+[\w.+-]*( \([^)]*\))?`), "chalice VERSION"},
	{regexp.MustCompile(`\b(linux|darwin|windows)/(amd64|arm64)\b`), "PLATFORM"},
	{regexp.MustCompile(`\b[a-z0-9]{8,32}(\.[a-z-]+\.[a-z0-9-]+\.(amazonaws\.com|on\.aws))\b`), "ID$1"},
	// A websocket connection's.
	{regexp.MustCompile(`(^|[\s"'=/@])[\w-]{15}=([\s"',/]|$)`), "${1}CONNECTION=$2"},
	// What examples/todo makes: a token, and the id of what is to do.
	{regexp.MustCompile(`\b[A-Z2-7]{26}\b`), "TOKEN"},
	{regexp.MustCompile(`\b[0-9a-f]{12}-[a-z2-7]{8}\b`), "ID"},
	// The physical names that CloudFormation makes, in stacks and in ARNs.
	{regexp.MustCompile(`-[A-Z0-9]{8,13}\b`), "-ID"},
	{regexp.MustCompile(`\b[0-9a-f]{16,64}\b`), "DIGEST"},
	{regexp.MustCompile(`Deployment[0-9a-f]{10}\b`), "DeploymentID"},
	// Columns are as wide as their values.
	{regexp.MustCompile(`(\S)[ \t]+`), "$1 "},
	{regexp.MustCompile(`\s+$`), ""},
}

// dropped are lines that show only if something takes long, or in a checkout.
var dropped = regexp.MustCompile(`^(Compiling |Finding out what the functions of |note: go\.mod takes chalice from |go: downloading )`)

// normal returns a line without what differs from run to run.
func normal(line string) string {
	for _, n := range normalisations {
		line = n.what.ReplaceAllString(line, n.instead)
	}
	return line
}

// printed returns the lines of an output that count.
func printed(text string) (all []string) {
	for _, line := range lines(strings.ReplaceAll(text, "\r", "")) {
		if !dropped.MatchString(line) {
			all = append(all, line)
		}
	}
	return trimBlank(all)
}
