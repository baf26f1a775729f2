package account_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

// The calls speak AWS's protocols: the query protocol with XML, JSON with the
// error in the body, REST with the error in a header, and S3's XML.
var (
	queryCall = func(ctx context.Context, s *account.Session) error {
		_, err := sts.NewFromConfig(s.Config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}
	jsonCall = func(ctx context.Context, s *account.Session) error {
		_, err := dynamodb.NewFromConfig(s.Config).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")})
		return err
	}
	restCall = func(ctx context.Context, s *account.Session) error {
		client := apigatewaymanagementapi.NewFromConfig(s.Config)
		_, err := client.GetConnection(ctx, &apigatewaymanagementapi.GetConnectionInput{ConnectionId: aws.String("c1")})
		return err
	}
	topicCall = func(ctx context.Context, s *account.Session) error {
		_, err := sns.NewFromConfig(s.Config).ListTopics(ctx, &sns.ListTopicsInput{})
		return err
	}
	bucketCall = func(ctx context.Context, s *account.Session) error {
		_, err := s3.NewFromConfig(s.Config).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("artifacts")})
		return err
	}
	headCall = func(ctx context.Context, s *account.Session) error {
		_, err := s3.NewFromConfig(s.Config).HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String("artifacts"), Key: aws.String("app/dev/1.zip")})
		return err
	}
	putCall = func(ctx context.Context, s *account.Session) error {
		in := &s3.PutObjectInput{Bucket: aws.String("artifacts"), Key: aws.String("app/dev/1.zip"), Body: strings.NewReader("zip")}
		_, err := s3.NewFromConfig(s.Config).PutObject(ctx, in)
		return err
	}
)

// reply is an answer of the server.
type reply struct {
	status int
	header http.Header
	body   string
}

func queryError(code, message string) string {
	return fmt.Sprintf(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>11111111-2222</RequestId></ErrorResponse>`, code, message)
}

func bucketError(code, message string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message><RequestId>R1</RequestId><HostId>H1</HostId></Error>`, code, message)
}

func jsonError(code, message string) string {
	return fmt.Sprintf(`{"__type":"com.amazon.coral.service#%s","message":%q}`, code, message)
}

// temporary are credentials such as AWS CloudShell and CI systems provide.
var temporary = map[string]string{
	"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "ASIAKEY", "AWS_SECRET_ACCESS_KEY": "very-secret", "AWS_SESSION_TOKEN": "secret-token",
	"AWS_MAX_ATTEMPTS": "1", // TestPatience is about further attempts
}

const renewEnvironment = "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to new ones, or unset them to use a profile"

