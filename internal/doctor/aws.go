package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/artifact"
)

// callAWS asks who calls AWS, and looks at the clock and the bucket.
func (e *examination) callAWS(ctx context.Context) {
	options := e.in.Account
	options.Version = e.in.Version
	named := ""
	if e.stage != nil {
		options.Profile, named = cmp.Or(options.Profile, e.stage.Profile), e.stage.ArtifactBucket
	}
	session, err := account.Open(ctx, options)
	missing, _ := errors.AsType[*account.Error](err)
	noRegion := missing != nil && missing.Code == account.MissingRegion
	if err != nil {
		e.failed("Region", err)
	}
	if noRegion {
		options.Region = anyRegion
		session, err = account.Open(ctx, options)
	}
	if err != nil {
		return
	}
	if !noRegion {
		e.good("Region", session.Region)
	}
	who, err := session.Identity(ctx)
	if err != nil {
		e.failed("Credentials", err)
		return
	}
	e.good("Credentials", who.ARN+", account "+who.Account)
	e.clock(who.Ahead)
	if !noRegion { // each has a bucket of its own
		e.bucket(ctx, session, named)
	}
}

// anyRegion is where it is asked who calls AWS, if no region is set.
const anyRegion = "us-east-1"

// failed says why AWS can't be called.
func (e *examination) failed(what string, err error) {
	if told, ok := errors.AsType[*account.Error](err); ok && told.Advice != "" {
		e.problem(what, told.Message, told.Advice)
		return
	}
	e.problem(what, account.Text(err), "see docs/deploying.md for what is needed")
}

// AWS refuses requests that are five minutes off.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
const (
	noticeable = time.Minute
	refused    = 5 * time.Minute
)

// clock compares this machine's clock with AWS's.
func (e *examination) clock(ahead time.Duration) {
	const what, advice = "Clock", "set this machine's clock, by NTP for instance"
	off := ahead.Abs().Round(time.Second)
	text := fmt.Sprintf("it is %s behind that of AWS", off)
	if ahead < 0 {
		text = fmt.Sprintf("it is %s ahead of that of AWS", off)
	}
	switch {
	case off >= refused:
		e.problem(what, text+", which refuses requests that are five minutes off", advice)
	case off >= noticeable:
		e.note(what, text, advice)
	default:
		e.good(what, "it agrees with that of AWS")
	}
}

// bucket looks for the bucket with the programs.
func (e *examination) bucket(ctx context.Context, session *account.Session, named string) {
	const what = "Bucket"
	store := artifact.NewStore(session, named)
	name, err := store.Bucket(ctx)
	if err != nil {
		e.failed(what, err)
		return
	}
	switch there, err := store.Exists(ctx); {
	case err != nil:
		e.failed(what, err)
	case there:
		e.good(what, name)
	case named != "":
		e.problem(what, "there is no bucket "+name+", which the configuration names", "make it in "+session.Region+", or take artifact_bucket away to have one made")
	default:
		e.note(what, "there is no bucket "+name+" yet", "the first chalice deploy makes it")
	}
}
