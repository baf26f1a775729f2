package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/sample"
	packager "github.com/chalice-go/chalice/package"
)

func generateEventCommand() *cobra.Command {
	var in packager.Input
	var o sample.Options
	var body string
	c := &cobra.Command{
		Use:   "generate-event NAME",
		Short: "Print an event that a function could get",
		Long: `generate-event prints an event as AWS sends it to the function NAME of the app:
of its bucket, its queue, its topic, with what its filter or its pattern asks for.
NAME can also be a route: its name, its path, or its method and path as one word.

--body is what the event carries: the body of a request or a message, the data of a
record, a table's new item or an event's detail as JSON, a token for an authorizer,
or all of the event of a function that is called by its name alone.`,
		Example: `  chalice generate-event resize > event.json
  chalice invoke --local resize --payload event.json
  chalice generate-event "PUT /orders/{id}" --body '{"count": 2}'`,
		Args: wantArgs("NAME, of a function or a route,"),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("body") {
				o.Body = &body
			}
			model, warnings, err := packager.DescribeForEvents(c.Context(), in)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			if stage, err := in.LoadStage(); err == nil { // else the model came without one
				o.APIType = stage.APIType
			}
			event, err := sample.Event(model, args[0], o)
			if unknown, ok := errors.AsType[*sample.UnknownError](err); ok {
				return unknownName("function or route", args[0], unknown.Known)
			}
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(event)
			return err
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&body, "body", "", "what the event carries, instead of an example")
	return c
}
