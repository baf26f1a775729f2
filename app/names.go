package app

import (
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// symbol returns the runtime's name of a function, such as
// "example.com/shop.index" or "example.com/shop.(*server).index-fm".
func symbol(fn any) string {
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	if f := runtime.FuncForPC(v.Pointer()); f != nil {
		return f.Name()
	}
	return ""
}

// goName returns the name that the function with this symbol has in the source.
// It reports false for a function that has no name of its own there: a closure,
// or an instance of a generic function.
func goName(symbol string) (string, bool) {
	// Only the part of a package's path before its last slash can have dots: in
	// the part after it the compiler writes them as %2e.
	local := symbol[strings.LastIndexByte(symbol, '/')+1:]
	_, local, _ = strings.Cut(local, ".")
	if local == "" || strings.Contains(local, "[...]") {
		return "", false
	}
	if bound, ok := strings.CutSuffix(local, "-fm"); ok { // a method value
		return bound[strings.LastIndexByte(bound, '.')+1:], true
	}
	if strings.Contains(local, ".") {
		return "", false
	}
	return local, true
}

// nameOfRoute makes a name of a route's first method and the words of its path,
// such as get_users_id for GET /users/{id}.
func nameOfRoute(r *Route) string {
	words := strings.FieldsFunc(r.Path, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if len(r.Methods) > 0 {
		words = slices.Insert(words, 0, strings.ToLower(r.Methods[0]))
	}
	return strings.Join(words, "_")
}

// nameRoutes names the routes whose handlers have no name. A name that is taken
// gets a number, as in get_users_id_2. Names that the app itself chose stay,
// wherever they are declared.
func (f *freezer) nameRoutes() {
	taken := map[string]bool{}
	for _, name := range reserved {
		taken[name] = true
	}
	for _, fn := range f.registry.functions {
		taken[fn.Name] = true
	}
	for _, a := range f.registry.authorizers {
		taken[a.Name] = true
	}
	for _, r := range f.routes {
		if !r.unnamed {
			taken[r.route.Name] = true
		}
	}
	for _, r := range f.routes {
		if !r.unnamed {
			continue
		}
		name := r.route.Name
		for n := 2; taken[r.route.Name]; n++ {
			r.route.Name = name + "_" + strconv.Itoa(n)
		}
		taken[r.route.Name] = true
	}
}
