package values

import (
	"go/constant"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// texts are functions of the standard library that make texts of texts and integers, by
// their names with packages. They return for each result what it can be. Lambda's paths
// have slashes.
var texts = map[string]func(args []string) [][]string{
	"strings.TrimSpace":  text1(strings.TrimSpace),
	"strings.Clone":      text1(strings.Clone),
	"strings.Trim":       text2(strings.Trim),
	"strings.TrimLeft":   text2(strings.TrimLeft),
	"strings.TrimRight":  text2(strings.TrimRight),
	"strings.TrimPrefix": text2(strings.TrimPrefix),
	"strings.TrimSuffix": text2(strings.TrimSuffix),
	"strings.ReplaceAll": func(a []string) [][]string { return [][]string{{strings.ReplaceAll(a[0], a[1], a[2])}} },
	"strings.Replace":    func(a []string) [][]string { return [][]string{{strings.Replace(a[0], a[1], a[2], number(a[3]))}} },
	"strings.Repeat":     repeated,
	"strings.Split":      func(a []string) [][]string { return [][]string{strings.Split(a[0], a[1])} },
	"strings.SplitN":     func(a []string) [][]string { return [][]string{strings.SplitN(a[0], a[1], number(a[2]))} },
	"strings.Fields":     func(a []string) [][]string { return [][]string{strings.Fields(a[0])} },
	"strings.Cut": func(a []string) [][]string {
		before, after, _ := strings.Cut(a[0], a[1])
		return [][]string{{before}, {after}}
	},
	"strings.CutPrefix":   func(a []string) [][]string { after, _ := strings.CutPrefix(a[0], a[1]); return [][]string{{after}} },
	"strings.CutSuffix":   func(a []string) [][]string { before, _ := strings.CutSuffix(a[0], a[1]); return [][]string{{before}} },
	"path.Base":           text1(path.Base),
	"path.Dir":            text1(path.Dir),
	"path.Ext":            text1(path.Ext),
	"path.Clean":          text1(path.Clean),
	"path.Join":           func(a []string) [][]string { return [][]string{{path.Join(a...)}} },
	"path/filepath.Base":  text1(path.Base),
	"path/filepath.Dir":   text1(path.Dir),
	"path/filepath.Ext":   text1(path.Ext),
	"path/filepath.Clean": text1(path.Clean),
	"path/filepath.Join":  func(a []string) [][]string { return [][]string{{path.Join(a...)}} },
	"strconv.Itoa":        func(a []string) [][]string { return [][]string{{a[0]}} },
	"strconv.FormatInt":   func(a []string) [][]string { return [][]string{{strconv.FormatInt(int64(number(a[0])), number(a[1]))}} },
	"strconv.Quote":       text1(strconv.Quote),
}

func text1(f func(string) string) func([]string) [][]string {
	return func(args []string) [][]string { return [][]string{{f(args[0])}} }
}

func text2(f func(a, b string) string) func([]string) [][]string {
	return func(args []string) [][]string { return [][]string{{f(args[0], args[1])}} }
}

// repeated is strings.Repeat, for texts that can be names.
func repeated(args []string) [][]string {
	n := number(args[1])
	if n < 0 || len(args[0])*n > maxText {
		return nil
	}
	return [][]string{{strings.Repeat(args[0], n)}}
}

// maxText is how long a text can be that names a resource.
const maxText = 2048

// number returns the integer that a constant is as a text.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// ofTexts returns what a function of texts makes of constant ones.
func (t *tracer) ofTexts(f func([]string) [][]string, args []ssa.Value, index int, in *callContext) ([]arn.Name, bool) {
	if len(args) == 0 {
		return nil, false
	}
	calls := [][]string{nil}
	for _, arg := range args {
		names, ok, grows := t.part(arg, in)
		if !ok || grows || len(calls)*len(names) > maxNames {
			return nil, false
		}
		var longer [][]string
		for _, name := range names {
			text, ok := constantText(name)
			if !ok {
				return nil, false
			}
			for _, call := range calls {
				longer = append(longer, append(slices.Clip(call), text))
			}
		}
		calls = longer
	}
	var names []arn.Name
	for _, call := range calls {
		results := f(call)
		if index >= len(results) || len(names)+len(results[index]) > maxNames {
			return nil, false
		}
		for _, text := range results[index] {
			names = append(names, constants(text)...)
		}
	}
	return names, true
}

// constantText returns the text of a name that is constant.
func constantText(name arn.Name) (string, bool) {
	switch {
	case len(name) == 0:
		return "", true
	case len(name) == 1 && name[0].Kind == arn.Constant:
		return name[0].Text, true
	}
	return "", false
}

// inCase returns a name in upper or lower case, as far as that is known: up to its first
// part that isn't constant.
func inCase(name arn.Name, change func(string) string) arn.Name {
	if text, ok := constantText(name); ok {
		return constants(change(text))[0]
	}
	if name[0].Kind != arn.Constant {
		return anything
	}
	return constants(change(name[0].Text))[0].Add(anything)
}

// cased returns what strings.ToLower or ToUpper makes of names.
func (t *tracer) cased(change func(string) string, arg ssa.Value, in *callContext) ([]arn.Name, bool) {
	names, ok, grows := t.part(arg, in)
	if !ok || grows {
		return nil, false
	}
	changed := make([]arn.Name, len(names))
	for i, name := range names {
		changed[i] = inCase(name, change)
	}
	return product(changed, nil)
}

// isStoredNumber reports whether a value is an integer that isn't plainly a constant.
func isStoredNumber(value ssa.Value) bool {
	b, ok := value.Type().Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 {
		return false
	}
	switch value := value.(type) {
	case *ssa.Const, *ssa.Phi, *ssa.Parameter, *ssa.Call, *ssa.ChangeType:
		return false
	case *ssa.Extract:
		_, ok := value.Tuple.(*ssa.Call)
		return !ok
	}
	return true
}

// converted returns what a conversion makes: of strings, and of bytes that are one.
func (t *tracer) converted(c *ssa.Convert, in *callContext) ([]arn.Name, bool) {
	if !gotypes.IsString(c.Type()) {
		return nil, false
	}
	if b, ok := c.X.(*ssa.Convert); ok && gotypes.IsString(b.X.Type()) {
		if w := t.v.storesTo(b); w.unknown || len(w.values) > 0 {
			return nil, false
		}
		return t.trace(b.X, in)
	}
	if gotypes.IsString(c.X.Type()) {
		return t.trace(c.X, in)
	}
	return nil, false
}

// sliced returns a part of a string, of which the whole is known.
func (t *tracer) sliced(s *ssa.Slice, in *callContext) ([]arn.Name, bool) {
	names, ok, grows := t.part(s.X, in)
	if !ok || grows {
		return nil, false
	}
	var parts []arn.Name
	for _, name := range names {
		text, ok := constantText(name)
		low, lowKnown := bound(s.Low, 0)
		high, highKnown := bound(s.High, len(text))
		if !ok || !lowKnown || !highKnown {
			return nil, false
		}
		if low <= high && high <= len(text) {
			parts = append(parts, constants(text[low:high])...) // or else the program panics
		}
	}
	return parts, true
}

// bound returns a bound of a slice, if it is constant.
func bound(value ssa.Value, otherwise int) (int, bool) {
	if value == nil {
		return otherwise, true
	}
	c, ok := value.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	return int(c.Int64()), true
}
