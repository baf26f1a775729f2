package deploy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Failed is the error of a deployment that CloudFormation couldn't finish.
type Failed struct {
	*stack.Failure
	Function string      // whose resource is to blame; empty: none, or several
	Source   *app.Source // the registration of that resource; nil: none is known
	Advice   string      // what to do; empty: it isn't known
}

// Error says what failed first, where that is registered, what to do, and how
// the stack is now.
func (e *Failed) Error() string {
	text := e.Failure.Error()
	if e.Source != nil {
		text = fmt.Sprintf("%s:%d: %s", e.Source.File, e.Source.Line, text)
	}
	for _, more := range []string{e.Advice, e.State()} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// Unwrap returns CloudFormation's part of the error.
func (e *Failed) Unwrap() error { return e.Failure }

// explained returns a failure of CloudFormation with what is known about its cause, to
// which a function adds. Any other error stays as it is.
func explained(err error, add func(*Failed)) error {
	failure, ok := errors.AsType[*stack.Failure](err)
	if !ok {
		return err
	}
	f := &Failed{Failure: failure, Advice: advice(failure.Cause)}
	add(f)
	return f
}

// states says how a stack is after a failed operation.
var states = map[string]string{
	"ROLLBACK_COMPLETE":        "nothing of the stack is left, and the next deployment makes it anew",
	"UPDATE_ROLLBACK_COMPLETE": "the stack is as it was before",
	"DELETE_COMPLETE":          "nothing of the stack is left",
	"CREATE_FAILED":            "parts of the stack are there: delete it before it is deployed again",
	"ROLLBACK_FAILED":          "parts of the stack are still there: delete it before it is deployed again",
	"UPDATE_ROLLBACK_FAILED":   "the stack couldn't be taken back to what it was",
	"DELETE_FAILED":            "the stack is still there, without what is deleted already",
}

// State says how the stack is now; "" if its status says it.
func (e *Failed) State() string { return states[e.Status] }

// Summary returns a short text for somebody who has seen what failed.
func (e *Failed) Summary() string {
	verb := "failed"
	if e.Cancelled {
		verb = "was cancelled"
	}
	text := fmt.Sprintf("%s of stack %s %s; it is in %s", operations[e.Kind], e.Stack.Name, verb, e.Status)
	if state := e.State(); state != "" {
		text += ": " + state
	}
	return text
}

// operations are nouns for the operations on stacks.
var operations = map[string]string{
	stack.Create: "the creation", stack.Update: "the update", stack.Delete: "the deletion", stack.Rollback: "the rollback",
}

// causes are known reasons why CloudFormation can't make or change a resource,
// and advice. The first that matches counts. The patterns are short, since
// CloudFormation passes on the messages of the services.
var causes = []struct {
	kind   string // the type of the resource, or its beginning; empty: any
	reason lazyregexp.Regexp
	advice string
}{
	{"AWS::Lambda::EventSourceMapping", re(`visibility timeout`), "the queue's visibility timeout has to be at least lambda_timeout, better six times that: raise it at the queue, or lower lambda_timeout"},
	{"AWS::Lambda::EventSourceMapping", re(`does not exist|NonExistentQueue|not found|Invalid request provided: Stream not found`), "the queue or stream has to be there before the app is deployed, in the same region: make it, or correct its name at the registration"},
	{"AWS::Lambda::EventSourceMapping", re(`(execution role|role).*permissions`), "the function's role must be allowed to read from the queue or stream: with autogen_policy false add that to iam_policy_file"},
	{"AWS::Lambda::EventSourceMapping", re(`already exists`), "something else, such as a stack made earlier, sends the same queue or stream to the function: remove that mapping"},
	{"AWS::SNS::Subscription", re(`does not exist|not found|Invalid parameter: TopicArn`), "the topic has to be there before the app is deployed, in the same region: make it, or correct its name at the registration"},
	{"Custom::S3BucketNotifications", re(`NoSuchBucket|does not exist|Not Found`), "the bucket has to be there before the app is deployed, in the same region: make it, or correct its name at the registration"},
	{"Custom::S3BucketNotifications", re(`overlap|conflict|ambiguous`), "the bucket sends the same objects elsewhere already: narrow the keys with app.KeyFilter, have EventBridge deliver the events with app.ViaEventBridge, or remove the other notification"},
	{"AWS::S3::Bucket", re(`not empty`), "only an empty bucket can be deleted: empty it, or let it stay with DeletionPolicy: Retain"},
	{"AWS::ApiGateway", re(`CloudWatch Logs role`), "access_log of a REST API needs a role that the account has for API Gateway's logs, one for each region: make one that apigateway.amazonaws.com can assume, with the policy AmazonAPIGatewayPushToCloudWatchLogs, and set it with aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ARN"},
	{"AWS::WAFv2::WebACLAssociation", re(`NonexistentItem|nonexistent|doesn.t exist|UnavailableEntity`), "the web ACL of web_acl_arn has to be there before the app is deployed, in the same region: make it, or correct the ARN"},
	{"AWS::ApiGateway", re(`certificate`), "the certificate has to be issued, for that name, in the region where it is used: us-east-1 for an EDGE endpoint, the API's own region otherwise"},
	{"AWS::ApiGateway", re(`domain name.*(already exists|conflict)`), "another API has that domain name: remove it there, or choose another"},
	{"AWS::ApiGateway::Account", re(``), "API Gateway has one role for the logs of an account: set it with aws apigateway update-account"},
	{"AWS::Lambda::Function", re(`unzipped size must be smaller|exceed.*maximum allowed size|CodeStorageExceeded`), "Lambda takes 250 MB unpacked, and 75 GB of all functions in a region: leave out what the program embeds, or delete old versions"},
	{"AWS::Lambda::Function", re(`unreserved account concurrency|ReservedConcurrentExecutions|UnreservedConcurrentExecution`), "the account's limit leaves no room for reserved_concurrency: lower it, or have the limit raised in Service Quotas"},
	{"AWS::Lambda::Function", re(`NoSuchKey|key does not exist|NoSuchBucket|S3 error`), "the program isn't in the bucket any more: deploy again"},
	{"AWS::Lambda::Function", re(`cannot be assumed by Lambda`), "the role has to trust lambda.amazonaws.com: correct iam_role_arn, or the role"},
	{"AWS::Lambda::Function", re(`subnet|security group|ec2:`), "the function's role and the subnets have to fit: check subnet_ids and security_group_ids, and that the role may make network interfaces"},
	{"AWS::Lambda::Function", re(`layer`), "the layer has to be there, for the function's region and architecture, and the deployer must be allowed to read it: check layers"},
	{"AWS::Lambda::Function", re(`memory`), "new accounts have a lower limit of memory: lower lambda_memory_size, or have the limit raised"},
	{"AWS::Lambda::Version", re(`already exists|version for this Lambda function exists`), "the function is as it was in its last version, of which Lambda makes no other: change something of it, such as a variable, and deploy again"},
	{"AWS::Lambda::", re(`provisioned|UnreservedConcurrentExecution`), "the account's limit leaves no room for provisioned_concurrency: lower it, or have the limit raised in Service Quotas"},
	{"AWS::Lambda::Alias", re(`conflicting deployment|already.*(in progress|deployment)`), "CodeDeploy is still at work on the function: wait until that is done, or stop it with aws deploy stop-deployment, then deploy again"},
	{"AWS::Lambda::Alias", re(`alarm`), "an alarm of the deployment has gone off while traffic was shifted, and live is where it was: look at the alarm and at the functions' logs"},
	{"AWS::Lambda::Alias", re(`hook|lifecycle|validation|BeforeAllowTraffic|AfterAllowTraffic`), "a check of the deployment, pre_traffic or post_traffic, has failed, and live is where it was: its log says why (chalice logs -n NAME)"},
	{"AWS::Lambda::Alias", re(`CodeDeploy|deployment`), "CodeDeploy couldn't shift the traffic, and live is where it was: aws deploy get-deployment --deployment-id ID says why"},
	{"AWS::CodeDeploy::DeploymentGroup", re(`assume|role`), "CodeDeploy's role is made in the same deployment, and IAM may need a moment: deploy again"},
	{"AWS::Lambda::EventInvokeConfig", re(`destination|permission|not have`), "the destination has to be there before the app is deployed, and the function's role must be allowed to send to it: with autogen_policy false add that to iam_policy_file"},
	{"AWS::IAM::Role", re(`MalformedPolicyDocument|Syntax errors in policy`), "the policy isn't one of IAM's: look at iam_policy_file, and at what is merged into the template"},
	{"AWS::IAM::Role", re(`(PolicySize|policy size|LimitExceeded).*(polic|size)`), "a role's policies have at most 10,240 characters: set iam_roles to per_function, or write a shorter iam_policy_file"},
	{"", re(`iam:PassRole`), "whoever deploys, or the role for CloudFormation, must be allowed iam:PassRole on that role; see docs/deploying.md"},
	{"", re(`(?i)access ?denied|not authorized to perform|UnauthorizedOperation|AuthorizationError|403\b`), "whoever deploys must be allowed that; docs/deploying.md has a policy with what deploy needs"},
	{"", re(`already exists`), "a resource of that name is there already, of another stack or of none: delete it, choose another name, or import it into the stack"},
	{"", re(`(?i)limit ?exceeded|quota|maximum number|too many`), "a limit of the account is reached: delete what isn't needed, or have the limit raised in Service Quotas"},
	{"", re(`(?i)throttl|rate exceeded`), "AWS refused so many calls at once: deploy again"},
	{"", re(`(?i)internal ?(failure|error)|service ?unavailable`), "that is AWS's own trouble: deploy again, and look at health.aws.amazon.com"},
}

// re returns a pattern that ignores case, and whose dot also matches the end of
// a line.
func re(pattern string) lazyregexp.Regexp { return lazyregexp.New(`(?is)` + pattern) }

// advice returns what helps against the cause of a failure; "" if it isn't
// known.
func advice(cause stack.Event) string {
	for _, c := range causes {
		if strings.HasPrefix(cause.Type, c.kind) && c.reason.MatchString(cause.Reason) {
			return c.advice
		}
	}
	return ""
}
