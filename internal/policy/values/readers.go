package values

import (
	"go/types"
	"path"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// readers lists the functions that only read what they get, though their source
// isn't looked at: they print it, or make bytes of it. They are named by package,
// and by patterns as path.Match takes them; those of methods start with the
// receiver's type. Functions of other packages can do anything with what they
// get, whatever they are called, and those whose source is seen are followed.
var readers = map[string][]string{
	"fmt":              {"Print*", "Sprint*", "Fprint*", "Append*", "Errorf"},
	"log":              {"*"},
	"log/slog":         {"*"},
	"errors":           {"*"},
	"encoding/json":    {"Marshal*", "Valid", "Encoder.*"},
	"encoding/xml":     {"Marshal*", "Encoder.*"},
	"encoding/gob":     {"Encoder.*"},
	"encoding/binary":  {"Write", "Size", "Append"},
	"encoding/base64":  {"Encoding.Encode*", "Encoding.Append*"},
	"encoding/hex":     {"Encode*", "Append*", "Dump"},
	"encoding/csv":     {"Writer.*"},
	"strings":          {"*"},
	"unicode/utf8":     {"*"},
	"net/url":          {"Values.Encode", "*Escape"},
	"crypto/sha256":    {"Sum*"},
	"slices":           {"Contains*", "Index*", "Equal*", "Compare*", "Binary*", "Max*", "Min*", "Is*", "Sort*", "Reverse"},
	"sort":             {"Search*", "Is*", "Sort*", "Strings*", "Ints*", "Float64s*", "Slice*", "Stable", "Reverse"},
	"maps":             {"Equal*"},
	"gopkg.in/yaml.v3": {"Marshal", "Encoder.*"},

	sdk.Prefix + "feature/dynamodb/attributevalue": {"Marshal*", "Encoder.*"},

	"github.com/sirupsen/logrus":       {"*"},
	"github.com/rs/zerolog":            {"*"},
	"github.com/rs/zerolog/log":        {"*"},
	"go.uber.org/zap":                  {"*"},
	"github.com/go-logr/logr":          {"*"},
	"google.golang.org/protobuf/proto": {"Marshal*"},
}

// copiers lists functions that give a new slice or map with the same elements, or
// a way to read them one by one.
var copiers = map[string][]string{
	"slices": {"Clone", "Concat", "Values", "All", "Sorted", "Collect"},
	"maps":   {"Clone", "Keys", "Values", "All"},
}

// movers lists those of the readers that move elements within a slice.
var movers = map[string][]string{
	"slices": {"Sort*", "Reverse"},
	"sort":   {"Sort", "Stable", "Slice*", "Strings", "Ints", "Float64s", "Reverse"},
}

// keepers lists functions that keep an interface as it is, to give it back.
var keepers = map[string][]string{
	"context":        {"WithValue"},
	"sync":           {"Map.*", "Pool.Put"},
	"sync/atomic":    {"Value.*"},
	"container/list": {"*"},
}

// pointerHelpers lists functions that make a pointer of a value, or the other way
// round, such as aws.String. Which of a package's functions do so, their
// signatures tell.
var pointerHelpers = map[string][]string{
	sdk.Prefix + "aws":                 {"*"},
	"github.com/aws/smithy-go/ptr":     {"*"},
	"github.com/aws/jsii-runtime-go":   {"*"},
	"k8s.io/utils/ptr":                 {"To", "Deref"},
	"k8s.io/utils/pointer":             {"*"},
	"github.com/samber/lo":             {"ToPtr", "FromPtr"},
	"github.com/xorcare/pointer":       {"*"},
	"github.com/openlyinc/pointy":      {"*"},
	"go.openly.dev/pointy":             {"*"},
	"google.golang.org/protobuf/proto": {"String", "Bool", "Int*", "Uint*", "Float*"},
}

// isListed reports whether a list has a function, by the path of its package.
func isListed(list map[string][]string, f *ssa.Function) bool {
	if o := f.Origin(); o != nil {
		f = o
	}
	name := f.Name()
	if recv := f.Signature.Recv(); recv != nil {
		name = gotypes.ReceiverName(recv.Type()) + "." + name
	}
	for _, pattern := range list[ssaform.PackageOf(f)] {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// onlyReads reports whether a function without a body leaves what it gets as it
// is, and keeps no alias of it. On level 0 that is of the elements' own memory.
func onlyReads(f *ssa.Function, level int) bool {
	return strings.HasPrefix(ssaform.PackageOf(f), sdk.Prefix) || isPointerHelper(f) || isListed(readers, f) || level == 0 && isListed(copiers, f)
}

// isPointerHelper reports whether a function is one of the listed ones that make a
// pointer of a value, or the other way round.
func isPointerHelper(f *ssa.Function) bool {
	sig := f.Signature
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 || sig.Recv() != nil || sig.Variadic() || !isListed(pointerHelpers, f) {
		return false
	}
	param, result := sig.Params().At(0).Type(), sig.Results().At(0).Type()
	return pointsTo(result, param) || pointsTo(param, result)
}

// pointsTo reports whether a type is that of pointers to another.
func pointsTo(t, elem types.Type) bool {
	ptr, ok := t.(*types.Pointer)
	return ok && types.Identical(ptr.Elem(), elem)
}

// onlyRead reports whether a value goes nowhere but to functions that read or
// compare it: those listed, and those whose own source does no more with it.
func (v *Analysis) onlyRead(value ssa.Value) bool {
	return v.readsOnly(value, map[ssa.Value]bool{})
}

// readsOnly is onlyRead without the values that were visited.
func (v *Analysis) readsOnly(value ssa.Value, visited map[ssa.Value]bool) bool {
	if visited[value] {
		return true
	}
	visited[value] = true
	if value.Referrers() == nil {
		return false
	}
	for _, use := range *value.Referrers() {
		ok := false
		switch use := use.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
			ok = true
		case *ssa.Phi:
			ok = v.readsOnly(use, visited)
		case *ssa.ChangeInterface:
			ok = v.readsOnly(use, visited)
		case *ssa.Store: // into the slice of a variadic parameter
			index, isIndex := use.Addr.(*ssa.IndexAddr)
			ok = isIndex && use.Val == value && v.readsVariadic(index, visited)
		case *ssa.IndexAddr: // an element of such a slice
			ok = use.X == value && v.readsElement(use, visited)
		case ssa.CallInstruction:
			ok = v.callReads(use, value, visited)
		}
		if !ok {
			return false
		}
	}
	return true
}

// callReads reports whether a call only reads one of its arguments.
func (v *Analysis) callReads(call ssa.CallInstruction, value ssa.Value, visited map[ssa.Value]bool) bool {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return b.Name() == "len" || b.Name() == "print" || b.Name() == "println"
	}
	callees, ok := v.calleesOf(call)
	if !ok {
		return false
	}
	for _, f := range callees {
		if !v.calleeReads(f, argumentsFor(c), value, visited) {
			return false
		}
	}
	return true
}

// calleeReads reports whether a function only reads one of its arguments.
func (v *Analysis) calleeReads(f *ssa.Function, args []ssa.Value, value ssa.Value, visited map[ssa.Value]bool) bool {
	if f.Blocks == nil {
		return isListed(readers, f)
	}
	for i, arg := range args {
		if arg == value && (i >= len(f.Params) || !v.readsOnly(f.Params[i], visited)) {
			return false
		}
	}
	return true
}

// readsVariadic is readsOnly for an array that becomes a variadic argument.
func (v *Analysis) readsVariadic(index *ssa.IndexAddr, visited map[ssa.Value]bool) bool {
	array, ok := index.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, use := range *array.Referrers() {
		if slice, ok := use.(*ssa.Slice); ok && !v.readsOnly(slice, visited) {
			return false
		}
	}
	return true
}

// readsElement is readsOnly for an element of a slice, by its address.
func (v *Analysis) readsElement(index *ssa.IndexAddr, visited map[ssa.Value]bool) bool {
	for _, use := range *index.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if !v.readsOnly(use, visited) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
