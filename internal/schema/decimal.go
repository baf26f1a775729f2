package schema

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// decimal is a number as it is written, exactly: digits × 10^exp. The digits neither
// begin nor end with a zero; those of 0 are none.
type decimal struct {
	_        uncomparable
	negative bool
	digits   string
	exp      int
}

// uncomparable, as a field, keeps the compiler from making a function that compares structs:
// programs would have it that do nothing with them.
type uncomparable [0]func()

// maxExponent bounds exponents, so that sums of them don't overflow. No number of any Go
// type has one of this size.
const maxExponent = 1 << 30

// parseDecimal parses a number of JSON's grammar. It reports false for any other text.
func parseDecimal(s string) (d decimal, ok bool) {
	s, d.negative = strings.CutPrefix(s, "-")
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		if d.exp, ok = parseExponent(exponent); !ok {
			return decimal{}, false
		}
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || point && !isDigits(fraction) {
		return decimal{}, false
	}
	d.digits = strings.TrimLeft(whole+fraction, "0")
	d.exp -= len(fraction)
	trimmed := strings.TrimRight(d.digits, "0")
	d.exp += len(d.digits) - len(trimmed)
	if d.digits = trimmed; trimmed == "" {
		return decimal{}, true
	}
	return d, true
}

func parseExponent(s string) (n int, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	if !isDigits(digits) {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n > maxExponent {
		n = maxExponent
	}
	if negative {
		n = -n
	}
	return n, true
}

// isDigits reports whether a text is one or more decimal digits.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}

// key returns a text that is equal for equal numbers.
func (d decimal) key() string {
	key := d.digits + "e" + strconv.Itoa(d.exp)
	if d.negative {
		key = "-" + key
	}
	return key
}

// sign is -1, 0 or 1.
func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d decimal) compare(e decimal) int {
	if s, t := d.sign(), e.sign(); s != t || s == 0 {
		return min(1, max(-1, s-t))
	}
	c := d.compareSizes(e)
	if d.negative {
		return -c
	}
	return c
}

// compareSizes compares without the signs. Neither number is 0.
func (d decimal) compareSizes(e decimal) int {
	switch m, n := len(d.digits)+d.exp, len(e.digits)+e.exp; {
	case m < n:
		return -1
	case m > n:
		return 1
	}
	return strings.Compare(d.digits, e.digits)
}

// float returns the nearest float of a number of bits.
func (d decimal) float(bitSize int) float64 {
	f, _ := strconv.ParseFloat("0"+d.digits+"e"+strconv.Itoa(d.exp), bitSize)
	if d.negative {
		f = -f
	}
	return f
}

// integer is a whole number with a sign.
type integer struct {
	negative bool
	size     uint64
	huge     bool // the size is greater than 64 bits hold
}

// truncate returns the whole part, and whether there is a fraction.
func (d decimal) truncate() (n integer, fraction bool) {
	n.negative = d.sign() < 0
	digits := d.digits
	switch end := len(digits) + d.exp; {
	case d.digits == "":
	case end <= 0:
		return n, true
	case end > 20:
		n.huge = true
		return n, d.exp < 0
	case d.exp < 0:
		digits, fraction = digits[:end], true
	default:
		digits += strings.Repeat("0", d.exp)
	}
	if digits != "" {
		var err error
		n.size, err = strconv.ParseUint(digits, 10, 64)
		n.huge = err != nil
	}
	return n, fraction
}

// least returns the least whole number that is at least d or, if open, greater.
func (d decimal) least(open bool) integer {
	n, fraction := d.truncate()
	if up := fraction || open; !n.negative && up {
		return n.grow()
	}
	if n.negative && open && !fraction {
		return n.shrink()
	}
	return n
}

// greatest returns the greatest whole number that is at most d or, if open, less.
func (d decimal) greatest(open bool) integer {
	d.negative = !d.negative
	n := d.least(open)
	n.negative = !n.negative
	return n
}

