package arn

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Use is an action on what a target names.
type Use struct {
	Action string
	Target Target
}

// Uses returns what an action on a target comes to. Mostly that is the same action. But
// some names are of resources that other actions are for, or ask for one more. What a
// name is can depend on the values of environment variables, so it has to be asked again
// once they are configured.
func Uses(action string, t Target) []Use {
	if uses := usesBy[t.Service]; uses != nil {
		return uses(action, t)
	}
	return []Use{{action, t}}
}

// usesBy has the services in which names decide over actions, by their Go packages.
var usesBy = map[string]func(action string, t Target) []Use{
	"dynamodb": statementUses,
	"s3":       bucketUses,
	"ssm":      parameterUses,
}

// secretReference starts the names of parameters that stand for secrets.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
const secretReference = "/aws/reference/secretsmanager/"

// parameterUses adds the secret to a parameter that stands for one. No parameters below
// a path do.
func parameterUses(action string, t Target) []Use {
	uses := []Use{{action, t}}
	if !strings.HasPrefix(action, "ssm:GetParameter") || t.Field == "Path" || t.Types[0] != "ssm:parameter" {
		return uses
	}
	if _, perhaps := starts(t.Name.parts(), secretReference); perhaps {
		t.Types = []string{"secretsmanager:secret"}
		uses = append(uses, Use{"secretsmanager:GetSecretValue", t})
	}
	return uses
}

// reserved starts the names of all parameters that nobody but AWS makes.
const reserved = "/aws"

// starts reports whether the name of a parameter starts with a text, surely or perhaps:
// of a name of which only less is known, it has to be one of AWS's.
func starts(name Resource, prefix string) (surely, perhaps bool) {
	if len(name) == 0 || name[0].Kind != Text {
		return false, false
	}
	start := name[0].Text
	surely = strings.HasPrefix(start, prefix)
	return surely, surely || len(name) > 1 && strings.HasPrefix(start, reserved) && strings.HasPrefix(prefix, start)
}

// The ends of the names of directory buckets, and of their access points. Bucket
// policies and the like have actions of the same name there; for objects there is one
// action.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
var directoryEnds = map[string]string{"--x-s3": "s3express:bucket", "--xa-s3": "s3express:accesspoint"}

// versionQuery asks for a version of an object, behind its name in CopySource.
const versionQuery = "versionId="

// bucketUses has the actions on directory buckets in place of those on others, and adds
// that on versions for the source of a copy.
func bucketUses(action string, t Target) []Use {
	bucket := t.Name.parts()
	if t.Field == copySource {
		bucket = sourceBucket(bucket)
	}
	for end, typ := range directoryEnds {
		if strings.HasSuffix(bucket.end(), end) && isOfBucket(t) {
			t.Types = []string{typ}
			return []Use{{sdk.DirectoryAction(action), t}}
		}
	}
	uses := []Use{{action, t}}
	if action == "s3:GetObject" && t.Field == copySource && t.Name.mentions(versionQuery) {
		uses = append(uses, Use{"s3:GetObjectVersion", t})
	}
	return uses
}

// isOfBucket reports whether a target is a bucket or its objects.
func isOfBucket(t Target) bool {
	return slices.ContainsFunc(t.Types, func(typ string) bool {
		return slices.Contains([]string{"s3:bucket", "s3:object", "s3express:bucket"}, typ)
	})
}
