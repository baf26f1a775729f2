package schema_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/schema"
)

type numberType = json.Number

type base struct {
	ID      string
	Created time.Time `json:"created"`
}

type Shared struct {
	Name string `json:"name"`
	ID   int    `json:"id,omitzero"`
}

type Deep struct {
	Shared
	Note string `json:"note"`
}

type Ambiguous struct{ Shared }

type order struct {
	base
	*Deep
	Total    float64           `json:"total" minimum:"0"`
	Currency *string           `json:"currency" enum:"EUR,USD"`
	Lines    []Line            `json:"lines" minItems:"1" maxItems:"3"`
	Labels   map[string]string `json:"labels,omitempty" maxLength:"3" maxProperties:"2"`
	Page     int               `json:"page" default:"20" maximum:"50"`
	Count    int               `json:"count,string"`
	Raw      json.RawMessage   `json:"raw"`
	Any      any               `json:"any"`
	Data     []byte            `json:"data"`
	Flag     bool              `json:"-"`
	Query    string            `query:"q"`
	Next     *order            `json:"next"`
}

type Line struct {
	SKU string `json:"sku" pattern:"^[A-Z]{3}$"`
	N   uint8
}

// TestMembers describes in one line per member what a struct has in JSON.
func TestMembers(t *testing.T) {
	var got []string
	for _, m := range schema.Of(reflect.TypeFor[order]()).Members {
		line := []string{m.Name, m.Field()}
		for _, word := range []struct {
			is   bool
			text string
		}{{m.Required, "required"}, {m.Null(), "null"}, {m.Type.Quoted, "quoted"}, {m.Rules != nil, "rules"}, {m.Default != "", "default " + m.Default}} {
			if word.is {
				line = append(line, word.text)
			}
		}
		got = append(got, strings.ReplaceAll(strings.Join(line, " "), reflect.TypeFor[order]().PkgPath()+".", ""))
	}
	want := []string{
		"ID base.ID required",
		"created base.Created required",
		"name Shared.Name",
		"id Shared.ID",
		"note Deep.Note",
		"total order.Total required rules",
		"currency order.Currency null rules",
		"lines order.Lines required rules",
		"labels order.Labels null rules",
		"page order.Page rules default 20",
		"count order.Count required quoted",
		"raw order.Raw required null",
		"any order.Any required null",
		"data order.Data required null",
		"next order.Next null",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("want -, got +\n" + diff)
	}
}

// TestSharedTypes shows that there is one Type of each Go type, and that recursion ends.
func TestSharedTypes(t *testing.T) {
	o := schema.Of(reflect.TypeFor[order]())
	next := o.Members[len(o.Members)-1].Type
	if !next.Nullable || o.Nullable || next.Go != o.Go || &next.Members[0] != &o.Members[0] {
		t.Errorf("next is %+v", next)
	}
	if again := schema.Of(reflect.TypeFor[*order]()); again != next {
		t.Error("*order has two Types")
	}
	if !o.Tagged || !schema.Of(reflect.TypeFor[[]*order]()).Tagged || schema.Of(reflect.TypeFor[Shared]()).Tagged {
		t.Error("Tagged")
	}
	closed := schema.OfClosed(reflect.TypeFor[order]())
	if closed == o || !closed.Closed || o.Closed || !closed.Members[7].Type.Elem.Closed {
		t.Error("OfClosed")
	}
}

// TestEncodingJSONAgrees compares the members with what encoding/json writes.
func TestEncodingJSONAgrees(t *testing.T) {
	type twice struct {
		Shared
		Ambiguous
	}
	type hidden struct{ Deep }
	x := reflect.StructField{Name: "A", Type: reflect.TypeFor[int](), Tag: `json:"x"`}
	y, odd, dash := x, x, x
	y.Name, odd.Name, dash.Name = "B", "C", "D"
	odd.Tag, dash.Tag = `json:"a'b"`, `json:"-,"`
	tags := reflect.New(reflect.StructOf([]reflect.StructField{x, y, odd, dash})).Elem().Interface()
	for _, v := range []any{order{Deep: &Deep{Shared: Shared{ID: 1}}, Labels: map[string]string{"": ""}, Raw: []byte("0")}, twice{Shared: Shared{ID: 1}}, hidden{Deep{Shared: Shared{ID: 2}}}, base{}, tags} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		d := json.NewDecoder(strings.NewReader(string(raw)))
		for depth := 0; ; {
			token, err := d.Token()
			if err != nil {
				break
			}
			switch token {
			case json.Delim('{'), json.Delim('['):
				depth++
				continue
			case json.Delim('}'), json.Delim(']'):
				depth--
				continue
			}
			if name, ok := token.(string); ok && depth == 1 {
				var skip json.RawMessage
				if err := d.Decode(&skip); err != nil {
					t.Fatal(err)
				}
				want = append(want, name)
			}
		}
		for _, m := range schema.Of(reflect.TypeOf(v)).Members {
			got = append(got, m.Name)
		}
		if _, ok := v.(order); ok {
			want = append(want[:len(want)-2], want[len(want)-1]) // without Query
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%T: want -, got +\n%s", v, diff)
		}
	}
}
