package deploy

import (
	"cmp"
	"context"
	"errors"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/record"
)

// open opens a session for a profile: that of the input, or else that of the
// configuration. If no region is configured, it uses that of the record, which
// can be nil.
func (in *Input) open(ctx context.Context, profile string, r *record.Record) (*account.Session, error) {
	options := in.Account
	options.Profile = cmp.Or(options.Profile, profile)
	options.Version = in.Version
	session, err := account.Open(ctx, options)
	missing, ok := errors.AsType[*account.Error](err)
	if ok && r != nil && missing.Code == account.MissingRegion {
		options.Region = r.Region
		return account.Open(ctx, options)
	}
	return session, err
}
