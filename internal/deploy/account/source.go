package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// source is where a session's credentials come from, as people know it.
type source struct {
	// profile is the section of the shared configuration that is used.
	profile string
	// home is the section that has the credentials: another one than profile if that
	// has a source_profile.
	home string
	// missing is a profile that was chosen and doesn't exist; empty: it does.
	missing string
	// chain is how the SDK gets credentials, outermost last.
	chain []aws.CredentialSource
}

// newSource reads what the SDK has found.
func newSource(o Options, loaded aws.Config) source {
	name, chosen := profileName(o)
	s := source{profile: name, home: name}
	for _, from := range loaded.ConfigSources {
		shared, ok := from.(config.SharedConfig)
		if !ok {
			continue
		}
		// The SDK takes a profile of AWS_PROFILE that doesn't exist for an empty one,
		// and would go on with whatever other credentials there are.
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

// origins are the places that credentials come from, and what renews those that
// have expired there. The first that is part of a chain counts: a role is assumed
// anew by the SDK itself, so what has expired is behind it.
var origins = []struct {
	of    []aws.CredentialSource
	place string // with the name of a profile, if it has one
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

// place says where the credentials come from.
func (s source) place() string {
	place, _ := s.origin()
	return place
}

// renew says what replaces expired credentials.
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

// name puts the profile's name into a text that has a place for it.
func (s source) name(text string) string { return fmt.Sprintf(text+"%[2]s", s.home, "") }

// nothingConfigured reports whether the SDK asks the machine for its role only
// since nothing else was found.
func (s source) nothingConfigured() bool {
	return len(s.chain) == 1 && s.chain[0] == aws.CredentialSourceIMDS
}

// loggedIn reports whether somebody logs in to get the credentials.
func (s source) loggedIn() bool {
	return slices.Contains(s.chain, aws.CredentialSourceSSO) || slices.Contains(s.chain, aws.CredentialSourceSSOLegacy) ||
		slices.Contains(s.chain, aws.CredentialSourceLogin)
}

// provider gives the SDK its credentials, and marks the error of getting none.
type provider struct{ aws.CredentialsProvider }

func (p provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, &credentialsError{err}
	}
	return c, nil
}

// ProviderSources tells the SDK where the credentials are from, for its user agent.
func (p provider) ProviderSources() []aws.CredentialSource {
	if from, ok := p.CredentialsProvider.(aws.CredentialProviderSource); ok {
		return from.ProviderSources()
	}
	return nil
}

// credentialsError means that there are no credentials to call AWS with.
type credentialsError struct{ error }

func (e *credentialsError) Unwrap() error { return e.error }
