package lambdarun

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// levels are those of lines of a log in JSON, the least first.
var levels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// info is the level that Lambda takes for that of a line that says none.
const info = "INFO"

// filtered returns a function that passes lines on, from a level on. Lines that don't
// say their level and don't reach it are told to unleveled, which can be nil.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
func filtered(least string, to, unleveled func(Line)) func(Line) {
	from := slices.Index(levels, least)
	return func(l Line) {
		level, said := levelOf(l.Text)
		switch {
		case slices.Index(levels, level) >= from:
			to(l)
		case !said && unleveled != nil:
			unleveled(l)
		}
	}
}

// levelOf returns the level of a line. It reports false for a line that isn't an object
// with a level and a time, and so is one of INFO.
func levelOf(text string) (level string, said bool) {
	if !strings.HasPrefix(text, "{") {
		return info, false
	}
	var line map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &line) != nil {
		return info, false
	}
	level = strings.ToUpper(textOf(line["level"]))
	if !slices.Contains(levels, level) || !slices.ContainsFunc(times, func(key string) bool { return isTime(textOf(line[key])) }) {
		return info, false
	}
	return level, true
}

// times are the keys under which Lambda finds a line's time, as its own runtimes have
// them.
var times = []string{"timestamp", "time", "@timestamp"}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

// textOf returns a text of JSON, "" for anything else.
func textOf(raw json.RawMessage) (text string) {
	_ = json.Unmarshal(raw, &text) // which leaves it empty
	return text
}
