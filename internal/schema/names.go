package schema

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// reservedNames are those of schemas that documents have besides the types'.
var reservedNames = [...]string{"Error", "Problem", "GatewayError", "Violation"}

// nameTypes gives types names of their own, of ASCII letters and digits: that of the Go
// type. Types that would share one, or have a reserved one, have the last part of their
// package's path in front, and more parts of it if need be; in the end they are numbered.
func nameTypes(types []*Type) map[*Type]string {
	parts := make(map[*Type]int, len(types)) // of the path that are in front
	for {
		names := map[string][]*Type{}
		for _, t := range types {
			name := typePrefix(t.Go, parts[t]) + plainName(t.Go.Name())
			names[name] = append(names[name], t)
		}
		longer := false
		for name, sharers := range names {
			if !isReserved(name) && samePackage(sharers) {
				continue
			}
			for _, t := range sharers {
				if parts[t] < len(pathParts(t.Go)) {
					parts[t]++
					longer = true
				}
			}
		}
		if !longer {
			return numberNames(types, parts)
		}
	}
}

// samePackage reports whether the package doesn't tell the types apart.
func samePackage(types []*Type) bool {
	for _, t := range types {
		if t.Go.PkgPath() != types[0].Go.PkgPath() {
			return false
		}
	}
	return true
}

func isReserved(name string) bool {
	for _, r := range reservedNames {
		if r == name {
			return true
		}
	}
	return false
}

// numberNames numbers the types that share a name, in their order.
func numberNames(types []*Type, parts map[*Type]int) map[*Type]string {
	names, taken := make(map[*Type]string, len(types)), map[string]bool{}
	for _, t := range types {
		name := typePrefix(t.Go, parts[t]) + plainName(t.Go.Name())
		free := name
		for n := 2; taken[free] || isReserved(free); n++ {
			free = name + itoa(n)
		}
		taken[free] = true
		names[t] = free
	}
	return names
}

// typePrefix is the last n parts of the path of a type's package, as a name.
func typePrefix(t reflect.Type, n int) string {
	parts := pathParts(t)
	var b strings.Builder
	for _, part := range parts[len(parts)-n:] {
		b.WriteString(capital(plain(part)))
	}
	return b.String()
}

// pathParts are the parts of the path of a type's package, without versions.
func pathParts(t reflect.Type) (parts []string) {
	for part := range strings.SplitSeq(t.PkgPath(), "/") {
		if before, version, ok := strings.Cut(part, ".v"); ok && isDigits(version) {
			part = before
		}
		if version, ok := strings.CutPrefix(part, "v"); part == "" || ok && isDigits(version) {
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

// plainName is the name of a type in letters and digits: type arguments follow it, such as
// PageOrder for Page[example.com/shop.Order]. Lists among them are ListOrder, maps
// MapStringOrder.
func plainName(name string) string {
	own, arguments, generic := strings.Cut(name, "[")
	if !generic {
		return plain(name)
	}
	var b strings.Builder
	b.WriteString(plain(own))
	word := ""
	for _, c := range strings.ReplaceAll(arguments, "[]", " list ") {
		if strings.ContainsRune(`[]{}(),*; "`, c) {
			b.WriteString(capital(plain(lastName(word))))
			word = ""
			continue
		}
		word += string(c)
	}
	return b.String()
}

// lastName is a name without its package.
func lastName(word string) string {
	word = word[strings.LastIndexByte(word, '/')+1:]
	return word[strings.LastIndexByte(word, '.')+1:]
}

// plain returns the ASCII letters and digits of a name, and U and the number of others.
func plain(name string) string {
	var b strings.Builder
	upper := false
	for _, c := range name {
		switch {
		case c < unicode.MaxASCII && (isLetter(byte(c)) || isDigit(byte(c))):
			if upper && b.Len() > 0 {
				c = unicode.ToUpper(c)
			}
			b.WriteRune(c)
		case c > unicode.MaxASCII && unicode.IsLetter(c):
			b.WriteString("U" + strings.ToUpper(strconv.FormatInt(int64(c), 16)))
		}
		upper = c == '-' || c == '_'
	}
	return b.String()
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
