package logs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/logs"
)

// R-518, C-084: the values of --since.
func TestParseSince(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("", 3600)) // 11:00 in UTC
	for text, want := range map[string]string{
		"0s":                             "2026-03-10T11:00:00Z",
		"30s":                            "2026-03-10T10:59:30Z",
		"5m":                             "2026-03-10T10:55:00Z",
		"05m":                            "2026-03-10T10:55:00Z",
		"90m":                            "2026-03-10T09:30:00Z",
		"2h":                             "2026-03-10T09:00:00Z",
		"1d":                             "2026-03-09T11:00:00Z",
		"1w":                             "2026-03-03T11:00:00Z",
		"2020-01-01":                     "2020-01-01T00:00:00Z",
		"2020-01-01T00:00:00":            "2020-01-01T00:00:00Z",
		"2020-01-01T00:00:00Z":           "2020-01-01T00:00:00Z",
		"2020-01-01T01:30:00+02:00":      "2019-12-31T23:30:00Z",
		"2020-01-01T01:30:00.25+0200":    "2019-12-31T23:30:00.25Z",
		"2020-01-01 01:30:00":            "2020-01-01T01:30:00Z",
		"2020-01-01 01:30:00.513000":     "2020-01-01T01:30:00.513Z", // in the format of logs
		"2020-01-01 01:30:00 +02:00":     "2019-12-31T23:30:00Z",
		"2020-01-01 01:30:00 UTC":        "2020-01-01T01:30:00Z",
		"2020-01-01 01:30":               "2020-01-01T01:30:00Z",
		"2020-01-01T01:30":               "2020-01-01T01:30:00Z",
		"2020-01-01T01:30:00.123456789Z": "2020-01-01T01:30:00.123456789Z",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := logs.ParseSince(text, now)
			if err != nil {
				t.Fatal(err)
			}
			if got := got.Format(time.RFC3339Nano); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestParseSinceMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "neither a time span such as 10m",
		"5":                     "neither a time span such as 10m",
		"m":                     "neither a time span such as 10m",
		"5M":                    "neither a time span such as 10m",
		"5 m":                   "neither a time span such as 10m",
		"-5m":                   "neither a time span such as 10m",
		"1h30m":                 "neither a time span such as 10m",
		"5months":               "neither a time span such as 10m",
		"yesterday":             "neither a time span such as 10m",
		"2020-13-01":            "neither a time span such as 10m",
		"2020-01-01 01:30 CEST": "neither a time span such as 10m",
		"9999999w":              "longer ago than anything",
		"99999999999999999999s": "longer ago than anything",
		"9223372036854775807s":  "longer ago than anything",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := logs.ParseSince(text, time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, %v, want an error with %q", got, err, want)
			}
		})
	}
}

func FuzzParseSince(f *testing.F) {
	for _, text := range []string{"5m", "1w", "2020-01-01", "2020-01-01T00:00:00+02:00", "99999999999h"} {
		f.Add(text)
	}
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		since, err := logs.ParseSince(text, now)
		if err == nil && (since.Year() < 0 || since.Year() > 9999) {
			t.Errorf("%q is %s", text, since)
		}
	})
}
