package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/timing"
)

// timings is what a command tells of the time that it takes.
type timings struct {
	table bool
	file  string // to write a trace to; empty: none
}

// timingFlags gives a command, which has its RunE, the flags that tell what takes how long.
func timingFlags(c *cobra.Command) {
	var t timings
	c.Flags().BoolVar(&t.table, "timings", false, "print at the end a table of what took how long")
	c.Flags().StringVar(&t.file, "timings-file", "", "`FILE` for a trace of what took how long, which ui.perfetto.dev and chrome://tracing open")
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case c.Flags().Changed("timings-file"):
			if err := t.checkFile(); err != nil {
				return err
			}
		case !t.table:
			return run(c, args)
		}
		ctx, stop := timing.Record(c.Context(), c.CommandPath())
		c.SetContext(ctx)
		err := run(c, args)
		untold := t.tell(c, stop())
		switch {
		case untold == nil:
			return err
		case err == nil || errors.As(err, new(ending)): // which nobody would be told of
			return untold
		}
		return errors.Join(err, untold)
	}
}

// checkFile finds that there can't be a file before all the work is done.
func (t timings) checkFile() error {
	if t.file == "" {
		return errors.New("--timings-file is empty")
	}
	temporary, err := writeBeside(t.file, nil)
	if err != nil {
		return fmt.Errorf("write %s: %w", t.file, scratch.Reason(err))
	}
	return os.Remove(temporary)
}

// tell tells what was recorded, also of a command that has failed.
func (t timings) tell(c *cobra.Command, spans timing.Spans) error {
	if t.table {
		fmt.Fprint(c.ErrOrStderr(), spans.Table())
	}
	if t.file == "" {
		return nil
	}
	trace, err := spans.Trace()
	if err != nil {
		return err
	}
	_, err = writeFiles(map[string][]byte{t.file: trace})
	return err
}
