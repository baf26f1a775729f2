package app

import (
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// symbol gives the runtime's name of a function, such as
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

// goName gives the name in the source of the function with this symbol. It
// reports false for a function that has no name of its own there: a closure,
// an instance of a generic function.
func goName(symbol string) (string, bool) {
	// The package's path can have dots before its last slash only: the
	// compiler writes %2e for those after it.
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
// as in get_users_id for GET /users/{id}.
func nameOfRoute(r *Route) string {
	words := strings.FieldsFunc(r.Path, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if len(r.Methods) > 0 {
		words = slices.Insert(words, 0, strings.ToLower(r.Methods[0]))
	}
	return strings.Join(words, "_")
}

// nameRoutes numbers routes whose handlers have no names where their own would
// be taken: get_users_id_2. What the app itself has named keeps its name,
// wherever it is declared.
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