func TestError(t *testing.T) {
	past := time.Now().Add(-2 * time.Hour).UTC().Format(http.TimeFormat)
	future := time.Now().Add(3 * time.Hour).UTC().Format(http.TimeFormat)
	for name, tc := range map[string]struct {
		call  func(context.Context, *account.Session) error
		reply reply
		code  string
		want  string
	}{
		"expired, query": {
			queryCall, reply{403, nil, queryError("ExpiredToken", "The security token included in the request is expired")},
			"ExpiredToken", "STS GetCallerIdentity: the AWS credentials of the environment have expired; " + renewEnvironment,
		},
		"expired, JSON": {
			jsonCall, reply{400, nil, jsonError("ExpiredTokenException", "The security token included in the request is expired")},
			"ExpiredTokenException", "DynamoDB DescribeTable: the AWS credentials of the environment have expired; " + renewEnvironment,
		},
		"expired, REST": {
			restCall, reply{403, http.Header{"X-Amzn-Errortype": {"ExpiredTokenException:http://internal.amazon.com/coral/"}}, `{"message":"The security token included in the request is expired"}`},
			"ExpiredTokenException", "ApiGatewayManagementApi GetConnection: the AWS credentials of the environment have expired; " + renewEnvironment,
		},
		"expired, S3": {
			bucketCall, reply{400, nil, bucketError("ExpiredToken", "The provided token has expired.")},
			"ExpiredToken", "S3 ListObjectsV2: the AWS credentials of the environment have expired; " + renewEnvironment,
		},
		"expired or so, S3 without a body": {
			headCall, reply{400, nil, ""},
			"BadRequest", "S3 HeadObject: S3 refuses the request and doesn't say why (status 400); this happens when the AWS credentials of the environment have expired: " + renewEnvironment,
		},
		"denied, query": {
			topicCall, reply{403, nil, queryError("AuthorizationError", "User: arn:aws:iam::123456789012:user/joe is not authorized to perform: SNS:ListTopics on resource: arn:aws:sns:eu-west-1:123456789012:* because no identity-based policy allows the SNS:ListTopics action")},
			"AuthorizationError", "SNS ListTopics: SNS:ListTopics on arn:aws:sns:eu-west-1:123456789012:* isn't allowed for user/joe: no identity-based policy allows the SNS:ListTopics action; allow it there",
		},
		"denied by an organization": {
			jsonCall, reply{400, nil, jsonError("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: dynamodb:DescribeTable on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders with an explicit deny in a service control policy")},
			"AccessDeniedException", "DynamoDB DescribeTable: dynamodb:DescribeTable on arn:aws:dynamodb:eu-west-1:123456789012:table/orders isn't allowed for assumed-role/ci/run: there is an explicit deny in a service control policy; no other policy can allow it",
		},
		"denied without a reason": {
			topicCall, reply{403, nil, queryError("AccessDenied", "User: arn:aws:iam::123456789012:user/joe is not authorized to perform: sns:ListTopics")},
			"AccessDenied", "SNS ListTopics: sns:ListTopics isn't allowed for user/joe; allow it in a policy of user/joe",
		},
		"denied, S3": {
			putCall, reply{403, nil, bucketError("AccessDenied", `User: arn:aws:iam::123456789012:user/joe is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::artifacts/app/dev/1.zip" because no permissions boundary allows the s3:PutObject action`)},
			"AccessDenied", "S3 PutObject: s3:PutObject on arn:aws:s3:::artifacts/app/dev/1.zip isn't allowed for user/joe: no permissions boundary allows the s3:PutObject action; allow it there",
		},
		"denied, S3 tells nothing": {
			bucketCall, reply{403, nil, bucketError("AccessDenied", "Access Denied")},
			"AccessDenied", "S3 ListObjectsV2: s3:ListBucket on s3://artifacts isn't allowed; allow it in a policy of who calls, by the credentials of the environment",
		},
		"denied, S3 without a body": {
			headCall, reply{403, nil, ""},
			"Forbidden", "S3 HeadObject: s3:GetObject on s3://artifacts/app/dev/1.zip isn't allowed; allow it in a policy of who calls, by the credentials of the environment",
		},
		"unknown credentials": {
			queryCall, reply{403, nil, queryError("InvalidClientTokenId", "The security token included in the request is invalid.")},
			"InvalidClientTokenId", "STS GetCallerIdentity: AWS doesn't take the credentials of the environment (InvalidClientTokenId); see whether they are whole and still there, and whether eu-west-1 is a region that the account has enabled",
		},
		"a wrong signature's message has the token in it": {
			queryCall, reply{403, nil, queryError("SignatureDoesNotMatch", "The request signature we calculated does not match. The Canonical String for this request should have been 'POST / x-amz-security-token:secret-token'")},
			"SignatureDoesNotMatch", "STS GetCallerIdentity: AWS doesn't take the credentials of the environment (SignatureDoesNotMatch); see whether they are whole and still there, and whether eu-west-1 is a region that the account has enabled",
		},
		"clock ahead": {
			bucketCall, reply{403, http.Header{"Date": {past}}, bucketError("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")},
			"RequestTimeTooSkewed", "S3 ListObjectsV2: this machine's clock is 2h0m0s ahead of AWS's, so AWS refuses what it signs; set the clock",
		},
		"clock behind": {
			queryCall, reply{403, http.Header{"Date": {future}}, queryError("SignatureDoesNotMatch", "Signature expired: 20261128T100000Z is now earlier than 20261128T124500Z (20261128T130000Z - 15 min.)")},
			"SignatureDoesNotMatch", "STS GetCallerIdentity: this machine's clock is 3h0m0s behind AWS's, so AWS refuses what it signs; set the clock",
		},
		"bucket elsewhere": {
			bucketCall, reply{301, http.Header{"X-Amz-Bucket-Region": {"us-west-2"}}, bucketError("PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")},
			"PermanentRedirect", "S3 ListObjectsV2: bucket artifacts is in us-west-2, not in eu-west-1; name a bucket in eu-west-1, or use the bucket's region",
		},
		"bucket elsewhere, without a body": {
			headCall, reply{301, http.Header{"X-Amz-Bucket-Region": {"us-west-2"}}, ""},
			"MovedPermanently", "S3 HeadObject: bucket artifacts is in us-west-2, not in eu-west-1; name a bucket in eu-west-1, or use the bucket's region",
		},
		"bucket elsewhere, by the signature, without a body": {
			headCall, reply{400, http.Header{"X-Amz-Bucket-Region": {"us-west-2"}}, ""},
			"BadRequest", "S3 HeadObject: bucket artifacts is in us-west-2, not in eu-west-1; name a bucket in eu-west-1, or use the bucket's region",
		},
		"bucket elsewhere, by the signature": {
			bucketCall, reply{400, nil, bucketError("AuthorizationHeaderMalformed", "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'eu-central-1'")},
			"AuthorizationHeaderMalformed", "S3 ListObjectsV2: bucket artifacts is in eu-central-1, not in eu-west-1; name a bucket in eu-west-1, or use the bucket's region",
		},
		"throttled": {
			queryCall, reply{400, nil, queryError("Throttling", "Rate exceeded")},
			"Throttling", "STS GetCallerIdentity: AWS throttles these calls, each time that it was tried: Rate exceeded (Throttling); try again in a few minutes",
		},
		"a quota is no throttling": {
			jsonCall, reply{400, nil, jsonError("LimitExceededException", "Too many tables")},
			"LimitExceededException", "DynamoDB DescribeTable: Too many tables (LimitExceededException)",
		},
		"failing": {
			jsonCall, reply{500, http.Header{"X-Amzn-Requestid": {"R9"}}, jsonError("InternalServerError", "The request processing has failed")},
			"InternalServerError", "DynamoDB DescribeTable: AWS failed with status 500: The request processing has failed (request R9); try again",
		},
		"failing without a word": {
			bucketCall, reply{503, nil, "<html>gateway</html>"},
			"ServiceUnavailable", "S3 ListObjectsV2: AWS failed with status 503: Service Unavailable; try again",
		},
		"any other": {
			queryCall, reply{400, nil, queryError("ValidationError", "Stack with id app-dev does not exist")},
			"ValidationError", "STS GetCallerIdentity: Stack with id app-dev does not exist (ValidationError)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), tc.reply.header)
				w.WriteHeader(tc.reply.status)
				w.Write([]byte(tc.reply.body))
			})
			configure(t, "", temporary)
			t.Setenv("AWS_ENDPOINT_URL", server)
			err := fail(t, tc.call)
			if got := account.Text(fmt.Errorf("deploy: %w", err)); got != "deploy: "+tc.want {
				t.Errorf("got  %s\nwant deploy: %s", got, tc.want)
			}
			if got := account.Code(err); got != tc.code {
				t.Errorf("got the code %q, want %q", got, tc.code)
			}
		})
	}
}

// serve answers on loopback until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// fail makes a call that has to fail, and checks what all errors have in
// common.
func fail(t *testing.T, call func(context.Context, *account.Session) error) error {
	t.Helper()
	s, err := account.Open(t.Context(), account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = call(t.Context(), s)
	mistake := new(account.Error)
	if !errors.As(err, &mistake) {
		t.Fatalf("got %v, want an account.Error", err)
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && mistake.Code != api.ErrorCode() {
		t.Errorf("got the code %q, and %q from the SDK's error", mistake.Code, api.ErrorCode())
	}
	for _, secret := range []string{"secret-token", "very-secret"} {
		if strings.Contains(mistake.Error(), secret) || strings.Contains(account.Text(err), secret) {
			t.Errorf("a secret is in %q", account.Text(err))
		}
	}
	return err
}
