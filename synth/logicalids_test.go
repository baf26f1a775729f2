package synth_test

import (
	"testing"

	"github.com/chalice-go/chalice/synth"
)

// TestLogicalIDs: each resource of a template is one of the graph's, under whose ID it
// is listed, and every resource of the graph has one.
func TestLogicalIDs(t *testing.T) {
	for _, dir := range goldenCases(t) {
		g, _ := buildCase(t, dir)
		template, err := synth.CloudFormation(g, synth.Code{})
		if err != nil {
			continue // a case for Terraform alone
		}
		ids, err := synth.LogicalIDs(g)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, r := range g.Resources() {
			if len(ids[r.ID()]) == 0 {
				t.Errorf("%s: %s has no logical id", dir, r.ID())
			}
			for _, id := range ids[r.ID()] {
				listed[id] = true
			}
		}
		for _, r := range template.Resources() {
			id := r.ID
			if !listed[id] {
				t.Errorf("%s: %s is under no resource of the graph", dir, id)
			}
		}
	}
}
