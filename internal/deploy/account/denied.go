package account

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

var (
	deniedCodes = []string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException", "Forbidden", "ForbiddenException"}
	// unauthorized matches the message of all services that give details.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
	unauthorized = regexp.MustCompile(`(?:User: )?(\S+) is not authorized to perform: ([\w-]+:\w+)(?: on resource: "?([^\s"]+)"?)?(?:,? (because|with) (.*))?`)
)

// denied explains that a policy doesn't allow an action: to whom, on which
// resource, and why.
func denied(f failure) (message, advice string) {
	if !slices.Contains(deniedCodes, f.code) && !(f.code == "" && f.answer != nil && f.answer.StatusCode == http.StatusForbidden) {
		return "", ""
	}
	found := unauthorized.FindStringSubmatch(f.text)
	if found == nil {
		return actionOf(f) + on(resourceOf(f)) + " isn't allowed", "allow it in a policy of who calls, by the credentials of " + f.from.place()
	}
	who, action, resource, reason := short(found[1]), found[2], found[3], strings.TrimSuffix(found[5], ".")
	message = fmt.Sprintf("%s%s isn't allowed for %s", action, on(resource), who)
	switch {
	case reason == "":
		return message, "allow it in a policy of " + who
	case found[4] == "with": // for instance "with an explicit deny in a service control policy"
		return message + ": there is " + reason, "no other policy can allow it"
	}
	return message + ": " + reason, "allow it there"
}

func on(resource string) string {
	if resource == "" {
		return ""
	}
	return " on " + resource
}

// actions are those that aren't named after their operation.
var actions = map[string]string{
	"HeadObject":              "GetObject",
	"HeadBucket":              "ListBucket",
	"ListObjectsV2":           "ListBucket",
	"ListObjectVersions":      "ListBucketVersions",
	"ListMultipartUploads":    "ListBucketMultipartUploads",
	"ListParts":               "ListMultipartUploadParts",
	"CreateMultipartUpload":   "PutObject",
	"UploadPart":              "PutObject",
	"CompleteMultipartUpload": "PutObject",
	"DeleteObjects":           "DeleteObjectVersion",
	"Invoke":                  "InvokeFunction",
}

// prefixes are those of actions that aren't named after their service.
var prefixes = map[string]string{"CloudWatch Logs": "logs", "API Gateway": "apigateway"}

// actionOf returns the action that an operation needs.
func actionOf(f failure) string {
	prefix, ok := prefixes[f.service]
	if !ok {
		prefix = strings.ToLower(f.service)
	}
	action, ok := actions[f.operation]
	if !ok {
		action = f.operation
	}
	return prefix + ":" + action
}

// resourceOf returns the name of the resource of an operation; empty: it isn't
// known.
func resourceOf(f failure) string {
	if bucket := field(f.input, "Bucket"); bucket != "" {
		return strings.TrimSuffix("s3://"+bucket+"/"+field(f.input, "Key"), "/")
	}
	for _, name := range []string{"StackName", "FunctionName", "LogGroupName", "RoleName"} {
		if value := field(f.input, name); value != "" {
			return value
		}
	}
	return ""
}

// field returns a text in the input of an operation; empty: there is none of
// that name.
func field(input any, name string) string {
	v := reflect.Indirect(reflect.ValueOf(input))
	if v.Kind() != reflect.Struct {
		return ""
	}
	found := v.FieldByName(name)
	if !found.IsValid() {
		return ""
	}
	switch text := found.Interface().(type) {
	case *string:
		return aws.ToString(text)
	case string:
		return text
	}
	return ""
}
