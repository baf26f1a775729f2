package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/devserver"
)

// invokeFlags are the flags of invoke.
type invokeFlags struct {
	local   bool
	name    string
	payload string
	server  devserver.Options // of one that is started for the call
}

func invokeCommand() *cobra.Command {
	var f invokeFlags
	c := &cobra.Command{
		Use:   "invoke --local NAME",
		Short: "Call a function on this machine, and print what it returns",
		Long: `invoke calls the function NAME of the app with an event, and prints what it returns.
The function runs in the chalice local of this project and stage, if there is one.
Else the app is built and run for the one call, which prints its log to standard
error; so it is with --env-file, --endpoint-url or --profile as well.

The event is JSON, in the file that --payload names, or in standard input unless
that is a terminal or empty. Without any, a function that AWS itself invokes, such
as a schedule, gets the sample that generate-event prints, and any other {}.

If the function fails, its error and its stack are printed to standard error, and
the exit status is 1.`,
		Example: `  chalice invoke --local tick
  chalice invoke --local report --payload order.json
  echo '{"id": 7}' | chalice invoke --local report
  chalice generate-event resize | chalice invoke --local resize`,
		Args: func(c *cobra.Command, args []string) error { return f.nameOf(c, args) },
		RunE: func(c *cobra.Command, _ []string) error { return invoke(c, f) },
	}
	flags := c.Flags()
	flags.BoolVar(&f.local, "local", false, "call the function on this machine")
	flags.StringVarP(&f.name, "name", "n", "", "the function, instead of NAME")
	flags.StringVar(&f.payload, "payload", "", "file with the event; - is standard input")
	flags.StringVar(&f.server.ProjectDir, "project-dir", ".", "folder of the app's main package")
	flags.StringVar(&f.server.Stage, "stage", config.DefaultStage, "stage of the configuration to use")
	flags.StringVar(&f.server.EnvFile, "env-file", "", "file with environment variables, KEY=value in each line, which win over the configuration")
	flags.StringVar(&f.server.EndpointURL, "endpoint-url", "", "where the app's AWS SDK sends its calls, instead of AWS")
	flags.StringVar(&f.server.Profile, "profile", "", "section of the AWS configuration whose credentials the app gets")
	return c
}

// nameOf takes the function's name, from either of the places where it can be.
func (f *invokeFlags) nameOf(c *cobra.Command, args []string) error {
	if f.name != "" {
		args = append([]string{f.name}, args...)
	}
	if err := wantArgs("NAME, of a function,")(c, args); err != nil {
		return err
	}
	f.name = args[0]
	if !f.local {
		return misuse(c, "chalice can't call functions in AWS yet: --local calls %s on this machine", f.name)
	}
	return nil
}

// invoke calls the function, where the app runs already or in a server of its own.
func invoke(c *cobra.Command, f invokeFlags) error {
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
	if f.server.EnvFile != "" || f.server.EndpointURL != "" || f.server.Profile != "" {
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
	o.Version, o.Progress, o.Mounts, o.Once = version(), c.ErrOrStderr(), mounts, true
	o.Listening = func(s *devserver.Server) {
		events := s.Journal().Subscribe(ctx)
		calling.Go(func() { printLog(c.ErrOrStderr(), events) })
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
func printLog(w io.Writer, events <-chan devserver.Event) {
	for e := range events {
		switch {
		case e.Line == nil:
		case e.Line.Function == "": // the server's own
			fmt.Fprintln(w, e.Line.Level+" "+e.Line.Text)
		default:
			fmt.Fprintln(w, e.Line.Text)
		}
	}
}

// readPayload reads the event. It is nil if there is none.
func readPayload(stdin io.Reader, file string) ([]byte, error) {
	if file == "" && isTerminal(stdin) {
		return nil, nil
	}
	name, in := "standard input", stdin
	if file != "" && file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read the payload: %w", err)
		}
		defer f.Close()
		name, in = file, f
	}
	event, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("read the payload: %w", err)
	}
	if len(bytes.TrimSpace(event)) == 0 {
		if file != "" && file != "-" {
			return nil, fmt.Errorf("%s is empty: a payload is JSON, such as {}", file)
		}
		return nil, nil
	}
	var any json.RawMessage
	if err := json.Unmarshal(event, &any); err != nil {
		return nil, fmt.Errorf("%s is no JSON: %w", place(name, event, err), err)
	}
	return event, nil
}

// place says in which line a document is no JSON.
func place(name string, document []byte, err error) string {
	syntax := (*json.SyntaxError)(nil)
	if !errors.As(err, &syntax) {
		return name
	}
	offset := min(int(syntax.Offset), len(document))
	return fmt.Sprintf("%s:%d", name, 1+bytes.Count(document[:offset], []byte("\n")))
}

// isTerminal reports whether nobody but a person could write what is read.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&os.ModeCharDevice != 0
}
