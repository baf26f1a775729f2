package logs

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// span matches a duration before now, such as 5m.
var span = regexp.MustCompile(`^(\d+)([smhdw])$`)

var units = map[string]time.Duration{
	"s": time.Second,
	"m": time.Minute,
	"h": time.Hour,
	"d": 24 * time.Hour,
	"w": 7 * 24 * time.Hour,
}

// The formats of a time: those of RFC 3339 and ISO 8601 that people write. Each
// can have a fraction of a second.
var (
	clocks = []string{"T15:04:05", " 15:04:05", "T15:04", " 15:04"}
	zones  = []string{"", "Z07:00", " Z07:00", "Z0700", " Z0700", " UTC"}
)

// ParseSince returns the time that a text stands for: a duration before now,
// such as 30s, 5m, 2h, 1d or 1w, or a time, such as 2026-01-31,
// 2026-01-31T12:00:00Z or "2026-01-31 12:00". Without a zone it is UTC.
func ParseSince(text string, now time.Time) (time.Time, error) {
	if m := span.FindStringSubmatch(text); m != nil {
		return before(now, text, m[1], units[m[2]])
	}
	for _, layout := range layouts() {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a time span such as 10m (units are s, m, h, d and w) nor a time such as 2026-01-31T12:00:00Z", text)
}

func before(now time.Time, text, count string, unit time.Duration) (time.Time, error) {
	n, err := strconv.ParseInt(count, 10, 64)
	if longest := now.Unix() / int64(unit.Seconds()); err != nil || n > longest {
		return time.Time{}, fmt.Errorf("%s is longer ago than anything was logged", text)
	}
	return now.Add(-time.Duration(n) * unit).UTC(), nil
}

func layouts() []string {
	all := []string{time.DateOnly}
	for _, clock := range clocks {
		for _, zone := range zones {
			all = append(all, time.DateOnly+clock+zone)
		}
	}
	return all
}
