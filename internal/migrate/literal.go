package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"

	"strconv"
	"strings"
	"unicode"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// quote writes a text as Go does: one of several lines between backquotes, if that can
// be.
func quote(text string) string {
	if strings.Contains(text, "\n") && strconv.CanBackquote(strings.ReplaceAll(text, "\n", "")) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

// quoteAll writes texts as a list of arguments.
func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = strconv.Quote(text)
	}
	return strings.Join(quoted, ", ")
}

// textList writes a slice of texts.
func textList(texts []string) string { return "[]string{" + quoteAll(texts) + "}" }

// config returns a CORS configuration, and how Go writes it; empty for the default one.
func (c *cors) config() (config app.CORSConfig, code string) {
	var fields []string
	if c.AllowOrigin != nil && *c.AllowOrigin != "*" {
		config.AllowOrigin = *c.AllowOrigin
		fields = append(fields, "AllowOrigin: "+quote(config.AllowOrigin))
	}
	if config.AllowHeaders = c.AllowHeaders; len(c.AllowHeaders) > 0 {
		fields = append(fields, "AllowHeaders: "+textList(c.AllowHeaders))
	}
	if config.ExposeHeaders = c.ExposeHeaders; len(c.ExposeHeaders) > 0 {
		fields = append(fields, "ExposeHeaders: "+textList(c.ExposeHeaders))
	}
	if config.MaxAge = c.MaxAge; c.MaxAge != nil {
		fields = append(fields, fmt.Sprintf("MaxAge: new(%d)", *c.MaxAge))
	}
	if config.AllowCredentials = c.AllowCredentials; c.AllowCredentials {
		fields = append(fields, "AllowCredentials: true")
	}
	if len(fields) > 0 {
		code = "app.CORSConfig{" + strings.Join(fields, ", ") + "}"
	}
	return config, code
}

// units are the units of a rate, as its expression has them.
var units = map[string]struct {
	unit app.RateUnit
	name string
}{"minute": {app.Minutes, "app.Minutes"}, "hour": {app.Hours, "app.Hours"}, "day": {app.Days, "app.Days"}}

// expression writes the times of a schedule.
func expression(text string) string {
	kind, rest, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	fields := strings.Fields(rest)
	values, code := make([]any, len(fields)), make([]string, len(fields))
	for i, field := range fields {
		values[i], code[i] = field, quote(field)
		if n, err := strconv.Atoi(field); err == nil {
			values[i], code[i] = n, strconv.Itoa(n)
		}
	}
	switch {
	case kind == "rate" && len(fields) == 2:
		n, _ := values[0].(int)
		if u := units[strings.TrimSuffix(fields[1], "s")]; string(app.Rate(n, u.unit)) == text {
			return fmt.Sprintf("app.Rate(%d, %s)", n, u.name)
		}
	case kind == "cron" && len(fields) == 6:
		if string(app.Cron(values[0], values[1], values[2], values[3], values[4], values[5])) == text {
			return "app.Cron(" + strings.Join(code, ", ") + ")"
		}
	}
	return quote(text)
}

// pattern reads a pattern of events, and says how Go writes it.
func pattern(data json.RawMessage) (app.Pattern, string, error) {
	var object ordered.Object
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, "", fmt.Errorf("a pattern of events has to be a dict: %w", err)
	}
	var value app.Pattern
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, "", err
	}
	return value, "app.Pattern" + members(&object), nil
}

func members(o *ordered.Object) string {
	list := make([]string, len(o.Members))
	for i, m := range o.Members {
		list[i] = quote(m.Key) + ": " + literal(m.Value)
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// literal writes a JSON value in Go.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return quote(v)
	case json.Number:
		return number(v.String())
	case *ordered.Object:
		return "map[string]any" + members(v)
	case []any:
		return list(v)
	}
	return fmt.Sprint(v)
}

func list(values []any) string {
	items, typ := make([]string, len(values)), "[]string{"
	for i, v := range values {
		items[i] = literal(v)
		if _, ok := v.(string); !ok {
			typ = "[]any{"
		}
	}
	return typ + strings.Join(items, ", ") + "}"
}

// number writes a number that Go would print otherwise as the text that it is.
func number(text string) string {
	if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
		return text
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if data, err := json.Marshal(f); err == nil && string(data) == text {
			return text
		}
	}
	return "json.Number(" + quote(text) + ")"
}

// comment writes lines of text as lines of a comment that nothing in them can end or
// give a meaning to.
func comment(indent, text string) string {
	var b strings.Builder
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString("//" + strings.TrimRight(indent+harmless(line), " \t") + "\n")
	}
	return b.String()
}

// harmless spells out what a reader doesn't see, and what is no part of Go's source. A
// line that starts with +build would be one for Go's tools.
func harmless(line string) string {
	var b strings.Builder
	for _, c := range line {
		if c == '\t' || unicode.IsGraphic(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	return strings.ReplaceAll(b.String(), "+build", "+ build")
}
