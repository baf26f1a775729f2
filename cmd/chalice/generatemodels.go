package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/templatefile"
	packager "github.com/chalice-go/chalice/package"
)

func generateModelsCommand() *cobra.Command {
	var in packager.Input
	var format string
	c := &cobra.Command{
		Use:   "generate-models",
		Short: "Print the OpenAPI document of the app's REST or HTTP API",
		Long: `generate-models prints the OpenAPI document that API Gateway gets for the app's routes:
Swagger 2.0 for a REST API and OpenAPI 3.0 for an HTTP API, with API Gateway's
extensions, as it is in a SAM template. What only a deployment knows, such as the functions' ARNs, are intrinsic functions in it.`,
		Example: `  chalice generate-models > openapi.json
  chalice generate-models --stage prod --format yaml`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains([]string{packager.JSON, packager.YAML}, format) {
				return misuse(c, "--format is %q and has to be %s or %s", format, packager.JSON, packager.YAML)
			}
			document, warnings, err := packager.OpenAPI(c.Context(), in)
			printWarnings(c, warnings)
			if err != nil {
				return err
			}
			if document == nil {
				return errNoModel
			}
			return printModel(c, document, format)
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&format, "format", packager.JSON, "json or yaml")
	return c
}

var errNoModel = errors.New("there is no API to generate a model from: the app has no routes")

// printModel prints a document as the reference does: JSON indented by four spaces.
func printModel(c *cobra.Command, document []byte, format string) error {
	var b bytes.Buffer
	if format == packager.YAML {
		parsed, err := templatefile.Parse("openapi.json", document)
		if err != nil {
			return err
		}
		b.Write(ordered.YAML(parsed))
	} else {
		if err := json.Indent(&b, document, "", "    "); err != nil {
			return err
		}
		b.WriteByte('\n')
	}
	_, err := b.WriteTo(c.OutOrStdout())
	return err
}
