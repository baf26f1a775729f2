// Command invoke calls a compiled program as Lambda calls one of its functions:
//
//	invoke PROGRAM HANDLER < event > answer
//
// The program has the environment of invoke, beside what Lambda sets, and its
// log goes to stderr. If the function fails, invoke exits with status 1.
//
// make conformance uses it for functions with roles of their own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := invoke(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func invoke(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: invoke PROGRAM HANDLER < event")
	}
	event, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	f, err := lambdarun.Start(ctx, lambdarun.Command{
		Path:    args[0],
		Handler: args[1],
		Env:     os.Environ(),
		Stdout:  os.Stderr,
		Stderr:  os.Stderr,
	})
	if err != nil {
		return err
	}
	defer f.Close()
	result, err := f.Invoke(ctx, event)
	if err != nil {
		return err
	}
	if result.Error != nil {
		return result.Error
	}
	_, err = os.Stdout.Write(result.Payload)
	return err
}
