package account_test

import (
	"net/http"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

const origins = `
[profile sso]
region = eu-west-1
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start

[profile legacy]
region = eu-west-1
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = dev

[profile login]
region = eu-west-1
login_session = arn:aws:iam::123456789012:user/joe

[profile role]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = sso

[profile keys]
region = eu-west-1
aws_access_key_id = ASIAKEY
aws_secret_access_key = very-secret
aws_session_token = secret-token

[profile keysrole]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = keys

[profile rolerole]
region = eu-west-1
role_arn = arn:aws:iam::210987654321:role/other
source_profile = keysrole

[profile device]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/joe

[profile process]
region = eu-west-1
credential_process = false
`

// TestOrigin: how credentials are renewed depends on their origin. AWS answers
// everything with an expired token.
func TestOrigin(t *testing.T) {
	const expired = "STS GetCallerIdentity: the AWS credentials of "
	for name, tc := range map[string]struct {
		profile   string
		variables map[string]string
		want      string
	}{
		"session of SSO":              {profile: "sso", want: "STS GetCallerIdentity: the SSO session of profile sso has expired, or there is none; log in again: aws sso login --profile sso"},
		"SSO in a profile":            {profile: "legacy", want: "STS GetCallerIdentity: the SSO session of profile legacy has expired, or there is none; log in again: aws sso login --profile legacy"},
		"role of a profile with SSO":  {profile: "role", want: "STS GetCallerIdentity: the SSO session of profile sso has expired, or there is none; log in again: aws sso login --profile sso"},
		"session of a login":          {profile: "login", want: "STS GetCallerIdentity: the login session of profile login has expired, or there is none; log in again: aws login --profile login"},
		"keys in a profile":           {profile: "keys", want: expired + "profile keys have expired; put new temporary credentials into profile keys of the AWS configuration"},
		"role of a profile with keys": {profile: "keysrole", want: expired + "profile keys have expired; put new temporary credentials into profile keys of the AWS configuration"},
		"role behind a role":          {profile: "rolerole", want: expired + "profile keys have expired; put new temporary credentials into profile keys of the AWS configuration"},
		"environment":                 {variables: temporary, want: expired + "the environment have expired; " + renewEnvironment},
		"process that fails":          {profile: "process", want: "STS GetCallerIdentity: the credential_process of profile process gave no credentials: process provider error: error in credential_process: exit status 1"},
		"nothing":                     {variables: map[string]string{"AWS_REGION": "eu-west-1"}, want: "STS GetCallerIdentity: there are no AWS credentials; set up a profile with aws configure sso or aws login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
		"device and nobody to ask":    {profile: "device", want: "STS GetCallerIdentity: profile keys gave no credentials: a code of the device arn:aws:iam::123456789012:mfa/joe is needed, and there is nobody to ask"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusForbidden)
				w.Write([]byte(queryError("ExpiredToken", "The security token included in the request is expired")))
			})
			configure(t, origins, tc.variables)
			t.Setenv("AWS_ENDPOINT_URL", server)
			t.Setenv("AWS_PROFILE", tc.profile)
			if got := account.Text(fail(t, queryCall)); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestDevice: the user is asked for the code of an MFA device.
func TestDevice(t *testing.T) {
	var code string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		code = r.FormValue("TokenCode")
		w.WriteHeader(http.StatusForbidden)
		w.Write([]byte(queryError("AccessDenied", "User: arn:aws:iam::123456789012:user/joe is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deployer")))
	})
	configure(t, origins, map[string]string{"AWS_ENDPOINT_URL": server})
	var asked string
	s, err := account.Open(t.Context(), account.Options{Profile: "device", AskMFA: func(serial string) (string, error) {
		asked = serial
		return "123456", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "STS GetCallerIdentity: sts:AssumeRole on arn:aws:iam::123456789012:role/deployer isn't allowed for user/joe; allow it in a policy of user/joe"
	if got := account.Text(queryCall(t.Context(), s)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if asked != "arn:aws:iam::123456789012:mfa/joe" || code != "123456" {
		t.Errorf("asked for %q and sent %q", asked, code)
	}
}
