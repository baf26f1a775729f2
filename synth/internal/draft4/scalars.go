package draft4

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// takeTexts takes a list of texts over, or the one text of const, which draft 4 doesn't have.
func takeTexts(p *place, keyword string) bool {
	return p.takeValues(keyword, func(v any) bool { _, ok := v.(string); return ok })
}

// takeIntegers is takeTexts for whole numbers. Those of a Number are left to the program,
// which compares them rounded.
func takeIntegers(p *place, keyword string) bool {
	return p.takeValues(keyword, func(v any) bool { n := exact(v); return n != nil && n.IsInt() })
}

func (p *place) takeValues(keyword string, isGood func(any) bool) bool {
	values, listed := ordered.Get[[]any](p.from, keyword)
	if v, _ := p.from.Get(keyword); !listed {
		values = []any{v}
	}
	_, twice := p.to.Get("enum")
	if len(values) == 0 || twice || slices.ContainsFunc(values, func(v any) bool { return !isGood(v) }) {
		p.gap(keyword)
		return true
	}
	p.to.Add("enum", values)
	return true
}

// maxExact is the largest number below which a float64 has every whole number. API Gateway
// may read numbers as such.
var maxExact = new(big.Rat).SetInt64(1 << 53)

// exact returns a number of a schema, nil if it is none that API Gateway surely reads as it is.
func exact(v any) *big.Rat {
	n := number(v)
	if n == nil || new(big.Rat).Abs(n).Cmp(maxExact) > 0 {
		return nil
	}
	return n
}

// number returns a number of a schema, nil if it is none.
func number(v any) *big.Rat {
	switch v := v.(type) {
	case json.Number:
		// An exponent can ask for any amount of memory.
		if f, err := v.Float64(); err != nil || len(v) > 400 || math.Abs(f) < 1e-300 && strings.ContainsAny(v.String(), "123456789") {
			return nil
		}
		n, ok := new(big.Rat).SetString(v.String())
		if !ok {
			return nil
		}
		return n
	case int:
		return new(big.Rat).SetInt64(int64(v))
	}
	return nil
}

// bound is one end of a range of numbers.
type bound struct {
	inclusive, exclusive string // the keywords
	step                 int64  // from an exclusive bound of whole numbers to the inclusive one
}

var (
	lower = bound{"minimum", "exclusiveMinimum", 1}
	upper = bound{"maximum", "exclusiveMaximum", -1}
)

// takeBound takes a bound over: of an inclusive and an exclusive one the narrower, since
// draft 4 has one number of which it says whether it is within. Of whole numbers each
// exclusive bound is an inclusive one.
func takeBound(p *place, keyword string) bool {
	b := lower
	if keyword == upper.inclusive || keyword == upper.exclusive {
		b = upper
	}
	if _, taken := p.to.Get(b.inclusive); taken {
		return true
	}
	limit, excluded := b.of(p.from)
	if limit == nil {
		p.gap(keyword)
		return true
	}
	if excluded && p.from.Text("type") == "integer" && limit.IsInt() {
		limit, excluded = new(big.Rat).Add(limit, new(big.Rat).SetInt64(b.step)), false
	}
	if new(big.Rat).Abs(limit).Cmp(maxExact) > 0 {
		if !isBoundOfType(limit) {
			p.gap(keyword)
		}
		return true
	}
	p.to.Add(b.inclusive, spelled(limit))
	if excluded {
		p.gap(b.exclusive)
		p.to.Add(b.exclusive, true)
	}
	return true
}

// of returns the bound of a schema, and whether the number itself is out of bounds.
func (b bound) of(schema *ordered.Object) (limit *big.Rat, excluded bool) {
	inclusive, _ := schema.Get(b.inclusive)
	exclusive, _ := schema.Get(b.exclusive)
	i, e := number(inclusive), number(exclusive)
	if e == nil || i != nil && i.Cmp(e)*int(b.step) > 0 {
		return i, false
	}
	return e, true
}

// spelled returns a number as JSON has it, in as many digits as it takes.
func spelled(n *big.Rat) json.Number {
	if n.IsInt() {
		return json.Number(n.Num().String())
	}
	digits, _ := n.FloatPrec() // what has been in JSON has finitely many
	return json.Number(n.FloatString(digits))
}

// isBoundOfType reports whether a bound says no more than that a number fits into 64 bits, or
// into a float32.
func isBoundOfType(n *big.Rat) bool {
	f, _ := n.Float64()
	return math.Abs(f) == math.MaxFloat32 ||
		n.IsInt() && slices.Contains([]string{"-9223372036854775808", "9223372036854775807", "18446744073709551615"}, n.Num().String())
}

// takeMultiple takes a whole number over of which whole numbers are multiples.
func takeMultiple(p *place, keyword string) bool {
	v, _ := p.from.Get(keyword)
	if n := exact(v); n != nil && n.IsInt() && n.Sign() > 0 {
		return plainly(p, keyword)
	}
	p.gap(keyword)
	return true
}

// takePattern takes a pattern over as far as all of those who might read it agree on it. That
// of base64 is in the program's hands, which may let lines be broken.
func takePattern(p *place, keyword string) bool {
	if p.from.Text("contentEncoding") != "" {
		return true
	}
	if pattern := portable(p.from.Text(keyword)); pattern != "" {
		p.to.Add(keyword, pattern)
		return true
	}
	p.gap(keyword)
	return true
}
