package arn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// bucket makes the ARN of a bucket.
func bucket(_ *Maker, t Target, value Resource) []Resource {
	if arn := bucketARN(t, value); arn != nil {
		return []Resource{arn}
	}
	return nil
}

// object makes the ARN of all objects in a bucket, or behind an access point.
func object(_ *Maker, t Target, value Resource) []Resource {
	arn := bucketARN(t, value)
	if arn == nil {
		return nil
	}
	if s, _ := arn.plain(); strings.Contains(s, ":accesspoint/") {
		return suffixed(arn, "/object/*")
	}
	return suffixed(arn, "/*")
}

// bucketARN returns the ARN of a bucket, nil if the value doesn't tell.
func bucketARN(t Target, value Resource) Resource {
	if value = bucketName(t, value); value == nil || value.isARN() {
		return value
	}
	if aliasOfPoint.MatchString(value.end()) {
		return nil
	}
	return join(Resource{text("arn:"), {Kind: Partition}, text(":s3:::")}.with(value...))
}

// aliasOfPoint matches the ends of aliases of access points, which stand in place of
// buckets' names, but not in ARNs, and don't tell the access point's name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
var aliasOfPoint = regexp.MustCompile(`(-s3alias|--ol-s3)$`)

// directory is the form of a directory bucket, or of an access point of one.
func directory(before string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if value = bucketName(t, value); value == nil {
			return nil
		}
		return []Resource{m.named("s3express", before, value)}
	}
}

// copySource is the field that has the bucket and the key of what is copied.
const copySource = "CopySource"

// bucketName returns the name or the ARN of a bucket, nil if the value doesn't tell.
func bucketName(t Target, value Resource) Resource {
	switch {
	case t.Field == copySource:
		return sourceBucket(value)
	case value.isURI():
		return uriBucket(value)
	case value.isURL():
		return urlBucket(value)
	case isPlace(t.Field) && !value.isARN():
		return nil
	}
	return value
}

// s3Scheme starts the URIs of buckets and objects.
const s3Scheme = "s3://"

// isPlace reports whether a field is for a URI, by its name, and not for a bucket.
func isPlace(field string) bool {
	return slices.ContainsFunc([]string{"uri", "url", "location", "package", "path", "paths"}, func(end string) bool { return strings.HasSuffix(strings.ToLower(field), end) })
}

// isURI reports whether a value starts as a URI of S3's.
func (r Resource) isURI() bool {
	return len(r) > 0 && r[0].Kind == Text && strings.HasPrefix(r[0].Text, s3Scheme)
}

// uriBucket returns the bucket of s3://bucket/key, nil if there is none.
func uriBucket(uri Resource) Resource {
	rest := uri[1:]
	if first := strings.TrimPrefix(uri[0].Text, s3Scheme); first != "" {
		rest = append(Resource{text(first)}, rest...)
	}
	if rest = rest.cut("/", 0); rest.String() == "" {
		return nil
	}
	return rest
}

// isURL reports whether a value starts as a URL of HTTPS.
func (r Resource) isURL() bool {
	return len(r) > 0 && r[0].Kind == Text && strings.HasPrefix(r[0].Text, "https://")
}

// urlBucket returns the bucket of https://BUCKET.s3.REGION.amazonaws.com/KEY or
// https://s3.REGION.amazonaws.com/BUCKET/KEY, also with the hyphen of older URLs; nil if
// there is none.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
func urlBucket(url Resource) Resource {
	segments := url.split("/")
	if len(segments) < 4 || len(segments[2]) == 0 || !strings.Contains(segments[2].end(), ".amazonaws.com") {
		return nil
	}
	host, bucket := segments[2], segments[3]
	if first := host[0].Text; strings.HasPrefix(first, "s3.") || strings.HasPrefix(first, "s3-") {
		if len(segments) == 4 || len(bucket) == 0 {
			return nil
		}
		return bucket
	}
	for _, mark := range []string{".s3.", ".s3-"} {
		if bucket := host.cut(mark, 0); bucket.String() != host.String() {
			return bucket
		}
	}
	return nil
}

// keyStart is what stands between a bucket and a key, which can be escaped.
var keyStart = regexp.MustCompile(`(?i)/|%2F`)

// sourceBucket returns the bucket of what CopySource says: bucket/key, or the ARN of an
// access point with /object/key. It is nil if the value doesn't tell.
func sourceBucket(value Resource) Resource {
	switch {
	case len(value) == 0:
		return nil
	case value.isARN():
		if point := value.cut("/object/", 0); point.String() != value.String() {
			return point
		}
		return nil
	}
	var bucket Resource
	for i, p := range value {
		if p.Kind == Text {
			s := p.Text
			if i == 0 {
				s = strings.TrimPrefix(s, "/")
			}
			if end := keyStart.FindStringIndex(s); end != nil {
				return bucket.with(text(s[:end[0]]))
			}
			p.Text = s
		}
		bucket = append(bucket, p)
	}
	if last := bucket[len(bucket)-1]; last.Kind == Text && strings.HasSuffix(last.Text, "*") {
		return bucket
	}
	return nil
}

// The ends of the names of directory buckets, and of their access points. Bucket
// policies and the like have actions of the same name there; for objects there is one
// action.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
var directoryEnds = map[string]string{"--x-s3": "s3express:bucket", "--xa-s3": "s3express:accesspoint"}

// versionQuery asks for a version of an object, behind its name in CopySource.
const versionQuery = "versionId="

// bucketUses has the actions on directory buckets in place of those on others, and adds
// that on versions for the source of a copy.
func bucketUses(action string, t Target) []Use {
	bucket := t.Name.parts()
	if t.Field == copySource {
		bucket = sourceBucket(bucket)
	}
	for end, typ := range directoryEnds {
		if strings.HasSuffix(bucket.end(), end) && isOfBucket(t) {
			t.Types = []string{typ}
			return []Use{{sdk.DirectoryAction(action), t}}
		}
	}
	uses := []Use{{action, t}}
	if action == "s3:GetObject" && t.Field == copySource && t.Name.mentions(versionQuery) {
		uses = append(uses, Use{"s3:GetObjectVersion", t})
	}
	return uses
}

// isOfBucket reports whether a target is a bucket or its objects.
func isOfBucket(t Target) bool {
	return slices.ContainsFunc(t.Types, func(typ string) bool {
		return slices.Contains([]string{"s3:bucket", "s3:object", "s3express:bucket"}, typ)
	})
}
