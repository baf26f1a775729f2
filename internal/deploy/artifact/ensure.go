package artifact

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// stackName is the name of the stack with an account's own bucket.
const stackName = "chalice-artifacts"

//go:embed bucket.yaml
var template []byte

// Ensure makes the account's own bucket if it is missing, which takes half a
// minute. Before that it calls say with a message. A bucket that the user has
// named is never made; it has to be in the region and the account of the
// session.
//
// If several processes find the bucket missing, one of them makes it, and the
// others wait for it.
func (st *Store) Ensure(ctx context.Context, say func(line string)) error {
	to, err := st.place(ctx)
	if err != nil {
		return err
	}
	there, err := st.exists(ctx, to)
	switch {
	case err != nil || there:
		return err
	case *to.bucket != BucketName(*to.owner, st.session.Region):
		return fmt.Errorf("there is no bucket %s; make it in %s, or name none to have one made", *to.bucket, st.session.Region)
	}
	say(fmt.Sprintf("making the bucket %s for the artifacts of this account, by the stack %s", *to.bucket, stackName))
	return st.build(ctx, to)
}

// Exists reports whether the bucket is there. An error says why it can't be used.
func (st *Store) Exists(ctx context.Context) (bool, error) {
	to, err := st.place(ctx)
	if err != nil {
		return false, err
	}
	return st.exists(ctx, to)
}

// exists reports whether the bucket is there. An error says why it can't be
// used.
func (st *Store) exists(ctx context.Context, to place) (bool, error) {
	found, err := st.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: to.bucket, ExpectedBucketOwner: to.owner})
	switch {
	case isMissing(err):
		return false, nil
	case status(err) == http.StatusForbidden:
		// S3 has the same answer for another account's bucket and for one without
		// access.
		if _, open := st.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: to.bucket}); open == nil {
			return false, fmt.Errorf("bucket %s belongs to another account than %s; name a bucket of your own", *to.bucket, *to.owner)
		}
		return false, fmt.Errorf("bucket %s belongs to another account than %s, or may not be listed: %w", *to.bucket, *to.owner, err)
	case err != nil:
		return false, err
	}
	if in := aws.ToString(found.BucketRegion); in != "" && in != st.session.Region {
		return false, fmt.Errorf("bucket %s is in %s, not in %s; name a bucket in %[3]s, or use the bucket's region", *to.bucket, in, st.session.Region)
	}
	return true, nil
}

// build makes the stack of the bucket, or waits for another process that does.
func (st *Store) build(ctx context.Context, to place) error {
	engine := stack.NewEngine(st.session.Config)
	for attempt := 1; ; attempt++ {
		failure := st.create(ctx, engine)
		if err := settle(ctx, engine); err != nil {
			return err
		}
		there, err := st.exists(ctx, to)
		if err != nil || there {
			return err
		}
		if attempt == 3 {
			if failure == nil {
				failure = errors.New("its stack is there, and the bucket isn't")
			}
			return fmt.Errorf("make bucket %s: %w", *to.bucket, failure)
		}
	}
}

// create creates the stack, once.
func (st *Store) create(ctx context.Context, engine *stack.Engine) error {
	set, err := engine.Prepare(ctx, stack.Change{
		Stack: stackName, Body: template, Description: "chalice deploy makes the bucket for artifacts",
		Tags: map[string]string{"chalice": "artifacts"},
	})
	if err != nil {
		return err
	}
	if set.Empty { // somebody has deleted the bucket, which CloudFormation doesn't know
		return errors.Join(engine.Discard(ctx, set), remove(ctx, engine))
	}
	operation, err := engine.Execute(ctx, set)
	if err != nil {
		return err
	}
	_, err = operation.Follow(ctx, func(stack.Event) {})
	return err
}

// remove deletes the stack. Resources that it retains stay.
func remove(ctx context.Context, engine *stack.Engine) error {
	found, err := engine.Find(ctx, stackName)
	if err != nil || found == nil {
		return err
	}
	deletion, err := engine.Delete(ctx, found, stack.DeleteOptions{})
	if err != nil {
		return err
	}
	_, err = deletion.Follow(ctx, func(stack.Event) {})
	return err
}

const (
	settlePoll  = time.Second
	settleLimit = 5 * time.Minute
)

// settle waits while the stack is being changed, by this process or another
// one.
func settle(ctx context.Context, engine *stack.Engine) error {
	limited, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	for {
		found, err := engine.Find(limited, stackName)
		if err != nil || found == nil || !found.InProgress() {
			return err
		}
		select {
		case <-limited.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("stack %s has been in %s for %s; see what keeps it", stackName, found.Status, settleLimit)
		case <-time.After(settlePoll):
		}
	}
}
