package arn_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

// sub and with are resources as templates have them.
func sub(s string) string { return `{"Fn::Sub":"` + s + `"}` }

func with(s, value string) string { return `{"Fn::Sub":["` + s + `",{"Value1":` + value + `}]}` }

// TestServices shows what ARNs the names of many services' resources give.
func TestServices(t *testing.T) {
	env := map[string]any{"REF": map[string]any{"Ref": "Thing"}, "GETATT": map[string]any{"Fn::GetAtt": []any{"Thing", "Arn"}}}
	for name, tc := range map[string]struct {
		target arn.Target
		want   []string // as JSON; none means any
	}{
		"a stack":                               {target("cloudformation", "StackName", "cloudformation:stack", constant("shop")), []string{sub("arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/shop/*")}},
		"a stack by its id":                     {target("cloudformation", "StackName", "cloudformation:stack", constant("arn:aws:cloudformation:eu-west-1:1:stack/shop/1a")), []string{`"arn:aws:cloudformation:eu-west-1:1:stack/shop/1a"`}},
		"a hosted zone":                         {target("route53", "HostedZoneId", "route53:hostedzone", constant("/hostedzone/Z1")), []string{sub("arn:${AWS::Partition}:route53:::hostedzone/Z1")}},
		"a pipeline":                            {target("codepipeline", "PipelineName", "codepipeline:pipeline,codepipeline:stage", constant("p")), []string{sub("arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:p"), sub("arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:p/*")}},
		"a distribution":                        {target("cloudfront", "DistributionId", "cloudfront:distribution", constant("E1")), []string{sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/E1")}},
		"a queue of jobs":                       {target("batch", "JobQueue", "batch:job,batch:job-queue", constant("q")), []string{sub("arn:${AWS::Partition}:batch:${AWS::Region}:${AWS::AccountId}:job-queue/q"), sub("arn:${AWS::Partition}:batch:${AWS::Region}:${AWS::AccountId}:job/*")}},
		"a queue of jobs by Ref":                {target("batch", "JobQueue", "batch:job-queue", variable("REF")), nil},
		"a broker":                              {target("mq", "BrokerId", "mq:brokers", constant("b-1")), []string{sub("arn:${AWS::Partition}:mq:${AWS::Region}:${AWS::AccountId}:broker:*:b-1")}},
		"a group that scales":                   {target("autoscaling", "AutoScalingGroupName", "autoscaling:autoScalingGroup", constant("web")), []string{sub("arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/web")}},
		"a workgroup of Redshift":               {target("redshiftdata", "WorkgroupName", "redshift-data:workgroup", constant("w")), []string{sub("arn:${AWS::Partition}:redshift-serverless:${AWS::Region}:${AWS::AccountId}:workgroup/*")}},
		"a cluster of Redshift":                 {target("redshiftdata", "ClusterIdentifier", "redshift-data:cluster", constant("Dw")), []string{sub("arn:${AWS::Partition}:redshift:${AWS::Region}:${AWS::AccountId}:cluster:Dw"), sub("arn:${AWS::Partition}:redshift:${AWS::Region}:${AWS::AccountId}:cluster:dw")}},
		"a topic of IoT":                        {target("iotdataplane", "Topic", "iot:topic", constant("a/b")), []string{sub("arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:topic/a/b")}},
		"an endpoint of a model":                {target("sagemakerruntime", "EndpointName", "sagemaker:endpoint", constant("e")), []string{sub("arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/e")}},
		"a cluster":                             {target("ecs", "Cluster", "ecs:cluster", constant("web")), []string{sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/web")}},
		"what is in a cluster":                  {target("ecs", "Cluster", "ecs:service,ecs:task", constant("web")), []string{sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:service/web/*"), sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/web/*")}},
		"what is in a cluster, by its ARN":      {target("ecs", "Cluster", "ecs:service", constant("arn:aws:ecs:eu-west-1:1:cluster/web")), []string{`"arn:aws:ecs:eu-west-1:1:service/web/*"`}},
		"what is in a cluster, by an intrinsic": {target("ecs", "Cluster", "ecs:service", variable("GETATT")), []string{with("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:service/${Value1}/*", `{"Fn::Select":[1,{"Fn::Split":["/",{"Fn::GetAtt":["Thing","Arn"]}]}]}`)}},
		"a task definition":                     {target("ecs", "TaskDefinition", "ecs:task-definition", constant("web")), []string{sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/web"), sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/web:*")}},
		"a revision of a task definition":       {target("ecs", "TaskDefinition", "ecs:task-definition", constant("web:3")), []string{sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/web:3")}},
		"a task definition by Ref":              {target("ecs", "TaskDefinition", "ecs:task-definition", variable("REF")), nil},
		"a role by name":                        {target("iam", "RoleName", "iam:role", constant("worker")), []string{sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*/worker"), sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/worker")}},
		"a role by ARN":                         {target("lambda", "Role", "iam:role", constant("worker")), nil},
		"a database instance":                   {target("rds", "DBInstanceIdentifier", "rds:db", constant("Shop")), []string{sub("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:Shop"), sub("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:shop")}},
		"a global cluster":                      {target("rds", "GlobalClusterIdentifier", "rds:global-cluster", constant("g")), []string{sub("arn:${AWS::Partition}:rds::${AWS::AccountId}:global-cluster:g")}},
		"a cluster's ARN":                       {target("rdsdata", "ResourceArn", "rds-data:cluster", variable("GETATT")), []string{`{"Fn::GetAtt":["Thing","Arn"]}`}},
		"a cluster's ARN by Ref":                {target("rdsdata", "ResourceArn", "rds-data:cluster", variable("REF")), []string{`{"Ref":"Thing"}`}},
		"no cluster's ARN":                      {target("rdsdata", "ResourceArn", "rds-data:cluster", constant("shop")), nil},
		"any resource by its ARN":               {target("glue", "ResourceArn", "glue:arn", constant("arn:aws:glue:eu-west-1:1:job/j")), []string{`"arn:aws:glue:eu-west-1:1:job/j"`}},
		"a table of Glue":                       {target("glue", "DatabaseName", "glue:database,glue:rootcatalog,glue:table", constant("db")), []string{sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:catalog"), sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:database/db"), sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/db/*")}},
		"a table of Timestream":                 {target("timestreamwrite", "DatabaseName", "timestream:table", constant("db")), []string{sub("arn:${AWS::Partition}:timestream:${AWS::Region}:${AWS::AccountId}:database/db/table/*")}},
		"one table of Timestream":               {target("timestreamwrite", "TableName", "timestream:table", constant("db/t")), []string{sub("arn:${AWS::Partition}:timestream:${AWS::Region}:${AWS::AccountId}:database/db/table/t")}},
		"a table of Timestream by its ARN":      {target("timestreamwrite", "ResourceARN", "timestream:table", constant("arn:aws:timestream:eu-west-1:1:database/d/table/t")), []string{`"arn:aws:timestream:eu-west-1:1:database/d/table/t"`}},
		"a role of Glue by name":                {target("glue", "Role", "iam:role", constant("worker")), []string{sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*/worker"), sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/worker")}},
		"a role of Glue at a path":              {target("glue", "Role", "iam:role", constant("/service-role/worker")), []string{sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*/service-role/worker"), sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/service-role/worker")}},
		"a role of Glue by ARN":                 {target("glue", "Role", "iam:role", variable("GETATT")), []string{`{"Fn::GetAtt":["Thing","Arn"]}`}},
		"a role of Glue by Ref":                 {target("glue", "Role", "iam:role", variable("REF")), nil}, // its name
		"a role of Lambda by Ref":               {target("lambda", "Role", "iam:role", variable("REF")), []string{`{"Ref":"Thing"}`}},
		"a secret's ARN by Ref":                 {target("rdsdata", "SecretArn", "secretsmanager:secret", variable("REF")), []string{`{"Ref":"Thing"}`}},
		"a secret's name or ARN by Ref":         {target("redshiftdata", "SecretArn", "secretsmanager:secret", variable("REF")), nil},
		"a secret by Ref":                       {target("secretsmanager", "SecretId", "secretsmanager:secret", variable("REF")), nil},
		"a bucket's URL":                        {target("cloudformation", "TemplateURL", "s3:object", constant("https://b.s3.eu-west-1.amazonaws.com/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"a bucket's older URL":                  {target("cloudformation", "TemplateURL", "s3:object", constant("https://b.s3-eu-west-1.amazonaws.com/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"a bucket's URL without region":         {target("cloudformation", "TemplateURL", "s3:object", constant("https://b.s3.amazonaws.com/a/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"a URL of S3":                           {target("cloudformation", "TemplateURL", "s3:object", constant("https://s3.eu-west-1.amazonaws.com/b/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"an older URL of S3":                    {target("cloudformation", "TemplateURL", "s3:object", constant("https://s3-eu-west-1.amazonaws.com/b/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"a URL of China":                        {target("cloudformation", "TemplateURL", "s3:object", constant("https://b.s3.cn-north-1.amazonaws.com.cn/t.json")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"a URL without a bucket":                {target("cloudformation", "TemplateURL", "s3:object", constant("https://s3.eu-west-1.amazonaws.com/t.json")), nil},
		"a URL of a CDN":                        {target("cloudformation", "TemplateURL", "s3:object", constant("https://cdn.example.com/b/t.json")), nil},
		"a URL without a key":                   {target("cloudformation", "TemplateURL", "s3:object", constant("https://b.s3.amazonaws.com")), nil},
		"a model":                               {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("anthropic.claude-v2:1")), []string{sub("arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/anthropic.claude-v2:1")}},
		"an inference profile":                  {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("us.anthropic.claude-v2:1")), []string{sub("arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/us.anthropic.claude-v2:1"), sub("arn:${AWS::Partition}:bedrock:*::foundation-model/anthropic.claude-v2:1")}},
		"an inference profile's ARN":            {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("arn:aws:bedrock:us-east-1:1:inference-profile/eu.meta.llama")), []string{sub("arn:${AWS::Partition}:bedrock:*::foundation-model/meta.llama"), `"arn:aws:bedrock:us-east-1:1:inference-profile/eu.meta.llama"`}},
		"an inference profile of one's own":     {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("arn:aws:bedrock:us-east-1:1:application-inference-profile/x1")), []string{sub("arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/*"), sub("arn:${AWS::Partition}:bedrock:*::foundation-model/*"), `"arn:aws:bedrock:us-east-1:1:application-inference-profile/x1"`}},
		"a model by an id":                      {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("x1y2")), nil},
		"a model's endpoint":                    {target("bedrockruntime", "ModelId", "bedrock:foundation-model", constant("arn:aws:sagemaker:us-east-1:1:endpoint/e")), nil},
		"a model by Ref":                        {target("bedrockruntime", "ModelId", "bedrock:foundation-model", variable("REF")), nil},
		"a guardrail":                           {target("bedrockruntime", "GuardrailIdentifier", "bedrock:guardrail,bedrock:guardrail-profile", constant("g1")), []string{sub("arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:guardrail/g1"), sub("arn:${AWS::Partition}:bedrock:*:${AWS::AccountId}:guardrail-profile/*")}},
		"an address":                            {target("sesv2", "FromEmailAddress", "ses:identity", constant("Shop <orders@example.com>")), []string{sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*")}},
		"no address":                            {target("sesv2", "FromEmailAddress", "ses:identity", constant("orders")), nil},
		"a domain":                              {target("sesv2", "EmailIdentity", "ses:identity", constant("example.com")), []string{sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/example.com")}},
		"an address by Ref":                     {target("ses", "Source", "ses:identity", variable("REF")), nil},
		"a document":                            {target("ssm", "DocumentName", "ssm:document", constant("AWS-RunShellScript")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/AWS-RunShellScript"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunShellScript")}},
		"an instance":                           {target("ssm", "InstanceIds", "ssm:instance,ssm:managed-instance", constant("i-1")), []string{sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/i-1"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:managed-instance/i-1")}},
		"a snapshot":                            {target("ec2", "SnapshotId", "ec2:snapshot", constant("snap-1")), []string{sub("arn:${AWS::Partition}:ec2:${AWS::Region}::snapshot/snap-1")}},
		"a state machine by name":               {target("sfn", "Name", "states:statemachine", constant("s")), []string{sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:s")}},
		"an execution":                          {target("sfn", "ExecutionArn", "states:arn", constant("arn:aws:states:eu-west-1:1:execution:s:1")), []string{`"arn:aws:states:eu-west-1:1:execution:s:1"`}},
		"an execution of a state machine":       {target("sfn", "ExecutionArn", "states:arn", constant("arn:aws:states:eu-west-1:1:stateMachine:s:live")), []string{`"arn:aws:states:eu-west-1:1:execution:s:*"`}},
		"an execution by Ref":                   {target("sfn", "ExecutionArn", "states:arn", variable("REF")), []string{with("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Value1}:*", `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"Thing"}]}]}`)}},
		"a machine with tags":                   {target("sfn", "ResourceArn", "states:arn", constant("arn:aws:states:eu-west-1:1:stateMachine:s")), []string{`"arn:aws:states:eu-west-1:1:stateMachine:s"`}},
		"a workgroup":                           {target("athena", "WorkGroup", "athena:workgroup", constant("primary")), []string{sub("arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/primary")}},
		"an identity pool":                      {target("cognitoidentity", "IdentityPoolId", "cognito-identity:identitypool", variable("REF")), []string{with("arn:${AWS::Partition}:cognito-identity:${AWS::Region}:${AWS::AccountId}:identitypool/${Value1}", `{"Ref":"Thing"}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.target.Name = tc.target.Name.Configure(env)
			scopes, why := (&arn.Maker{}).Scopes([]arn.Target{tc.target})
			var resources []arn.Resource
			for _, scope := range scopes {
				resources = append(resources, scope.Resources...)
			}
			if got := why != ""; got != (tc.want == nil) {
				t.Errorf("why: %q", why)
			}
			if diff := cmp.Diff(tc.want, asJSON(t, resources)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSender: who sends a mail is a condition.
func TestSender(t *testing.T) {
	for name, tc := range map[string]struct {
		targets []arn.Target
		want    []string
	}{
		"a sender": {
			[]arn.Target{target("ses", "Source", "ses:identity", constant("Shop <orders@example.com>")), target("ses", "ConfigurationSetName", "ses:configuration-set", constant("*"))},
			[]string{
				`{"Fn::Sub":"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*"} null`,
				`{"Fn::Sub":"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"} {"StringEqualsIgnoreCase":{"ses:FromAddress":"orders@example.com"}}`,
			},
		},
		"senders of a domain": {
			[]arn.Target{target("ses", "Source", "ses:identity", arn.Name{{Kind: arn.Anything}, {Text: "@example.com"}})},
			[]string{`{"Fn::Sub":"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"} {"StringLike":{"ses:FromAddress":"*@example.com"}}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			scopes, why := (&arn.Maker{}).Scopes(tc.targets)
			var got []string
			for _, s := range scopes {
				condition, err := json.Marshal(s.Condition.CloudFormation())
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.Join(asJSON(t, s.Resources), " ")+" "+string(condition))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || why != "" {
				t.Errorf("scopes (-want +got):\n%s%s", diff, why)
			}
		})
	}
}

// TestEveryType: each type of resource that a field of the table names has ARNs, of a
// name or of an ARN.
func TestEveryType(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "sdk", "data", "table.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Services map[string]struct {
			IAM    string
			Fields map[string][]string
		}
	}
	if err := json.Unmarshal(data, &table); err != nil || len(table.Services) == 0 {
		t.Fatalf("table.json: %d services, %v", len(table.Services), err)
	}
	for service, s := range table.Services {
		for field, types := range s.Fields {
			_, field, _ = strings.Cut(":"+field, ":")
			field = field[strings.LastIndexAny(field, ".:")+1:]
			for _, typ := range types {
				var made []arn.Resource
				told := false
				for _, name := range []string{"a.b", "arn:aws:" + s.IAM + ":eu-west-1:123456789012:thing/name", "from/a/key", `SELECT * FROM "a"."b"`} {
					scopes, why := (&arn.Maker{}).Scopes([]arn.Target{target(service, field, s.IAM+":"+typ, constant(name))})
					told = told || why == ""
					for _, scope := range scopes {
						made = append(made, scope.Resources...)
					}
				}
				if !told {
					t.Errorf("%s.%s: there is no ARN of %s", service, field, typ)
				}
				for _, r := range made {
					if parts := strings.SplitN(r.String(), ":", 6); len(parts) < 6 || strings.Contains(strings.ReplaceAll(r.String(), "${AWS::", ""), "${") {
						t.Errorf("%s.%s: %s of %s is no ARN", service, field, r, typ)
					}
				}
			}
		}
	}
}
