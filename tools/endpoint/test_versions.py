"""Tests of versions, aliases, and deployments that shift traffic."""

import json
import time
import unittest

from botocore.exceptions import ClientError

from harness import ROLE, EndpointTest

TELLS = """
import os
def handler(event, context):
    version, variable = os.environ["AWS_LAMBDA_FUNCTION_VERSION"], os.environ.get("COLOUR")
    return {"version": version, "colour": variable, "arn": context.invoked_function_arn, "code": %d}
"""

# A hook that keeps in a queue's message what the alias pointed to when it was called. It
# signs its requests itself: to import all of the SDK takes seconds.
HOOK = """
import json, os, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

env = os.environ
key = Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"])

def ask(service, path, target="", body=None):
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"} if target else {}
    data = json.dumps(body).encode() if body else b""
    request = AWSRequest("POST" if body else "GET", env["AWS_ENDPOINT_URL"] + path, headers, data)
    SigV4Auth(key, service, env["AWS_REGION"]).add_auth(request)
    sent = urllib.request.Request(request.url, data or None, dict(request.headers), method=request.method)
    return json.load(urllib.request.urlopen(sent))

def handler(event, context):
    def deploy(operation, **body):
        return ask("codedeploy", "/", "CodeDeploy_20141006." + operation, body)

    info = deploy("GetDeployment", deploymentId=event["DeploymentId"])["deploymentInfo"]
    assert "content" not in info["revision"]["string"]
    asked = {"applicationName": info["applicationName"], "revision": info["revision"]}
    said = deploy("GetApplicationRevision", **asked)["revision"]["string"]["content"]
    [resource] = json.loads(said)["Resources"][0].values()
    target = resource["Properties"]
    alias = ask("lambda", f"/2015-03-31/functions/{target['Name']}/aliases/{target['Alias']}")
    saw = {**target, "Alias": alias["FunctionVersion"], "Hook": env["WHICH"]}
    ask("sqs", "/", "AmazonSQS.SendMessage", {"QueueUrl": env["QUEUE"], "MessageBody": json.dumps(saw)})
    if env["STATUS"] != "none":
        ids = {"lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"]}
        deploy("PutLifecycleEventHookExecutionStatus", deploymentId=event["DeploymentId"], status=env["STATUS"], **ids)
"""


def function(source, **variables):
    properties = {
        "Code": {"ZipFile": source},
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.12",
        "Timeout": 20,
    }
    if variables:
        properties["Environment"] = {"Variables": variables}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def versioned(colour="red", code=1, version="VersionA", policy=None, **properties):
    """Returns a template with a function, a version and an alias."""
    live = {"FunctionName": {"Ref": "Work"}, "FunctionVersion": {"Fn::GetAtt": [version, "Version"]}, "Name": "live"}
    alias = {"Type": "AWS::Lambda::Alias", "Properties": {**live, **properties}}
    if policy:
        alias["UpdatePolicy"] = {"CodeDeployLambdaAliasUpdate": policy}
    made = {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain", "Properties": {"FunctionName": {"Ref": "Work"}}}
    return {
        "Resources": {"Role": ROLE, "Work": function(TELLS % code, COLOUR=colour), version: made, "Live": alias},
        "Outputs": {"Live": {"Value": {"Ref": "Live"}}, "Name": {"Value": {"Ref": "Work"}}},
    }


def deployed(pre="Succeeded", post="Succeeded", configuration="AllAtOnce", alarms=(), **more):
    """Returns a template whose alias is shifted by CodeDeploy."""
    policy = {
        "ApplicationName": {"Ref": "App"},
        "DeploymentGroupName": {"Ref": "Group"},
        "BeforeAllowTrafficHook": {"Ref": "Before"},
        "AfterAllowTrafficHook": {"Ref": "After"},
    }
    template = versioned(policy=policy, **more)
    template["Resources"] |= {
        "App": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ComputePlatform": "Lambda"}},
        "Group": {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "Properties": {
                "ApplicationName": {"Ref": "App"},
                "ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DeploymentConfigName": f"CodeDeployDefault.Lambda{configuration}",
                "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": name} for name in alarms]},
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Before": function(HOOK, WHICH="Before", STATUS=pre, QUEUE={"Ref": "Queue"}),
        "After": function(HOOK, WHICH="After", STATUS=post, QUEUE={"Ref": "Queue"}),
    }
    template["Outputs"] |= {key: {"Value": {"Ref": key}} for key in ("App", "Group", "Queue")}
    return template


