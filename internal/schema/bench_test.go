package schema_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/schema"
)

// goodChecks are checks of values that are as they have to be.
func goodChecks(tb testing.TB) map[string]func() string {
	whole := rules[int](tb, `minimum:"1" maximum:"100"`)
	cents := rules[float64](tb, `multipleOf:"0.01" minimum:"0"`)
	name := rules[string](tb, `minLength:"1" maxLength:"100"`)
	currency := rules[string](tb, `enum:"EUR,USD,GBP,JPY"`)
	id := rules[string](tb, `format:"uuid"`)
	at := rules[string](tb, `format:"date-time"`)
	mail := rules[string](tb, `format:"email"`)
	link := rules[string](tb, `format:"uri"`)
	sku := rules[string](tb, `pattern:"^[A-Z]{3}-[0-9]{4}$"`)
	tags := rules[[]string](tb, `minItems:"1" uniqueItems:"true"`)
	list := reflect.ValueOf([]string{"new", "blue", "large", "sale"})
	var none *schema.Rules
	return map[string]func() string{
		"none":      func() string { return none.Text("a") },
		"int":       func() string { return whole.Int(50) },
		"decimal":   func() string { return cents.Float(19.99) },
		"length":    func() string { return name.Text("A product with a name of some length") },
		"umlauts":   func() string { return name.Text("Ein Produkt mit Umlauten: äöüÄÖÜ") },
		"enum":      func() string { return currency.Text("GBP") },
		"uuid":      func() string { return id.Text("2eb8aa08-aa98-11ea-b4aa-73b441d16380") },
		"date-time": func() string { return at.Text("2026-11-30T12:00:00.123Z") },
		"email":     func() string { return mail.Text("joe.bloggs@example.com") },
		"uri":       func() string { return link.Text("https://example.com/orders/1?full=true") },
		"pattern":   func() string { return sku.Text("ABC-1234") },
		"count":     func() string { return tags.Count(4) },
		"unique": func() string {
			if i, _ := schema.Twice(list); i >= 0 {
				return "twice"
			}
			return ""
		},
	}
}

// TestGoodChecksAllocateNothing is for requests, which are mostly as they have to be.
func TestGoodChecksAllocateNothing(t *testing.T) {
	for name, check := range goodChecks(t) {
		if problem := check(); problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
		if n := testing.AllocsPerRun(100, func() { check() }); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkGoodChecks(b *testing.B) {
	for name, check := range goodChecks(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				check()
			}
		})
	}
}

var n int

func fmtInt(n int) string { return strconv.Itoa(n) }

// BenchmarkOf makes the Types of a route with 30 fields, which a function pays for when it is
// first called.
func BenchmarkOf(b *testing.B) {
	type line struct {
		SKU      string  `json:"sku" pattern:"^[A-Z]{3}$" minLength:"3"`
		Quantity int     `json:"quantity" minimum:"1" maximum:"99"`
		Price    float64 `json:"price" multipleOf:"0.01"`
	}
	for b.Loop() {
		b.StopTimer()
		// A type of its own each time: the name of the last field differs.
		fields := []reflect.StructField{
			{Name: "Lines", Type: reflect.TypeFor[[]line](), Tag: `json:"lines" minItems:"1"`},
			{Name: "At", Type: reflect.TypeFor[time.Time](), Tag: `json:"at"`},
		}
		for i := range 25 {
			fields = append(fields, reflect.StructField{Name: "F" + string(rune('A'+i)), Type: reflect.TypeFor[string](), Tag: `json:"f" maxLength:"20" doc:"A text." example:"a"`})
			fields[len(fields)-1].Tag = reflect.StructTag(`json:"f` + string(rune('a'+i)) + `" maxLength:"20" doc:"A text of some length." example:"a"`)
		}
		n++
		fields = append(fields, reflect.StructField{Name: "X" + fmtInt(n), Type: reflect.TypeFor[int]()})
		t := reflect.StructOf(fields)
		b.StartTimer()
		schema.Of(t)
	}
}
