package app

import (
	"reflect"
	"runtime"
	"strings"
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
