package artifact_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
)

// endpoint is an AWS on loopback, with clients that see what is in it.
type endpoint struct {
	session *account.Session
	s3      *s3.Client
}

func newEndpoint(t *testing.T) endpoint {
	t.Helper()
	return newEndpointIn(t, "")
}

// newEndpointIn returns the endpoint of a region; empty: the usual one, which
// tests of other packages use at the same time.
func newEndpointIn(t *testing.T, region string) endpoint {
	t.Helper()
	s := endpointtest.Open(t, account.Options{Region: region})
	t.Parallel()
	return endpoint{s, s3.NewFromConfig(s.Config, func(o *s3.Options) { o.UsePathStyle = true })}
}

// bucket makes a bucket for the test, with versioning like ours.
func (e endpoint) bucket(t *testing.T) string {
	t.Helper()
	name := "test-" + strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	if _, err := e.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	_, err := e.s3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// program writes a file as large as a program, and returns its path and digest.
func program(t *testing.T, size int) (file, digest string) {
	t.Helper()
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(size)}).Read(data)
	file = filepath.Join(t.TempDir(), "deployment.zip")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return file, hex.EncodeToString(sum[:])
}

// digest returns the digest of an object.
func (e endpoint) digest(t *testing.T, bucket, key string) string {
	t.Helper()
	out, err := e.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, out.Body); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// versions lists all versions in a bucket, including deleted ones.
func (e endpoint) versions(t *testing.T, bucket string) []string {
	t.Helper()
	out, err := e.s3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, v := range out.Versions {
		keys = append(keys, *v.Key)
	}
	for _, m := range out.DeleteMarkers {
		keys = append(keys, *m.Key+" deleted")
	}
	slices.Sort(keys)
	return keys
}
