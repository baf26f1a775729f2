package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

// The formats of gen-policy.
const (
	jsonFormat  = "json"
	tableFormat = "table"
)

// policyRequest is what gen-policy is asked for.
type policyRequest struct {
	function, format string
	explain          bool
}

func genPolicyCommand() *cobra.Command {
	var in packager.Input
	var request policyRequest
	c := &cobra.Command{
		Use:   "gen-policy",
		Short: "Show what the functions' source needs in AWS, and why",
		Long: `gen-policy finds the calls of the AWS SDK that each function can reach, and prints
the policy that lets it make them: what "chalice package" puts into its role
beside what the framework needs itself, and beside what app.Allow adds.

--explain shows for each action the calls that need it, and how they are reached.
What the analysis can't see, or not narrow to a resource, it warns of.`,
		Example: `  chalice gen-policy
  chalice gen-policy --function api_handler --format table
  chalice gen-policy --explain`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains([]string{jsonFormat, tableFormat}, request.format) {
				return misuse(c, "--format is %q and has to be %s or %s", request.format, jsonFormat, tableFormat)
			}
			if request.explain && c.Flags().Changed("format") {
				return misuse(c, "--explain has a form of its own, without --format")
			}
			found, err := packager.FindPolicies(c.Context(), in)
			if err != nil {
				return err
			}
			return request.answer(c, found)
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&request.function, "function", "", "show only this function")
	c.Flags().StringVar(&request.format, "format", jsonFormat, "json, a policy, or table, its actions and resources")
	c.Flags().BoolVar(&request.explain, "explain", false, "show the calls that need each action")
	return c
}

func (r policyRequest) answer(c *cobra.Command, found *packager.Policies) error {
	names := slices.Sorted(maps.Keys(found.Functions))
	if r.function != "" {
		if !slices.Contains(names, r.function) {
			return fmt.Errorf("there is no function %q whose policy is generated; there are %s", r.function, orNone(names))
		}
		names = []string{r.function}
	}
	for _, w := range found.Warnings {
		if r.function == "" || len(w.Functions) == 0 || slices.Contains(w.Functions, r.function) {
			printWarnings(c, []packager.Warning{w})
		}
	}
	if err := r.warnOfSize(c, found, names); err != nil {
		return err
	}
	switch {
	case r.explain:
		return explainPolicies(c.OutOrStdout(), found, names)
	case r.format == tableFormat:
		return tabulatePolicies(c.OutOrStdout(), found, names)
	}
	e := json.NewEncoder(c.OutOrStdout())
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(found.Document(names...))
}

// warnOfSize tells of policies that are too large for a role in IAM: that of all
// functions, and those of single ones.
func (r policyRequest) warnOfSize(c *cobra.Command, found *packager.Policies, names []string) error {
	if r.function == "" && len(names) > 1 {
		advice := `with "iam_roles": "per_function" each function has a role of its own`
		if found.OwnRoles {
			advice = `each function has a role of its own`
		}
		if err := warnOfSize(c, found, "all functions", advice+", whose policy --function shows", names); err != nil {
			return err
		}
	}
	for _, name := range names {
		const advice = "allow more with less, such as with wildcards in app.Allow, or give the function a role that exists, with iam_role_arn"
		if err := warnOfSize(c, found, "function "+name, advice, []string{name}); err != nil {
			return err
		}
	}
	return nil
}

// warnOfSize tells of the policy of some functions if it is too large for a role.
func warnOfSize(c *cobra.Command, found *packager.Policies, whose, advice string, names []string) error {
	size, shortened, err := found.Size(names...)
	if err != nil || size <= synth.MaxRolePolicies {
		return err
	}
	if shortened <= synth.MaxRolePolicies {
		advice = fmt.Sprintf("without the names of statements, which chalice package leaves out then, it has %d", shortened)
	}
	printWarnings(c, []packager.Warning{{Kind: packager.PolicyWarning, Message: fmt.Sprintf(
		"the policy of %s has %d characters without white space, %d more than the %d that IAM takes in one role: %s",
		whose, size, size-synth.MaxRolePolicies, synth.MaxRolePolicies, advice)}})
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func tabulatePolicies(w io.Writer, found *packager.Policies, names []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FUNCTION\tACTION\tRESOURCE")
	for _, name := range names {
		for _, s := range found.Functions[name].Statements {
			for _, action := range s.Actions {
				for _, resource := range s.Allowed() {
					fmt.Fprintf(table, "%s\t%s\t%s\n", name, action, resource)
				}
			}
		}
	}
	return table.Flush()
}

// explainPolicies prints for each action of each function the calls that need
// it, with the way that leads there.
func explainPolicies(w io.Writer, found *packager.Policies, names []string) error {
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, name)
		needs := found.Functions[name].Needs
		if len(needs) == 0 {
			fmt.Fprintln(w, "  needs nothing")
		}
		for _, need := range needs {
			fmt.Fprintf(w, "  %s on %s\n", need.Action, cmp.Or(strings.Join(need.Resources, ", "), "the app's own API"))
			for _, call := range need.Calls {
				if err := explainCall(w, call); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func explainCall(w io.Writer, call packager.Call) error {
	why := ""
	if call.AnyResource != "" {
		why = ", on any resource: " + call.AnyResource
	}
	_, err := fmt.Fprintf(w, "    %v: %s%s\n", call.Source, call.Operation, why)
	for _, step := range call.Path {
		if err == nil {
			_, err = fmt.Fprintf(w, "      %v: %s\n", step.Source, step.Function)
		}
	}
	return err
}
