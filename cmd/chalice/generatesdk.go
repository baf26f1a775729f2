package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/apisdk"
	"github.com/chalice-go/chalice/internal/scratch"
)

// sdkRequest is what generate-sdk is asked for.
type sdkRequest struct {
	stage   deploy.Input
	out     string
	typ     string
	options map[string]string
}

func generateSDKCommand() *cobra.Command {
	var r sdkRequest
	c := &cobra.Command{
		Use:   "generate-sdk OUTDIR",
		Short: "Get a client library for the deployed REST API",
		Long: `generate-sdk has API Gateway generate a client library for the REST API of the stage
that is deployed, and writes it into the folder OUTDIR, which must not exist.

Some types need options: java serviceName and javaPackageName, android groupId,
artifactId, artifactVersion and invokerPackage, objectivec and swift classPrefix.`,
		Example: `  chalice generate-sdk client
  chalice generate-sdk --stage prod --sdk-type swift --sdk-option classPrefix=Shop client`,
		Args: wantArgs("OUTDIR, the folder to make,"),
		RunE: func(c *cobra.Command, args []string) error {
			r.out = args[0]
			if err := r.check(c); err != nil {
				return err
			}
			zip, err := r.get(c)
			if err != nil {
				return err
			}
			if err := unpackInto(r.out, zip); err != nil {
				return err
			}
			return printLines(c.OutOrStdout(), r.out)
		},
	}
	stageFlags(c, &r.stage)
	c.Flags().StringVar(&r.typ, "sdk-type", apisdk.Types()[0], "one of "+strings.Join(apisdk.Types(), ", "))
	pairs(c, &r.options, "sdk-option", "`NAME=VALUE` of an option of the type; can be there several times")
	return c
}

// check finds what is wrong before anybody is asked.
func (r sdkRequest) check(c *cobra.Command) error {
	if !apisdk.IsType(r.typ) {
		return misuse(c, "--sdk-type is %q and has to be one of %s", r.typ, strings.Join(apisdk.Types(), ", "))
	}
	if missing := apisdk.Missing(r.typ, r.options); len(missing) > 0 {
		return misuse(c, "--sdk-type %s needs --sdk-option %s=...", r.typ, strings.Join(missing, "=... --sdk-option "))
	}
	return mustNotExist(r.out)
}

func mustNotExist(dir string) error {
	_, err := os.Lstat(dir)
	switch {
	case err == nil:
		return fmt.Errorf("%s exists already: name another folder, or remove it first", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// get returns the zip with the library.
func (r sdkRequest) get(c *cobra.Command) ([]byte, error) {
	deployed, session, err := deploy.Connect(c.Context(), r.stage)
	if err != nil {
		return nil, err
	}
	api, stage := deployed.Outputs["RestAPIId"], apisdk.StageOf(deployed.Outputs["EndpointURL"])
	if deployed.Outputs["HTTPAPIId"] != "" {
		return nil, fmt.Errorf("the stage %s has an HTTP API, of which API Gateway generates no libraries: chalice generate-models prints its OpenAPI document, of which other generators make some", deployed.Stage)
	}
	if api == "" || stage == "" {
		return nil, fmt.Errorf("the stage %s has no REST API: there is none in the stack %s", deployed.Stage, deployed.Stack)
	}
	zip, err := apisdk.Get(c.Context(), session.Config, apisdk.Request{API: api, Stage: stage, Type: r.typ, Options: r.options})
	if errors.Is(err, apisdk.ErrNoAPI) {
		return nil, fmt.Errorf("%w, though the stack %s has had it: chalice status shows how the stage is", err, deployed.Stack)
	}
	return zip, err
}

// unpackInto makes a folder of a zip, wholly or not at all.
func unpackInto(out string, zip []byte) error {
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	work, err := scratch.Make(parent, ".chalice-")
	if err != nil {
		return err
	}
	defer work.Remove()
	made := filepath.Join(work.Path, "sdk")
	if err := os.Mkdir(made, 0o777); err != nil {
		return err
	}
	if err := apisdk.Unpack(zip, made); err != nil {
		return err
	}
	if err := mustNotExist(out); err != nil { // meanwhile
		return err
	}
	return os.Rename(made, out)
}
