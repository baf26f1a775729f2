package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/termtext"
	packager "github.com/chalice-go/chalice/package"
)

// invokeLocally calls the function, where the app runs already or in a server of its own.
func invokeLocally(c *cobra.Command, f invokeFlags) error {
	event, err := readPayload(c.InOrStdin(), f.payload)
	if err != nil {
		return err
	}
	call := func(ctx context.Context, url string) (*outcome, error) {
		return localFunctions{url}.call(ctx, f.name, event)
	}
	var o *outcome
	if url, ok := f.running(); ok {
		o, err = call(c.Context(), url)
	} else {
		o, err = serveOnce(c, f.server, call)
	}
	if err != nil {
		return err
	}
	return o.print(c.OutOrStdout(), c.ErrOrStderr())
}

// running returns where the app runs already, as the flags want it.
func (f invokeFlags) running() (url string, ok bool) {
	if f.ownServer {
		return "", false
	}
	return devserver.Find(f.server.ProjectDir, f.server.Stage)
}

// serveOnce runs a server for one call, with the program's log on standard error.
func serveOnce(c *cobra.Command, o devserver.Options, call func(ctx context.Context, url string) (*outcome, error)) (*outcome, error) {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	var (
		calling sync.WaitGroup
		called  *outcome
		failure error
	)
	screen := newScreen(c, false)
	o.Names, o.Version, o.Cache, o.Mounts, o.Once = localNames, version(), packager.CacheDir(), mounts, true
	o.Progress, o.Working = harmless(screen.Progress()), working(screen)
	o.Listening = func(s *devserver.Server) {
		events := s.Journal().Subscribe(ctx)
		calling.Go(func() { printLog(screen.Progress(), termtext.Painter{Color: termtext.Color(c.ErrOrStderr())}, events) })
		calling.Go(func() {
			defer cancel() // which ends the server, and the log
			if _, failure = s.Await(ctx); failure == nil {
				called, failure = call(ctx, s.URL())
			}
		})
	}
	err := devserver.Run(ctx, o)
	cancel()
	calling.Wait()
	if called != nil || err == nil {
		return called, failure
	}
	return nil, err
}

// printLog prints the lines of the log, until there are no more.
func printLog(w io.Writer, painter termtext.Painter, events <-chan devserver.Event) {
	for e := range events {
		switch {
		case e.Line == nil:
		case e.Line.Function == "": // the server's own
			fmt.Fprintln(w, e.Line.Level+" "+painter.Foreign(e.Line.Text))
		default:
			fmt.Fprintln(w, painter.Foreign(e.Line.Text))
		}
	}
}
