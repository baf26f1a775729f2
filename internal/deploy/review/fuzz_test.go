package review_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// FuzzReview: a review of any templates and change sets is made in time and
// always the same, and a template compared with itself has none.
func FuzzReview(f *testing.F) {
	for _, seed := range []string{
		role("{Effect: Allow, Action: [a, b], Resource: '*', Condition: {StringEquals: {k: v}}}"), shared, apart, bySNS, queueOpen,
		api("/a: {get: {security: []}}", "Policy: {Statement: {Effect: Deny, Principal: '*'}}"),
		"A: {Type: AWS::IAM::Role, Condition: C, Properties: !If [C, {Policies: !Ref X}, !Sub ['${a}${!b}${}', {a: !GetAtt A.B}]]}",
		"A: {Type: AWS::Lambda::Function, Properties: {Role: [], Tags: {Key: {Key: []}}}}", "A: 1", "A: {Type: [], Properties: x}",
		"A: {Type: AWS::IAM::Role, Properties: {Policies: [1, {PolicyDocument: '{\"Statement\": [1]}'}], ManagedPolicyArns: {}, PermissionsBoundary: []}}",
	} {
		f.Add(seed, function, `{"a": [1, {"Key": "k"}]}`, "/Properties/A/~1/0")
	}
	f.Fuzz(func(t *testing.T, before, after, value, path string) {
		read := func(text string) *review.Stack {
			text = "Resources:\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
			s, err := review.ReadStack([]review.File{{Name: "t.yaml", Data: []byte(text)}})
			if err != nil {
				return nil
			}
			return s
		}
		in := review.Input{Before: read(before), After: read(after)}
		in.Changes = append(review.Compare(in.Before, in.After), review.Change{
			Action: review.Modify, LogicalID: "A", Type: "AWS::IAM::Role", Replacement: review.ReplaceMaybe,
			Properties: []review.PropertyChange{{Name: "P", Path: path, Before: value, After: before}, {Attribute: "Metadata", Before: after, After: value}},
		})
		first, second := review.Of(in), review.Of(in)
		first.Questions()
		a, errA := json.Marshal(first)
		b, errB := json.Marshal(second)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Fatalf("two reviews differ: %v %v\n%s\n%s", errA, errB, a, b)
		}
		if s := in.Before; s != nil {
			if r := reviewed(s, s); !r.Empty() || len(r.Widened)+len(r.Exposed) > 0 {
				t.Fatalf("a template differs from itself: %+v", r)
			}
		}
	})
}
