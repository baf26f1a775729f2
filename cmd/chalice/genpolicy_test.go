package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// TestPolicyConditions has a statement that is on a condition: both forms for people
// say it.
func TestPolicyConditions(t *testing.T) {
	statement := packager.PolicyStatement{Actions: []string{"kms:Decrypt"}, Resources: []string{"arn:k/*"}, Condition: "kms:RequestAlias is alias/a"}
	found := &packager.Policies{Functions: map[string]*packager.FunctionPolicy{"work": {
		Needs:      []packager.Need{{Action: "kms:Decrypt", Resources: statement.Allowed()}},
		Statements: []packager.PolicyStatement{statement},
	}}}
	var table, explained strings.Builder
	if err := tabulatePolicies(&table, found, []string{"work"}); err != nil {
		t.Fatal(err)
	}
	if err := explainPolicies(&explained, found, []string{"work"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"FUNCTION  ACTION       RESOURCE\nwork      kms:Decrypt  arn:k/* if kms:RequestAlias is alias/a\n",
		"work\n  kms:Decrypt on arn:k/* if kms:RequestAlias is alias/a\n",
	}
	if diff := cmp.Diff(want, []string{table.String(), explained.String()}); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
