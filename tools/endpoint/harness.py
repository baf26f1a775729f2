"""What tests of the endpoint have in common: an endpoint, and stacks in it."""

import functools
import json
import threading
import time
import unittest
import urllib.request

from server import Endpoint

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
    answer = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), headers, method="PUT")
    urllib.request.urlopen(answer)
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


@functools.cache
def shared():
    """Returns the endpoint of this process, which ends with it."""
    endpoint = Endpoint()
    threading.Thread(target=endpoint.server.serve_forever, daemon=True).start()
    return endpoint


class EndpointTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = shared()

    @property
    def name(self):
        """The name of this test's stack."""
        return self._testMethodName.replace("_", "-")

    def client(self, service):
        return self.endpoint.client(service, "us-east-1")

    def deploy(self, template, **more):
        """Deploys a template to this test's stack and returns the stack."""
        cloudformation, name = self.client("cloudformation"), self.name
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

    def conditions(self, name="", **conditions):
        """Sets the conditions of this test's stack, or of another, until the test ends."""
        url = f"{self.endpoint.url}/_endpoint/stacks/{name or self.name}"
        body = json.dumps(conditions).encode()
        urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).close()
        self.addCleanup(lambda: urllib.request.urlopen(urllib.request.Request(url, method="DELETE")).close())

    def events(self, name=""):
        """Returns the stack's events, the first one first, each as id and status."""
        events = self.client("cloudformation").describe_stack_events(StackName=name or self.name)["StackEvents"]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in events[::-1]]

    def wait(self, *statuses, name=""):
        """Waits until the stack has one of these statuses, and returns it."""
        for _ in range(600):
            stack = self.stack(name or self.name)
            if stack["StackStatus"] in statuses:
                return stack
            time.sleep(0.05)
        raise AssertionError(f"{stack['StackStatus']}, and never {statuses}")
