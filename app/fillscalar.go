package app

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

// scalar makes the filler of a text, a number or a boolean; nil: there is none.
func scalar(t *schema.Type, r *schema.Rules) filler {
	switch k := t.Go.Kind(); {
	case t.Kind == schema.Boolean:
		return fillBool
	case t.Kind == schema.String && k == reflect.String:
		return fillString(r)
	case t.Kind == schema.Integer && reflect.Int <= k && k <= reflect.Int64:
		return fillInt(r)
	case t.Kind == schema.Integer && reflect.Uint <= k && k <= reflect.Uintptr:
		return fillUint(r)
	case k == reflect.Float32, k == reflect.Float64:
		return fillFloat(r)
	}
	return nil
}

func fillBool(d decoder, v reflect.Value, pos, _ int) int {
	if uint(pos) >= uint(len(d.data)) {
		return -1
	}
	switch d.data[pos] {
	case 't':
		v.SetBool(true)
		return skipWord(d.data, pos, "true")
	case 'f':
		return skipWord(d.data, pos, "false")
	}
	return -1
}

func fillString(r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, _ int) int {
		s, end := plainString(d.data, pos)
		if end < 0 || r.Text(s) != "" {
			return -1
		}
		if len(s) == end-pos-len(`""`) { // it has no escapes, which are longer than what they stand for
			s = strings.Clone(s)
		}
		v.SetString(s)
		return end
	}
}

func fillInt(r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, _ int) int {
		end := skipNumber(d.data, pos)
		if end < 0 {
			return -1
		}
		n, err := strconv.ParseInt(d.data[pos:end], 10, 64)
		if err != nil || v.OverflowInt(n) || r.Int(n) != "" {
			return -1
		}
		v.SetInt(n)
		return end
	}
}

func fillUint(r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, _ int) int {
		end := skipNumber(d.data, pos)
		if end < 0 {
			return -1
		}
		n, err := strconv.ParseUint(d.data[pos:end], 10, 64)
		if err != nil || v.OverflowUint(n) || r.Uint(n) != "" {
			return -1
		}
		v.SetUint(n)
		return end
	}
}

func fillFloat(r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, _ int) int {
		end := skipNumber(d.data, pos)
		if end < 0 {
			return -1
		}
		f, err := strconv.ParseFloat(d.data[pos:end], v.Type().Bits())
		if err != nil || r.Float(f) != "" {
			return -1
		}
		v.SetFloat(f)
		return end
	}
}