class VersionsTest(EndpointTest):
    def versions(self, stack):
        found = self.client("lambda").list_versions_by_function(FunctionName=stack["Outputs"]["Name"])["Versions"]
        return [one["Version"] for one in found]

    def call(self, name, **more):
        answer = self.client("lambda").invoke(FunctionName=name, **more)
        return json.load(answer["Payload"]), answer["ExecutedVersion"]

    def live(self, stack):
        return self.client("lambda").get_alias(FunctionName=stack["Outputs"]["Name"], Name="live")

    def seen(self, stack):
        """Returns what the hooks have seen since the last time."""
        sqs, url, found = self.client("sqs"), stack["Outputs"]["Queue"], []
        while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
            for message in messages:
                body = json.loads(message["Body"])
                found.append((body["Hook"], body["CurrentVersion"], body["TargetVersion"], body["Alias"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def streams(self, name):
        """Returns the streams of a function's log."""
        logs, group = self.client("logs"), f"/aws/lambda/{name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return set()
        return {one["logStreamName"] for one in logs.describe_log_streams(logGroupName=group)["logStreams"]}

    def test_each_version_is_what_it_was(self):
        stack = self.deploy(versioned())
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.reasons(stack))
        arn, name = stack["Outputs"]["Live"], stack["Outputs"]["Name"]
        self.assertTrue(arn.endswith(f":function:{name}:live"))
        self.assertEqual(self.call(arn), ({"version": "1", "colour": "red", "arn": arn, "code": 1}, "1"))
        stack = self.deploy(versioned("blue", version="VersionB"))
        self.assertEqual(self.versions(stack), ["$LATEST", "1", "2"])
        stack = self.deploy(versioned("blue", 2, version="VersionC"))
        self.assertEqual(self.versions(stack), ["$LATEST", "1", "2", "3"])
        for qualifier, want in {"1": ("red", 1), "2": ("blue", 1), "3": ("blue", 2), "live": ("blue", 2)}.items():
            said, executed = self.call(name, Qualifier=qualifier)
            self.assertEqual((said["colour"], said["code"]), want)
            self.assertEqual(executed, "3" if qualifier == "live" else qualifier)
            self.assertTrue(said["arn"].endswith(f":{qualifier}"))
        self.assertEqual(self.call(name)[1], "$LATEST")
        [stream, *_] = self.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
        self.assertRegex(stream["logStreamName"], r"/\[(\$LATEST|\d)\]")

    def test_a_version_that_is_no_other_is_refused(self):
        self.deploy(versioned())
        stack = self.deploy(versioned(version="VersionB"))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("A version for this Lambda function exists ( 1 )", self.reasons(stack)[0])
        self.assertEqual(self.versions(stack), ["$LATEST", "1"])
        wrong = versioned("blue", version="VersionB")
        wrong["Resources"]["VersionB"]["Properties"]["CodeSha256"] = "other"
        self.assertIn("is different from current CodeSHA256", self.reasons(self.deploy(wrong))[0])

    def test_publishing(self):
        stack = self.deploy(versioned())
        client, name = self.client("lambda"), stack["Outputs"]["Name"]
        self.assertEqual(client.publish_version(FunctionName=name)["Version"], "1")
        client.update_function_configuration(FunctionName=name, Timeout=9)
        with self.assertRaisesRegex(ClientError, "in progress"):
            client.publish_version(FunctionName=name)
        client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        self.assertEqual(client.publish_version(FunctionName=name)["Version"], "2")
        client.delete_function(FunctionName=name, Qualifier="2")
        with self.assertRaisesRegex(ClientError, "referenced by the following alias.*live"):
            client.delete_function(FunctionName=name, Qualifier="1")
        client.update_function_configuration(FunctionName=name, Timeout=10)
        client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        self.assertEqual(client.publish_version(FunctionName=name)["Version"], "3")

    def test_what_an_alias_has_of_its_own(self):
        template = versioned(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 3})
        template["Resources"] |= {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}},
            "May": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "FunctionName": {"Ref": "Live"},
                    "Action": "lambda:InvokeFunction",
                    "Principal": "apigateway.amazonaws.com",
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"FunctionName": {"Ref": "Live"}, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}},
            },
            "Async": {
                "Type": "AWS::Lambda::EventInvokeConfig",
                "Properties": {"FunctionName": {"Ref": "Work"}, "Qualifier": "live", "MaximumRetryAttempts": 1},
            },
        }
        template["Outputs"]["Queue"] = {"Value": {"Ref": "Queue"}}
        stack = self.deploy(template)
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.reasons(stack))
        client, name, arn = self.client("lambda"), stack["Outputs"]["Name"], stack["Outputs"]["Live"]
        [statement] = json.loads(client.get_policy(FunctionName=name, Qualifier="live")["Policy"])["Statement"]
        self.assertEqual(statement["Resource"], arn)
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.get_policy(FunctionName=name)
        found = client.list_event_source_mappings()["EventSourceMappings"]
        self.assertIn(arn, [mapping["FunctionArn"] for mapping in found])
        self.client("lambda").update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")
        before = self.streams(name)
        self.client("sqs").send_message(QueueUrl=stack["Outputs"]["Queue"], MessageBody="{}")
        self.assertIn("[$LATEST]", next(iter(self.streams(name) - before)))
        live = {"FunctionName": name, "Qualifier": "live"}
        self.assertEqual(client.get_function_event_invoke_config(**live)["MaximumRetryAttempts"], 1)
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.get_function_event_invoke_config(FunctionName=name)
        ready = client.get_provisioned_concurrency_config(**live)
        self.assertEqual((ready["AllocatedProvisionedConcurrentExecutions"], ready["Status"]), (3, "READY"))
        del template["Resources"]["Live"]["Properties"]["ProvisionedConcurrencyConfig"]
        for gone in ("May", "Async"):
            del template["Resources"][gone]
        stack = self.deploy(template)
        self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.reasons(stack))
        for method in (
            client.get_policy,
            client.get_function_event_invoke_config,
            client.get_provisioned_concurrency_config,
        ):
            with self.assertRaises(ClientError):
                method(**live)
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_a_deployment_calls_its_hooks(self):
        stack = self.deploy(deployed())
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.reasons(stack))
        self.assertEqual(self.seen(stack), [])  # nothing is shifted when an alias is made
        stack = self.deploy(deployed(colour="blue", version="VersionB"))
        self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.reasons(stack))
        self.assertEqual(self.seen(stack), [("Before", "1", "2", "1"), ("After", "1", "2", "2")])
        self.assertEqual(self.live(stack)["FunctionVersion"], "2")
        outputs = stack["Outputs"]
        [id] = self.client("codedeploy").list_deployments(
            applicationName=outputs["App"], deploymentGroupName=outputs["Group"]
        )["deployments"]
        self.assertRegex(id, r"^d-[A-Z0-9]{9}$")
        with self.assertRaisesRegex(ClientError, "InvalidLifecycleEventHookExecutionId"):
            self.client("codedeploy").put_lifecycle_event_hook_execution_status(
                deploymentId=id, lifecycleEventHookExecutionId="other", status="Succeeded"
            )

    def test_hooks_that_fail(self):
        self.deploy(deployed())
        cases = {
            "Before": ({"pre": "Failed"}, [("Before", "1", "2", "1")], "it told Failed"),
            "silent": ({"pre": "none"}, [("Before", "1", "3", "1")], "it told nothing within an hour"),
            "After": ({"post": "Failed"}, [("Before", "1", "4", "1"), ("After", "1", "4", "4")], "it told Failed"),
        }
        for number, (name, (statuses, seen, reason)) in enumerate(cases.items()):
            with self.subTest(name):
                stack = self.deploy(deployed(colour=f"c{number}", version=f"Version{number}", **statuses))
                self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
                self.assertIn(reason, self.reasons(stack)[0])
                self.assertEqual(self.seen(stack), seen)
                self.assertEqual(self.live(stack)["FunctionVersion"], "1")
                self.assertEqual(self.call(stack["Outputs"]["Live"])[0]["colour"], "red")

    def test_traffic_is_shifted_in_steps(self):
        stack = self.deploy(deployed(configuration="Linear10PercentEvery10Minutes"))
        cloudformation = self.client("cloudformation")
        self.conditions(seconds=0.01)
        after = deployed(configuration="Linear10PercentEvery10Minutes", colour="blue", version="VersionB")
        cloudformation.update_stack(
            StackName=self.name, TemplateBody=json.dumps(after), Capabilities=["CAPABILITY_IAM"]
        )
        weights = []
        for _ in range(1000):
            alias = self.live(stack)
            weights.append((alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights", {}).get("2", 0))
            if alias["FunctionVersion"] == "2":
                break
            time.sleep(0.01)
        self.assertGreaterEqual(len(set(weights)), 5, weights)
        self.wait("UPDATE_COMPLETE")
        half = {"FunctionName": stack["Outputs"]["Name"], "Name": "live"}
        self.client("lambda").update_alias(**half, RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
        executed = set()
        for _ in range(60):
            executed.add(self.call(stack["Outputs"]["Live"])[1])
            if len(executed) == 2:
                break
        self.assertEqual(executed, {"1", "2"})

    def test_an_alarm_stops_a_deployment(self):
        cloudwatch = self.client("cloudwatch")
        for name in ("quiet", "loud"):
            cloudwatch.put_metric_alarm(
                AlarmName=name, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
                MetricName="Errors", Namespace="AWS/Lambda", Period=60, Statistic="Sum",
            )  # fmt: skip
        alarms = {"alarms": ("quiet", "loud"), "configuration": "Canary10Percent5Minutes"}
        self.deploy(deployed(**alarms))
        cloudwatch.set_alarm_state(AlarmName="loud", StateValue="ALARM", StateReason="test")
        stack = self.deploy(deployed(colour="blue", version="VersionB", **alarms))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("stopped: ALARM_ACTIVE", self.reasons(stack)[0])
        self.assertEqual(self.live(stack)["FunctionVersion"], "1")
        cloudwatch.set_alarm_state(AlarmName="loud", StateValue="OK", StateReason="test")
        stack = self.deploy(deployed(colour="green", version="VersionC", **alarms))
        self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.reasons(stack))

    def test_a_change_that_is_taken_back_isnt_deployed(self):
        self.deploy(deployed())
        after = deployed(colour="blue", version="VersionB")
        after["Resources"]["Bad"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "not a name"},
            "DependsOn": "Live",
        }
        stack = self.deploy(after)
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.live(stack)["FunctionVersion"], "1")
        self.assertEqual(len(self.seen(stack)), 2)

    def test_a_version_that_is_taken_back(self):
        self.deploy(deployed())
        for gone, want in ((True, ["$LATEST", "1"]), (False, ["$LATEST", "1", "3"])):
            with self.subTest(gone=gone):
                after = deployed(pre="Failed", colour="blue", version="VersionB")
                stack = self.deploy(after, RetainExceptOnCreate=gone)
                self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
                self.assertEqual(self.versions(stack), want)

    def test_a_group_that_is_changed(self):
        errors = {
            "AlarmDescription": "one",
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": 1,
        }
        self.deploy(deployed())
        for threshold in (1, 2):
            after = deployed(alarms=({"Ref": "Errors"},))
            alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {**errors, "Threshold": threshold}}
            after["Resources"]["Errors"] = alarm
            stack = self.deploy(after)
            self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.reasons(stack))
            names = {"applicationName": stack["Outputs"]["App"], "deploymentGroupName": stack["Outputs"]["Group"]}
            group = self.client("codedeploy").get_deployment_group(**names)["deploymentGroupInfo"]
            [one] = group["alarmConfiguration"]["alarms"]
            [alarm] = self.client("cloudwatch").describe_alarms(AlarmNames=[one["name"]])["MetricAlarms"]
            self.assertEqual(alarm["Threshold"], threshold)
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.client("cloudwatch").describe_alarms(AlarmNames=[one["name"]])["MetricAlarms"], [])


if __name__ == "__main__":
    unittest.main()
