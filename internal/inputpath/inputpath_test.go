package inputpath_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/inputpath"
)

const event = `{"detail-type": "Order", "detail": {"id": "a", "items": [{"n": 1}, {"n": 2}], "none": null, "a.b": "dotted"}, "resources": []}`

func TestIn(t *testing.T) {
	for path, want := range map[string]string{
		"$":                         event,
		"$.detail":                  `{"id": "a", "items": [{"n": 1}, {"n": 2}], "none": null, "a.b": "dotted"}`,
		"$.detail.id":               `"a"`,
		"$.detail-type":             `"Order"`,
		"$['detail-type']":          `"Order"`,
		`$["detail"]['id']`:         `"a"`,
		"$['detail'].items[1].n":    `2`,
		"$.detail.items[*].n":       `[1, 2]`,
		"$.detail.items.*.n":        `[1, 2]`,
		"$.detail.items[0].*":       `[1]`,
		"$.detail.items":            `[{"n": 1}, {"n": 2}]`,
		"$.detail.none":             `null`,
		"$['detail']['a.b']":        `"dotted"`,
		"$.resources[*]":            `[]`,
		"$.resources[0]":            ``,
		"$.detail.items[2]":         ``,
		"$.detail.items[0].missing": ``,
		"$.detail.id.more":          ``,
		"$.detail[0]":               ``,
		"$.nothing[*]":              `[]`,
	} {
		var whole, wanted any
		if err := json.Unmarshal([]byte(event), &whole); err != nil {
			t.Fatal(err)
		}
		p, err := inputpath.Parse(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got, ok := p.In(whole)
		if ok != (want != "") {
			t.Errorf("%s: got %v, %t", path, got, ok)
			continue
		}
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(got)
		if list, isList := got.([]any); isList && len(list) == 0 {
			data = []byte("[]")
		}
		if err != nil {
			t.Fatal(err)
		}
		var again any
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, again); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		start  = "starts with $"
		dotted = "behind a dot there is a name"
		index  = "no index such as [0]"
		name   = "no name in quotes"
		other  = "is not expected"
	)
	for path, want := range map[string]string{
		"": start, "detail": start, ".detail": start,
		"$.": dotted, "$..id": dotted, "$.a b.": other, "$detail": other, "$.a/b": other, "$.é": dotted,
		"$[": index, "$[]": index, "$[-1]": index, "$[0": index, "$[0:2]": index, "$[?(@.n>1)]": index, "$[detail]": index,
		"$['a": name, "$['']": name, `$["a']`: name, "$['a'b']": name,
	} {
		if p, err := inputpath.Parse(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v; want an error with %q", path, p, err, want)
		}
	}
}

// FuzzParse asks whatever is a path of an event.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"$", "$.detail.items[0]['a.b'].*", "$..", "$[*]", "x"} {
		f.Add(seed, event)
	}
	f.Fuzz(func(t *testing.T, path, data string) {
		p, err := inputpath.Parse(path)
		var v any
		if err != nil || json.Unmarshal([]byte(data), &v) != nil {
			return
		}
		if part, ok := p.In(v); !ok && part != nil {
			t.Errorf("%q has no part of %s, but %v", path, data, part)
		}
	})
}
