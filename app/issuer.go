package app

import "strings"

// Issuers returns the URLs of which a token of an authorizer has one in its claim
// iss: the issuer of one of type jwt, and those of the user pools of one of type
// cognito, without pools whose ARN isn't known before the app is deployed.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
func (m *AuthorizerModel) Issuers() []string {
	var issuers []string
	if m.Issuer != "" {
		issuers = append(issuers, m.Issuer)
	}
	for _, arn := range m.ProviderARNs {
		if issuer := poolIssuer(arn); issuer != "" {
			issuers = append(issuers, issuer)
		}
	}
	return issuers
}

// poolIssuer returns the issuer of a user pool, "" for what is no ARN of one:
// arn:aws:cognito-idp:REGION:ACCOUNT:userpool/POOL.
func poolIssuer(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[2] != "cognito-idp" || strings.Contains(arn, "$") {
		return ""
	}
	pool, ok := strings.CutPrefix(parts[5], "userpool/")
	if !ok || pool == "" || parts[3] == "" {
		return ""
	}
	suffix := ".amazonaws.com/"
	if parts[1] == "aws-cn" {
		suffix = ".amazonaws.com.cn/"
	}
	return "https://cognito-idp." + parts[3] + suffix + pool
}
