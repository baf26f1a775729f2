package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
)

// digestKey is the key in an object's metadata of the content's SHA-256, in
// hexadecimal digits. An object without it isn't ours.
const digestKey = "chalice-sha256"

// Has reports whether the bucket has an object under a key that [Store.Put] or
// [Store.PutBytes] made. An object whose digest differs from the one in the key
// doesn't count.
func (st *Store) Has(ctx context.Context, key string) (bool, error) {
	to, err := st.place(ctx)
	if err != nil {
		return false, err
	}
	found, err := st.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: to.bucket, Key: &key, ExpectedBucketOwner: to.owner})
	switch {
	case isMissing(err):
		return false, nil
	case err != nil:
		return false, err
	}
	digest := found.Metadata[digestKey]
	return digest != "" && agrees(key, digest), nil
}

// agrees reports whether a key can be that of a content: if its name is a
// SHA-256, it has to be the content's.
func agrees(key, digest string) bool {
	name := strings.TrimSuffix(path.Base(key), path.Ext(key))
	if sum, err := hex.DecodeString(name); err != nil || len(sum) != sha256.Size {
		return true
	}
	return name == digest
}

// PutBytes makes an object of data, such as a template.
func (st *Store) PutBytes(ctx context.Context, key string, data []byte, contentType string) error {
	to, err := st.place(ctx)
	if err != nil {
		return err
	}
	return st.put(ctx, to, key, bytes.NewReader(data), sha256.Sum256(data), contentType)
}

// Put makes an object of a file. A file of more than 8 MiB is sent in parts,
// and parts that an earlier Put of the same file has sent aren't sent again.
// Meter, which can be nil, is called with the bytes that have arrived and those
// of the whole file, from several goroutines but not at the same time; the
// count sinks when something has to be sent again.
func (st *Store) Put(ctx context.Context, key, file string, meter func(done, total int64)) error {
	to, err := st.place(ctx)
	if err != nil {
		return err
	}
	content, err := open(file, meter)
	if err != nil {
		return err
	}
	defer content.Close()
	if len(content.parts) > 1 {
		err = st.putParts(ctx, to, key, content)
	} else {
		err = st.put(ctx, to, key, content.body(0), content.sum, "application/zip")
	}
	if err != nil {
		return fmt.Errorf("upload %s to s3://%s/%s: %w", path.Base(file), *to.bucket, key, err)
	}
	return nil
}

// put makes an object with a single request.
func (st *Store) put(ctx context.Context, to place, key string, body io.ReadSeeker, sum [sha256.Size]byte, contentType string) error {
	_, err := st.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: to.bucket, Key: &key, ExpectedBucketOwner: to.owner, Body: body, ContentType: &contentType,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: base64Of(sum[:]),
		Metadata: map[string]string{digestKey: hex.EncodeToString(sum[:])},
	}, signed(sum[:]))
	return err
}

func base64Of(sum []byte) *string {
	text := base64.StdEncoding.EncodeToString(sum)
	return &text
}

// signed gives the SDK the digest for the signature, for which it would
// otherwise read the body.
func signed(sum []byte) func(*s3.Options) {
	known := middleware.InitializeMiddlewareFunc("chalice.PayloadHash", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(v4.SetPayloadHash(ctx, hex.EncodeToString(sum)), in)
	})
	return s3.WithAPIOptions(func(stack *middleware.Stack) error { return stack.Initialize.Add(known, middleware.After) })
}
