package sdk

import "github.com/chalice-go/chalice/internal/lazyregexp"

// InputField is a field of an operation's input, at any depth.
type InputField struct {
	Path string // from the input, such as "Image.S3Object.Bucket"
	Name string // its last part
	// Type is the name of its type, or of what it is a list or map of, without the
	// package, and Text whether that is text.
	Type string
	Text bool
	// Doc is what the SDK says of it, if that is known.
	Doc string
}

// Kind is what a field of an input can hold that needs actions beside the operation's
// own, whichever service it is of.
type Kind struct {
	Name string
	// Types are the types of resources that the field names; none for tags, which go
	// with the operation's own resource.
	Types []string
	// holds reports whether a field of an operation's input is of this kind, by its
	// name and type.
	holds func(operation string, in InputField) bool
}

// Kinds returns the kinds of fields, in the order in which a field is tried to be of
// them.
func Kinds() []Kind {
	return []Kind{
		{Name: "tags", holds: holdsTags},
		{Name: "role", Types: []string{"role"}, holds: holdsRole},
		{Name: "secret", Types: []string{"secret"}, holds: holdsSecret},
		{Name: "key", Types: []string{"key"}, holds: holdsKey},
		{Name: "s3", Types: []string{"bucket", "object"}, holds: holdsObject},
		{Name: "topic", Types: []string{"topic"}, holds: holdsNone},
		{Name: "function", Types: []string{"function"}, holds: holdsNone},
	}
}

// KindOf returns the kind of a field; false if it is of none.
func KindOf(operation string, in InputField) (Kind, bool) {
	for _, k := range Kinds() {
		if k.holds(operation, in) {
			return k, true
		}
	}
	return Kind{}, false
}

var (
	tagsName = lazyregexp.New(`(Tags|TagList|TagSet|TagSpecifications?|Tagging)$`)
	tagType  = lazyregexp.New(`^(\w*Tag|Tags|TagSet|Tagging|\w*TagSpecification(Request)?|string)$`)
	tagging  = lazyregexp.New(`^(Tag|Untag|AddTags|CreateTags|DeleteTags|List|Describe|Get|Search)|Tagging$`)
	filters  = lazyregexp.New(`Filters?\.`)
)

// holdsTags knows fields with the tags of what an operation makes. Whoever only tags,
// or looks for tags, has no need of more.
func holdsTags(operation string, in InputField) bool {
	return tagsName.MatchString(in.Name) && tagType.MatchString(in.Type) && in.Type != "MessageTag" && !tagging.MatchString(operation) && !filters.MatchString(in.Path)
}

var (
	roleName = lazyregexp.New(`(Role|RoleOverride|RoleArn|RoleARN|RoleName|RoleId|Roles|RoleArns|RoleArnForLogging|CallerArn|LogsPermissionArn)$|^(Authorizer)?Credentials(Arn)?$|^IamRoleFor\w+Arn$`)
	rolePath = lazyregexp.New(`IamInstanceProfile(\.Arn|\.Name|Arn|Name)?$`)
	reading  = lazyregexp.New(`^(List|Describe|Get|Delete)`)
)

func holdsRole(operation string, in InputField) bool {
	return in.Text && (roleName.MatchString(in.Name) || rolePath.MatchString(in.Path)) && !reading.MatchString(operation)
}

var (
	secretName = lazyregexp.New(`(?i)(secret|secrets)(manager)?(store)?(arns?|ids?|arnlist|idlist)$|^credentialsparameter$`)
	secretPath = lazyregexp.New(`(Secrets|SecretOptions)\.ValueFrom$|RegistryCredential\w*\.Credential$|Access(Config|Configuration)s\.URI$`)
)

func holdsSecret(_ string, in InputField) bool {
	return in.Text && (secretName.MatchString(in.Name) || secretPath.MatchString(in.Path))
}

var (
	keyName = lazyregexp.New(`(?i)kms\w*(key|arn)|^keyid$|^keyarn$|masterkey|kms_?master|^keymanagementservicearn$|encryptionkey(arn|id|override)?$|cmk`)
	keyPath = lazyregexp.New(`(?i)(encryptionkey|kms\w*)\.(id|arn|key\w*)$`)
)

func holdsKey(operation string, in InputField) bool {
	return in.Text && (keyName.MatchString(in.Name) || keyPath.MatchString(in.Path)) && !reading.MatchString(operation)
}

// holdsNone knows no field: most services publish to topics and call functions with a role
// that they are given, or by the other's own policy, and the facts name the exceptions.
func holdsNone(string, InputField) bool { return false }

var (
	objectName  = lazyregexp.New(`(?i)(bucket|bucket_?(name|arn)|s3\w*(uri|url|paths?|location|bucket))$`)
	objectPath  = lazyregexp.New(`EnvironmentFiles\.Value$|Attachments\.Values$|S3Configuration\.DestinationIdentifier$|SchemaHandlerPackage$`)
	placeName   = lazyregexp.New(`(?i)(uri|urls?|location|paths?|destination|source|output|dir|tables)$`)
	inS3        = lazyregexp.New(`(?i)s3://|amazon s3|\bs3 (uri|path|location|bucket)`)
	aboutBucket = lazyregexp.New(`(?i)(owner|region|prefix)$`)
)

// holdsObject knows fields that name a bucket or an object: by their names, or where
// these only tell of a place, by what the SDK says of them.
func holdsObject(_ string, in InputField) bool {
	return in.Text && !aboutBucket.MatchString(in.Name) &&
		(objectName.MatchString(in.Name) || objectPath.MatchString(in.Path) || placeName.MatchString(in.Name) && inS3.MatchString(in.Doc))
}
