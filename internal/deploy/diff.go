package deploy

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/internal/deploy/artifact"
	"github.com/chalice-go/chalice/internal/deploy/review"
)

// DiffInput says what to compare.
type DiffInput struct {
	Input
	// Offline compares with the template that was last recorded. It sends no
	// request to AWS, and needs neither a region nor credentials.
	Offline bool
}

// Difference is what a deployment would change.
type Difference struct {
	Stack  string
	Region string // empty: AWS wasn't asked
	// New says that there is no stack yet, so that everything would be added.
	New    bool
	Review *review.Review
	// Unseen says that the stack would change in something that a review doesn't
	// show, such as tags.
	Unseen bool
}

// Any reports whether a deployment would change anything.
func (d *Difference) Any() bool { return !d.Review.Empty() || d.Unseen }

// Diff returns what a deployment would change, and changes nothing: it makes a
// change set and discards it. If there is no stack yet, it compares templates
// instead.
func Diff(ctx context.Context, in DiffInput) (*Difference, error) {
	if in.Offline {
		return diffOffline(ctx, in.Input)
	}
	r, err := begin(ctx, in.Input)
	if err != nil {
		return nil, err
	}
	defer r.end()
	if err := r.pack(ctx); err != nil {
		return nil, err
	}
	if err := r.lookBefore(ctx); err != nil {
		return nil, err
	}
	d := &Difference{Stack: r.stack, Region: r.session.Region, New: r.before == nil}
	if d.New {
		d.Review, err = r.reviewTemplates(nil)
		return d, err
	}
	if r.hasUploads() { // CloudFormation reads the files to compare them
		r.bucket = artifact.NewStore(r.session, r.bucketName())
		if err := r.uploadTemplates(ctx); err != nil {
			return nil, err
		}
	}
	set, err := r.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if !set.Empty {
		if err := r.discard(ctx, set); err != nil {
			return nil, err
		}
	}
	d.Review, err = r.review(changesOf(set.Changes))
	d.Unseen = err == nil && !set.Empty && d.Review.Empty()
	return d, err
}

// diffOffline compares with the recorded template.
func diffOffline(ctx context.Context, in Input) (*Difference, error) {
	r, err := in.prepareHere()
	if err != nil {
		return nil, err
	}
	defer r.end()
	if r.last == nil {
		return nil, fmt.Errorf("there is no %s to compare with: deploy the stage, or compare with the stack itself%s", r.store.File(), r.Names.Advice(" (leave out ", "Offline", ")"))
	}
	files, err := r.store.ReadTemplate(r.last)
	if err != nil {
		return nil, err
	}
	r.who.Account, r.region = r.last.Account, r.last.Region
	if err := r.pack(ctx); err != nil {
		return nil, err
	}
	before, err := review.ReadStack(reviewFiles(files))
	if err != nil {
		return nil, err
	}
	d := &Difference{Stack: r.last.Stack}
	d.Review, err = r.reviewTemplates(before)
	return d, err
}

// reviewTemplates compares templates, without a change set.
func (r *run) reviewTemplates(before *review.Stack) (*review.Review, error) {
	after, err := review.ReadStack(reviewFiles(r.files))
	if err != nil {
		return nil, err
	}
	return review.Of(review.Input{Changes: review.Compare(before, after), Before: before, After: after, Origins: review.Explain(r.out)}), nil
}
