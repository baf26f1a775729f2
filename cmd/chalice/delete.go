package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

func deleteCommand() *cobra.Command {
	var in deploy.DeleteInput
	var json bool
	c := &cobra.Command{
		Use:   "delete",
		Short: "Delete what is deployed of a stage",
		Long: `delete deletes the stack of the stage, what deploy has uploaded for it, and its
record, after a question. The app need not compile, and where there is a record
not even its configuration need be right. A stack that is gone is no mistake.`,
		Example: `  chalice delete
  chalice delete --stage test --yes`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			screen := newScreen(c, json)
			in.Talk = talk{Screen: screen, command: c.Context()}
			o, err := deploy.Delete(c.Context(), in)
			if o == nil {
				return showFailure(c.Context(), screen, err)
			}
			if o.Gone {
				screen.Note(fmt.Sprintf("there is no stack %s in %s any more", o.Stack, o.Region))
			} else {
				screen.Result(terminal.Result{Stack: o.Stack, Action: "deleted", Took: screen.Took()})
			}
			for _, r := range o.Retained {
				screen.Note("stays: " + r)
			}
			return showFailure(c.Context(), screen, err)
		},
	}
	stageFlags(c, &in.Input)
	yesFlag(c, &in.Input)
	override(c, &in.Input, "bucket", artifactBucketKey, "bucket that deploy has uploaded to; otherwise the one that is recorded or configured")
	c.Flags().StringArrayVar(&in.Retain, "retain", nil, "`ID` of a resource to leave behind, of a stack whose deletion has failed; can be there several times")
	c.Flags().StringVar(&in.RoleARN, "role-arn", "", "role that CloudFormation uses")
	c.Flags().BoolVar(&json, "json", false, "write what happens as JSON, an object in each line")
	return c
}
