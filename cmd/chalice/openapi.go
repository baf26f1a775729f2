package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/ordered"
	packager "github.com/chalice-go/chalice/package"
)

func openAPICommand() *cobra.Command {
	var in packager.Input
	var format, openAPI string
	c := &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI document of the app's routes, for clients",
		Long: `openapi prints the OpenAPI document of the app: what people read, and what clients are
generated from. Typed routes (app.TypedRoute) have schemas of what they take and answer,
other routes what is known of them. Descriptions are those of app.Doc and of doc tags,
and otherwise Go doc comments of handlers, types and fields. The key openapi of the
configuration names the API, its version, a contact and a license.

The server is the stage's domain name, or where the stage is deployed from this project.
The document that API Gateway gets is another one: see generate-models.`,
		Example: `  chalice openapi > openapi.yaml
  chalice openapi --stage prod --format json --openapi 3.0`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(documentFormats, format) {
				return misuse(c, "--format is %q and has to be %s", format, strings.Join(documentFormats, " or "))
			}
			if !slices.Contains(openapi.Versions(), openAPI) {
				return misuse(c, "--openapi is %q and has to be %s", openAPI, strings.Join(openapi.Versions(), " or "))
			}
			url, err := deployedURL(in.ProjectDir, in.Stage)
			if err != nil {
				return err
			}
			document, warnings, err := packager.Document(c.Context(), in, openAPI, url)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			if document == nil {
				return errNothingToDocument
			}
			return printDocument(c, document, format)
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&format, "format", packager.YAML, strings.Join(documentFormats, " or "))
	c.Flags().StringVar(&openAPI, "openapi", openapi.V31, "`VERSION` of OpenAPI: "+strings.Join(openapi.Versions(), " or "))
	return c
}

// documentFormats are those of the document, the default first.
var documentFormats = []string{packager.YAML, packager.JSON}

var errNothingToDocument = errors.New("there is no API to document: the app has no routes")

// deployedURL returns where the routes of a stage are reached, by its record: under a domain
// name, or else under the name that AWS gave them; "" if it isn't deployed from here.
func deployedURL(projectDir, stage string) (string, error) {
	r, err := record.Of(config.Root(projectDir), stage).Read()
	if err != nil || r == nil {
		return "", err
	}
	return deploy.RoutesURL(r.URLs), nil
}

// printDocument prints a document that is JSON on one line.
func printDocument(c *cobra.Command, document []byte, format string) error {
	parsed := &ordered.Object{}
	if err := parsed.UnmarshalJSON(document); err != nil {
		return err
	}
	printed := ordered.YAML(parsed)
	if format == packager.JSON {
		printed = append(ordered.AppendJSON(nil, parsed), '\n')
	}
	_, err := c.OutOrStdout().Write(printed)
	return err
}
