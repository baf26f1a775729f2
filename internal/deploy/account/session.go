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

// Options say whose credentials to use, and where. What is empty is looked for
// where the AWS CLI looks: in the environment, in the shared configuration, in
// the sessions of aws sso login and aws login, and in a machine's own role.
type Options struct {
	// Profile is a section of the shared configuration. It wins over credentials in
	// the environment.
	Profile string
	// Region wins over AWS_REGION, AWS_DEFAULT_REGION and the profile's region.
	Region string
	// Version is ours, for the user agent.
	Version string
	// ConnectTimeout is how long a connection may take to be made; 0: 10 s.
	ConnectTimeout time.Duration
	// ReadTimeout is how long one attempt of a call may take; 0: 30 s, and more for
	// those calls that send much or run a function.
	ReadTimeout time.Duration
	// AskMFA returns the code of a user's device, for a profile that has an
	// mfa_serial; nil: such a profile is an error.
	AskMFA func(serial string) (code string, err error)
}

// defaultConnectTimeout is less than the SDK's 30 s: people wait.
const defaultConnectTimeout = 10 * time.Second

// Session is an account and a region as its caller sees them. It is for several
// goroutines.
type Session struct {
	// Config makes clients of services.
	Config aws.Config
	// Region is where the stacks are, such as eu-west-1; never empty.
	Region string

	source   source
	mu       sync.Mutex
	identity *Identity
}

// Open reads the configuration. The error is an [*Error] if no region is
// configured or there is no such profile. Credentials are looked for when the
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
	// Only what is asked for here is translated, not what the SDK asks to get
	// credentials: that ends up in an error of these calls.
	s.Config.APIOptions = append(s.Config.APIOptions, s.translating)
	return s, nil
}

// maxAttempts returns what AWS_MAX_ATTEMPTS or the profile says; 0: nothing. The
// SDK doesn't look there if it is given a retryer.
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

// settings are the options in the SDK's words. The endpoint is known once they are
// read.
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
		config.WithLogger(logging.Nop{}), // what is wrong is in errors; the rest would spoil a terminal
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

// profileName returns the profile that is used, and whether it was chosen.
func profileName(o Options) (name string, chosen bool) {
	for _, name := range []string{o.Profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE")} {
		if name != "" {
			return name, true
		}
	}
	return "default", false
}
