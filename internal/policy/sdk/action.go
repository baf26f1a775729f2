package sdk

import (
	"slices"
	"strings"
)

// CanBeLimited reports whether AWS can limit an action to single resources. One that
// AWS's lists don't have, a guess, counts as one that can be.
func CanBeLimited(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return !slices.Contains(loadTable().Unlimited[service], name)
}

// AnyType is the type of a resource that a field names by its ARN, whichever type of the
// service it is of.
const AnyType = "arn"

// typesOf returns those of the types of resources that an action applies to, each with
// the action's service: "s3:object".
func typesOf(action string, types []string) []string {
	service, name, _ := strings.Cut(action, ":")
	var applicable []string
	for _, typ := range types {
		if typ == AnyType && CanBeLimited(action) || slices.Contains(loadTable().On[service][typ], name) {
			applicable = append(applicable, service+":"+typ)
		}
	}
	return applicable
}

// Covers reports whether fields name all that an action is used on. AWS asks for the
// permission on a resource of each type that it lists as required: on the table, its
// database and the catalog, say.
func Covers(action string, fields []ResourceField) bool {
	service, name, _ := strings.Cut(action, ":")
	for _, typ := range loadTable().Together[service][name] {
		if !slices.ContainsFunc(fields, func(f ResourceField) bool {
			return slices.Contains(f.Types, service+":"+typ) || slices.Contains(f.Types, service+":"+AnyType)
		}) {
			return false
		}
	}
	return len(fields) > 0
}

// NeedsNone reports whether AWS takes an action without a resource as well, if the
// request has none of those that the action can be limited to.
func NeedsNone(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return slices.Contains(loadTable().Optional[service], name)
}

// ARNPattern returns the form that AWS's lists have for the ARNs of a type of resource,
// such as "s3:object"; "" if the table doesn't have the type.
func ARNPattern(typ string) string {
	owner, name, _ := strings.Cut(typ, ":")
	return loadTable().ARNs[owner][name]
}

// ARNForm returns the service in the ARNs of a type of resource, such as "s3:object",
// and what stands there before the name; false if the table doesn't have the type.
func ARNForm(typ string) (service, before string, ok bool) {
	parts := strings.SplitN(ARNPattern(typ), ":", 6)
	if len(parts) < 6 {
		return "", "", false
	}
	before, _, ok = strings.Cut(parts[5], "${")
	return parts[2], before, ok
}

// readingVerbs start the names of actions that only read.
var readingVerbs = []string{"Get", "List", "Describe", "BatchGet", "Query", "Scan", "Search", "Select", "Filter", "Lookup", "Head", "Check"}

// Reads reports whether an action only reads.
func Reads(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	if reads, ok := loadTable().Reads[service][name]; ok {
		return reads
	}
	return ReadsByName(name)
}

// ReadsByName reports whether an action's name, without its service, tells that it only
// reads. [Reads] knows those whose names don't tell.
func ReadsByName(name string) bool {
	return slices.ContainsFunc(readingVerbs, func(verb string) bool { return strings.HasPrefix(name, verb) })
}

// DirectoryAction returns the action of S3 on a directory bucket that stands for one on
// other buckets: that of the same name, or the one that opens sessions.
func DirectoryAction(action string) string {
	const service, bucket, session = "s3express", "bucket", "CreateSession"
	_, name, _ := strings.Cut(action, ":")
	if !slices.Contains(loadTable().On[service][bucket], name) {
		name = session
	}
	return service + ":" + name
}
