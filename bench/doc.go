// Package bench compares ways to serve API Gateway's events in Go, from the
// bytes of an event to the bytes of the answer.
//
//	go test ./...      # they all give the same answers
//	go test -bench .   # each by itself
//	go run ./report    # all in one run, as ratios, against what we aim at
//
// It is a module of its own, so that users of chalice don't get its
// dependencies.
package bench

import (
	"context"
	"embed"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

//go:embed testdata
var testdata embed.FS

// Payload is an event, and the contestants that answer it.
type Payload struct {
	Name        string
	Event       []byte
	Want        string // the body of the answer
	Contestants []Contestant
}

// Contestant is one way to answer a payload.
type Contestant struct {
	Name    string
	Handler lambda.Handler
	Event   []byte // instead of the payload's, if the contestant's API sends another one
}

// Invoke answers the payload once.
func (p Payload) Invoke(ctx context.Context, c Contestant) ([]byte, error) {
	if c.Event != nil {
		return c.Handler.Invoke(ctx, c.Event)
	}
	return c.Handler.Invoke(ctx, p.Event)
}

// The names of the contestants. Ours has targets.
const (
	Ours         = "chalice"
	OursHTTP     = "chalice, net/http mounted"
	Plain        = "aws-lambda-go"
	ProxyChi     = "api-proxy, chi"
	ProxyNetHTTP = "api-proxy, net/http"
	Scanner      = "lower bound: reads the event once"
)

// Payloads returns the payloads with their contestants, ready to be invoked.
func Payloads() ([]Payload, error) {
	hello, err := helloPayload()
	if err != nil {
		return nil, err
	}
	params, err := paramsPayload()
	if err != nil {
		return nil, err
	}
	post, err := postPayload()
	if err != nil {
		return nil, err
	}
	typed, err := typedPayload()
	if err != nil {
		return nil, err
	}
	return []Payload{hello, params, post, typed}, nil
}

// event reads an event in the form in which API Gateway sends it.
func event(name string) ([]byte, error) {
	data, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		return nil, fmt.Errorf("read an event: %w", err)
	}
	return data, nil
}
