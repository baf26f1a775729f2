package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/function"
	"github.com/chalice-go/chalice/internal/deploy/logs"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

// logsFlags are the flags of logs.
type logsFlags struct {
	stage   deploy.Input
	name    string
	all     bool
	since   time.Time
	follow  bool
	entries int // negative: no limit
	lambda  bool
	pattern string
	json    bool
}

// followedFrom is how long before now --follow begins without --since.
const followedFrom = 10 * time.Minute

func logsCommand() *cobra.Command {
	f := logsFlags{entries: -1}
	c := &cobra.Command{
		Use:   "logs",
		Short: "Print what the functions of a stage have logged",
		Long: `logs prints what a deployed function has logged: in each line the time in UTC, six
characters that tell one process of the function from others, and the message.

In a terminal, lines of JSON are made readable, and their levels have colors.
Elsewhere a message is as it was logged. Lines that Lambda itself logs of each call
are left out unless --include-lambda-messages is given.

With --follow new lines are printed as they come, until the command is interrupted,
which is no failure then. A line that CloudWatch gets up to a minute after later ones
is printed when it is there.`,
		Example: `  chalice logs
  chalice logs -n tick --since 1h --filter ERROR
  chalice logs --all --follow --stage prod`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.name != "" && f.all {
				return misuse(c, "--name is for one function, and --all for all: they don't go together")
			}
			return f.run(c)
		},
	}
	stageFlags(c, &f.stage)
	f.addFlags(c)
	return c
}

// addFlags gives the command its flags, most of which the reference has as well.
func (f *logsFlags) addFlags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVarP(&f.name, "name", "n", "", "the name of the function to retrieve logs from; otherwise "+app.RESTHandler+", or the only function")
	flags.BoolVar(&f.all, "all", false, "the logs of all functions of the app, by time; each line has its function's name")
	flags.FuncP("since", "s", "only display logs since the `time`: a relative one such as 30s, 5m, 2h, 1d or 1w, or a timestamp such as 2026-01-31T12:00:00Z; with --follow otherwise ten minutes ago", func(text string) (err error) {
		f.since, err = logs.ParseSince(text, time.Now())
		return err
	})
	flags.BoolVarP(&f.follow, "follow", "f", false, "continuously poll for new log messages")
	flags.Func("num-entries", "maximum `number` of log entries to show", func(text string) (err error) {
		if f.entries, err = strconv.Atoi(text); err != nil || f.entries < 0 {
			return errors.New("it has to be a whole number, at least 0")
		}
		return nil
	})
	flags.BoolVar(&f.lambda, "include-lambda-messages", false, "include what Lambda logs of each call: START, END and REPORT, and INIT_START")
	// The reference has these as well, for what is the default.
	flags.BoolFunc("no-follow", "", func(string) error { f.follow = false; return nil })
	flags.BoolFunc("no-include-lambda-messages", "", func(string) error { f.lambda = false; return nil })
	for _, name := range []string{"no-follow", "no-include-lambda-messages"} {
		flags.Lookup(name).Hidden = true
	}
	flags.StringVar(&f.pattern, "filter", "", "only what matches a `pattern` of CloudWatch Logs, such as ERROR or '{ $.level = \"ERROR\" }'")
	flags.BoolVar(&f.json, "json", false, "write each line as a JSON object")
}

// run prints the log.
func (f *logsFlags) run(c *cobra.Command) error {
	deployed, session, err := deploy.Connect(c.Context(), f.stage)
	if err != nil {
		return err
	}
	names, err := f.names(deployed)
	if err != nil || f.entries == 0 {
		return err
	}
	groups, err := logGroups(c.Context(), function.New(session.Config), deployed, names)
	if err != nil {
		return err
	}
	ctx, cancel := whileWritten(c)
	defer cancel()
	screen := newScreen(c, f.json)
	if err := f.print(screen, f.events(ctx, logs.New(session.Config), f.query(screen, groups))); err != nil {
		return err
	}
	if f.follow && c.Context().Err() != nil {
		return errFollowed
	}
	return nil
}

// names returns which functions' logs are wanted, as the app calls them.
func (f *logsFlags) names(d *deploy.Deployed) ([]string, error) {
	names := slices.Sorted(maps.Keys(d.Functions))
	switch _, api := d.Functions[app.RESTHandler]; {
	case f.name != "":
		name, err := deployedFunction(d, f.name)
		return []string{name}, err
	case len(names) == 0:
		return nil, fmt.Errorf("the stack %s has no functions of the app", d.Stack)
	case f.all, len(names) == 1:
		return names, nil
	case api:
		return []string{app.RESTHandler}, nil
	}
	return nil, fmt.Errorf("the app has no %s: --name says which function's log is wanted, of %s; --all is for all", app.RESTHandler, strings.Join(names, ", "))
}

// logGroups returns where functions log, as Lambda says. A function that is gone has
// logged where one does that says nothing about it.
func logGroups(ctx context.Context, client *function.Client, d *deploy.Deployed, names []string) ([]logs.Group, error) {
	var deployed []string
	for _, name := range names {
		deployed = append(deployed, d.Functions[name].Name)
	}
	known, err := client.Describe(ctx, deployed)
	if err != nil {
		return nil, err
	}
	groups := make([]logs.Group, len(names))
	for i, name := range names {
		groups[i] = logs.Group{Function: name, Deployed: deployed[i], Name: function.DefaultLogGroup(deployed[i])}
		if is, ok := known[deployed[i]]; ok {
			groups[i].Name = is.LogGroup
		}
	}
	return groups, nil
}

func (f *logsFlags) query(screen *terminal.Screen, groups []logs.Group) logs.Query {
	since := f.since
	if f.follow && since.IsZero() {
		since = time.Now().Add(-followedFrom)
	}
	return logs.Query{
		Groups: groups, Since: since, Pattern: f.pattern,
		Missing: func(groups []logs.Group) { screen.Note(nothingYet(groups)) },
		Trouble: func(err error) {
			screen.Note(fmt.Sprintf("the log can't be read now, and is asked for again: %s", account.Text(err)))
		},
	}
}

// nothingYet says that there are no logs of functions.
func nothingYet(groups []logs.Group) string {
	if len(groups) == 1 {
		return fmt.Sprintf("%s hasn't logged anything yet: there is no log group %s", groups[0].Function, groups[0].Name)
	}
	names, shared := make([]string, len(groups)), true
	for i, g := range groups {
		names[i] = g.Function
		shared = shared && g.Name == groups[0].Name
	}
	if shared {
		return strings.Join(names, ", ") + " haven't logged anything yet: there is no log group " + groups[0].Name
	}
	return strings.Join(names, ", ") + " haven't logged anything yet: there are no log groups of theirs"
}

// events returns what is logged, but for what nobody asked for.
func (f *logsFlags) events(ctx context.Context, r *logs.Reader, q logs.Query) iter.Seq2[logs.Event, error] {
	all := r.Read(ctx, q)
	if f.follow {
		all = r.Follow(ctx, q)
	}
	return func(yield func(logs.Event, error) bool) {
		n := 0
		for e, err := range all {
			if err == nil && !f.lambda && e.FromLambda() {
				continue
			}
			if n++; !yield(e, err) || n == f.entries {
				return
			}
		}
	}
}

func (f *logsFlags) print(screen *terminal.Screen, events iter.Seq2[logs.Event, error]) error {
	for e, err := range events {
		if err != nil {
			return err
		}
		line := terminal.LogLine{Time: e.Time, Stream: e.ShortStream(), Message: e.Message}
		if f.all {
			line.Function = e.Function
		}
		screen.Log(line)
	}
	return nil
}
