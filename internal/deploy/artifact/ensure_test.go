package artifact_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/artifact"
)

// TestEnsure makes the account's bucket: after a stack that has failed, by two
// processes at the same time, and again after somebody has deleted the bucket.
func TestEnsure(t *testing.T) {
	e := newEndpointIn(t, "eu-west-2")
	bucket := artifact.BucketName("123456789012", e.session.Region)
	failed(t, e)
	var said []string
	var mu sync.Mutex
	say := func(line string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, line)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := artifact.NewStore(e.session, "").Ensure(t.Context(), say); err != nil {
				t.Error(account.Text(err))
			}
		})
	}
	all.Wait()
	if len(said) == 0 || !strings.Contains(said[0], bucket) {
		t.Errorf("said %q", said)
	}
	settings(t, e, bucket)

	said = nil
	if err := artifact.NewStore(e.session, bucket).Ensure(t.Context(), say); err != nil || len(said) > 0 {
		t.Errorf("again: said %q, and the error %v", said, err)
	}
	if _, err := e.s3.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	if err := artifact.NewStore(e.session, "").Ensure(t.Context(), say); err != nil || len(said) != 1 {
		t.Errorf("after it was deleted: said %q, and the error %v", said, err)
	}
	settings(t, e, bucket)
}

// failed puts the bucket's stack into ROLLBACK_COMPLETE.
func failed(t *testing.T, e endpoint) {
	t.Helper()
	client := cloudformation.NewFromConfig(e.session.Config)
	_, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String("chalice-artifacts"), TemplateBody: aws.String(`{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken", "Nonsense": {"Fn::GetAtt": ["A", "Nothing"]}}}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settings checks the settings of the bucket with clients of its own.
func settings(t *testing.T, e endpoint, bucket string) {
	t.Helper()
	encryption, err := e.s3.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &bucket})
	if err != nil || encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != types.ServerSideEncryptionAes256 {
		t.Errorf("encryption: %v", err)
	}
	public, err := e.s3.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	if err != nil {
		t.Fatalf("public access: %v", err)
	}
	if c := public.PublicAccessBlockConfiguration; !*c.BlockPublicAcls || !*c.BlockPublicPolicy || !*c.IgnorePublicAcls || !*c.RestrictPublicBuckets {
		t.Errorf("public access: %+v", c)
	}
	versioning, err := e.s3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: &bucket})
	if err != nil || versioning.Status != types.BucketVersioningStatusEnabled {
		t.Errorf("versioning: %v", err)
	}
	policy, err := e.s3.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil || !strings.Contains(*policy.Policy, "aws:SecureTransport") {
		t.Errorf("policy: %v", err)
	}
}

func TestNamedBucket(t *testing.T) {
	e := newEndpoint(t)
	const west = "test-bucket-in-the-west"
	_, err := e.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(west), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintUsWest2}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ bucket, want string }{
		"missing":   {"test-no-such-bucket", "there is no bucket test-no-such-bucket; make it in us-east-1, or name none to have one made"},
		"elsewhere": {west, "S3 HeadBucket: bucket test-bucket-in-the-west is in us-west-2, not in us-east-1; name a bucket in us-east-1, or use the bucket's region"},
	} {
		t.Run(name, func(t *testing.T) {
			err := artifact.NewStore(e.session, tc.bucket).Ensure(t.Context(), func(line string) { t.Error(line) })
			if err == nil || account.Text(err) != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

// TestForeignBucket: a bucket that another account has made under our name
// isn't used. The endpoint doesn't check owners.
func TestForeignBucket(t *testing.T) {
	var owners []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Write([]byte(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/joe</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`))
			return
		}
		owner := r.Header.Get("X-Amz-Expected-Bucket-Owner")
		owners = append(owners, owner)
		if owner != "" && owner != "210987654321" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer server.Close()
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1", "AWS_PROFILE": ""} {
		t.Setenv(name, value)
	}
	s, err := account.Open(t.Context(), account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = artifact.NewStore(s, "").Ensure(t.Context(), func(line string) { t.Error(line) })
	const want = "bucket chalice-artifacts-123456789012-eu-west-1 belongs to another account than 123456789012; name a bucket of your own"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if len(owners) == 0 || owners[0] != "123456789012" {
		t.Errorf("the owners expected were %q", owners)
	}
}

func TestURL(t *testing.T) {
	for name, tc := range map[string]struct{ endpoint, region, bucket, want string }{
		"AWS":             {"", "eu-west-1", "artifacts", "https://artifacts.s3.eu-west-1.amazonaws.com/app/dev/a.json"},
		"China":           {"", "cn-north-1", "artifacts", "https://artifacts.s3.cn-north-1.amazonaws.com.cn/app/dev/a.json"},
		"dots":            {"", "eu-west-1", "my.artifacts", "https://s3.eu-west-1.amazonaws.com/my.artifacts/app/dev/a.json"},
		"address":         {"http://127.0.0.1:5000", "us-east-1", "artifacts", "http://127.0.0.1:5000/artifacts/app/dev/a.json"},
		"localhost":       {"http://localhost:4566", "us-east-1", "artifacts", "http://localhost:4566/artifacts/app/dev/a.json"},
		"private network": {"https://bucket.vpce-1a2b3c4d.s3.eu-west-1.vpce.amazonaws.com", "eu-west-1", "artifacts", "https://artifacts.s3.eu-west-1.amazonaws.com/app/dev/a.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_PROFILE", "")
			t.Setenv("AWS_ENDPOINT_URL", "")
			t.Setenv("AWS_ENDPOINT_URL_S3", tc.endpoint)
			s, err := account.Open(t.Context(), account.Options{Region: tc.region})
			if err != nil {
				t.Fatal(err)
			}
			got, err := artifact.NewStore(s, tc.bucket).URL(t.Context(), "app/dev/a.json")
			if err != nil || got != tc.want {
				t.Errorf("got %s and the error %v, want %s", got, err, tc.want)
			}
		})
	}
}
