package schema

import "strings"

// isIPv4: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, IPv4address
func isIPv4(s string) bool {
	parts := 0
	for part := range strings.SplitSeq(s, ".") {
		if parts++; parts > 4 || !isOctet(part) {
			return false
		}
	}
	return parts == 4
}

// isOctet reports whether a text is a number up to 255 without leading zeros.
func isOctet(s string) bool {
	n := 0
	for i := range len(s) {
		if n = n*10 + int(s[i]-'0'); !isDigit(s[i]) || n > 255 {
			return false
		}
	}
	return s != "" && (len(s) == 1 || s[0] != '0')
}

// isIPv6: https://www.rfc-editor.org/rfc/rfc4291#section-2.2, without a zone
func isIPv6(s string) bool {
	if before, after, elided := strings.Cut(s, "::"); elided {
		m, n := groups(before, false), groups(after, true)
		return m >= 0 && n >= 0 && m+n < 8
	}
	return groups(s, true) == 8
}

// groups counts the groups of 16 bits of a part of an IPv6 address, the last of which can
// be an IPv4 address. It returns -1 if there is anything else.
func groups(s string, last bool) (n int) {
	for s != "" {
		group, rest, more := strings.Cut(s, ":")
		switch {
		case more && rest == "" || n > 8:
			return -1
		case last && !more && isIPv4(group):
			return n + 2
		case len(group) == 0 || len(group) > 4:
			return -1
		}
		for i := range len(group) {
			if !isHex(group[i]) {
				return -1
			}
		}
		n, s = n+1, rest
	}
	return n
}

// isHostname: https://www.rfc-editor.org/rfc/rfc1123#section-2.1. Labels of
// internationalized names (xn--) are looked at as any others.
func isHostname(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '-' {
			return false
		}
	}
	return true
}

// isEmail: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2, Mailbox
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if literal, ok := strings.CutPrefix(domain, "["); ok {
		literal, ok = strings.CutSuffix(literal, "]")
		v6, isV6 := strings.CutPrefix(literal, "IPv6:")
		return ok && isLocal(local) && (isV6 && isIPv6(v6) || isIPv4(literal))
	}
	return isLocal(local) && isHostname(domain)
}

// isLocal reports whether a text is what is before the @: words between points, or a text
// in quotes.
func isLocal(s string) bool {
	if s[0] == '"' {
		return isQuotedLocal(s)
	}
	for i := range len(s) {
		c := s[i]
		point := c == '.' && i > 0 && i < len(s)-1 && s[i-1] != '.'
		if !point && !isLetter(c) && !isDigit(c) && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) < 0 {
			return false
		}
	}
	return true
}

func isQuotedLocal(s string) bool {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i == len(s)-1
		case c < ' ' || c > '~':
			return false
		case c == '\\':
			i++
			if i == len(s) || s[i] < ' ' || s[i] > '~' {
				return false
			}
		}
	}
	return false
}
