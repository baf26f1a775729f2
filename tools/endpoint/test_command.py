"""Tests of the endpoint's command, and of who may do what there."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from harness import ROLE, custom


class CommandTest(unittest.TestCase):
    def run_command(self, *arguments):
        command = [sys.executable, str(Path(__file__).parent), *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)

    def test_status_and_environment(self):
        done = self.run_command("sh", "-c", "echo $AWS_ENDPOINT_URL $AWS_CONFIG_FILE; exit 3")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stdout, r"^http://127\.0\.0\.1:\d+ /dev/null\n$")

    def test_no_such_command(self):
        self.assertEqual(self.run_command("no-such-command").returncode, 127)

    def test_functions_have_their_roles(self):
        code = """
import boto3
def handler(event, context):
    answers = []
    for call in boto3.client("s3").list_buckets, boto3.client("lambda").list_functions:
        try:
            call()
            answers.append("allowed")
        except Exception as error:
            answers.append(error.response["Error"]["Code"])
    return answers
"""
        function = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                **custom("")["Resources"]["Function"]["Properties"],
                "Code": {"ZipFile": code},
                "FunctionName": "f",
            },
        }
        template = json.dumps({"Resources": {"Role": ROLE, "Function": function}})
        script = f"""
import boto3
boto3.client("cloudformation").create_stack(StackName="s", TemplateBody={template!r}, Capabilities=["CAPABILITY_IAM"])
print(boto3.client("lambda").invoke(FunctionName="f")["Payload"].read().decode())
"""
        done = self.run_command("--enforce-iam", sys.executable, "-c", script)
        self.assertEqual(done.stdout, '["allowed", "AccessDeniedException"]\n', done.stderr)

    def test_enforce_iam(self):
        script = """
import boto3, json
iam = boto3.client("iam")
def client(service, *actions):
    iam.create_user(UserName=service)
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=service, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=service)["AccessKey"]
    return boto3.client(service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
lambda_, s3 = client("lambda", "lambda:ListFunctions"), client("s3", "s3:ListAllMyBuckets")
print(lambda_.list_functions()["Functions"], s3.list_buckets()["Buckets"])
for denied in lambda_.list_layers, lambda: s3.create_bucket(Bucket="mine"):
    try:
        denied()
        print("allowed")
    except Exception as error:
        print(error.response["Error"]["Code"], error.response["Error"]["Message"])
"""
        done = self.run_command("--enforce-iam", sys.executable, "-c", script)
        words = "{0} User: arn:aws:iam::123456789012:user/{1} is not authorized to perform: {2} on resource: {3} "
        words += "because no identity-based policy allows the {2} action\n"
        denied = words.format("AccessDeniedException", "lambda", "lambda:ListLayers", "*")
        denied += words.format("AccessDenied", "s3", "s3:CreateBucket", "arn:aws:s3:::mine")
        self.assertEqual(done.stdout, "[] []\n" + denied, done.stderr)
        done = self.run_command(sys.executable, "-c", script)
        self.assertEqual(done.stdout, "[] []\nallowed\nallowed\n", done.stderr)

    def test_policies_name_resources(self):
        script = """
import boto3, json
iam, sts = boto3.client("iam"), boto3.client("sts")
def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
def client(service, actions, resource):
    role = iam.create_role(RoleName=service, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    allowed = policy(Action=actions, Resource=resource)
    iam.put_role_policy(RoleName=service, PolicyName="p", PolicyDocument=allowed)
    return as_role(sts, role, service)
def as_role(caller, role, service):
    key = caller.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    names = {"access_key_id": "AccessKeyId", "secret_access_key": "SecretAccessKey", "session_token": "SessionToken"}
    return boto3.client(service, **{"aws_" + name: key[field] for name, field in names.items()})
for name in "own", "other":
    key = {"AttributeName": "id"}
    boto3.client("dynamodb").create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{**key, "KeyType": "HASH"}], AttributeDefinitions=[{**key, "AttributeType": "S"}])
    boto3.client("sns").create_topic(Name=name)
table, topic = "arn:aws:dynamodb:us-east-1:123456789012:table/own", "arn:aws:sns:us-east-1:123456789012:"
dynamodb = client("dynamodb", ["dynamodb:Scan", "dynamodb:BatchGetItem"], table)
sns = client("sns", "sns:Publish", topic + "own")
caller = client("sts", "sts:AssumeRole", "*")
keys = {"Keys": [{"id": {"S": "1"}}]}
batch = lambda *tables: dynamodb.batch_get_item(RequestItems={name: keys for name in tables})
publish = lambda name: sns.publish(TopicArn=topic + name, Message="m")
for call in (
    lambda: dynamodb.scan(TableName="own"),
    lambda: dynamodb.scan(TableName=table),
    lambda: batch("own"),
    lambda: publish("own"),
    lambda: dynamodb.scan(TableName="other"),
    lambda: dynamodb.scan(TableName="own", IndexName="index"),
    lambda: batch("own", "other"),
    lambda: publish("other"),
    lambda: as_role(caller, "arn:aws:iam::123456789012:role/dynamodb", "dynamodb"),
):
    try:
        call()
        print("allowed")
    except Exception as error:
        print(error.response["Error"]["Code"])
"""
        done = self.run_command("--enforce-iam", sys.executable, "-c", script)
        denied = ["AccessDeniedException"] * 3 + ["AccessDenied"] * 2
        self.assertEqual(done.stdout.split(), ["allowed"] * 4 + denied, done.stderr)

    def test_policies_name_stacks_functions_and_logs(self):
        script = """
import boto3, json
iam = boto3.client("iam")
place = ":us-east-1:123456789012:"
iam.create_user(UserName="deployer")
statements = [
    {"Action": "cloudformation:*", "Resource": "arn:aws:cloudformation" + place + "stack/own/*"},
    {"Action": "lambda:InvokeFunction", "Resource": "arn:aws:lambda" + place + "function:own"},
    {"Action": "logs:FilterLogEvents", "Resource": "arn:aws:logs" + place + "log-group:own:*"},
    {"Action": "cloudwatch:ListMetrics", "Resource": "*"},
    {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::own"},
]
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
iam.put_user_policy(UserName="deployer", PolicyName="p", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="deployer")["AccessKey"]
boto3.client("s3").create_bucket(Bucket="own")
def client(service):
    return boto3.client(service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
for call in (
    lambda name: client("cloudformation").create_stack(StackName=name, TemplateBody='{"Resources": {}}'),
    lambda name: client("lambda").invoke(FunctionName=name),
    lambda name: client("logs").filter_log_events(logGroupName=name),
    lambda name: client("s3").head_bucket(Bucket=name),
    lambda name: client("cloudwatch").list_metrics() if name == "own" else client("cloudwatch").list_dashboards(),
):
    for name in "own", "other":
        try:
            call(name)
            print("allowed")
        except Exception as error:
            print(error.response["Error"]["Code"])
"""
        done = self.run_command("--enforce-iam", sys.executable, "-c", script)
        want = ["allowed", "AccessDenied", "ResourceNotFoundException", "AccessDeniedException"]
        want += ["ResourceNotFoundException", "AccessDeniedException", "allowed", "403", "allowed"]
        self.assertEqual(done.stdout.split(), [*want, "AccessDeniedException"], done.stderr)


if __name__ == "__main__":
    unittest.main()
