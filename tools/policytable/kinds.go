package main

import (
	"regexp"
	"slices"
)

// kind is what a field of an input can hold that needs actions beside the operation's
// own, whichever service it is of.
type kind struct {
	name string
	// holds reports whether a field of an operation's input is of this kind, by its
	// name and type.
	holds func(operation string, in input) bool
	// types are the types of resources that the field names; none for tags, which go
	// with the operation's own resource.
	types []string
}

// kinds are looked at in this order, and a field is of one kind.
var kinds = []kind{
	{name: "tags", holds: holdsTags},
	{name: "role", holds: holdsRole, types: []string{"role"}},
	{name: "secret", holds: holdsSecret, types: []string{"secret"}},
	{name: "key", holds: holdsKey, types: []string{"key"}},
	{name: "s3", holds: holdsObject, types: []string{"bucket", "object"}},
}

// kindOf returns the kind of a field, nil if it is of none.
func kindOf(operation string, in input) *kind {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.holds(operation, in) })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

var (
	tagsName = regexp.MustCompile(`(Tags|TagList|TagSet|TagSpecifications?|Tagging)$`)
	tagType  = regexp.MustCompile(`^(\w*Tag|Tags|TagSet|Tagging|\w*TagSpecification(Request)?|string)$`)
	tagging  = regexp.MustCompile(`^(Tag|Untag|AddTags|CreateTags|DeleteTags|List|Describe|Get|Search)|Tagging$`)
	filters  = regexp.MustCompile(`Filters?\.`)
)

// holdsTags knows fields with the tags of what an operation makes. Whoever only tags,
// or looks for tags, has no need of more.
func holdsTags(operation string, in input) bool {
	return tagsName.MatchString(in.name) && tagType.MatchString(in.typ) && in.typ != "MessageTag" && !tagging.MatchString(operation) && !filters.MatchString(in.path)
}

var (
	roleName = regexp.MustCompile(`(Role|RoleOverride|RoleArn|RoleARN|RoleName|RoleId|Roles|RoleArns|RoleArnForLogging|CallerArn|LogsPermissionArn)$`)
	rolePath = regexp.MustCompile(`IamInstanceProfile(\.Arn|\.Name|Arn|Name)?$`)
	reading  = regexp.MustCompile(`^(List|Describe|Get|Delete)`)
)

func holdsRole(operation string, in input) bool {
	return in.holds == text && (roleName.MatchString(in.name) || rolePath.MatchString(in.path)) && !reading.MatchString(operation)
}

var (
	secretName = regexp.MustCompile(`(?i)(secret|secrets)(manager)?(store)?(arns?|ids?|idlist)$|^credentialsparameter$`)
	secretPath = regexp.MustCompile(`(Secrets|SecretOptions)\.ValueFrom$|RegistryCredential\w*\.Credential$|Access(Config|Configuration)s\.URI$`)
)

func holdsSecret(_ string, in input) bool {
	return in.holds == text && (secretName.MatchString(in.name) || secretPath.MatchString(in.path))
}

var (
	keyName = regexp.MustCompile(`(?i)kms\w*(key|arn)|^keyid$|^keyarn$|masterkey|kms_?master|encryptionkey(arn|id|override)?$|cmk`)
	keyPath = regexp.MustCompile(`(?i)(encryptionkey|kms\w*)\.(id|arn|key\w*)$`)
)

func holdsKey(operation string, in input) bool {
	return in.holds == text && (keyName.MatchString(in.name) || keyPath.MatchString(in.path)) && !reading.MatchString(operation)
}

var (
	objectName  = regexp.MustCompile(`(?i)(bucket|bucket_?(name|arn)|s3\w*(uri|url|paths?|location|bucket))$`)
	objectPath  = regexp.MustCompile(`EnvironmentFiles\.Value$|Attachments\.Values$|S3Configuration\.DestinationIdentifier$`)
	placeName   = regexp.MustCompile(`(?i)(uri|urls?|location|paths?|destination|source|output|dir|tables)$`)
	inS3        = regexp.MustCompile(`(?i)s3://|amazon s3|\bs3 (uri|path|location|bucket)`)
	versionName = regexp.MustCompile(`^(S3)?(Object)?Version(Id)?$`)
	aboutBucket = regexp.MustCompile(`(?i)(owner|region|prefix)$`)
)

// holdsObject knows fields that name a bucket or an object: by their names, or where
// these only tell of a place, by what the SDK says of them.
func holdsObject(_ string, in input) bool {
	return in.holds == text && !aboutBucket.MatchString(in.name) &&
		(objectName.MatchString(in.name) || objectPath.MatchString(in.path) || placeName.MatchString(in.name) && inS3.MatchString(in.doc))
}
