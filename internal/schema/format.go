package schema

import (
	"strconv"
	"strings"
)

// format is a format of strings.
type format struct {
	name  string
	means string // such as "be " goes before: "a date, such as 2026-11-30"
	check func(string) bool
}

// ipFormat is the format of Go types that take addresses of both versions of IP. It isn't
// one of JSON Schema's.
const ipFormat = "ip"

// formats are those of https://json-schema.org/draft/2020-12/json-schema-validation, but
// for idn-hostname and idn-email, whose tables of Unicode would be in each program, and
// those of OpenAPI for strings.
var formats = [...]format{
	{"date-time", "a date and time, such as 2026-11-30T12:00:00Z", isDateTime},
	{"date", "a date, such as 2026-11-30", isDate},
	{"time", "a time with an offset, such as 12:00:00Z", isTime},
	{"duration", "a duration, such as P1DT12H", isDuration},
	{"email", "an e-mail address", isEmail},
	{"hostname", "a host name", isHostname},
	{"ipv4", "an IPv4 address", isIPv4},
	{"ipv6", "an IPv6 address", isIPv6},
	{"uri", "a URI with a scheme", isURI},
	{"uri-reference", "a URI, or a reference relative to one", isURIReference},
	{"iri", "an IRI with a scheme", isIRI},
	{"iri-reference", "an IRI, or a reference relative to one", isIRIReference},
	{"uri-template", "a URI template", isURITemplate},
	{"uuid", "a UUID, such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380", isUUID},
	{"json-pointer", "a JSON pointer, such as /a/0", isPointer},
	{"relative-json-pointer", "a relative JSON pointer, such as 1/a", isRelativePointer},
	{"regex", "a regular expression", isRegex},
	{"byte", "base64", isBase64},
	{"binary", "", nil},
	{"password", "", nil},
}

// formatOf returns the format of a name, and what is wrong with the name.
func formatOf(name string) (*format, string) {
	for i := range formats {
		if f := &formats[i]; f.name == name {
			if f.check == nil {
				return nil, ""
			}
			return f, ""
		}
	}
	names := make([]string, len(formats))
	for i := range formats {
		names[i] = formats[i].name
	}
	problem := strconv.Quote(name) + " isn't a format that is known; those are " + strings.Join(names, ", ")
	if near := nearest(name, names); near != "" {
		problem = strconv.Quote(name) + " isn't a format that is known; did you mean " + near + "?"
	}
	return nil, problem
}

// isUUID: https://www.rfc-editor.org/rfc/rfc9562#section-4
func isUUID(s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	return areHex(s[:8]) && areHex(s[9:13]) && areHex(s[14:18]) && areHex(s[19:23]) && areHex(s[24:])
}

func areHex(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isPointer: https://www.rfc-editor.org/rfc/rfc6901#section-3
func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

// isRelativePointer: https://datatracker.ietf.org/doc/html/draft-bhutton-relative-json-pointer-00#section-3
func isRelativePointer(s string) bool {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	return s[n:] == "#" || isPointer(s[n:])
}

// isBase64: https://www.rfc-editor.org/rfc/rfc4648#section-4, as encoding/json reads it:
// line ends don't count.
func isBase64(s string) bool {
	n, padding := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\r' || c == '\n':
		case c == '=':
			padding++
		case padding > 0 || !isLetter(c) && !isDigit(c) && c != '+' && c != '/':
			return false
		default:
			n++
		}
	}
	return (n+padding)%4 == 0 && padding <= 2 && n%4 != 1
}
