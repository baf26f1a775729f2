package account

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// failure is a failed call, with what is needed to explain it.
type failure struct {
	service, operation string
	input              any // of the operation
	err                error

	code   string // AWS's code; empty: there is none
	text   string // AWS's message, or else the SDK's
	answer *http.Response
	from   source
	region string
}

// explanations explain the kinds of failures that have messages of their own,
// more specific ones first. Each returns an empty message for a failure of
// another kind.
var explanations = []func(f failure) (message, advice string){
	noCredentials,
	expired,
	skewed,
	refused,
	elsewhere,
	denied,
	overrun,
	unreached,
	untrusted,
	unanswered,
	failing,
	mute,
}

// explain makes an [Error] of a failure.
func (s *Session) explain(f failure) error {
	f.code, f.text = Code(f.err), said(f.err)
	f.from, f.region = s.source, s.Region
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](f.err); ok && answer.Response != nil {
		f.answer = answer.Response.Response
	}
	e := &Error{Service: f.service, Operation: f.operation, Code: f.code, Err: f.err}
	for _, explanation := range explanations {
		if e.Message, e.Advice = explanation(f); e.Message != "" {
			return e
		}
	}
	e.Message = f.text
	if f.code != "" {
		e.Message += " (" + f.code + ")"
	}
	return e
}

// said returns AWS's own message, or else the SDK's innermost one.
func said(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorMessage() != "" {
		return api.ErrorMessage()
	}
	if status, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && status.Response != nil {
		return "status " + status.Response.Status
	}
	if call, ok := errors.AsType[*smithy.OperationError](err); ok { // a call that the SDK made to get credentials
		return call.Err.Error()
	}
	return err.Error()
}

// noCredentials explains that the SDK has no credentials.
func noCredentials(f failure) (message, advice string) {
	missing, ok := errors.AsType[*credentialsError](f.err)
	switch {
	case !ok:
		return "", ""
	case f.from.nothingConfigured():
		return "there are no AWS credentials", "set up a profile with aws configure sso or aws login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	case neverSent(missing) || slices.Contains(expiredCodes, f.code) || slices.Contains(deniedCodes, f.code):
		return "", "" // the failure of the SDK's call for credentials explains more
	case f.from.loggedIn() && overSession(missing):
		return f.from.place() + " has expired, or there is none", f.from.renew()
	}
	return f.from.place() + " gave no credentials: " + strings.TrimPrefix(said(missing), "failed to refresh cached credentials, "), ""
}

// overSession reports whether getting credentials failed because the session of
// somebody who logged in has ended, or there is none.
func overSession(err error) bool {
	if _, ok := errors.AsType[*ssocreds.InvalidTokenError](err); ok || errors.Is(err, os.ErrNotExist) {
		return true
	}
	code := Code(err)
	return code == "" || slices.Contains([]string{"UnauthorizedException", "InvalidGrantException", "InvalidClientException"}, code)
}

var expiredCodes = []string{"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"}

// expired explains that credentials have expired.
func expired(f failure) (message, advice string) {
	if slices.Contains(expiredCodes, f.code) {
		return "the AWS credentials of " + f.from.place() + " have expired", f.from.renew()
	}
	return "", ""
}

