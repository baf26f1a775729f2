package artifact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// object is a key with all its versions and delete markers.
type object struct {
	key      string
	modified time.Time // of the newest version; zero: the object is deleted
	versions []types.ObjectIdentifier
}

// Prune removes old artifacts from a folder, such as myapp/dev, and returns how
// many. The keys in keep are those of one deployment, and stay. Of each kind of
// file the newest stay as well, enough for last such deployments. A file is
// removed with all its versions.
func (st *Store) Prune(ctx context.Context, folder string, keep []string, last int) (removed int, err error) {
	to, all, err := st.list(ctx, folder)
	if err != nil {
		return 0, err
	}
	return st.remove(ctx, to, stale(all, keep, last))
}

// Clean removes all artifacts from a folder, such as myapp/dev, with all their
// versions and incomplete uploads. It returns how many there were.
func (st *Store) Clean(ctx context.Context, folder string) (removed int, err error) {
	to, all, err := st.list(ctx, folder)
	if err != nil || to.bucket == nil {
		return 0, err
	}
	begun, err := st.uploads(ctx, to, within(folder))
	if err != nil {
		return 0, err
	}
	st.forget(ctx, to, begun)
	return st.remove(ctx, to, all)
}

// within returns the prefix of all keys in a folder, which isn't that of a
// folder whose name begins with the same text.
func within(folder string) string { return strings.TrimSuffix(folder, "/") + "/" }

// list returns the objects in a folder. If there is no bucket, the place is
// empty as well.
func (st *Store) list(ctx context.Context, folder string) (place, []*object, error) {
	if strings.Trim(folder, "/") == "" {
		return place{}, nil, errors.New("artifact: no folder is named")
	}
	to, err := st.place(ctx)
	if err != nil {
		return place{}, nil, err
	}
	found := objects{}
	pages := s3.NewListObjectVersionsPaginator(st.s3, &s3.ListObjectVersionsInput{
		Bucket: to.bucket, Prefix: aws.String(within(folder)), ExpectedBucketOwner: to.owner,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if noBucket(err) {
			return place{}, nil, nil
		}
		if err != nil {
			return place{}, nil, err
		}
		found.read(page)
	}
	return to, found.sorted(), nil
}

// objects are the objects of a folder, by key.
type objects map[string]*object

func (all objects) of(key *string) *object {
	if all[*key] == nil {
		all[*key] = &object{key: *key}
	}
	return all[*key]
}

func (all objects) read(page *s3.ListObjectVersionsOutput) {
	for _, v := range page.Versions {
		o := all.of(v.Key)
		o.versions = append(o.versions, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		if aws.ToBool(v.IsLatest) {
			o.modified = aws.ToTime(v.LastModified)
		}
	}
	for _, m := range page.DeleteMarkers {
		o := all.of(m.Key)
		o.versions = append(o.versions, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
	}
}

// sorted returns the objects, newest first.
func (all objects) sorted() []*object {
	var list []*object
	for _, o := range all {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b *object) int {
		return cmp.Or(b.modified.Compare(a.modified), cmp.Compare(a.key, b.key))
	})
	return list
}

// stale returns the objects that nothing needs, of a list with the newest
// first.
func stale(all []*object, keep []string, last int) []*object {
	each := map[string]int{} // how many files of each kind a deployment has
	for _, key := range keep {
		each[path.Ext(key)]++
	}
	stays := map[string]int{} // how many of each kind stay so far
	var old []*object
	for _, o := range all {
		kind := path.Ext(o.key)
		recent := !o.modified.IsZero() && stays[kind] < last*max(each[kind], 1)
		if recent || slices.Contains(keep, o.key) {
			stays[kind]++
			continue
		}
		old = append(old, o)
	}
	return old
}

// atOnce is the largest number of versions in a request that deletes.
const atOnce = 1000

// remove deletes all versions of objects, and returns how many of the objects
// weren't deleted before.
func (st *Store) remove(ctx context.Context, to place, old []*object) (removed int, err error) {
	var versions []types.ObjectIdentifier
	for _, o := range old {
		versions = append(versions, o.versions...)
		if !o.modified.IsZero() {
			removed++
		}
	}
	for batch := range slices.Chunk(versions, atOnce) {
		out, err := st.s3.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: to.bucket, ExpectedBucketOwner: to.owner, Delete: &types.Delete{Objects: batch, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return 0, err
		}
		if len(out.Errors) > 0 {
			first := out.Errors[0]
			return 0, fmt.Errorf("delete %d of %d objects in bucket %s, such as %s: %s (%s)",
				len(out.Errors), len(batch), *to.bucket, aws.ToString(first.Key), aws.ToString(first.Message), aws.ToString(first.Code))
		}
	}
	return removed, nil
}
