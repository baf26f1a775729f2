package gateway

import (
	"strconv"
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
)

// TestAnswerCacheSize: however many tokens come, the cache doesn't grow without
// end.
func TestAnswerCacheSize(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := newAnswerCache(func() time.Time { return now })
	a := app.AuthorizerModel{Name: "auth", TTLSeconds: new(10)}
	for i := range 5 * manyAnswers {
		now = now.Add(time.Second)
		c.keep(a, strconv.Itoa(i), &authAnswer{})
	}
	if n := len(c.answers); n > manyAnswers {
		t.Errorf("%d answers are kept, want %d at most", n, manyAnswers)
	}
	if c.find("auth", strconv.Itoa(5*manyAnswers-1)) == nil {
		t.Error("the last answer is gone")
	}
}
