// Package standin makes the texts that stand for values which are known only when
// an app is deployed: an attribute of a resource that the same template makes, a
// parameter, a token of the CDK's.
//
//	value --Text--> what the program sees while it describes itself
//	stand-ins in the description --synth--> the values in the template
//
// A stand-in is named after what it stands for, so the same value has the same text
// in every run and whatever else there is. Where the value's type is known, it is a
// text as AWS would give it, which passes for nothing else: the ARN of a queue is
// no topic's. Other values have a form that says that there is something to fill in,
// as a token of the CDK's does, and whether it is an ARN.
package standin

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Kind says what is made of a resource's attribute.
type Kind int

// The kinds of values.
const (
	Name Kind = iota // a name, or whatever isn't known
	ARN
	URL // of a queue
)

// Value is known only when an app is deployed.
type Value struct {
	// Content is what a template has for it: an intrinsic function as a
	// configuration holds it, a map[string]any of one key, or a text with an
	// expression of Terraform's or a token of the CDK's.
	Content any
	Kind    Kind
	// Type is that of the resource which the value names, as a template has it:
	// AWS::SQS::Queue, aws_sqs_queue. Empty: not known.
	Type string
	// Variable is the environment variable that has the value.
	Variable string
	// FIFO: the resource is a FIFO queue or topic, whose name ends in .fifo.
	FIFO bool

	id, attribute string // of the resource; no id: the value isn't of one alone
	form          string // as in forms; empty: not known
	hash          string
}

// What stand-ins are made of, so that whatever a program takes out of one can be
// found. AWS has no such region.
const (
	mark    = "chalice-standin-"
	open    = "Token[chalice."
	openARN = "arn-" // tells it from a name that a program puts arn: before
	fifo    = ".fifo"
	within  = "in-" // tells the name in an ARN or a URL from one that stands alone
	region  = "us-standin-1"
	account = "731057731057"
)

// Text returns the stand-in.
func (v Value) Text() string {
	if v.form == "" {
		return openText(v.hash, v.Kind == ARN)
	}
	name := v.hash
	if v.FIFO {
		name += fifo
	}
	return filled(v.form, name)
}

// filled writes the name into a form. It is another name than the one that stands
// alone, so that a program can put text around that which makes it an ARN.
func filled(form, name string) string {
	if form == "*" {
		return mark + name
	}
	return strings.ReplaceAll(form, "*", mark+within+name)
}

// Open returns the stand-in of a value of which nothing is known but, perhaps, that
// it is an ARN. It is named after a content.
func Open(content []byte, isARN bool) string { return openText(hashOf(content), isARN) }

func openText(hash string, isARN bool) string {
	if isARN {
		return "arn:${" + open + openARN + hash + "]}"
	}
	return "${" + open + hash + "]}"
}

// hashOf is the part of a stand-in that tells it from others.
func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// token is a part of a pattern. It matches what stands for a value of which nothing
// is known, and the tokens of the CDK's, which have the same form; also in the text of
// an Fn::Sub, where an exclamation mark makes text of it.
const token = `\$\{!?Token\[[A-Za-z0-9:._-]+\]\}`

// Token matches a token of the CDK's, or what stands for one.
var Token = lazyregexp.New(token)

// hash matches the part of a stand-in that tells it from others.
var hash = lazyregexp.New(`(?i)[0-9a-f]{16}`)

// named matches the name in a stand-in.
var named = lazyregexp.New(mark + `(` + within + `)?[0-9a-f]{16}`)

// whole matches a stand-in of any form, or a token.
var whole lazyregexp.Regexp = sync.OnceValue(func() *regexp.Regexp {
	patterns := []string{`arn:\$\{!?Token\[chalice\.` + openARN + `[0-9a-f]{16}\]\}`, token}
	for _, form := range allForms() {
		patterns = append(patterns, strings.ReplaceAll(regexp.QuoteMeta(filled(form, "*")), `\*`, `[0-9a-f]{16}(?:\.fifo)?`))
	}
	return regexp.MustCompile(strings.Join(patterns, "|"))
})

// Each replaces each stand-in, and each token of the CDK's, in a text. In that of an
// Fn::Sub, they can be text.
func Each(text string, replace func(string) string) string {
	if !strings.Contains(text, "Token[") && !strings.Contains(text, mark) {
		return text
	}
	return whole().ReplaceAllStringFunc(text, func(match string) string {
		return replace(strings.Replace(match, "${!", "${", 1))
	})
}

// Split returns the parts of a text, in turn text and a stand-in or token.
func Split(text string) []string {
	if !strings.Contains(text, "Token[") && !strings.Contains(text, mark) {
		return []string{text}
	}
	var parts []string
	end := 0
	for _, at := range whole().FindAllStringIndex(text, -1) {
		parts = append(parts, text[end:at[0]], text[at[0]:at[1]])
		end = at[1]
	}
	return append(parts, text[end:])
}

// anything matches a stand-in, and whatever is a part of one alone.
var anything = lazyregexp.New(`(?i)(arn:)?\$\{!?Token\[chalice\.(` + openARN + `)?[0-9a-f]{16}\]\}|` + mark + `(` + within + `)?[0-9a-f]*|` + region + `|` + account)

// signs are in whatever comes of a stand-in: each has one of them.
var signs = []string{mark, strings.ToLower(open), region, account}

// Part returns the first part of a text that comes of a stand-in, whatever the case of
// its letters; "" for none.
func Part(text string) string {
	lower := strings.ToLower(text)
	for _, sign := range signs {
		if strings.Contains(lower, sign) {
			return anything().FindString(text)
		}
	}
	return ""
}
