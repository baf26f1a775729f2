package eventpattern_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// tenFields is a pattern of ten fields, and twoKilobytes an event that it matches.
const tenFields = `{"source": ["aws.ec2", "com.example.shop"], "detail-type": [{"prefix": "Order"}], "account": ["123456789012"],
	"detail": {"state": [{"anything-but": ["cancelled", "lost"]}], "total": [{"numeric": [">", 0, "<=", 5000]}], "ip": [{"cidr": "10.0.0.0/8"}],
	"lines": {"sku": [{"wildcard": "A*-*9"}], "count": [{"numeric": [">", 3]}]}, "gift": [true], "customer": {"email": [{"suffix": "@example.com"}]}}}`

var twoKilobytes = func() []byte {
	var lines []string
	for i := range 12 {
		lines = append(lines, fmt.Sprintf(`{"sku":"AB%d-%d9","count":%d,"text":"a line of the order, with \"quotes\" and more words","price":{"amount":%d.50,"currency":"EUR"}}`, i, i, i, i))
	}
	return []byte(`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"Order placed","source":"com.example.shop","account":"123456789012",` +
		`"time":"2017-12-22T18:43:48Z","region":"us-west-1","resources":[],"detail":{"state":"placed","total":129.5,"ip":"10.1.2.3","lines":[` +
		strings.Join(lines, ",") + `],"gift":true,"customer":{"name":"A. Customer","email":"a@example.com"}}}`)
}()

func BenchmarkMatch(b *testing.B) {
	m := matcher(b, tenFields)
	if !m.Match(twoKilobytes) {
		b.Fatal("the event doesn't match")
	}
	b.SetBytes(int64(len(twoKilobytes)))
	b.ReportAllocs()
	for b.Loop() {
		m.Match(twoKilobytes)
	}
}

func BenchmarkPass(b *testing.B) {
	p := pattern(b, tenFields)
	detail := p["detail"].(map[string]any)
	delete(detail, "ip")
	detail["lines"].(map[string]any)["sku"] = []any{map[string]any{"prefix": "AB"}}
	filters, err := eventpattern.NewFilters(app.SQSKind, []app.Pattern{{"body": p}})
	if err != nil {
		b.Fatal(err)
	}
	record, err := json.Marshal(map[string]any{"body": string(twoKilobytes), "messageId": "1"})
	if err != nil || !filters.Pass(record) {
		b.Fatal("the record doesn't pass", err)
	}
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		filters.Pass(record)
	}
}

// BenchmarkWildcard shows that the time is linear in the length of a text.
func BenchmarkWildcard(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := matcher(b, `{"a": [{"wildcard": "*aaab*aaac*"}]}`)
			event := []byte(`{"a":"` + strings.Repeat("a", n) + `"}`)
			b.SetBytes(int64(n))
			for b.Loop() {
				m.Match(event)
			}
		})
	}
}
