package account

import (
	"context"
	"net"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// Options say whose credentials to use, and where. Values for empty fields come
// from where the AWS CLI gets them: the environment, the shared configuration,
// the sessions of aws sso login and aws login, and a machine's own role.
type Options struct {
	// Profile is a section of the shared configuration. It takes precedence over
	// credentials in the environment.
	Profile string
	// Region takes precedence over AWS_REGION, AWS_DEFAULT_REGION and the
	// profile's region.
	Region string
	// Version is chalice's version, for the user agent.
	Version string
	// ConnectTimeout is how long a connection may take to be made; 0: 10 s.
	ConnectTimeout time.Duration
	// ReadTimeout limits one attempt of a call; 0: 30 s, and more for calls that
	// send much or run a function.
	ReadTimeout time.Duration
	// AskMFA returns the code of a user's device, for a profile with an
	// mfa_serial; nil: such a profile is an error.
	AskMFA func(serial string) (code string, err error)
}

// defaultConnectTimeout is less than the SDK's 30 s: people wait.
const defaultConnectTimeout = 10 * time.Second

// Session is an account and a region as its caller sees them. Several
// goroutines can use it.
type Session struct {
	// Config makes clients of services.
	Config aws.Config
	// Region is the region of the stacks, such as eu-west-1; never empty.
	Region string

	source   source
	mu       sync.Mutex
	identity *Identity
}

// Open reads the configuration. The error is an [*Error] if no region is
// configured or there is no such profile. Credentials are looked up when the
// first call is made.
func Open(ctx context.Context, o Options) (*Session, error) {
	var endpoint *string
	loaded, err := config.LoadDefaultConfig(ctx, settings(o, &endpoint)...)
	if err != nil {
		return nil, loadError(o, err)
	}
	endpoint = loaded.BaseEndpoint
	s := &Session{Config: loaded, Region: loaded.Region, source: newSource(o, loaded)}
	s.Config.Credentials = provider{loaded.Credentials}
	s.Config.RetryMaxAttempts = maxAttempts(loaded)
	if profile := s.source.missing; profile != "" {
		return nil, unknownProfile(profile)
	}
	if s.Region == "" {
		return nil, missingRegion(s.source.profile)
	}
	// Only errors of calls made with this Config are translated, not those of the
	// SDK's calls for credentials, which become a part of the former.
	s.Config.APIOptions = append(s.Config.APIOptions, s.translating)
	return s, nil
}

// maxAttempts returns AWS_MAX_ATTEMPTS or the profile's setting; 0: neither is
// set. The SDK ignores these if it is given a retryer.
func maxAttempts(loaded aws.Config) int {
	for _, from := range loaded.ConfigSources {
		if said, ok := from.(interface {
			GetRetryMaxAttempts(context.Context) (int, bool, error)
		}); ok {
			if n, found, err := said.GetRetryMaxAttempts(context.Background()); found && err == nil {
				return n
			}
		}
	}
	return 0
}

// settings returns the SDK's options. When they have been loaded, endpoint is
// set.
func settings(o Options, endpoint **string) []func(*config.LoadOptions) error {
	client := awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) {
		d.Timeout = defaultConnectTimeout
		if o.ConnectTimeout > 0 {
			d.Timeout = o.ConnectTimeout
		}
	})
	all := []func(*config.LoadOptions) error{
		config.WithHTTPClient(client),
		config.WithRetryer(newRetryer),
		config.WithLogger(logging.Nop{}), // errors say what is wrong; other messages would spoil the terminal
		config.WithAPIOptions([]func(*middleware.Stack) error{
			awsmiddleware.AddUserAgentKeyValue("chalice-go", userAgentVersion(o)),
			limits{read: o.ReadTimeout}.add,
		}),
		config.WithAssumeRoleCredentialOptions(func(role *stscreds.AssumeRoleOptions) {
			if client, ok := role.Client.(*sts.Client); ok {
				role.Client = roleClient{client, endpoint}
			}
			if role.SerialNumber != nil {
				role.TokenProvider = tokenProvider(o, *role.SerialNumber)
			}
		}),
	}
	if o.Profile != "" {
		all = append(all, config.WithSharedConfigProfile(o.Profile))
	}
	if o.Region != "" {
		all = append(all, config.WithRegion(o.Region))
	}
	return all
}

func userAgentVersion(o Options) string {
	if o.Version == "" {
		return "devel"
	}
	return o.Version
}

// profileName returns the profile that is used, and reports whether it was
// chosen.
func profileName(o Options) (name string, chosen bool) {
	for _, name := range []string{o.Profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE")} {
		if name != "" {
			return name, true
		}
	}
	return "default", false
}
