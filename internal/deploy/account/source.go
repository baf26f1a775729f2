package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// source is the origin of a session's credentials, in terms that people know.
type source struct {
	// profile is the section of the shared configuration that is used.
	profile string
	// home is the section that has the credentials. It differs from profile if
	// that has a source_profile.
	home string
	// missing is a profile that was chosen but doesn't exist; empty: it does.
	missing string
	// chain is how the SDK gets the credentials, with the last step last.
	chain []aws.CredentialSource
}

// newSource finds the origin of what the SDK has loaded.
func newSource(o Options, loaded aws.Config) source {
	name, chosen := profileName(o)
	s := source{profile: name, home: name}
	for _, from := range loaded.ConfigSources {
		shared, ok := from.(config.SharedConfig)
		if !ok {
			continue
		}
		// If the profile in AWS_PROFILE doesn't exist, the SDK takes it for an empty
		// one, and would use whatever other credentials there are.
		if chosen && name != "default" && shared.Profile == "" {
			s.missing = name
		}
		for inner := &shared; inner != nil; inner = inner.Source {
			if inner.Profile != "" {
				s.home = inner.Profile
			}
		}
	}
	if provider, ok := loaded.Credentials.(aws.CredentialProviderSource); ok {
		s.chain = provider.ProviderSources()
	}
	return s
}

// origins are the places of credentials, and what renews expired ones there.
// The first origin that is in the chain counts. An assumed role isn't an
// origin: the SDK assumes it again by itself, so what has expired are the
// credentials with which it does so.
var origins = []struct {
	of    []aws.CredentialSource
	place string // with a %s for the name of a profile, if it has one
	renew string // likewise
}{
	{[]aws.CredentialSource{aws.CredentialSourceSSO, aws.CredentialSourceProfileSSO, aws.CredentialSourceSSOLegacy, aws.CredentialSourceProfileSSOLegacy},
		"the SSO session of profile %[1]s", "log in again: aws sso login --profile %[1]s"},
	{[]aws.CredentialSource{aws.CredentialSourceLogin, aws.CredentialSourceProfileLogin},
		"the login session of profile %[1]s", "log in again: aws login --profile %[1]s"},
	{[]aws.CredentialSource{aws.CredentialSourceProcess, aws.CredentialSourceProfileProcess},
		"the credential_process of profile %[1]s", "log in again where the credential_process of profile %[1]s gets them"},
	{[]aws.CredentialSource{aws.CredentialSourceEnvVarsSTSWebIDToken, aws.CredentialSourceProfileSTSWebIDToken, aws.CredentialSourceSTSAssumeRoleWebID},
		"the web identity token", "get a new web identity token, which is in the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names"},
	{[]aws.CredentialSource{aws.CredentialSourceEnvVars},
		"the environment", "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to new ones, or unset them to use a profile"},
	{[]aws.CredentialSource{aws.CredentialSourceProfile},
		"profile %[1]s", "put new temporary credentials into profile %[1]s of the AWS configuration"},
	{[]aws.CredentialSource{aws.CredentialSourceHTTP, aws.CredentialSourceIMDS},
		"the role of this machine", "wait until the machine has new ones, and see whether its clock is right"},
}

// place returns where the credentials come from.
func (s source) place() string {
	place, _ := s.origin()
	return place
}

// renew returns what replaces expired credentials.
func (s source) renew() string {
	_, renew := s.origin()
	return renew
}

func (s source) origin() (place, renew string) {
	for _, o := range origins {
		if slices.ContainsFunc(o.of, func(kind aws.CredentialSource) bool { return slices.Contains(s.chain, kind) }) {
			return s.name(o.place), s.name(o.renew)
		}
	}
	return "the AWS configuration", "get new credentials"
}

// name fills the profile's name into a text.
func (s source) name(text string) string { return fmt.Sprintf(text+"%[2]s", s.home, "") }

// nothingConfigured reports whether the SDK asks for the machine's role only
// because it has found nothing else.
func (s source) nothingConfigured() bool {
	return len(s.chain) == 1 && s.chain[0] == aws.CredentialSourceIMDS
}

// loggedIn reports whether the credentials come from somebody's login.
func (s source) loggedIn() bool {
	return slices.Contains(s.chain, aws.CredentialSourceSSO) || slices.Contains(s.chain, aws.CredentialSourceSSOLegacy) ||
		slices.Contains(s.chain, aws.CredentialSourceLogin)
}

// provider passes on the SDK's credentials, and marks the error of getting
// them.
type provider struct{ aws.CredentialsProvider }

func (p provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, &credentialsError{err}
	}
	return c, nil
}

// ProviderSources tells the SDK the origin of the credentials, for its user
// agent.
func (p provider) ProviderSources() []aws.CredentialSource {
	if from, ok := p.CredentialsProvider.(aws.CredentialProviderSource); ok {
		return from.ProviderSources()
	}
	return nil
}

// credentialsError means that there are no credentials to call AWS with.
type credentialsError struct{ error }

func (e *credentialsError) Unwrap() error { return e.error }
