// Command streams is an app whose responses are streamed. emulator.py runs it in
// AWS's emulator of Lambda.
package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("streams")
	streamed := func(path string, write func(w io.Writer) error) {
		a.Route(path, func(context.Context, *app.Request) (any, error) {
			r := app.Stream("text/plain", write)
			r.StatusCode = 201
			return r, nil
		}, app.Streams())
	}
	streamed("/pieces", func(w io.Writer) error {
		for _, piece := range []string{"one\n", "two\n", "three\n"} {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
			time.Sleep(10 * time.Millisecond)
		}
		return nil
	})
	// Longer than a connection is taken to be open without a sign of life.
	streamed("/late", func(w io.Writer) error {
		time.Sleep(1500 * time.Millisecond)
		_, err := io.WriteString(w, "late\n")
		return err
	})
	streamed("/large", func(w io.Writer) error {
		piece := []byte(strings.Repeat("x", 64<<10))
		for range 64 { // 4 MB: the emulator takes no more than 6 MB
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
		return nil
	})
	streamed("/refused", func(io.Writer) error { return app.NotFound("gone") })
	streamed("/broken", func(w io.Writer) error {
		if _, err := io.WriteString(w, "begun\n"); err != nil {
			return err
		}
		return errors.New("out of paper")
	})
	a.Route("/whole", func(context.Context, *app.Request) (any, error) { return "whole", nil })
	return a
}
