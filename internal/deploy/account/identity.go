package account

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Identity is the caller.
type Identity struct {
	Account   string // 12 digits
	ARN       string // of the user, or of the role's session
	Partition string // aws, aws-cn or aws-us-gov
	// Ahead is how far AWS's clock is ahead of this machine's, as far as its answers
	// tell: they have whole seconds.
	Ahead time.Duration
}

// Identity asks AWS who calls, only once in a session. Everyone may ask that,
// so an error means that AWS can't be reached or doesn't accept the
// credentials.
func (s *Session) Identity(ctx context.Context) (Identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identity != nil {
		return *s.identity, nil
	}
	out, err := sts.NewFromConfig(s.Config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, err
	}
	caller, err := arn.Parse(aws.ToString(out.Arn))
	if err != nil {
		return Identity{}, fmt.Errorf("read who calls AWS: %q: %w", aws.ToString(out.Arn), err)
	}
	ahead, _ := awsmiddleware.GetAttemptSkew(out.ResultMetadata)
	s.identity = &Identity{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn), Partition: caller.Partition, Ahead: ahead}
	return *s.identity, nil
}
