package arn

import (
	"regexp"
	"strings"
)

// statementField is the field that has a statement of PartiQL.
const statementField = "Statement"

// table makes the ARN of a table: of its name, or of a statement that uses it or one of
// its indexes.
func table(m *Maker, t Target, value Resource) []Resource {
	if t.Field != statementField {
		return []Resource{m.named("dynamodb", "table/", value)}
	}
	table, index := ofStatement(value)
	if table == nil {
		return nil
	}
	arn := m.named("dynamodb", "table/", table)
	if index != nil {
		arn = join(arn.with(text("/index/")).with(index...))
	}
	return []Resource{arn}
}

// index makes the ARN of all indexes of a table. Of a statement there is no more than
// what table makes.
func index(m *Maker, t Target, value Resource) []Resource {
	if t.Field == statementField {
		return []Resource{}
	}
	return suffixed(m.named("dynamodb", "table/", value), "/index/*")
}

// verbs are the first words of statements of PartiQL, and the actions that they need.
var verbs = map[string]string{
	"DELETE": "dynamodb:PartiQLDelete", "INSERT": "dynamodb:PartiQLInsert", "SELECT": "dynamodb:PartiQLSelect", "UPDATE": "dynamodb:PartiQLUpdate",
}

// statementUses keeps for each action the statements that need it.
func statementUses(action string, t Target) []Use {
	if t.Field == statementField {
		start := strings.Fields(t.Name.parts().String())
		if len(start) > 1 && verbs[strings.ToUpper(start[0])] != "" && verbs[strings.ToUpper(start[0])] != action {
			return nil
		}
	}
	return []Use{{action, t}}
}

// hole stands in a statement for a part that isn't text.
const hole = "\x00"

// source finds what a statement of PartiQL is about: "table" or table, and likewise an
// index behind a dot. A name whose end isn't known can lack the second quote.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
var source = regexp.MustCompile(`(?is)^\s*(?:EXISTS\s*\(\s*)?(?:UPDATE|INSERT\s+INTO|DELETE\s+FROM|SELECT\s.*?\sFROM)\s*` +
	`(?:"([^"]+)(?:"|$)|\b([\w\x00*-]+))(?:\s*\.\s*(?:"([^"]+)(?:"|$)|([\w\x00*-]+)))?`)

// ofStatement returns the table of a statement of PartiQL, and its index if it names
// one; no table if the statement doesn't tell.
func ofStatement(statement Resource) (table, index Resource) {
	var b strings.Builder
	var holes Resource
	for _, p := range statement {
		if p.Kind == Text {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString(hole)
		holes = append(holes, p)
	}
	words := b.String()
	found := source.FindStringSubmatchIndex(words)
	named := func(quoted, bare int) Resource {
		for _, group := range []int{quoted, bare} {
			if at := 2 * group; found != nil && found[at] >= 0 {
				before := strings.Count(words[:found[at]], hole)
				return filled(words[found[at]:found[at+1]], holes[before:])
			}
		}
		return nil
	}
	if table = named(1, 2); table.String() == "*" {
		return nil, nil
	}
	return table, named(3, 4)
}

// filled puts parts into the holes of a text.
func filled(words string, parts Resource) Resource {
	var r Resource
	for i, s := range strings.Split(words, hole) {
		if i > 0 {
			r = append(r, parts[i-1])
		}
		if s != "" {
			r = append(r, text(s))
		}
	}
	return r
}
