package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/chalice-go/chalice/internal/devserver/console"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
)

// localFunctions are the functions of an app that runs at a URL of this machine.
type localFunctions struct{ url string }

// call calls a function with an event, or with a sample if it is nil.
func (l localFunctions) call(ctx context.Context, name string, event []byte) (*outcome, error) {
	known, err := l.list(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(known.Functions, func(f invokeapi.Function) bool { return name == f.Handler || name == f.FunctionName })
	if i < 0 {
		return nil, unknownName("function", name, handlers(known))
	}
	o := &outcome{function: known.Functions[i].Handler}
	if event == nil {
		if event, err = l.sample(ctx, o.function); err != nil {
			return nil, err
		}
	}
	o.result, o.failed, err = l.invoke(ctx, o.function, event)
	return o, err
}

func handlers(list invokeapi.List) []string {
	names := make([]string, len(list.Functions))
	for i, f := range list.Functions {
		names[i] = f.Handler
	}
	return names
}

// list returns the functions that there are.
func (l localFunctions) list(ctx context.Context) (all invokeapi.List, err error) {
	_, body, err := l.do(ctx, http.MethodGet, invokeapi.Prefix+"functions/", nil)
	if err == nil {
		err = json.Unmarshal(body, &all)
	}
	return all, err
}

// sample returns the event that a function gets if nobody says which.
func (l localFunctions) sample(ctx context.Context, function string) ([]byte, error) {
	_, event, err := l.do(ctx, http.MethodGet, console.Prefix+"api/sample/"+url.PathEscape(function), nil)
	return event, err
}

// invoke calls a function. The result is the document of its error if it failed.
func (l localFunctions) invoke(ctx context.Context, function string, event []byte) (result []byte, failed bool, err error) {
	header, body, err := l.do(ctx, http.MethodPost, invokeapi.Path(function), event)
	return body, header.Get("X-Amz-Function-Error") != "", err
}

// do sends a request. What isn't answered with success is an error, with the message
// of the answer.
func (l localFunctions) do(ctx context.Context, method, path string, body []byte) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, l.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, fmt.Errorf("ask chalice local: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("ask chalice local: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		var refusal struct{ Message string }
		if json.Unmarshal(answer, &refusal) != nil || refusal.Message == "" {
			refusal.Message = fmt.Sprintf("chalice local answers %s to %s", response.Status, path)
		}
		return nil, nil, errors.New(refusal.Message)
	}
	return response.Header, answer, nil
}
