package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// arn holds the parts of an ARN.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type arn struct{ partition, service, region, account, resource string }

var (
	partitions = lazyregexp.New(`^aws(-[a-z]+)*$`)
	regions    = lazyregexp.New(`^[a-z0-9-]+$`)
	accounts   = lazyregexp.New(`^[0-9]{12}$`)
)

// arnOf parses an ARN of a service. It reports false for a text that isn't an
// ARN, or is another service's.
func arnOf(s, service string) (arn, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return arn{}, false
	}
	a := arn{parts[1], parts[2], parts[3], parts[4], parts[5]}
	return a, partitions.MatchString(a.partition) && a.service == service && a.resource != ""
}

// owned reports whether an ARN has a region and an account.
func (a arn) owned() bool { return regions.MatchString(a.region) && accounts.MatchString(a.account) }
