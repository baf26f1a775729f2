package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/account"
)

// message is what the user is told. Several mistakes are a list, one a line,
// so that editors can jump to each.
func message(ctx context.Context, err error) string {
	if left, ok := errors.AsType[*deploy.Left](err); ok {
		return left.Error() + "; chalice status shows how that ends"
	}
	if ctx.Err() != nil && !errors.As(err, new(shown)) {
		return "interrupted"
	}
	if n := count(err); n > 1 {
		return fmt.Sprintf("%d mistakes:\n%s", n, account.Text(err))
	}
	return account.Text(err)
}

// count returns the number of errors in a list, which can hold further lists.
func count(err error) int {
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return 1
	}
	n := 0
	for _, err := range list.Unwrap() {
		n += count(err)
	}
	return n
}

// misuse is a command line that can't be carried out. It says where the right
// use of a command is described.
func misuse(c *cobra.Command, format string, args ...any) error {
	return fmt.Errorf(format+"; %s --help shows how to use it", append(args, c.CommandPath())...)
}

// unknownCommand refuses a word that should have been a command. It looks
// before flags are parsed, since those of a misspelt command are unknown too.
func unknownCommand(root *cobra.Command, args []string) error {
	if completes(args) {
		return nil
	}
	root.InitDefaultHelpCmd()
	_, rest, err := root.Find(args)
	if err == nil {
		return nil
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	if flags.Parse(rest) != nil || flags.NArg() == 0 {
		return misuse(root, "%w", err)
	}
	word := flags.Arg(0)
	root.SuggestionsMinimumDistance = 2
	return misuse(root, "there is no command %q%s", word, didYouMean(root.SuggestionsFor(word)))
}

// flagError says what is wrong with a flag.
func flagError(c *cobra.Command, err error) error {
	unknown := (*pflag.NotExistError)(nil)
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return misuse(c, "%w", err)
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	word := "--" + unknown.GetSpecifiedName()
	return misuse(c, "there is no flag %s%s", word, didYouMean(alike(word, names)))
}

// alike returns the names that are spelt like a word. cobra knows which commands
// are, so the names become some.
func alike(word string, names []string) []string {
	all := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, name := range names {
		all.AddCommand(&cobra.Command{Use: strings.ReplaceAll(name, " ", "\u00a0"), Run: func(*cobra.Command, []string) {}})
	}
	found := all.SuggestionsFor(strings.ReplaceAll(word, " ", "\u00a0"))
	for i, name := range found {
		found[i] = strings.ReplaceAll(name, "\u00a0", " ")
	}
	return found
}

// unknownName says what there is instead of a name that nothing has.
func unknownName(what, name string, known []string) error {
	have := "nothing of that kind"
	if len(known) > 0 {
		have = strings.Join(known, ", ")
	}
	return fmt.Errorf("the app has no %s %q%s; it has %s", what, name, didYouMean(alike(name, known)), have)
}

func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(names, " or ") + "?)"
}

// wantArgs refuses another number of arguments than there are names.
func wantArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return misuse(c, "%s is missing", names[len(args)])
		case len(args) > len(names):
			return misuse(c, "%q is one argument too many", args[len(names)])
		}
		return nil
	}
}
