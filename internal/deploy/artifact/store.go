package artifact

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

// BucketName returns the name of an account's own bucket in a region. It is
// known before the bucket exists.
func BucketName(account, region string) string {
	return "chalice-artifacts-" + account + "-" + region
}

// Store is a bucket with artifacts. Several goroutines can use it.
type Store struct {
	session *account.Session
	s3      *s3.Client
	named   string // empty: the account's own bucket
}

// NewStore returns a store. An empty bucket stands for the account's own.
func NewStore(s *account.Session, bucket string) *Store {
	client := s3.NewFromConfig(s.Config, func(o *s3.Options) {
		o.UsePathStyle = o.UsePathStyle || o.BaseEndpoint != nil && isLocal(*o.BaseEndpoint)
	})
	return &Store{session: s, s3: client, named: bucket}
}

// isLocal reports whether an endpoint can't have a bucket in its host name,
// such as bucket.localhost.
func isLocal(endpoint string) bool {
	at, err := url.Parse(endpoint)
	return err == nil && (at.Hostname() == "localhost" || net.ParseIP(at.Hostname()) != nil)
}

// Bucket returns the name of the bucket, which needn't exist.
func (st *Store) Bucket(ctx context.Context) (string, error) {
	if st.named != "" {
		return st.named, nil
	}
	who, err := st.session.Identity(ctx)
	return BucketName(who.Account, st.session.Region), err
}

// place is the bucket for requests, and the account to which it has to belong.
type place struct{ bucket, owner *string }

func (st *Store) place(ctx context.Context) (place, error) {
	who, err := st.session.Identity(ctx)
	if err != nil {
		return place{}, err
	}
	bucket, err := st.Bucket(ctx)
	return place{bucket: &bucket, owner: &who.Account}, err
}

// URL returns the address of an object for use as a template in CloudFormation:
// S3's own, unless the endpoint isn't AWS's.
func (st *Store) URL(ctx context.Context, key string) (string, error) {
	bucket, err := st.Bucket(ctx)
	if err != nil {
		return "", err
	}
	options := st.s3.Options()
	where := s3.EndpointParameters{Bucket: &bucket, Region: &st.session.Region, ForcePathStyle: &options.UsePathStyle}
	if options.BaseEndpoint != nil && !isAWS(*options.BaseEndpoint) {
		where.Endpoint = options.BaseEndpoint
	}
	found, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, where)
	if err != nil {
		return "", err
	}
	return found.URI.JoinPath(strings.Split(key, "/")...).String(), nil
}

// isAWS reports whether an endpoint is another address of AWS's own S3, such as
// one within a private network.
func isAWS(endpoint string) bool {
	at, err := url.Parse(endpoint)
	return err == nil && (strings.HasSuffix(at.Hostname(), ".amazonaws.com") || strings.HasSuffix(at.Hostname(), ".amazonaws.com.cn"))
}

// status returns the status of S3's answer; 0: there was no answer.
func status(err error) int {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return answer.HTTPStatusCode()
	}
	return 0
}

// isMissing reports whether there is no such bucket, object or upload.
func isMissing(err error) bool { return status(err) == http.StatusNotFound }

// noBucket reports whether it is the bucket that is missing.
func noBucket(err error) bool { return account.Code(err) == "NoSuchBucket" }
