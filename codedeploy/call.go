package codedeploy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// maxAttempts is how often a call is tried, and firstWait how long the wait after the
	// first attempt is; each further one is twice as long.
	maxAttempts = 5
	firstWait   = 200 * time.Millisecond
	// maxAttempt is how long one attempt takes, where the context leaves more.
	maxAttempt = 10 * time.Second
	// maxAnswer is more than an answer of CodeDeploy's has: an AppSpec has 256 KB at most.
	maxAnswer = 4 << 20
)

// apiError is a call that CodeDeploy refused.
type apiError struct {
	status        int
	code, message string
	again         bool // it wasn't the first attempt
}

func (e *apiError) Error() string {
	if e.code == "" {
		return fmt.Sprintf("status %d", e.status)
	}
	return strings.TrimSuffix(e.code+": "+e.message, ": ")
}

// temporary reports whether the same call can succeed a little later.
func (e *apiError) temporary() bool {
	return e.status >= http.StatusInternalServerError || e.status == http.StatusTooManyRequests ||
		strings.Contains(e.code, "Throttl") || e.code == "RequestLimitExceeded"
}

// call calls an operation of CodeDeploy, several times if need be: it sends in and decodes
// the answer into out, both as JSON.
func call(ctx context.Context, operation string, in, out any) error {
	at, err := findPlace()
	if err != nil {
		return fmt.Errorf("codedeploy:%s: %w", operation, err)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	wait := firstWait
	for attempt := range maxAttempts {
		err = send(ctx, at, operation, body, out)
		var refused *apiError
		if errors.As(err, &refused) {
			refused.again = attempt > 0
		}
		if err == nil || refused != nil && !refused.temporary() || ctx.Err() != nil || attempt == maxAttempts-1 {
			break
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
		}
	}
	if err != nil {
		return fmt.Errorf("codedeploy:%s: %w", operation, err)
	}
	return nil
}

// send sends a request.
func send(ctx context.Context, at *place, operation string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, maxAttempt)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "CodeDeploy_20141006."+operation)
	if at.keyID != "" {
		at.sign(r, body, time.Now())
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, said)
	}
	if len(bytes.TrimSpace(said)) == 0 {
		return nil
	}
	if err := json.Unmarshal(said, out); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

// refusal reads the error of an answer. What stands between us and AWS answers in other forms:
// then the status is all there is.
func refusal(answer *http.Response, body []byte) *apiError {
	var said struct {
		Type    string `json:"__type"`
		Code    string
		Message string
	}
	_ = json.Unmarshal(body, &said) // what is no JSON says nothing
	code := cmp.Or(answer.Header.Get("X-Amzn-Errortype"), said.Type, said.Code)
	code, _, _ = strings.Cut(code, ":")
	return &apiError{status: answer.StatusCode, code: code[strings.LastIndexByte(code, '#')+1:], message: said.Message}
}
