package schema

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// FuzzDecimal compares with arithmetic of any precision.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "1.50", "1e3", "-1.2e-3", "0.07", "123456789012345678901234567890", "9007199254740993", "1e-20", "4.35"} {
		f.Add(s, "0.01", 4.35, int64(-7))
		f.Add("9223372036854775807.5", s, math.MaxFloat64, int64(math.MinInt64))
	}
	f.Fuzz(func(t *testing.T, a, b string, v float64, n int64) {
		x, okX := parseDecimal(a)
		y, okY := parseDecimal(b)
		if okX != (json.Valid([]byte(a)) && strings.TrimSpace(a) == a && strings.Trim(a, "-+.eE0123456789") == "" && a != "") {
			t.Fatalf("parseDecimal(%q) reports %v", a, okX)
		}
		if !okX || !okY || abs(x.exp) > 400 || abs(y.exp) > 400 {
			return
		}
		p, q := rat(t, a), rat(t, b)
		if got, want := x.compare(y), p.Cmp(q); got != want {
			t.Errorf("compare %s with %s: got %d, want %d", a, b, got, want)
		}
		for _, open := range []bool{false, true} {
			checkBound(t, a, x.least(open), ceil(p, open))
			checkBound(t, a, x.greatest(open), new(big.Int).Neg(ceil(new(big.Rat).Neg(p), open)))
		}
		factor, ok := y.factor()
		if !ok {
			return
		}
		multiple := func(v *big.Rat) bool { return new(big.Rat).Quo(v, q).IsInt() }
		if got, want := factor.dividesDecimal(x), multiple(p); got != want {
			t.Errorf("%s is a multiple of %s: got %v", a, b, got)
		}
		if got, want := factor.dividesInt(n), multiple(new(big.Rat).SetInt64(n)); got != want {
			t.Errorf("%d is a multiple of %s: got %v", n, b, got)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		for bits, v := range map[int]float64{64: v, 32: float64(float32(v))} {
			if math.IsInf(v, 0) {
				continue
			}
			shortest := strconv.FormatFloat(v, 'e', -1, bits)
			if got, want := factor.dividesFloat(v, bits), multiple(rat(t, shortest)); got != want {
				t.Errorf("%s is a multiple of %s: got %v", shortest, b, got)
			}
		}
	})
}

func abs(n int) int { return max(n, -n) }

func rat(t *testing.T, s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("no number: %q", s)
	}
	return r
}

// ceil is the least whole number that is at least r or, if open, greater.
func ceil(r *big.Rat, open bool) *big.Int {
	floor := new(big.Int).Div(r.Num(), r.Denom()) // rounds to -∞, as denominators are above 0
	if r.IsInt() && !open {
		return floor
	}
	return floor.Add(floor, big.NewInt(1))
}

func checkBound(t *testing.T, text string, got integer, want *big.Int) {
	n, exact := got.int()
	if exact != want.IsInt64() || exact && n != want.Int64() {
		t.Errorf("%s: got %d, %v, want %s", text, n, exact, want)
	}
	u, exact := got.uint()
	if exact != want.IsUint64() || exact && u != want.Uint64() {
		t.Errorf("%s: got %d, %v, want %s", text, u, exact, want)
	}
}

// FuzzPattern reads patterns: one without a problem compiles, and what is documented of it
// is read as the same pattern.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{`^[a-z]+$`, `\d{2,3}?|\s`, `[\w-.]`, `(?<n>a)\k<n>`, `\p{Script=Greek}\P{L}`, `a{1001}`, `\u{1F600}[\ud83d\ude00]`, `[^]`, `(?=a)`, `\-\@{`, `[]`, `[[:alpha:]]`, `\cA\0\x41`, `[z-a]`, `((((`} {
		f.Add(s, "abc-1 é")
	}
	f.Fuzz(func(t *testing.T, text, subject string) {
		r := readPattern(text)
		if r.problem != "" || r.beyondGo != "" {
			return
		}
		re, err := regexp.Compile(r.goText())
		if (err == nil) != (patternProblem(text) == "") {
			t.Fatalf("%q: %v, %s", text, err, patternProblem(text))
		}
		if err != nil && !strings.Contains(err.Error(), "repeat") && !strings.Contains(err.Error(), "too large") && !strings.Contains(err.Error(), "invalid character class range: `\\p{") &&
			!strings.Contains(err.Error(), "invalid character class range: `\\P{") {
			t.Fatalf("%q is read as %q: %v", text, r.goText(), err)
		}
		again := readPattern(r.ecmaText())
		if again.problem != "" || again.goText() != r.goText() || again.ecmaText() != r.ecmaText() {
			t.Fatalf("%q is documented as %q, which is read as %q, not %q: %s", text, r.ecmaText(), again.goText(), r.goText(), again.problem)
		}
		if err == nil {
			re.MatchString(subject)
		}
	})
}

// FuzzFormats compares formats with what the standard library parses.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"", "127.0.0.1", "::1", "1::2:3.4.5.6", "::ffff:1.2.3.4", "2026-11-30T12:00:00Z", "1998-12-31T23:59:60Z", "2024-02-29", "AAAA", "QQ==", "a@b", "http://[::1]:80/%41?#", "{a:1}", "P1W", "/~0", "0#", `"a\"b"@c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i := range formats {
			if check := formats[i].check; check != nil {
				check(s)
			}
		}
		addr, err := netip.ParseAddr(s)
		if got, want := isIPv4(s), err == nil && addr.Is4(); got != want {
			t.Errorf("ipv4 %q: got %v", s, got)
		}
		if got, want := isIPv6(s), err == nil && addr.Is6() && addr.Zone() == ""; got != want {
			t.Errorf("ipv6 %q: got %v", s, got)
		}
		_, err = base64.StdEncoding.DecodeString(s)
		if got := isBase64(s); got != (err == nil) {
			t.Errorf("base64 %q: got %v", s, got)
		}
		var at time.Time
		if err := at.UnmarshalText([]byte(s)); err == nil && !isDateTime(s) {
			t.Errorf("date-time: %q isn't one, but a time", s)
		} else if err != nil && isDateTime(s) && !strings.Contains(s, ":60") && strings.ToUpper(s) == s {
			t.Errorf("date-time: %q is one: %v", s, err)
		}
		if isURI(s) && !isURIReference(s) || isURI(s) && !isIRI(s) || isURIReference(s) && !isIRIReference(s) {
			t.Errorf("%q is a URI, but no reference or IRI", s)
		}
	})
}

// FuzzTags compares with package reflect.
func FuzzTags(f *testing.F) {
	for _, s := range []string{`a:"b"`, `a:"b" c:"d\"e"`, `a:"b`, `a`, `a: "b"`, `  a:"b"c:"d"`, `:"a"`, "a:`b`", `a:"\x"`} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, tag, key string) {
		want, wantOK := reflect.StructTag(tag).Lookup(key)
		got, ok := readTags(reflect.StructTag(tag)).lookup(key)
		if wantOK && (got != want || !ok) {
			t.Errorf("%s of `%s`: got %q, %v, want %q", key, tag, got, ok, want)
		}
	})
}
