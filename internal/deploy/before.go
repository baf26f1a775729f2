package deploy

import (
	"bytes"
	"context"
	"slices"

	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/timing"
)

// before is the stack before the change; nil: there is none that has resources.
type before struct {
	stack *stack.Stack
	root  []byte // its template
	tree  *review.Stack
}

// emptyStates are the statuses of stacks without resources, which are created
// anew.
var emptyStates = []string{underReview, "ROLLBACK_COMPLETE", "DELETE_COMPLETE"}

// lookBefore reads the current stack.
func (r *run) lookBefore(ctx context.Context) error {
	ctx, ended := timing.Start(ctx, "look at the stack before")
	defer ended()
	s, err := r.engine.Find(ctx, r.stack)
	if err != nil || s == nil || slices.Contains(emptyStates, s.Status) {
		return err
	}
	b := &before{stack: s}
	if b.root, err = r.engine.Template(ctx, s.ID); err != nil {
		return err
	}
	if b.tree = r.recorded(b); b.tree == nil {
		if b.tree, err = treeOf(ctx, r.engine, b); err != nil {
			return err
		}
	}
	b.tree.Parameters = s.Parameters
	r.before = b
	return nil
}

// recorded returns the stack from the record, if the root template is still the
// recorded one: since it names its parts by their content, these are the
// recorded ones as well. Otherwise it returns nil.
func (r *run) recorded(b *before) *review.Stack {
	if r.last == nil || r.last.StackID != b.stack.ID {
		return nil
	}
	files, err := r.store.ReadTemplate(r.last)
	if err != nil || !bytes.Equal(bytes.TrimSpace(files[0].Data), bytes.TrimSpace(b.root)) {
		return nil // CloudFormation has the missing files
	}
	tree, err := review.ReadStack(reviewFiles(files))
	if err != nil {
		return nil
	}
	return tree
}

// treeOf gets the templates of a stack and of those nested in it from
// CloudFormation.
func treeOf(ctx context.Context, engine *stack.Engine, b *before) (*review.Stack, error) {
	root, err := review.ReadStack([]review.File{{Name: templateName(b.root), Data: b.root}})
	if err != nil || !hasNested(root) {
		return root, err
	}
	resources, err := engine.Resources(ctx, b.stack.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range resources { // a stack comes before those nested in it
		if r.Type != nestedStackType || r.PhysicalID == "" {
			continue
		}
		data, err := engine.Template(ctx, r.PhysicalID)
		if err != nil {
			return nil, err
		}
		nested, err := review.ReadStack([]review.File{{Name: templateName(data), Data: data}})
		if err != nil {
			return nil, err
		}
		if parent := at(root, r.Path); parent != nil {
			parent.Nested[r.LogicalID] = nested
		}
	}
	return root, nil
}

// at returns the stack at a path of logical ids, or nil.
func at(s *review.Stack, path []string) *review.Stack {
	for _, id := range path {
		if s == nil {
			return nil
		}
		s = s.Nested[id]
	}
	return s
}

// hasNested reports whether a template has nested stacks.
func hasNested(s *review.Stack) bool {
	resources, _ := s.Template["Resources"].(map[string]any)
	for _, body := range resources {
		if body, ok := body.(map[string]any); ok && body["Type"] == nestedStackType {
			return true
		}
	}
	return false
}

// templateName returns a name that says whether the data is JSON or YAML.
func templateName(data []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return "template.json"
	}
	return "template.yaml"
}

// reviewFiles returns files of a template in the form of the review.
func reviewFiles(files []record.File) []review.File {
	all := make([]review.File, len(files))
	for i, f := range files {
		all[i] = review.File{Name: f.Name, Data: f.Data}
	}
	return all
}
