package schema

import (
	"slices"
	"unicode"
)

// class is a set of characters.
type class struct {
	ascii   [2]uint64 // those of ASCII, once it is complete
	ranges  []rune    // the first and the last of each range
	tables  []propertyTest
	negated bool
}

// propertyTest is a property that characters have, or don't have.
type propertyTest struct {
	table   *unicode.RangeTable
	negated bool
}

// wordRanges are the characters of \w.
var wordRanges = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}

func (c *class) add(low, high rune) {
	c.ranges = append(c.ranges, low, high)
	for r := low; r <= min(high, unicode.MaxASCII); r++ {
		c.ascii[r>>6] |= 1 << (r & 63)
	}
}

func (c *class) addAll(ranges []rune) {
	for pair := range slices.Chunk(ranges, 2) {
		c.add(pair[0], pair[1])
	}
}

// complete is called when the class has all its parts.
func (c *class) complete() {
	for r := range rune(unicode.MaxASCII + 1) {
		if c.holds(r) {
			c.ascii[r>>6] |= 1 << (r & 63)
		} else {
			c.ascii[r>>6] &^= 1 << (r & 63)
		}
	}
}

// has reports whether a character is in the class.
func (c *class) has(r rune) bool {
	if r <= unicode.MaxASCII {
		return c.ascii[r>>6]>>(r&63)&1 != 0
	}
	return c.holds(r)
}

// holds is has, by the parts of the class.
func (c *class) holds(r rune) bool {
	for i := 0; i < len(c.ranges); i += 2 {
		if c.ranges[i] <= r && r <= c.ranges[i+1] {
			return !c.negated
		}
	}
	for _, t := range c.tables {
		if unicode.Is(t.table, r) != t.negated {
			return !c.negated
		}
	}
	return c.negated
}
