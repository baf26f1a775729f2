package gateway

import (
	"maps"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
)

// defaultTTL is how long API Gateway keeps an authorizer's answer if the
// authorizer doesn't say.
// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
const defaultTTL = 300 * time.Second

// manyAnswers is the number of answers from which on the cache removes those
// that have expired.
const manyAnswers = 1024

// answerCache keeps authorizers' answers to tokens. An answer is used for all
// methods with the same authorizer, whichever it was asked about.
type answerCache struct {
	now func() time.Time

	mu      sync.Mutex
	answers map[answerKey]keptAnswer
}

type answerKey struct{ authorizer, token string }

type keptAnswer struct {
	answer  *authAnswer
	expires time.Time
}

func newAnswerCache(now func() time.Time) *answerCache {
	return &answerCache{now: now, answers: map[answerKey]keptAnswer{}}
}

// find returns an authorizer's answer to a token, nil if there is none or it
// has expired.
func (c *answerCache) find(authorizer, token string) *authAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.answers[answerKey{authorizer, token}]
	if !ok || !c.now().Before(kept.expires) {
		return nil
	}
	return kept.answer
}

// keep keeps an answer for the authorizer's TTL.
func (c *answerCache) keep(a app.AuthorizerModel, token string, answer *authAnswer) {
	ttl := defaultTTL
	if a.TTLSeconds != nil {
		ttl = time.Duration(*a.TTLSeconds) * time.Second
	}
	if ttl <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if len(c.answers) >= manyAnswers {
		maps.DeleteFunc(c.answers, func(_ answerKey, kept keptAnswer) bool { return !now.Before(kept.expires) })
	}
	c.answers[answerKey{a.Name, token}] = keptAnswer{answer, now.Add(ttl)}
}
