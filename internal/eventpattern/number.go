package eventpattern

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// numbers are the numbers that a language compares: up to a limit, on both sides of 0,
// and to some digits after the point. Further digits are cut off.
type numbers struct {
	limit  int64
	digits int
}

// of returns a number, as JSON writes it, as a multiple of the last digit that counts.
// ok is false for what isn't a number within the limit.
func (n numbers) of(text string) (multiple int64, ok bool) {
	digits, point, negative, ok := decimal(text)
	// Of the digits, those before end count. The limits have ten digits at most.
	end := point + n.digits
	if !ok || point > 10 && digits != "" {
		return 0, false
	}
	for i := range max(end, 0) {
		multiple *= 10
		if i < len(digits) {
			multiple += int64(digits[i] - '0')
		}
	}
	rest := len(digits) > max(end, 0)
	if negative {
		multiple = -multiple
		if rest {
			multiple-- // down, as for all other numbers
		}
	}
	limit := n.limit * pow10(n.digits)
	return multiple, multiple >= -limit && (multiple < limit || multiple == limit && !rest)
}

func (n numbers) String() string {
	return fmt.Sprintf("numbers from -%d to %d", n.limit, n.limit)
}

// decimal takes a number apart: its digits without zeros around them, and where among
// them the point is.
func decimal(text string) (digits string, point int, negative, ok bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	mantissa, negative = strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	shift := 0
	if exponent != "" {
		n, err := strconv.ParseInt(exponent, 10, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return "", 0, false, false
		}
		shift = int(min(max(n, -farAway), farAway))
	}
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", 0, false, false
	}
	trimmed := strings.TrimLeft(digits, "0")
	point = len(whole) - (len(digits) - len(trimmed)) + shift
	trimmed = strings.TrimRight(trimmed, "0")
	if trimmed == "" {
		return "", 0, false, true // 0, however it is written
	}
	return trimmed, point, negative, true
}

// farAway is an exponent that is as good as any that is larger.
const farAway = 1 << 20

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
