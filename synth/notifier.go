package synth

import (
	"cmp"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"

	_ "embed"

	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"github.com/chalice-go/chalice/config"
)

// bucketNotifier is the function that CloudFormation calls to configure the
// notifications of buckets, with a role and a log group of its own. Its program
// is in the template. Terraform needs none.
type bucketNotifier struct {
	Architecture     string
	Tags             map[string]config.Value
	LogRetentionDays int
}

var _ Resource = (*bucketNotifier)(nil)

// notifierCode changes only what a resource names, now or before an update, with
// the stack's name before the Ids. S3 has one document for all notifications of a
// bucket and no lock, so it reads back what it wrote, and writes again where
// somebody else wrote at the same time. What has another function than a deleted
// resource named was taken over by another resource, and stays.
//
// It has to be below 4096 characters, which is all that inline code
// could have until 2022, and what tools still check.
//
//go:embed notifier.py
var notifierCode string

const (
	notifierID      = "BucketNotifier"
	notifierRoleID  = notifierID + "Role"
	notifierLogsID  = notifierID + "LogGroup"
	notifierTimeout = 120 // seconds
	// notifierRuntime is the runtime of AWS's that brings an SDK for S3, so that
	// the program needs no packages.
	notifierRuntime = "python3.13"
	// notifierLogRetention is for apps that don't say how long logs are kept.
	notifierLogRetention = 30 // days
)

func (b *builder) bucketNotifier() *bucketNotifier {
	return &bucketNotifier{
		Architecture:     b.Stage.Architecture,
		Tags:             b.tags(b.Stage.Defaults.Tags),
		LogRetentionDays: cmp.Or(b.Stage.Defaults.LogRetentionDays, notifierLogRetention),
	}
}

// ID returns "bucket notifier".
func (*bucketNotifier) ID() string { return "bucket notifier" }

// Refs returns nothing.
func (*bucketNotifier) Refs() []string { return nil }

// Outline says what the function is for.
func (n *bucketNotifier) Outline() Outline {
	return Outline{Kind: "resource", Name: n.ID(), Note: "sets notifications"}
}

func (n *bucketNotifier) sam(t *samTemplate) error { return n.stack(t.stack) }

func (n *bucketNotifier) cloudformation(t *cfnTemplate) error { return n.stack(t.stack) }

// stack adds the function, which is a plain one for SAM too: there is no zip to
// upload and no event to connect.
func (n *bucketNotifier) stack(t *stack) error {
	// The log group's name is left to CloudFormation, since the role, which has
	// to be there before the function, is for this group alone.
	t.add(notifierLogsID, n.ID(), &logs.LogGroup{RetentionInDays: &n.LogRetentionDays})
	t.addRole(notifierRoleID, n.ID(), trustPolicy(), iam.Role_Policy{
		PolicyName: "Logs", PolicyDocument: ordered.New("Version", "2012-10-17", "Statement", []any{ordered.New(
			"Effect", "Allow",
			"Action", []any{"logs:CreateLogStream", "logs:PutLogEvents"},
			"Resource", cfn.GetAtt(notifierLogsID, "Arn"),
		)}),
	})
	t.add(notifierID, n.ID(), &lambda.Function{
		Description:   new("Configures the notifications of S3 buckets for CloudFormation"),
		Runtime:       new(notifierRuntime),
		Handler:       new("index.handler"),
		Architectures: []string{n.Architecture},
		Code:          &lambda.Function_Code{ZipFile: &notifierCode},
		Timeout:       new(notifierTimeout),
		MemorySize:    new(128),
		LoggingConfig: &lambda.Function_LoggingConfig{LogGroup: new(t.text(cfn.Ref(notifierLogsID)))},
		Role:          t.text(cfn.GetAtt(notifierRoleID, "Arn")),
		Tags:          t.tagList(n.Tags),
	})
	return nil
}

// terraform returns nothing: the provider configures buckets itself.
func (*bucketNotifier) terraform(*tfModule) error { return nil }
