// Command report measures all contestants in one run, and prints how they
// compare with our targets. The figures are processors' time, and the best of
// several rounds, in each of which every contestant has a turn: a busy machine
// slows them all down.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.IntVar(&o.rounds, "rounds", 12, "how often everyone has a turn")
	flag.DurationVar(&o.turn, "turn", 60*time.Millisecond, "how long a turn is")
	flag.BoolVar(&o.programs, "programs", true, "compile programs, and measure their size and start")
	strict := flag.Bool("strict", false, "end with status 1 if a target is missed")
	flag.Parse()
	missed, err := report(ctx, o, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if missed > 0 && *strict {
		os.Exit(1)
	}
}

type options struct {
	rounds   int
	turn     time.Duration
	programs bool
}

// line is a figure and its target.
type line struct {
	what, measured, target string
	missed                 bool
}

// most compares a figure with the largest value that it may have.
func most(what string, measured, limit float64) line {
	return line{what, fmt.Sprintf("%.2f", measured), fmt.Sprintf("at most %g", limit), measured > limit}
}

// least compares a figure with the smallest value that it should have.
func least(what string, measured, limit float64) line {
	return line{what, fmt.Sprintf("%.2f", measured), fmt.Sprintf("at least %g", limit), measured < limit}
}

// report measures and prints, and returns the number of missed targets.
func report(ctx context.Context, o options, w io.Writer) (missed int, err error) {
	lines, err := invocations(ctx, o, w)
	if err != nil {
		return 0, err
	}
	if o.programs {
		more, err := programs(ctx, o, w)
		if err != nil {
			return 0, err
		}
		lines = append(lines, more...)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\ntarget\tmeasured\tshould be\t")
	for _, l := range lines {
		verdict := ""
		if l.missed {
			verdict = "MISSED"
			missed++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", l.what, l.measured, l.target, verdict)
	}
	return missed, table.Flush()
}
