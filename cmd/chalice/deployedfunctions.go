package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/function"
)

// invokeDeployed calls a function of a stage in AWS. An event in a file is read
// before anybody is asked, and standard input only once there is such a function.
func invokeDeployed(c *cobra.Command, f invokeFlags) error {
	read := func() ([]byte, error) { return readCallPayload(c, f.payload) }
	if f.payload != "" && f.payload != "-" {
		event, err := read()
		if err != nil {
			return err
		}
		read = func() ([]byte, error) { return event, nil }
	}
	deployed, session, err := deploy.Connect(c.Context(), f.stage)
	if err != nil {
		return err
	}
	name, err := deployedFunction(deployed, f.name)
	if err != nil {
		return err
	}
	event, err := read()
	if err != nil {
		return err
	}
	is := deployed.Functions[name]
	r, err := function.New(session.Config).Invoke(c.Context(), function.Call{
		Name: is.Name, Alias: is.Alias, Payload: event, Tail: f.tail, Timeout: configuredTimeout(f.stage, name),
	})
	if account.Code(err) == "ResourceNotFoundException" {
		what := "function " + is.Name
		if is.Alias != "" {
			what += " with the alias " + is.Alias
		}
		return fmt.Errorf("there is no %s in Lambda any more: deploy the stage again (%w)", what, err)
	}
	if err != nil {
		return err
	}
	o := &outcome{function: name, result: r.Payload, failed: r.Failed, tail: r.Tail}
	return o.print(c.OutOrStdout(), c.ErrOrStderr())
}

// readCallPayload reads the event of a call in AWS, for which there is no sample.
func readCallPayload(c *cobra.Command, file string) ([]byte, error) {
	event, err := readPayload(c.InOrStdin(), file)
	switch {
	case err != nil:
		return nil, err
	case event == nil:
		return []byte("{}"), nil // what Lambda makes of no payload
	}
	return event, nil
}

// deployedFunction returns what the app calls a function of a stage, which can be
// named as Lambda does, too.
func deployedFunction(d *deploy.Deployed, name string) (string, error) {
	if _, ok := d.Functions[name]; ok {
		return name, nil
	}
	names := slices.Sorted(maps.Keys(d.Functions))
	for _, known := range names {
		if d.Functions[known].Name == name {
			return known, nil
		}
	}
	return "", unknownName("function", name, names)
}

// configuredTimeout returns the timeout that the configuration gives a function, or 0
// if it can't be read: then a function takes as long as any can.
func configuredTimeout(in deploy.Input, name string) time.Duration {
	stage, err := config.Load(in.ProjectDir, config.Options{Stage: in.Stage, AnyStage: true})
	if err != nil {
		return 0
	}
	return time.Duration(stage.Function(name).Timeout) * time.Second
}