var (
	skewCodes      = []string{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"}
	signatureCodes = []string{"SignatureDoesNotMatch", "InvalidSignatureException", "InvalidSignature", "AuthFailure"}
	signedAt       = regexp.MustCompile(`(?i)signature (expired|not yet current)`)
)

// skewed explains that the local clock differs from AWS's.
func skewed(f failure) (message, advice string) {
	if !slices.Contains(skewCodes, f.code) && !(slices.Contains(signatureCodes, f.code) && signedAt.MatchString(f.text)) {
		return "", ""
	}
	return "this machine's clock " + skew(f.answer) + ", so AWS refuses what it signs", "set the clock"
}

// skew returns a text that says by how much the clock is wrong.
func skew(answer *http.Response) string {
	if answer == nil {
		return "is wrong"
	}
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	by := time.Since(theirs).Round(10 * time.Second) // the header has whole seconds, and calls take some time
	switch {
	case err != nil || by.Abs() < time.Minute:
		return "is wrong"
	case by > 0:
		return fmt.Sprintf("is %s ahead of AWS's", by)
	}
	return fmt.Sprintf("is %s behind AWS's", -by)
}

var refusedCodes = []string{
	"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken", "InvalidSecurity",
	"IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
}

// refused explains that AWS doesn't know the credentials. It doesn't show AWS's
// text about a signature, which can contain the token of a session.
func refused(f failure) (message, advice string) {
	if !slices.Contains(refusedCodes, f.code) && !slices.Contains(signatureCodes, f.code) {
		return "", ""
	}
	return fmt.Sprintf("AWS doesn't take the credentials of %s (%s)", f.from.place(), f.code),
		fmt.Sprintf("see whether they are whole and still there, and whether %s is a region that the account has enabled", f.region)
}

var (
	elsewhereCodes = []string{"PermanentRedirect", "MovedPermanently", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
	expecting      = regexp.MustCompile(`expecting '([a-z0-9-]+)'`)
)

// elsewhere explains that a bucket is in another region.
func elsewhere(f failure) (message, advice string) {
	if f.service != "S3" || f.answer == nil {
		return "", ""
	}
	region := f.answer.Header.Get("X-Amz-Bucket-Region")
	if found := expecting.FindStringSubmatch(f.text); found != nil {
		region = found[1]
	}
	mute := f.code == "BadRequest" && region != "" // the answer to HEAD has no body with the code
	redirected := slices.Contains(elsewhereCodes, f.code) || f.answer.StatusCode/100 == 3 || mute
	if !redirected || region == f.region {
		return "", ""
	}
	if region == "" {
		region = "another region"
	}
	return fmt.Sprintf("bucket %s is in %s, not in %s", field(f.input, "Bucket"), region, f.region),
		"name a bucket in " + f.region + ", or use the bucket's region"
}

// overrun explains that AWS throttled the call until the end.
func overrun(f failure) (message, advice string) {
	if troubleOf(f.err) != throttled {
		return "", ""
	}
	return fmt.Sprintf("AWS throttles these calls, each time that it was tried: %s (%s)", f.text, f.code), "try again in a few minutes"
}

// unreached explains that no connection could be made.
func unreached(f failure) (message, advice string) {
	if !neverSent(f.err) {
		return "", ""
	}
	what := host(f.err)
	if dns, ok := errors.AsType[*net.DNSError](f.err); ok && dns.IsNotFound {
		return fmt.Sprintf("there is no host %s", dns.Name), fmt.Sprintf("see whether %s is a region, and whether the network is there", f.region)
	}
	return fmt.Sprintf("can't connect to %s: %s", what, innermost(f.err)), "see whether the network is there, and what AWS_ENDPOINT_URL and HTTPS_PROXY say"
}

// untrusted explains that the server that answered couldn't prove that it is
// AWS.
func untrusted(f failure) (message, advice string) {
	certificate, ok := errors.AsType[*tls.CertificateVerificationError](f.err)
	if !ok {
		return "", ""
	}
	return fmt.Sprintf("the certificate of %s isn't trusted: %v", host(f.err), certificate.Err),
		"AWS_CA_BUNDLE names a file with the certificates of a proxy that looks into connections"
}

// unanswered explains that no answer came, or only a part of one.
func unanswered(f failure) (message, advice string) {
	if late, ok := errors.AsType[*timeoutError](f.err); ok {
		return "AWS gave " + late.Error(), "try again"
	}
	if _, ok := errors.AsType[*smithyhttp.RequestSendError](f.err); !ok && !answerLost(f.err) {
		return "", ""
	}
	return "the connection to AWS broke, each time that it was tried: " + innermost(f.err), "try again"
}

// failing explains that AWS has a problem of its own.
func failing(f failure) (message, advice string) {
	if f.answer == nil || f.answer.StatusCode < http.StatusInternalServerError {
		return "", ""
	}
	id := (interface{ ServiceRequestID() string })(nil)
	if errors.As(f.err, &id) && id.ServiceRequestID() != "" {
		return fmt.Sprintf("AWS failed with status %d: %s (request %s)", f.answer.StatusCode, f.text, id.ServiceRequestID()), "try again"
	}
	return fmt.Sprintf("AWS failed with status %d: %s", f.answer.StatusCode, f.text), "try again"
}

// mute explains the answer to a HEAD request, which has no body with a message.
func mute(f failure) (message, advice string) {
	if f.service != "S3" || f.code != "BadRequest" {
		return "", ""
	}
	return "S3 refuses the request and doesn't say why (status 400)",
		fmt.Sprintf("this happens when the AWS credentials of %s have expired: %s", f.from.place(), f.from.renew())
}

// host returns the host that was called.
func host(err error) string {
	sent, ok := errors.AsType[*url.Error](err)
	if !ok {
		return "AWS"
	}
	to, err := url.Parse(sent.URL)
	if err != nil {
		return "AWS"
	}
	return to.Host
}

// innermost returns the text of the innermost error, which has no request ids
// and addresses in it.
func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// short returns the resource in an ARN, such as user/joe.
func short(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[5]
	}
	return arn
}
