package poller

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/smithy-go"
)

// missingError means that a queue or stream doesn't exist.
type missingError struct {
	what   string // such as the queue jobs
	advice string // what to do
}

func (e *missingError) Error() string { return e.what + " doesn't exist: " + e.advice }

// trouble warns that a source can't be polled. It says nothing about calls that
// the end of polling cancelled, and nothing twice in a row.
func (m *mapping) trouble(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	var line string
	if missing, ok := errors.AsType[*missingError](err); ok {
		line = fmt.Sprintf("%s; it is looked for every %s", missing, retryInterval)
	} else {
		line = fmt.Sprintf("%s can't be polled: %s; it is tried again every %s", m.what(), m.poller.reason(err), retryInterval)
	}
	if m.poller.news(m.key(), line) {
		m.poller.options.Warn(m.place() + line)
	}
}

// well says that a source is being polled.
func (m *mapping) well() {
	line := fmt.Sprintf("%s gets the %ss of %s", m.function, m.record, m.what())
	if m.poller.news(m.key(), line) {
		m.poller.options.Inform(line)
	}
}

func (m *mapping) key() string { return m.function + " " + m.kind + " " + m.name }

// place returns where the function is registered, as the start of a line.
func (m *mapping) place() string {
	if m.site == nil {
		return m.function + ": "
	}
	return m.site.String() + ": " + m.function + ": "
}

// news reports whether a line differs from the last one about a source.
func (p *Poller) news(source, line string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.said[source] == line {
		return false
	}
	p.said[source] = line
	return true
}

// reason returns why a call failed, in the same words each time: the SDK's
// error contains a request id.
func (p *Poller) reason(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Sprintf("%s (%s)", api.ErrorMessage(), api.ErrorCode())
	}
	if transport, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Sprintf("%s doesn't answer: %v", p.where(), transport.Err)
	}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		return operation.Err.Error()
	}
	return err.Error()
}

// where names the AWS that is called.
func (p *Poller) where() string {
	if p.aws.BaseEndpoint != nil {
		return *p.aws.BaseEndpoint
	}
	return "AWS"
}

// code returns the code of an error that AWS returned; empty: it isn't one.
func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}
