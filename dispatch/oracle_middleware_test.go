package dispatch_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// middlewareSpec is a middleware as the oracle's README describes it.
type middlewareSpec struct {
	EventType  string `json:"event_type"`
	Kind, Tag  string
	Attrs      []string
	Header     string
	Value      string
	StatusCode int `json:"status_code"`
	Of         string
	Raise      string
	Message    string
	Panic      string
	Response   json.RawMessage
	Return     json.RawMessage
}

func (h *harness) use(d declarer, specs []middlewareSpec) {
	for _, spec := range specs {
		if spec.EventType == "all" {
			d.Use(h.middleware(spec))
		} else {
			d.UseFor(app.EventKind(spec.EventType), h.middleware(spec))
		}
	}
}

func (h *harness) middleware(m middlewareSpec) app.Middleware {
	return func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			switch m.Kind {
			case "tag_order":
				h.note(m.Tag + ":before")
				result, err := next(ctx, event)
				if err == nil {
					h.note(m.Tag + ":after")
				}
				return result, err
			case "trace_event":
				h.note(cmp.Or(m.Tag, "event") + ":" + m.attributes(event))
			case "short_circuit":
				if m.Tag != "" {
					h.note(m.Tag + ":short_circuit")
				}
				return m.answer(), nil
			case "raise":
				return nil, h.raise(m)
			}
			result, err := next(ctx, event)
			return h.after(m, next, ctx, event, result, err)
		}
	}
}

// after does what a middleware does when next has returned.
func (h *harness) after(m middlewareSpec, next app.Handler, ctx context.Context, event, result any, err error) (any, error) {
	if m.Kind == "catch" {
		if err == nil {
			return result, nil
		}
		if name, _ := errorName(err); m.Of != "any" && m.Of != name {
			return nil, err
		}
		h.note(cmp.Or(m.Tag, "catch") + ":caught")
		return m.answer(), nil
	}
	if err != nil {
		return nil, err
	}
	switch m.Kind {
	case "trace_event":
	case "add_header":
		result.(*app.Response).Headers[m.Header] = m.Value
	case "set_status":
		result.(*app.Response).StatusCode = m.StatusCode
	case "raise_after":
		return nil, h.raise(m)
	case "wrap_result":
		return map[string]any{"wrapped": result}, nil
	case "replace_result":
		return m.answer(), nil
	case "twice":
		return next(ctx, event)
	default:
		return nil, fmt.Errorf("the harness knows no middleware %q", m.Kind)
	}
	return result, nil
}

func (h *harness) raise(m middlewareSpec) error {
	if m.Tag != "" {
		h.note(m.Tag + ":raise")
	}
	if m.Panic != "" {
		panic(m.Panic)
	}
	return raise(m.Raise, m.Message)
}

// answer returns a response, or a value, that takes the place of next's result.
func (m middlewareSpec) answer() any {
	if m.Response != nil {
		return newResponse(m.Response)
	}
	v, err := decodeNumbers(m.Return)
	if err != nil {
		panic(err)
	}
	return v
}

func (m middlewareSpec) attributes(event any) string {
	values := make([]string, len(m.Attrs))
	for i, name := range m.Attrs {
		values[i] = fmt.Sprintf("%s=%v", name, attribute(event, name))
	}
	return strings.Join(values, ",")
}
