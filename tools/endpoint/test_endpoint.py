"""Tests of the endpoint, as its users see it: through boto3 and its command."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from server import Endpoint
from template import Scope, TemplateError, dependency_order

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        },
        "Policies": [
            {
                "PolicyName": "Buckets",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
                },
            }
        ],
    },
}

# A custom resource's handler that does what the property Do says.
HANDLER = """
import json, urllib.request
def handler(event, context):
    do = event["ResourceProperties"]["Do"]
    if do == "exit":
        return
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body["PhysicalResourceId"] = "thing-" + do
    body["Status"] = "FAILED" if do == "fail" and event["RequestType"] != "Delete" else "SUCCESS"
    body["Reason"] = "told to fail"
    saw = [event["RequestType"], event["ResourceProperties"]["Number"], event.get("PhysicalResourceId")]
    body["Data"] = {"Saw": json.dumps(saw)}
    headers = {"Content-Type": "application/json" if do == "typed" else ""}
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), headers, method="PUT"))
"""


def queue(name=None, **more):
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name} if name else {}, **more}


def custom(do):
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"ZipFile": HANDLER},
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.12",
        },
    }
    thing = {
        "Type": "Custom::Thing",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Do": do, "Number": 7},
    }
    return {
        "Resources": {"Role": ROLE, "Function": function, "Thing": thing},
        "Outputs": {"Saw": {"Value": {"Fn::GetAtt": ["Thing", "Saw"]}}, "Id": {"Value": {"Ref": "Thing"}}},
    }


class StackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        running = Endpoint().running()
        cls.endpoint = running.__enter__()
        cls.addClassCleanup(running.__exit__, None, None, None)

    def client(self, service):
        return self.endpoint.client(service, "us-east-1")

    def deploy(self, template, **more):
        """Deploys a template to this test's stack and returns the stack."""
        cloudformation, name = self.client("cloudformation"), self._testMethodName.replace("_", "-")
        body = template if isinstance(template, str) else json.dumps(template)
        known = [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
        action = cloudformation.update_stack if name in known else cloudformation.create_stack
        action(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"], **more)
        return self.stack(name)

    def stack(self, name):
        [stack] = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        stack["Outputs"] = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        return stack

    def delete(self, stack):
        self.client("cloudformation").delete_stack(StackName=stack["StackId"])
        return self.stack(stack["StackId"])["StackStatus"]

    def reasons(self, stack):
        events = self.client("cloudformation").describe_stack_events(StackName=stack["StackId"])["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if event["ResourceStatus"].endswith("_FAILED")]

    def queues(self, prefix):
        urls = self.client("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", [])
        return sorted(url.rsplit("/", 1)[1] for url in urls)

    def test_what_fails_is_taken_back(self):
        stack = self.deploy({"Resources": {"A": queue("back-a"), "B": queue("not a name", DependsOn="A")}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("alphanumeric", self.reasons(stack)[0])
        self.assertEqual(self.queues("back"), [])

    def test_an_update_that_fails_is_taken_back(self):
        before = {"Resources": {"A": queue("before-a"), "B": queue("before-b")}}
        self.deploy(before)
        after = {"Resources": {"A": queue("before-new"), "C": queue("not a name", DependsOn="A")}}
        stack = self.deploy(after)
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues("before"), ["before-a", "before-b"])
        self.deploy({"Resources": {"A": queue("before-new")}})
        self.assertEqual(self.queues("before"), ["before-new"])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("before"), [])

    def test_retained(self):
        stack = self.deploy({"Resources": {"A": queue("kept-a", DeletionPolicy="Retain"), "B": queue("kept-b")}})
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("kept"), ["kept-a"])

    def test_a_deletion_that_fails_goes_on_later(self):
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
        stack = self.deploy({"Resources": {"Bucket": bucket, "A": queue("later")}})
        self.client("s3").put_object(Bucket="full", Key="key", Body="")
        self.assertEqual(self.delete(stack), "DELETE_FAILED")
        self.assertEqual(self.queues("later"), [])
        self.client("s3").delete_object(Bucket="full", Key="key")
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_no_change(self):
        template = {"Resources": {"A": queue("same")}}
        self.deploy(template)
        with self.assertRaisesRegex(Exception, "No updates are to be performed"):
            self.deploy(template)

    def test_unknown_type(self):
        stack = self.deploy({"Resources": {"A": {"Type": "AWS::No::Such"}}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")

    def test_capabilities(self):
        create = self.client("cloudformation").create_stack
        with self.assertRaisesRegex(Exception, "CAPABILITY_IAM"):
            create(StackName="capable", TemplateBody=json.dumps({"Resources": {"Role": ROLE}}))
        serverless = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": queue()}}
        with self.assertRaisesRegex(Exception, "CAPABILITY_AUTO_EXPAND"):
            create(StackName="capable", TemplateBody=json.dumps(serverless))

    def test_exports(self):
        self.deploy(
            {
                "Resources": {"A": queue("exported")},
                "Outputs": {"Q": {"Value": {"Ref": "A"}, "Export": {"Name": "queue"}}},
            }
        )
        [export] = self.client("cloudformation").list_exports()["Exports"]
        self.assertEqual(export["Name"], "queue")
        self.assertTrue(export["Value"].endswith("/exported"))

    def test_nested_stacks(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="templates")
        inner = {
            "Parameters": {"Name": {"Type": "String"}},
            "Resources": {"Q": queue({"Ref": "Name"})},
            "Outputs": {"Made": {"Value": {"Fn::GetAtt": ["Q", "QueueName"]}}},
        }
        s3.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner))

        def outer(name, url):
            properties = {"TemplateURL": url, "Parameters": {"Name": name}}
            return {
                "Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}},
                "Outputs": {"Made": {"Value": {"Fn::Sub": "${Inner.Outputs.Made}"}}},
            }

        stack = self.deploy(outer("nested-a", "https://templates.s3.us-east-1.amazonaws.com/inner.json"))
        self.assertEqual((stack["StackStatus"], stack["Outputs"]), ("CREATE_COMPLETE", {"Made": "nested-a"}))
        stack = self.deploy(outer("nested-b", self.endpoint.url + "/templates/inner.json"))
        self.assertEqual((stack["StackStatus"], stack["Outputs"]), ("UPDATE_COMPLETE", {"Made": "nested-b"}))
        self.assertEqual(self.queues("nested"), ["nested-b"])
        stack = self.deploy(outer("not a name", self.endpoint.url + "/templates/inner.json"))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues("nested"), ["nested-b"])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("nested"), [])

    def test_custom_resource(self):
        stack = self.deploy(custom("a"))
        self.assertEqual(stack["Outputs"], {"Saw": '["Create", "7", null]', "Id": "thing-a"})
        stack = self.deploy(custom("b"))
        self.assertEqual(stack["Outputs"], {"Saw": '["Update", "7", "thing-a"]', "Id": "thing-b"})
        stack = self.deploy(custom("fail"))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("told to fail", self.reasons(stack)[0])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_custom_resource_without_answer(self):
        for do, reason in {"exit": "no answer", "typed": "without a content type"}.items():
            with self.subTest(do):
                stack = self.deploy(custom(do))
                self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
                self.assertIn(reason, self.reasons(stack)[-1])
                self.delete(stack)

    def test_order_of_groups(self):
        sqs = self.client("sqs")
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "1"}
        url = sqs.create_queue(QueueName="ordered.fifo", Attributes=attributes)["QueueUrl"]
        for n in range(4):
            sqs.send_message(QueueUrl=url, MessageBody=str(n), MessageGroupId="g", MessageDeduplicationId=str(n))

        def receive(most, wait):
            got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait)
            return [message["Body"] for message in got.get("Messages", [])]

        self.assertEqual(receive(3, 0), ["0", "1", "2"])
        self.assertEqual(receive(3, 0), [])
        self.assertEqual(receive(3, 5), ["0", "1", "2"])

    def test_function_is_run(self):
        code = "import os\ndef handler(event, context):\n  print('seen')\n  return [event, os.environ['COLOR'], 1 / event['by']]"
        properties = {
            **custom("")["Resources"]["Function"]["Properties"],
            "FunctionName": "divide",
            "Code": {"ZipFile": code},
            "Environment": {"Variables": {"COLOR": "red"}},
        }
        self.deploy({"Resources": {"Role": ROLE, "F": {"Type": "AWS::Lambda::Function", "Properties": properties}}})
        invoke = self.client("lambda").invoke
        answer = invoke(FunctionName="divide", Payload='{"by": 2}')
        self.assertEqual(json.load(answer["Payload"]), [{"by": 2}, "red", 0.5])
        answer = invoke(FunctionName="divide", Payload='{"by": 0}')
        self.assertIn("FunctionError", answer)
        self.assertEqual(json.load(answer["Payload"])["errorType"], "ZeroDivisionError")

    def test_role(self):
        def policies(name):
            inline = self.client("iam").list_role_policies(RoleName=name)["PolicyNames"]
            attached = self.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            return inline, [policy["PolicyName"] for policy in attached]

        stack = self.deploy({"Resources": {"Role": ROLE}, "Outputs": {"Name": {"Value": {"Ref": "Role"}}}})
        name = stack["Outputs"]["Name"]
        self.assertEqual(policies(name), (["Buckets"], []))
        properties = {key: value for key, value in ROLE["Properties"].items() if key != "Policies"}
        properties["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        stack = self.deploy({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}})
        self.assertEqual(policies(name), ([], ["ReadOnlyAccess"]))
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertNotIn(name, [role["RoleName"] for role in self.client("iam").list_roles()["Roles"]])

    def test_websocket_api(self):
        def template(route, description):
            parts = {
                "Api": (
                    "Api",
                    {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.a"},
                ),
                "Call": (
                    "Integration",
                    {"ApiId": {"Ref": "Api"}, "IntegrationType": "MOCK", "Description": description},
                ),
                "Route": (
                    "Route",
                    {"ApiId": {"Ref": "Api"}, "RouteKey": route, "Target": {"Fn::Sub": "integrations/${Call}"}},
                ),
                "Deployment": ("Deployment", {"ApiId": {"Ref": "Api"}}),
                "Stage": ("Stage", {"ApiId": {"Ref": "Api"}, "StageName": "api", "Description": description}),
            }
            made = {
                name: {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": part} for name, (kind, part) in parts.items()
            }
            return {"Resources": made, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}}

        gateway = self.client("apigatewayv2")
        for route, description in ("$connect", "first"), ("$default", "second"):
            stack = self.deploy(template(route, description))
            api = {"ApiId": stack["Outputs"]["Id"]}
            [made] = gateway.get_routes(**api)["Items"]
            [call] = gateway.get_integrations(**api)["Items"]
            [stage] = gateway.get_stages(**api)["Items"]
            self.assertEqual((made["RouteKey"], made["Target"]), (route, f"integrations/{call['IntegrationId']}"))
            self.assertEqual((call["Description"], stage["Description"]), (description, description))
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(gateway.get_apis()["Items"], [])

    def test_rest_api(self):
        call = {"type": "mock", "responses": {"default": {"statusCode": "204"}}, "passthroughBehavior": "never"}

        def operation(*security):
            return {"security": list(security), "responses": {"204": {}}, "x-amazon-apigateway-integration": call}

        authorizer = {"type": "token", "authorizerUri": "arn:aws:apigateway:::x", "authorizerResultTtlInSeconds": 30}
        body = {
            "openapi": "3.0.1",
            "info": {"title": "documented"},
            "paths": {
                "/": {"get": operation(), "parameters": []},
                "/a/{b+}": {
                    "x-amazon-apigateway-any-method": operation({"key": []}),
                    "post": operation({"check": ["read"]}),
                },
            },
            "components": {
                "securitySchemes": {
                    "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
                    "check": {
                        "name": "Token",
                        "x-amazon-apigateway-authtype": "custom",
                        "x-amazon-apigateway-authorizer": authorizer,
                    },
                }
            },
        }

        def template(**properties):
            api = {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}
            return {"Resources": {"Api": api}, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}}

        stack = self.deploy(template(Body=body))
        gateway, api = self.client("apigateway"), stack["Outputs"]["Id"]
        [check] = gateway.get_authorizers(restApiId=api)["items"]
        self.assertEqual(
            (check["name"], check["type"], check["identitySource"]), ("check", "TOKEN", "method.request.header.Token")
        )
        self.assertEqual(
            self.methods(api),
            {("/", "GET"): ("NONE", False), ("/a/{b+}", "ANY"): ("NONE", True), ("/a/{b+}", "POST"): ("CUSTOM", False)},
        )
        # A document can also lie in a bucket.
        del body["paths"]["/a/{b+}"]
        self.client("s3").create_bucket(Bucket="documents")
        self.client("s3").put_object(Bucket="documents", Key="api.json", Body=json.dumps(body))
        self.deploy(template(BodyS3Location={"Bucket": "documents", "Key": "api.json"}))
        self.assertEqual(self.methods(api), {("/", "GET"): ("NONE", False)})

    def methods(self, api):
        found = self.client("apigateway").get_resources(restApiId=api, embed=["methods"])["items"]
        return {
            (resource["path"], verb): (method["authorizationType"], method["apiKeyRequired"])
            for resource in found
            for verb, method in resource.get("resourceMethods", {}).items()
        }


class TemplateTest(unittest.TestCase):
    def scope(self, template, **given):
        return Scope(template, given, {"AWS::Region": "us-east-1"}, {}, {"/path": "found"}.get)

    def test_functions(self):
        scope = self.scope(
            {
                "Parameters": {
                    "Name": {"Type": "String", "Default": "x"},
                    "List": {"Type": "CommaDelimitedList", "Default": "a, b"},
                    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
                },
                "Conditions": {"Is": {"Fn::Equals": [{"Ref": "Name"}, "y"]}, "Not": {"Fn::Not": [{"Condition": "Is"}]}},
                "Mappings": {"Map": {"us-east-1": {"key": "mapped"}}},
            },
            Name="y",
        )
        for value, want in (
            ({"Ref": "Name"}, "y"),
            ({"Ref": "Stored"}, "found"),
            ({"Fn::Join": ["-", {"Ref": "List"}]}, "a-b"),
            ({"Fn::Select": ["1", {"Ref": "List"}]}, "b"),
            ({"Fn::Split": ["/", "p/q"]}, ["p", "q"]),
            ({"Fn::Sub": "${Name}/${AWS::Region}/${!Name}"}, "y/us-east-1/${Name}"),
            ({"Fn::Sub": ["${A}", {"A": {"Ref": "Name"}}]}, "y"),
            ({"Fn::If": ["Is", 1, 2]}, 1),
            ({"Fn::If": ["Not", 1, 2]}, 2),
            ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "key"]}, "mapped"),
            ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 3]}, {"b": [3]}),
            ({"Fn::Base64": "hi"}, "aGk="),
        ):
            with self.subTest(value):
                self.assertEqual(scope.resolve(value), want)

    def test_mistakes(self):
        scope = self.scope({})
        for value, message in (
            ({"Ref": "Ghost"}, "Unresolved resource dependencies"),
            ({"Fn::GetAtt": "Ghost.Arn"}, "undefined resource"),
            ({"Fn::Nothing": 1}, "doesn't know"),
        ):
            with self.subTest(value), self.assertRaisesRegex(TemplateError, message):
                scope.resolve(value)
        with self.assertRaisesRegex(TemplateError, "must have values"):
            self.scope({"Parameters": {"Needed": {"Type": "String"}}})

    def test_order(self):
        order = dependency_order(
            {"A": {"P": {"Fn::Sub": "${B.Arn}"}}, "B": {"P": {"Ref": "C"}}, "C": {"DependsOn": ["D"]}, "D": {}}
        )
        self.assertEqual(order, ["D", "C", "B", "A"])
        with self.assertRaisesRegex(TemplateError, "Circular"):
            dependency_order({"A": {"P": {"Ref": "B"}}, "B": {"DependsOn": "A"}})


class CommandTest(unittest.TestCase):
    def run_command(self, *arguments):
        command = [sys.executable, str(Path(__file__).parent), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

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
    iam.put_user_policy(UserName=service, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(UserName=service)["AccessKey"]
    return boto3.client(service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
lambda_, s3 = client("lambda", "lambda:ListFunctions"), client("s3", "s3:ListAllMyBuckets")
print(lambda_.list_functions()["Functions"], s3.list_buckets()["Buckets"])
for denied in lambda_.list_layers, lambda: s3.create_bucket(Bucket="mine"):
    try:
        denied()
        print("allowed")
    except Exception as error:
        print(error.response["Error"]["Code"])
"""
        done = self.run_command("--enforce-iam", sys.executable, "-c", script)
        self.assertEqual(done.stdout, "[] []\nAccessDeniedException\nAccessDenied\n", done.stderr)
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


if __name__ == "__main__":
    unittest.main()
