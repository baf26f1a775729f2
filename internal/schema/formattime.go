package schema

import "strings"

// isDateTime: https://www.rfc-editor.org/rfc/rfc3339#section-5.6
func isDateTime(s string) bool {
	const date = len("2006-01-02")
	return len(s) > date && s[date]|0x20 == 't' && isDate(s[:date]) && isTime(s[date+1:])
}

// isDate: https://www.rfc-editor.org/rfc/rfc3339#section-5.6
func isDate(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	century, ok := twoDigits(s)
	if !ok {
		return false
	}
	year, ok1 := twoDigits(s[2:])
	month, ok2 := twoDigits(s[5:])
	day, ok3 := twoDigits(s[8:])
	return ok1 && ok2 && ok3 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(century*100+year, month)
}

func daysIn(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4, month == 6, month == 9, month == 11:
		return 30
	}
	return 31
}

// isTime: https://www.rfc-editor.org/rfc/rfc3339#section-5.6. A leap second is the last
// one of a day of UTC.
func isTime(s string) bool {
	hour, minute, ok := clock(s, 23)
	if !ok || len(s) < len("15:04:05Z") || s[5] != ':' {
		return false
	}
	second, ok := twoDigits(s[6:])
	if !ok || second > 60 {
		return false
	}
	s = s[8:]
	if s[0] == '.' {
		n := 1
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		if n == 1 || n == len(s) {
			return false
		}
		s = s[n:]
	}
	offset, ok := offsetOf(s)
	const day = 24 * 60
	return ok && (second < 60 || (hour*60+minute-offset+day)%day == day-1)
}

// offsetOf returns the minutes of an offset from UTC.
func offsetOf(s string) (minutes int, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+01:00") {
		return 0, false
	}
	h, m, ok := clock(s[1:], 23)
	switch s[0] {
	case '+':
		return h*60 + m, ok
	case '-':
		return -h*60 - m, ok
	}
	return 0, false
}

// clock reads 15:04.
func clock(s string, lastHour int) (hour, minute int, ok bool) {
	if len(s) < len("15:04") || s[2] != ':' {
		return 0, 0, false
	}
	hour, ok = twoDigits(s)
	minute, ok2 := twoDigits(s[3:])
	return hour, minute, ok && ok2 && hour <= lastHour && minute < 60
}

// twoDigits reads the two digits that a text begins with.
func twoDigits(s string) (int, bool) {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return 0, false
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), true
}

// isDuration: https://www.rfc-editor.org/rfc/rfc3339#appendix-A
func isDuration(s string) bool {
	s, ok := strings.CutPrefix(s, "P")
	if !ok {
		return false
	}
	if weeks, ok := strings.CutSuffix(s, "W"); ok {
		return isDigits(weeks)
	}
	date, time, timed := strings.Cut(s, "T")
	return (date == "" || areUnits(date, "YMD")) && (areUnits(time, "HMS") || !timed) && (date != "" || timed)
}

// areUnits reports whether a text is numbers with units, which follow each other as those
// of a list do: none within is left out.
func areUnits(s, units string) bool {
	next := -1
	for s != "" {
		n := 0
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		if n == 0 || n == len(s) {
			return false
		}
		unit := strings.IndexByte(units, s[n])
		if unit < 0 || next >= 0 && unit != next {
			return false
		}
		next = unit + 1
		s = s[n+1:]
	}
	return next >= 0
}
