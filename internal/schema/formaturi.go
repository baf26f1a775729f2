package schema

import (
	"strings"
	"unicode/utf8"
)

// isURI: https://www.rfc-editor.org/rfc/rfc3986#appendix-A
func isURI(s string) bool { return reference{}.is(s, true) }

// isURIReference: https://www.rfc-editor.org/rfc/rfc3986#appendix-A
func isURIReference(s string) bool { return reference{}.is(s, false) }

// isIRI: https://www.rfc-editor.org/rfc/rfc3987#section-2.2
func isIRI(s string) bool { return reference{unicode: true}.is(s, true) }

// isIRIReference: https://www.rfc-editor.org/rfc/rfc3987#section-2.2
func isIRIReference(s string) bool { return reference{unicode: true}.is(s, false) }

// reference is the grammar of a URI reference, or of an IRI reference.
type reference struct{ unicode bool }

const subDelims = "!$&'()*+,;="

func (g reference) is(s string, absolute bool) bool {
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	scheme, rest, hasScheme := strings.Cut(s, ":")
	if hasScheme && isScheme(scheme) {
		s = rest
	} else if absolute || hasScheme && !strings.Contains(scheme, "/") {
		return false // the first segment of a relative path has no colon
	}
	if after, ok := strings.CutPrefix(s, "//"); ok {
		authority, path := after, ""
		if slash := strings.IndexByte(after, '/'); slash >= 0 {
			authority, path = after[:slash], after[slash:]
		}
		if !g.isAuthority(authority) {
			return false
		}
		s = path
	}
	return g.consistsOf(s, subDelims+":@/", false) && g.consistsOf(query, subDelims+":@/?", true) &&
		g.consistsOf(fragment, subDelims+":@/?", false)
}

func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (i == 0 || !isDigit(c) && strings.IndexByte("+-.", c) < 0) {
			return false
		}
	}
	return s != ""
}

func (g reference) isAuthority(s string) bool {
	if user, host, ok := strings.Cut(s, "@"); ok {
		if !g.consistsOf(user, subDelims+":", false) {
			return false
		}
		s = host
	}
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		return end > 0 && isLiteral(s[1:end]) && (s[end+1:] == "" || s[end+1] == ':' && isPort(s[end+2:]))
	}
	host, port, _ := strings.Cut(s, ":")
	return g.consistsOf(host, subDelims, false) && isPort(port)
}

func isPort(s string) bool { return s == "" || isDigits(s) }

// isLiteral reports whether a text is what a host has in brackets.
func isLiteral(s string) bool {
	if s != "" && s[0]|0x20 == 'v' {
		version, address, _ := strings.Cut(s[1:], ".")
		for i := range len(version) {
			if !isHex(version[i]) {
				return false
			}
		}
		return version != "" && address != "" && !strings.Contains(address, "%") && reference{}.consistsOf(address, subDelims+":", false)
	}
	return isIPv6(s)
}

// consistsOf reports whether a text has only letters, digits, "-._~", escapes (%41) and
// characters of a set; an IRI can also have characters beyond ASCII, and in its query
// private ones.
func (g reference) consistsOf(s, set string, private bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isLetter(c) || isDigit(c) || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(set, c) >= 0:
		case c == '%' && len(s)-i > 2 && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		case c >= utf8.RuneSelf && g.unicode:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !isUcschar(r) && !(private && isPrivate(r)) || r == utf8.RuneError && n == 1 {
				return false
			}
			i += n - 1
		default:
			return false
		}
	}
	return true
}

// isUcschar: ucschar of https://www.rfc-editor.org/rfc/rfc3987#section-2.2
func isUcschar(r rune) bool {
	switch {
	case r < 0xa0 || 0xd7ff < r && r < 0xf900 || 0xfdcf < r && r < 0xfdf0 || 0xffef < r && r < 0x10000:
		return false
	case r > 0xefffd || 0xdfffd < r && r < 0xe1000:
		return false
	}
	return r&0xfffe != 0xfffe
}

// isPrivate: iprivate of https://www.rfc-editor.org/rfc/rfc3987#section-2.2
func isPrivate(r rune) bool {
	return 0xe000 <= r && r <= 0xf8ff || r >= 0xf0000 && r&0xfffe != 0xfffe
}

// isURITemplate: https://www.rfc-editor.org/rfc/rfc6570#section-2
func isURITemplate(s string) bool {
	for s != "" {
		literal, rest, opens := strings.Cut(s, "{")
		if !isTemplateLiteral(literal) {
			return false
		}
		if !opens {
			return true
		}
		expression, after, closes := strings.Cut(rest, "}")
		if !closes || !isExpression(expression) {
			return false
		}
		s = after
	}
	return true
}

func isTemplateLiteral(s string) bool {
	for i, r := range s {
		switch {
		case r == '%':
			if len(s)-i < 3 || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
		case r <= ' ' || r == 0x7f || strings.ContainsRune("\"<>\\^`{|}", r):
			return false
		case r >= utf8.RuneSelf && !isUcschar(r) && !isPrivate(r):
			return false
		}
	}
	return true
}

func isExpression(s string) bool {
	if s != "" && strings.IndexByte("+#./;?&=,!@|", s[0]) >= 0 {
		s = s[1:]
	}
	for variable := range strings.SplitSeq(s, ",") {
		name, prefix, cut := strings.Cut(strings.TrimSuffix(variable, "*"), ":")
		if cut && (strings.HasSuffix(variable, "*") || !isDigits(prefix) || prefix[0] == '0' || len(prefix) > 4) {
			return false
		}
		if !isVariable(name) {
			return false
		}
	}
	return true
}

func isVariable(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return false
		}
		for i := 0; i < len(part); i++ {
			switch c := part[i]; {
			case isLetter(c), isDigit(c), c == '_':
			case c == '%' && len(part)-i > 2 && isHex(part[i+1]) && isHex(part[i+2]):
				i += 2
			default:
				return false
			}
		}
	}
	return true
}
