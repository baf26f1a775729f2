package review

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Which values a review shows. A review has to be understood, but it is printed
// to terminals and into the logs of CI. So a value is shown unless
//
//   - its name looks like that of a secret: PASSWORD, API_KEY, a property
//     SecretString;
//   - it looks like a secret itself: a private key, an access key of AWS's, a
//     token in the form of a JWT, a URL with a password in it;
//   - it depends on a parameter with NoEcho;
//   - it is the value of a header, an external id or a token, by its place.
//
// Then the review only says that it changes. A dynamic reference such as
// {{resolve:secretsmanager:...}} is shown as it is in the template, since it is
// only the secret's name. The value that CloudFormation gets for it is never
// shown: values come from the templates, and from the change set only if the
// templates have no secret there.

// Hidden takes the place of a value that isn't shown.
const Hidden = "(not shown)"

// secretName matches names of secret values, in CamelCase, snake_case, or
// with-hyphens.
var secretName = lazyregexp.New(`(?i)(?:secret|passw(?:or)?d|passphrase|pwd\b|token|credential|private[_-]?key|api[_-]?key|access[_-]?key|` +
	`signing[_-]?key|encryption[_-]?key|session[_-]?key|connection[_-]?string|\bdsn|dsn\b|_dsn|cookie|bearer|jwt|webhook|salt\b|_auth\b|^auth$|_key$)`)

// alwaysSecret matches names of secret values, even if harmlessName matches.
var alwaysSecret = lazyregexp.New(`(?i)external[_-]?id$|(?:^|:)eventsourcetoken$`)

// harmlessName matches names that secretName matches by mistake: of names of
// secrets, or of facts about them.
var harmlessName = lazyregexp.New(`(?:Arn|ARN|ServiceToken|_arn|Id|Name|_NAME|_name|Required|Source|Type|Status|Version|Expression|Rotation|Enabled|Validity|Units|Header|KeyId|MinLength|Length|Time|Age|TTL|Ttl)$|^(?:AccountIdentity|NextToken)`)

// secretValue matches values that are secrets whatever their names are.
var secretValue = lazyregexp.New(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.|` +
	`[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@|\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|sk_(?:live|test)_\w{10,}|sk-[\w-]{20,}|glpat-[\w-]{15,}|AIza[\w-]{30,})|` +
	`hooks\.slack\.com/services/|(?i:\bpassword\s*=|\bpwd\s*=|AccountKey=|SharedAccessKey=)`)

// dynamicReference matches a reference to a value that CloudFormation fetches
// from elsewhere.
var dynamicReference = lazyregexp.New(`\{\{resolve:[^}]*\}\}`)

// isSecret reports whether the value of a property must not be shown. The name
// is the last element of the path.
func isSecret(name, value string) bool {
	if secretValue.MatchString(value) {
		return true
	}
	if value == "" || value == "true" || value == "false" || dynamicReference().FindString(value) == value {
		return false
	}
	return alwaysSecret.MatchString(name) || secretName.MatchString(name) && !harmlessName.MatchString(name)
}

// redact returns a value without secrets. Name is the name of the value; an
// element of a list has the list's name.
func (w *world) redact(name string, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			all[i] = w.redact(name, element)
		}
		return all
	case map[string]any:
		if isIntrinsic(v) {
			return w.redactIntrinsic(name, v)
		}
		label := text(v["Key"])
		if label == "" {
			label = text(v["Name"])
		}
		all := make(map[string]any, len(v))
		for key, value := range v {
			if key == "Value" && label != "" {
				all[key] = w.redact(label, value)
			} else {
				all[key] = w.redact(key, value)
			}
		}
		return all
	}
	if s := scalar(v); isSecret(name, s) {
		return Hidden
	}
	return v
}

// redactIntrinsic hides an intrinsic function that depends on a secret
// parameter, or contains a secret text.
func (w *world) redactIntrinsic(name string, v map[string]any) any {
	if w.dependsOnSecret(v) {
		return Hidden
	}
	var b strings.Builder
	literals(v, &b)
	if secretValue.MatchString(b.String()) || b.Len() > 0 && isSecret(name, b.String()) {
		return Hidden
	}
	return v
}

// dependsOnSecret reports whether a value refers to a parameter with NoEcho.
func (w *world) dependsOnSecret(v any) bool {
	switch v := v.(type) {
	case []any:
		if slices.ContainsFunc(v, w.dependsOnSecret) {
			return true
		}
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && len(v) == 1 && w.secrets[name] {
			return true
		}
		for _, value := range v {
			if w.dependsOnSecret(value) {
				return true
			}
		}
	}
	return false
}

// literals writes the texts in the argument of an intrinsic function that
// aren't names.
func literals(v any, b *strings.Builder) {
	switch v := v.(type) {
	case string:
		b.WriteString(v)
	case []any:
		for _, element := range v {
			literals(element, b)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			if key != "Ref" && key != "Fn::GetAtt" {
				literals(v[key], b)
			}
		}
	}
}
