package review

import (
	"fmt"
	"strings"
)

// Question is a reason to ask before a change is made.
type Question struct {
	Kind QuestionKind `json:"kind"`
	Text string       `json:"text"` // a sentence without its full stop
}

// QuestionKind is the subject of a question.
type QuestionKind string

// The kinds of questions, in the order in which they are asked.
const (
	AskPermissions QuestionKind = "permissions"
	AskPublic      QuestionKind = "public"
	AskReplaced    QuestionKind = "replaced"
	AskRemoved     QuestionKind = "removed"
)

// Questions returns what has to be asked before the change is made. If there
// are none, it can be made without asking.
func (r *Review) Questions() []Question {
	var all []Question
	ask := func(kind QuestionKind, n int, one, many string) {
		switch {
		case n == 1:
			all = append(all, Question{kind, one})
		case n > 1:
			all = append(all, Question{kind, fmt.Sprintf(many, n)})
		}
	}
	ask(AskPermissions, len(r.Widened), "a permission is new", "%d permissions are new")
	ask(AskPublic, len(r.Exposed), "something becomes public", "%d things become public")
	replaced, maybe := r.ids(func(row Row) bool { return row.Action == Replaced && !row.Maybe && !row.Superseded }),
		r.ids(func(row Row) bool { return row.Action == Replaced && row.Maybe && !row.Superseded })
	ask(AskReplaced, len(replaced), strings.Join(replaced, "")+" is replaced", "%d resources are replaced: "+escaped(replaced))
	ask(AskReplaced, len(maybe), strings.Join(maybe, "")+" may be replaced", "%d resources may be replaced: "+escaped(maybe))
	removed := r.ids(func(row Row) bool { return row.Action == Removed && !row.Superseded })
	ask(AskRemoved, len(removed), strings.Join(removed, "")+" is removed", "%d resources are removed: "+escaped(removed))
	return all
}

// ids returns the logical ids of some rows.
func (r *Review) ids(which func(Row) bool) []string {
	var all []string
	for _, row := range r.Rows {
		if which(row) {
			all = append(all, row.LogicalID)
		}
	}
	return all
}

// The largest number of resources that a question names.
const maxNamed = 5

// escaped escapes ids for use in a format string.
func escaped(ids []string) string {
	return strings.ReplaceAll(strings.Join(some(ids, maxNamed), ", "), "%", "%%")
}
