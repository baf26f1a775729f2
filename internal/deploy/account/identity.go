package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Identity is the caller.
type Identity struct {
	Account   string // 12 digits
	ARN       string // of the user, or of the role's session
	Partition string // aws, aws-cn or aws-us-gov
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
	s.identity = &Identity{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn), Partition: caller.Partition}
	return *s.identity, nil
}
