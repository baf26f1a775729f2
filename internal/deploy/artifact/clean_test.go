package artifact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/chalice-go/chalice/internal/deploy/artifact"
)

// fill makes objects, in the order of the keys.
func fill(t *testing.T, st *artifact.Store, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := st.PutBytes(t.Context(), key, []byte(key), "application/octet-stream"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrune(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	st := artifact.NewStore(e.session, bucket)
	for i := range 6 { // the times in S3 are whole seconds
		time.Sleep(1100 * time.Millisecond)
		fill(t, st, fmt.Sprintf("app/dev/%d.zip", i), fmt.Sprintf("app/dev/%d/root.json", i), fmt.Sprintf("app/dev/%d/nested.json", i))
	}
	time.Sleep(1100 * time.Millisecond)
	fill(t, st, "app/dev/1.zip") // a second version makes it the newest
	fill(t, st, "app/dev2/0.zip", "app/devil.zip", "application/dev/0.zip")
	removed, err := st.Prune(t.Context(), "app/dev", []string{"app/dev/0.zip", "app/dev/5/root.json", "app/dev/5/nested.json"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if removed != 11 {
		t.Errorf("%d were removed, want 11", removed)
	}
	want := []string{
		"app/dev/0.zip", // in keep
		"app/dev/1.zip", "app/dev/1.zip", "app/dev/4/nested.json", "app/dev/4/root.json",
		"app/dev/5.zip", "app/dev/5/nested.json", "app/dev/5/root.json",
		"app/dev2/0.zip", "app/devil.zip", "application/dev/0.zip",
	}
	if diff := cmp.Diff(want, e.versions(t, bucket)); diff != "" {
		t.Error(diff)
	}
}

func TestClean(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	st := artifact.NewStore(e.session, bucket)
	fill(t, st, "app/dev/0.zip", "app/dev/0.zip", "app/dev/0/root.json", "app/dev2/0.zip", "app/dev.zip", "app2/dev/0.zip", "an/app/dev/0.zip", "app/dev/gone.zip")
	if _, err := e.s3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String("app/dev/gone.zip")}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.s3.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: aws.String("app/dev/half.zip")}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to remove
		if _, err := st.Clean(t.Context(), "app/dev/"); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"an/app/dev/0.zip", "app/dev.zip", "app/dev2/0.zip", "app2/dev/0.zip"}
	if diff := cmp.Diff(want, e.versions(t, bucket)); diff != "" {
		t.Error(diff)
	}
	uploads, err := e.s3.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &bucket})
	if err != nil || len(uploads.Uploads) > 0 {
		t.Errorf("got the uploads %v and the error %v", uploads.Uploads, err)
	}
}

// TestCleanMany: more objects are removed than S3 lists or deletes in one
// request.
func TestCleanMany(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	st := artifact.NewStore(e.session, bucket)
	running := errgroup.Group{}
	running.SetLimit(16)
	for i := range 1010 {
		running.Go(func() error {
			_, err := e.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(fmt.Sprintf("app/dev/%d.zip", i))})
			return err
		})
	}
	if err := running.Wait(); err != nil {
		t.Fatal(err)
	}
	if removed, err := st.Clean(t.Context(), "app/dev"); err != nil || removed != 1010 {
		t.Errorf("%d were removed, and the error %v", removed, err)
	}
	if left := e.versions(t, bucket); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestCleanNothing(t *testing.T) {
	e := newEndpoint(t)
	if removed, err := artifact.NewStore(e.session, "no-such-bucket").Clean(t.Context(), "app/dev"); err != nil || removed != 0 {
		t.Errorf("no bucket: got %d and the error %v", removed, err)
	}
	for _, folder := range []string{"", "/"} {
		if _, err := artifact.NewStore(e.session, "any").Clean(t.Context(), folder); err == nil {
			t.Errorf("folder %q: no error", folder)
		}
	}
}
