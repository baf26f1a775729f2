package artifact

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

// partsAtOnce is the number of parts that are sent at the same time. More of
// them seldom increase the speed.
const partsAtOnce = 4

// upload is a multipart upload, begun by this process or by one that has ended.
type upload struct {
	place
	key   string
	id    *string
	there map[int32]types.CompletedPart // the parts that S3 has
}

// putParts makes an object of the parts of a file. The upload may disappear
// meanwhile: another process with the same file completes it, or somebody
// aborts it.
func (st *Store) putParts(ctx context.Context, to place, key string, c *content) error {
	for attempt := 1; ; attempt++ {
		u, others, err := st.resume(ctx, to, key, c)
		if err == nil {
			err = st.send(ctx, u, c)
		}
		if account.Code(err) == "NoSuchUpload" && attempt < 3 {
			if there, err := st.Has(ctx, key); err != nil || there {
				return err
			}
			c.meter.reset()
			continue
		}
		if err == nil {
			st.forget(ctx, to, others)
		}
		return err
	}
}

// resume returns the newest upload that was begun for a key, with the parts
// that S3 has, or begins one. It also returns other uploads of the key, which
// are useless when this one is done.
func (st *Store) resume(ctx context.Context, to place, key string, c *content) (upload, []types.MultipartUpload, error) {
	begun, err := st.uploads(ctx, to, key)
	if err != nil {
		return upload{}, nil, err
	}
	begun = slices.DeleteFunc(begun, func(u types.MultipartUpload) bool { return aws.ToString(u.Key) != key })
	slices.SortStableFunc(begun, func(a, b types.MultipartUpload) int {
		return cmp.Compare(aws.ToTime(b.Initiated).UnixNano(), aws.ToTime(a.Initiated).UnixNano())
	})
	for i, found := range begun {
		if found.ChecksumAlgorithm != types.ChecksumAlgorithmSha256 {
			continue
		}
		u := upload{place: to, key: key, id: found.UploadId}
		if u.there, err = st.sent(ctx, u, c); err == nil {
			return u, slices.Delete(slices.Clone(begun), i, i+1), nil
		}
		if account.Code(err) != "NoSuchUpload" {
			return upload{}, nil, err
		}
	}
	u, err := st.begin(ctx, to, key, c)
	return u, begun, err
}

func (st *Store) begin(ctx context.Context, to place, key string, c *content) (upload, error) {
	made, err := st.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: to.bucket, Key: &key, ExpectedBucketOwner: to.owner, ContentType: aws.String("application/zip"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumType: types.ChecksumTypeComposite,
		Metadata: map[string]string{digestKey: hex.EncodeToString(c.sum[:])},
	})
	if err != nil {
		return upload{}, err
	}
	return upload{place: to, key: key, id: made.UploadId, there: map[int32]types.CompletedPart{}}, nil
}

// uploads lists incomplete uploads whose keys have a prefix.
func (st *Store) uploads(ctx context.Context, to place, prefix string) ([]types.MultipartUpload, error) {
	var all []types.MultipartUpload
	pages := s3.NewListMultipartUploadsPaginator(st.s3, &s3.ListMultipartUploadsInput{
		Bucket: to.bucket, Prefix: &prefix, ExpectedBucketOwner: to.owner,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Uploads...)
	}
	return all, nil
}

// sent returns the parts that S3 has and that agree with the file.
func (st *Store) sent(ctx context.Context, u upload, c *content) (map[int32]types.CompletedPart, error) {
	there := map[int32]types.CompletedPart{}
	pages := s3.NewListPartsPaginator(st.s3, &s3.ListPartsInput{
		Bucket: u.bucket, Key: &u.key, UploadId: u.id, ExpectedBucketOwner: u.owner,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Parts {
			if n := aws.ToInt32(p.PartNumber); n >= 1 && int(n) <= len(c.parts) && c.parts[n-1].is(p) {
				there[n] = types.CompletedPart{PartNumber: p.PartNumber, ETag: p.ETag, ChecksumSHA256: base64Of(c.parts[n-1].sum[:])}
			}
		}
	}
	return there, nil
}

// is reports whether a part in S3 is the same as this one.
func (p part) is(there types.Part) bool {
	if aws.ToInt64(there.Size) != p.size {
		return false
	}
	if there.ChecksumSHA256 != nil {
		return *there.ChecksumSHA256 == *base64Of(p.sum[:])
	}
	return strings.Trim(aws.ToString(there.ETag), `"`) == hex.EncodeToString(p.md5[:])
}

// send sends the parts that S3 doesn't have yet, and completes the object.
func (st *Store) send(ctx context.Context, u upload, c *content) error {
	all := make([]types.CompletedPart, len(c.parts))
	running, limited := errgroup.WithContext(ctx)
	running.SetLimit(partsAtOnce)
	for i, p := range c.parts {
		if done, ok := u.there[p.number]; ok {
			all[i] = done
			c.meter.add(p.size)
			continue
		}
		running.Go(func() (err error) {
			all[i], err = st.sendPart(limited, u, p, c.body(i))
			return err
		})
	}
	if err := running.Wait(); err != nil {
		return err
	}
	_, err := st.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: u.bucket, Key: &u.key, UploadId: u.id, ExpectedBucketOwner: u.owner,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: all}, MpuObjectSize: &c.size,
	})
	return err
}

func (st *Store) sendPart(ctx context.Context, u upload, p part, body *body) (types.CompletedPart, error) {
	out, err := st.s3.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: u.bucket, Key: &u.key, UploadId: u.id, ExpectedBucketOwner: u.owner, PartNumber: &p.number, Body: body,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: base64Of(p.sum[:]),
	}, signed(p.sum[:]))
	if err != nil {
		return types.CompletedPart{}, err
	}
	return types.CompletedPart{PartNumber: &p.number, ETag: out.ETag, ChecksumSHA256: base64Of(p.sum[:])}, nil
}

// forget aborts uploads. It ignores errors, since the remaining ones cost
// little, and a rule of the bucket removes them after a week.
func (st *Store) forget(ctx context.Context, to place, uploads []types.MultipartUpload) {
	for _, u := range uploads {
		_, _ = st.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
			Bucket: to.bucket, Key: u.Key, UploadId: u.UploadId, ExpectedBucketOwner: to.owner,
		})
	}
}