// grow adds 1 to the size.
func (n integer) grow() integer {
	n.size++
	n.huge = n.huge || n.size == 0
	return n
}

// shrink takes 1 from the size, which is that of a number below 0.
func (n integer) shrink() integer {
	if !n.huge && n.size > 0 {
		n.size--
	}
	return n
}

// int returns the nearest int64, and reports whether it is the number itself.
func (n integer) int() (int64, bool) {
	switch {
	case n.negative && (n.huge || n.size > 1<<63):
		return math.MinInt64, false
	case n.negative:
		return -int64(n.size), true
	case n.huge || n.size > math.MaxInt64:
		return math.MaxInt64, false
	}
	return int64(n.size), true
}

// uint returns the nearest uint64, and reports whether it is the number itself.
func (n integer) uint() (uint64, bool) {
	switch {
	case n.negative:
		return 0, n.size == 0 && !n.huge
	case n.huge:
		return math.MaxUint64, false
	}
	return n.size, true
}

// factor is what numbers are to be multiples of: digits × 10^exp, above 0.
type factor struct {
	digits uint64
	exp    int
}

// factor reports false for a number that isn't above 0, or has more than 19 digits.
func (d decimal) factor() (factor, bool) {
	n, err := strconv.ParseUint(d.digits, 10, 64)
	return factor{n, d.exp}, err == nil && d.sign() > 0
}

// divides reports whether a whole number is a multiple.
func (f factor) divides(n uint64) bool {
	if f.exp == 0 {
		return n%f.digits == 0
	}
	exp := 0
	for n != 0 && n%10 == 0 {
		n, exp = n/10, exp+1
	}
	return f.dividesScaled(n%f.digits, exp, n == 0)
}

// dividesFloat reports whether a float is a multiple, if it is taken as the shortest
// decimal that stands for it: so 0.07 is a multiple of 0.01.
func (f factor) dividesFloat(v float64, bitSize int) bool {
	if v = math.Abs(v); v < 1<<24 && v == math.Trunc(v) {
		return f.divides(uint64(v))
	}
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], v, 'e', -1, bitSize)
	digits, exp, i := uint64(0), 0, 0
	for ; text[i] != 'e'; i++ {
		if text[i] != '.' {
			digits = digits*10 + uint64(text[i]-'0')
			exp--
		}
	}
	power := 0
	for _, c := range text[i+2:] {
		power = power*10 + int(c-'0')
	}
	if text[i+1] == '-' {
		power = -power
	}
	return f.dividesScaled(digits%f.digits, exp+1+power, digits == 0)
}

// dividesDecimal reports whether a number is a multiple.
func (f factor) dividesDecimal(d decimal) bool {
	rest := uint64(0)
	for i := range len(d.digits) {
		rest = mulMod(rest, 10, f.digits)
		rest = addMod(rest, uint64(d.digits[i]-'0')%f.digits, f.digits)
	}
	return f.dividesScaled(rest, d.exp, d.digits == "")
}

// dividesScaled reports whether n × 10^exp is a multiple: rest is n modulo the factor's
// digits, zero says that n is 0. n, if it isn't 0, doesn't end with a zero: so it is no
// multiple of a larger power of ten.
func (f factor) dividesScaled(rest uint64, exp int, zero bool) bool {
	if zero {
		return true
	}
	if exp < f.exp {
		return false
	}
	return mulMod(rest, powMod(10, exp-f.exp, f.digits), f.digits) == 0
}

// powMod returns base^n modulo m.
func powMod(base uint64, n int, m uint64) uint64 {
	result := 1 % m
	for base %= m; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = mulMod(result, base, m)
		}
		base = mulMod(base, base, m)
	}
	return result
}

// mulMod returns a × b modulo m, for an a below m.
func mulMod(a, b, m uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return bits.Rem64(high, low, m)
}

// addMod returns a + b modulo m, for numbers below m.
func addMod(a, b, m uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	return bits.Rem64(carry, sum, m)
}
