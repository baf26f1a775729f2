package stack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// TestLastChange: the last change of a stack is that which made it what it is, however
// its events are spread over pages.
func TestLastChange(t *testing.T) {
	created := []string{"root . REVIEW_IN_PROGRESS", "root . CREATE_IN_PROGRESS", "root A CREATE_COMPLETE", "root . CREATE_COMPLETE"}
	updated := []string{
		"root . UPDATE_IN_PROGRESS", "root B CREATE_COMPLETE", "root . UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "root A DELETE_SKIPPED", "root . UPDATE_COMPLETE",
	}
	failed := []string{
		"root . UPDATE_IN_PROGRESS", "root C CREATE_COMPLETE", "root . UPDATE_ROLLBACK_IN_PROGRESS",
		"root . UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "root C DELETE_SKIPPED", "root . UPDATE_ROLLBACK_COMPLETE",
	}
	continued := []string{
		"root . UPDATE_IN_PROGRESS", "root C UPDATE_FAILED", "root . UPDATE_ROLLBACK_IN_PROGRESS", "root . UPDATE_ROLLBACK_FAILED",
		"root . UPDATE_ROLLBACK_IN_PROGRESS", "root . UPDATE_ROLLBACK_COMPLETE",
	}
	nested := []string{
		"root . UPDATE_IN_PROGRESS", "root StackA UPDATE_IN_PROGRESS", "StackA . UPDATE_IN_PROGRESS", "StackA B CREATE_COMPLETE", "StackA . UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
		"root StackA UPDATE_COMPLETE", "StackA A DELETE_SKIPPED", "StackA . UPDATE_COMPLETE", "root . UPDATE_COMPLETE",
	}
	nestedFailed := []string{
		"root . UPDATE_IN_PROGRESS", "root StackA UPDATE_IN_PROGRESS", "StackA C CREATE_COMPLETE", "StackA C DELETE_SKIPPED", "root . UPDATE_ROLLBACK_COMPLETE",
	}
	for name, tc := range map[string]struct {
		events [][]string
		want   string // ids of resources and their statuses
	}{
		"a creation":                        {[][]string{created}, "A CREATE_COMPLETE"},
		"an update":                         {[][]string{created, updated}, "B CREATE_COMPLETE, A DELETE_SKIPPED"},
		"an update, and one that failed":    {[][]string{created, updated, failed}, "B CREATE_COMPLETE, A DELETE_SKIPPED"},
		"several that failed":               {[][]string{created, failed, continued, failed}, "A CREATE_COMPLETE"},
		"one that failed, and an update":    {[][]string{created, failed, updated}, "B CREATE_COMPLETE, A DELETE_SKIPPED"},
		"a nested stack":                    {[][]string{{"StackA A CREATE_COMPLETE"}, created, nested}, "StackA/B CREATE_COMPLETE, StackA/A DELETE_SKIPPED"},
		"a nested one, and one that failed": {[][]string{created, nested, nestedFailed}, "StackA/B CREATE_COMPLETE, StackA/A DELETE_SKIPPED"},
		"no update that ended well":         {[][]string{failed}, ""},
		"events that CloudFormation lost":   {[][]string{updated[1:]}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 3, 100} {
				h := &history{pageSize: size}
				for _, events := range tc.events {
					h.add(events...)
				}
				events, err := stack.NewEngineOf(&fake{describeStackEvents: h.page}).LastChange(t.Context(), stackID("root"))
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, e := range events {
					if e.Type != "AWS::CloudFormation::Stack" {
						got = append(got, strings.Join(append(e.Path, e.LogicalID), "/")+" "+e.Status)
					}
				}
				if diff := cmp.Diff(tc.want, strings.Join(got, ", ")); diff != "" {
					t.Errorf("in pages of %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}
