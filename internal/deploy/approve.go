package deploy

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/timing"
)

// approve shows what a change set would do, and asks about what can't be taken
// back: permissions that widen, what becomes public, and resources that are
// replaced or removed. If somebody else is to execute the change set, they
// decide later.
func (r *run) approve(ctx context.Context, set *stack.ChangeSet) error {
	ctx, ended := timing.Start(ctx, "review the changes, and ask")
	defer ended()
	rev, err := r.review(changesOf(set.Changes))
	if err != nil {
		return err
	}
	r.Talk.Review(rev)
	questions := rev.Questions()
	if r.NoExecute || len(questions) == 0 {
		return nil
	}
	return r.ask(ctx, r.question(questions))
}

// question makes one question of all reasons to ask, and says where it would be
// done.
func (r *run) question(all []review.Question) string {
	texts := make([]string, len(all))
	for i, q := range all {
		texts[i] = q.Text
	}
	text := sentence(texts)
	return fmt.Sprintf("%s%s. Deploy %s in account %s, %s?", strings.ToUpper(text[:1]), text[1:], r.stack, r.who.Account, r.region)
}

// review returns what changes mean.
func (r *run) review(changes []review.Change) (*review.Review, error) {
	after, err := review.ReadStack(reviewFiles(r.files))
	if err != nil {
		return nil, err
	}
	after.Parameters = r.parameters()
	in := review.Input{Changes: changes, After: after, Origins: review.Explain(r.out)}
	if r.before != nil {
		in.Before = r.before.tree
	}
	return review.Of(in), nil
}

// parameters returns the values of the template's parameters, as far as they
// aren't the defaults.
func (r *run) parameters() map[string]string {
	values := map[string]string{}
	maps.Copy(values, r.valuesBefore())
	maps.Copy(values, r.Parameters)
	return values
}

// changesOf returns the changes of a change set in the form of the review.
func changesOf(changes []stack.ResourceChange) []review.Change {
	all := make([]review.Change, len(changes))
	for i, c := range changes {
		all[i] = review.Change{
			Action: c.Action, LogicalID: c.LogicalID, PhysicalID: c.PhysicalID, Type: c.Type,
			Replacement: c.Replacement, PolicyAction: c.PolicyAction, Nested: changesOf(c.Nested),
		}
		for _, p := range c.Properties {
			all[i].Properties = append(all[i].Properties, review.PropertyChange(p))
		}
	}
	return all
}
