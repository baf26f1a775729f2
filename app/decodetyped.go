package app

import (
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// typedLimits are limits of the JSON of a typed value that its type doesn't say.
type typedLimits struct {
	depth int // how many arrays and objects may be within each other; 0: defaultDepth
}

// defaultDepth is how deep the JSON of a typed value nests at most.
const defaultDepth = 100

// start is the depth at which the decoder begins, so that it ends at maxDepth.
func (l typedLimits) start() int {
	if l.depth <= 0 {
		return maxDepth - defaultDepth
	}
	return maxDepth - min(l.depth, maxDepth)
}

// typedJSON decodes JSON into values of one type, and holds them to what their tags ask.
//
// A value without anything odd in it is decoded in one pass, by functions that are made of
// the type when the first one comes. Any other is explained: that walks over all of its
// JSON, fills the value as well, and lists whatever is wrong. What the first way takes, the
// second takes too, and makes the same of it.
type typedJSON struct {
	of     *schema.Type
	rules  *schema.Rules // of the value as a whole; nil: none
	limits typedLimits
	made   sync.Once
	fill   filler
}

func newTypedJSON(t *schema.Type, rules *schema.Rules, limits typedLimits) *typedJSON {
	return &typedJSON{of: t, rules: rules, limits: limits}
}

// decode decodes data into v, a zero value of the type, and returns all that is wrong. It
// keeps nothing of data. If something is wrong, the value isn't to be used.
func (j *typedJSON) decode(data string, v reflect.Value) Violations {
	data = strings.TrimPrefix(data, byteOrderMark)
	j.made.Do(func() { j.fill = new(fillers).filler(v.Type(), j.of, j.rules) })
	if utf8.ValidString(data) {
		_, pos := token(data, 0)
		if atEnd(data, j.fill(decoder{data: data}, v, pos, j.limits.start())) {
			return nil
		}
		v.SetZero()
	}
	return j.explain(data, v)
}

// explain is decode, for values that may be wrong.
func (j *typedJSON) explain(data string, v reflect.Value) Violations {
	x := &explainer{data: data, limit: maxDepth - j.limits.start()}
	if problem := syntaxProblem(data); problem != "" {
		x.unreadable(problem)
		return x.found
	}
	_, pos := token(data, 0)
	x.value(v, j.of, j.rules, pos, j.limits.start())
	return x.found
}
