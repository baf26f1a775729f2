package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"

	"github.com/chalice-go/chalice/internal/deploy/artifact"
	"github.com/chalice-go/chalice/internal/timing"
)

// maxInline is the size in bytes of the largest template that a request to
// CloudFormation can contain. A larger one has to be in a bucket.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxInline = 51_200

func isLarge(template []byte) bool { return len(template) > maxInline }

// templateKey returns the key of a root template that is too large for a
// request.
func (r *run) templateKey() string {
	sum := sha256.Sum256(r.files[0].Data)
	return folder(r.app, r.config.Name) + hex.EncodeToString(sum[:]) + path.Ext(r.out.Template)
}

// keptArtifacts is the number of programs of a stage that stay in the bucket,
// so that one can return to them. Those that the stack names stay as well.
const keptArtifacts = 10

// upload puts what the stack needs into the bucket. What is already there is
// neither read nor sent again, since the keys contain digests.
func (r *run) upload(ctx context.Context) error {
	ctx, ended := timing.Start(ctx, "upload")
	defer ended()
	if r.out.Zip == "" && !r.hasUploads() {
		return nil
	}
	step := r.Talk.Step("Uploading")
	defer step.Stop()
	r.bucket = artifact.NewStore(r.session, r.bucketName())
	if err := r.bucket.Ensure(ctx, r.Talk.Note); err != nil {
		return err
	}
	note := ""
	err := atOnce(
		func() error {
			sent, err := r.uploadCode(ctx, step)
			if !sent {
				note = "the program is there already"
			}
			return err
		},
		func() error { return r.uploadTemplates(ctx) })
	if err == nil {
		step.Done(note)
	}
	return err
}

// hasUploads reports whether the template has to be in a bucket, because of its
// size or its parts.
func (r *run) hasUploads() bool { return len(r.files) > 1 || isLarge(r.files[0].Data) }

// uploadCode sends the program, unless it is in the bucket.
func (r *run) uploadCode(ctx context.Context, step Step) (sent bool, err error) {
	if r.out.Zip == "" { // an app without functions
		return true, nil
	}
	there, err := r.bucket.Has(ctx, r.out.Code.Key)
	if err != nil || there {
		return false, err
	}
	return true, r.bucket.Put(ctx, r.out.Code.Key, r.out.Zip, step.Meter)
}

// uploadTemplates sends the parts of the template, and the template itself if
// it is large.
func (r *run) uploadTemplates(ctx context.Context) error {
	var steps []func() error
	put := func(key string, data []byte, contentType string) {
		steps = append(steps, func() error {
			if there, err := r.bucket.Has(ctx, key); err != nil || there {
				return err
			}
			return r.bucket.PutBytes(ctx, key, data, contentType)
		})
	}
	for i, key := range r.out.PartKeys {
		put(key, r.files[i+1].Data, contentType(key))
	}
	if isLarge(r.files[0].Data) {
		put(r.templateKey(), r.files[0].Data, contentType(r.templateKey()))
	}
	return atOnce(steps...)
}

func contentType(key string) string {
	if path.Ext(key) == ".json" {
		return "application/json"
	}
	return "application/yaml"
}

// namedKeys returns the keys that the stack's templates name.
func (r *run) namedKeys() []string {
	keys := slices.Clone(r.out.PartKeys)
	if isLarge(r.files[0].Data) {
		keys = append(keys, r.templateKey())
	}
	if r.out.Zip != "" {
		keys = append(keys, r.out.Code.Key)
	}
	return keys
}
