"""Runs what configures the notifications of buckets, as CloudFormation would.

    notifications.py TEMPLATE

The program and what it is told come out of TEMPLATE, so that what is tested is
what is deployed. S3 is moto, on loopback, with what our endpoint adds to it, and so
is the server that gets the answers. Exits with 1 if a test fails.
"""

import contextlib
import http.server
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import types
import unittest
from pathlib import Path

import boto3
from botocore.awsrequest import AWSResponse
from cfnlint.decode import decode
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(Path(__file__).parent.parent / "endpoint"))
import buckets

REGION, ACCOUNT = "us-west-2", "123456789012"
os.environ.update(
    AWS_DEFAULT_REGION=REGION,
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_EC2_METADATA_DISABLED="true",
)

logging.getLogger("werkzeug").setLevel(logging.ERROR)

TEMPLATE = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)
NOTIFICATIONS = "Custom::S3BucketNotifications"
FUNCTIONS = "LambdaFunctionConfigurations"


class Answers(http.server.ThreadingHTTPServer):
    """Stands for the pre-signed URL: keeps what is put, and can refuse to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.received, self.refusals = [], 0
        self.url = f"http://127.0.0.1:{self.server_port}/answer?signature=secret"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_error(503)
            return
        self.server.received.append((json.loads(body), self.headers["Content-Type"], len(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Context:
    """What Lambda's context says of the time."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self):
        return int(1000 * (self.end - time.monotonic()))


def setUpModule():
    global moto, s3, answers  # noqa: PLW0603 - unittest has no other place for them
    buckets.install()
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    os.environ["AWS_ENDPOINT_URL_S3"] = f"http://{host}:{port}"
    s3 = boto3.client("s3")
    answers = Answers()
    threading.Thread(target=answers.serve_forever, daemon=True).start()


def tearDownModule():
    moto.stop()
    answers.shutdown()


OURS = "shop-dev/"
ALL = [OURS + "buckets-dev-" + function for function in ("forget", "read", "resize")]


class Stack:
    """A stack of the template: gives the events that CloudFormation would."""

    def __init__(self, name="shop-dev"):
        self.name = name
        self.id = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/0b1c2d3e"
        template, _ = decode(TEMPLATE)
        self.resources = template["Resources"]

    def program(self):
        (code,) = [
            r["Properties"]["Code"]["ZipFile"]
            for r in self.resources.values()
            if r["Type"] == "AWS::Lambda::Function" and "ZipFile" in r["Properties"]["Code"]
        ]
        module = types.ModuleType("index")
        exec(compile(str(code), "index.py", "exec"), module.__dict__)
        module.PAUSE = 0.01
        return module

    def properties(self, bucket):
        (found,) = [
            r["Properties"]
            for r in self.resources.values()
            if r["Type"] == NOTIFICATIONS and r["Properties"]["Bucket"] == bucket
        ]
        return self.resolved(found)

    def resolved(self, value):
        match value:
            case {"Fn::GetAtt": [name, "Arn"]}:
                return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}-{name}"
            case dict():
                return {str(k): self.resolved(v) for k, v in value.items()}
            case list():
                return [self.resolved(v) for v in value]
        return str(value)  # as CloudFormation does, of numbers too

    def event(self, kind, properties, **more):
        return {
            "RequestType": kind,
            "ResponseURL": answers.url,
            "StackId": self.id,
            "RequestId": "r-1",
            "LogicalResourceId": "Uploads",
            "ResourceType": NOTIFICATIONS,
            "ResourceProperties": properties,
            **more,
        }


class Notifications(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.program = self.stack.program()
        self.properties = self.stack.properties("uploads")
        answers.received.clear()
        answers.refusals = 0
        boto3.setup_default_session()  # without the hooks of other tests
        self.bucket("uploads")

    def bucket(self, name):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.addCleanup(lambda: self.drop(name))

    def drop(self, name):
        with contextlib.suppress(s3.exceptions.NoSuchBucket):
            s3.delete_bucket(Bucket=name)

    def hook(self, event, function):
        """Puts a function into what happens to each request to S3."""
        boto3.DEFAULT_SESSION.events.register(event, function)

    def send(self, event, seconds=120):
        """Gives the answer to an event: exactly one arrives, in its form."""
        answers.received.clear()
        with contextlib.redirect_stdout(None):
            self.program.handler(event, Context(seconds))
        self.assertEqual(len(answers.received), 1, "one answer")
        answer, content_type, size = answers.received[0]
        self.assertEqual(content_type, "", "the signature is for no type")
        self.assertLessEqual(size, 4096, "CloudFormation takes no more")
        for key in ("StackId", "RequestId", "LogicalResourceId"):
            self.assertEqual(answer[key], event.get(key))
        self.assertEqual(signal.getitimer(signal.ITIMER_REAL)[0], 0, "no alarm is left")
        return answer

    def succeed(self, *args, **more):
        answer = self.send(self.stack.event(*args, **more))
        self.assertEqual(answer["Status"], "SUCCESS", answer.get("Reason"))
        return answer["PhysicalResourceId"]

    def fail_with(self, reason, event, seconds=120):
        answer = self.send(event, seconds)
        self.assertEqual(answer["Status"], "FAILED")
        self.assertIn(reason, answer["Reason"])
        return answer["PhysicalResourceId"]

    def configuration(self, bucket="uploads"):
        found = s3.get_bucket_notification_configuration(Bucket=bucket)
        del found["ResponseMetadata"]
        return found

    def ids(self, bucket="uploads"):
        return sorted(n["Id"] for n in self.configuration(bucket).get(FUNCTIONS, []))

    def foreign(self, bucket="uploads"):
        """Puts notifications of others on the bucket, of every kind that S3 has."""
        s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration={
                "TopicConfigurations": [
                    {
                        "Id": "topic",
                        "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:t",
                        "Events": ["s3:ObjectRestore:Post"],
                    }
                ],
                "QueueConfigurations": [
                    {
                        "Id": "queue",
                        "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q",
                        "Events": ["s3:ReducedRedundancyLostObject"],
                        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "q/"}]}},
                    }
                ],
                FUNCTIONS: [
                    {
                        "Id": "shop-dev-2/resize",
                        "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f",
                        "Events": ["s3:ObjectTagging:*"],
                    }
                ],
                "EventBridgeConfiguration": {},
            },
        )
        return self.configuration(bucket)

    def test_create(self):
        self.assertEqual(self.succeed("Create", self.properties), "uploads")
        want = [dict(n, Id=OURS + n["Id"]) for n in self.properties["Notifications"]]
        self.assertEqual(self.configuration(), {FUNCTIONS: want})

    def test_others_stay(self):
        before = self.foreign()
        self.succeed("Create", self.properties)
        during = self.configuration()
        self.assertEqual(len(during[FUNCTIONS]), 4)
        self.assertEqual(self.others(during), before)
        changed = dict(self.properties, Notifications=self.properties["Notifications"][:1])
        self.succeed("Update", changed, PhysicalResourceId="uploads", OldResourceProperties=self.properties)
        self.assertEqual(self.others(self.configuration()), before)
        self.succeed("Delete", changed, PhysicalResourceId="uploads")
        self.assertEqual(self.configuration(), before)

    def others(self, configuration):
        found = [n for n in configuration[FUNCTIONS] if not n["Id"].startswith(OURS)]
        return dict(configuration, **{FUNCTIONS: found})

    def test_update(self):
        self.succeed("Create", self.properties)
        first, second, _ = self.properties["Notifications"]
        second = dict(second, Events=["s3:ObjectCreated:Copy"], LambdaFunctionArn=second["LambdaFunctionArn"] + "2")
        changed = dict(self.properties, Notifications=[dict(first, Id="renamed"), second])
        self.assertEqual(
            self.succeed("Update", changed, PhysicalResourceId="uploads", OldResourceProperties=self.properties),
            "uploads",
        )
        want = [dict(first, Id=OURS + "renamed"), dict(second, Id=OURS + "buckets-dev-read")]
        self.assertEqual(self.configuration(), {FUNCTIONS: want})

    def test_update_of_one_thing(self):
        first, *rest = self.properties["Notifications"]
        for key, value in (
            ("Events", ["s3:ObjectCreated:Copy"]),
            ("LambdaFunctionArn", first["LambdaFunctionArn"] + "2"),
            ("Filter", {"Key": {"FilterRules": [{"Name": "prefix", "Value": "pictures/"}]}}),
        ):
            with self.subTest(key):
                self.succeed("Create", self.properties)
                changed = dict(first, **{key: value})
                self.succeed(
                    "Update", dict(self.properties, Notifications=[changed, *rest]), PhysicalResourceId="uploads"
                )
                self.assertIn(dict(changed, Id=OURS + "buckets-dev-resize"), self.configuration()[FUNCTIONS])
                self.succeed("Delete", self.properties, PhysicalResourceId="uploads")

    def test_what_s3_spells_otherwise_is_no_change(self):
        def respell(parsed, **_):
            for n in parsed.get(FUNCTIONS, []):
                n["Events"].reverse()
                for rule in n.get("Filter", {}).get("Key", {}).get("FilterRules", []):
                    rule["Name"] = rule["Name"].capitalize()

        self.succeed("Create", self.properties)
        self.hook("after-call.s3.GetBucketNotificationConfiguration", respell)
        self.hook("before-send.s3.PutBucketNotificationConfiguration", lambda **_: self.fail("it was written again"))
        self.succeed("Update", self.properties, PhysicalResourceId="uploads")

    def test_delete_keeps_the_id(self):
        """CloudFormation makes up an id where no answer came in time."""
        self.succeed("Create", self.properties)
        self.assertEqual(
            self.succeed("Delete", self.properties, PhysicalResourceId="shop-dev-Uploads-1X2Y"), "shop-dev-Uploads-1X2Y"
        )
        self.assertEqual(self.ids(), [])

    def test_update_to_another_bucket(self):
        self.bucket("elsewhere")
        self.succeed("Create", self.properties)
        moved = dict(self.properties, Bucket="elsewhere")
        self.assertEqual(self.succeed("Update", moved, PhysicalResourceId="uploads"), "elsewhere")
        self.succeed("Delete", self.properties, PhysicalResourceId="uploads")
        self.assertEqual((len(self.ids()), len(self.ids("elsewhere"))), (0, 3))

    def test_failed_update_keeps_the_id(self):
        self.succeed("Create", self.properties)
        moved = dict(self.properties, Bucket="nowhere")
        self.assertEqual(
            self.fail_with("NoSuchBucket", self.stack.event("Update", moved, PhysicalResourceId="uploads")), "uploads"
        )
        self.assertEqual(len(self.ids()), 3)

    def test_the_same_event_twice(self):
        writes = []
        self.foreign()
        self.hook("before-send.s3.PutBucketNotificationConfiguration", lambda **_: writes.append(1))
        for kind in ("Create", "Update", "Delete"):
            more = {} if kind == "Create" else {"PhysicalResourceId": "uploads"}
            self.succeed(kind, self.properties, **more)
            after = self.configuration()
            del writes[:]
            self.assertEqual(self.succeed(kind, self.properties, **more), "uploads")
            self.assertEqual((self.configuration(), writes), (after, []), kind)

    def bridged(self, **more):
        """Properties with a switch for EventBridge, as CloudFormation hands it over."""
        return dict(self.properties, EventBridge="true", **more)

    def is_on(self, bucket="uploads"):
        return "EventBridgeConfiguration" in self.configuration(bucket)

    def test_eventbridge_is_switched_on(self):
        self.succeed("Create", self.properties)
        self.assertFalse(self.is_on())
        self.succeed("Update", self.bridged(), PhysicalResourceId="uploads", OldResourceProperties=self.properties)
        self.assertTrue(self.is_on())
        self.assertEqual(self.ids(), ALL)

    def test_eventbridge_alone(self):
        """A bucket none of whose functions S3 itself invokes, with others' notifications."""
        s3.put_bucket_notification_configuration(
            Bucket="uploads",
            NotificationConfiguration={
                FUNCTIONS: [
                    {
                        "Id": "theirs",
                        "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f",
                        "Events": ["s3:ObjectCreated:*"],
                    }
                ]
            },
        )
        before = self.configuration()
        self.assertEqual(self.succeed("Create", self.bridged(Notifications=[])), "uploads")
        after = self.configuration() | {"EventBridgeConfiguration": {}}
        self.assertEqual(after, before | {"EventBridgeConfiguration": {}})
        self.assertTrue(self.is_on())

    def test_eventbridge_is_never_switched_off(self):
        writes = []
        self.hook("before-send.s3.PutBucketNotificationConfiguration", lambda **_: writes.append(1))
        bridged = self.bridged(Notifications=[])
        self.succeed("Create", bridged)
        del writes[:]
        without = dict(self.properties, Notifications=[])
        for kind, properties, old in (
            ("Update", bridged, bridged),
            ("Update", without, bridged),  # the option goes
            ("Update", bridged, without),  # which is rolled back
            ("Delete", bridged, None),
        ):
            more = {"OldResourceProperties": old} if old else {}
            self.succeed(kind, properties, PhysicalResourceId="uploads", **more)
            self.assertTrue(self.is_on(), kind)
        self.assertEqual(writes, [], "nothing was to be written")
        self.succeed("Create", self.bridged())
        self.succeed("Delete", self.bridged(), PhysicalResourceId="uploads")
        self.assertEqual((self.ids(), self.is_on()), ([], True))

    def test_eventbridge_stays_off_when_deleting(self):
        """Somebody has switched it off by hand."""
        self.succeed("Create", self.bridged())
        s3.put_bucket_notification_configuration(Bucket="uploads", NotificationConfiguration={})
        self.succeed("Delete", self.bridged(), PhysicalResourceId="uploads")
        self.assertFalse(self.is_on())

    def test_eventbridge_after_a_failed_creation(self):
        """The rollback deletes what was never created."""
        nowhere = self.bridged(Bucket="nowhere")
        untouched = self.fail_with("NoSuchBucket", self.stack.event("Create", nowhere))
        self.assertEqual(self.succeed("Delete", nowhere, PhysicalResourceId=untouched), untouched)

    def test_two_stacks_on_one_bucket(self):
        other = Stack("shop")  # whose name the other's starts with
        self.succeed("Create", self.properties)
        self.assertEqual(
            self.send(other.event("Create", other.properties("backups.example.com") | {"Bucket": "uploads"}))["Status"],
            "SUCCESS",
        )
        self.assertEqual(self.ids(), [*ALL, "shop/buckets-dev-archive"])
        self.send(
            other.event(
                "Delete", other.properties("backups.example.com") | {"Bucket": "uploads"}, PhysicalResourceId="uploads"
            )
        )
        self.assertEqual(self.ids(), ALL)

    def test_two_apps_of_one_stack_on_one_bucket(self):
        """Constructs of the CDK can be several in a stack."""
        first, *rest = self.properties["Notifications"]
        one, two = (dict(self.properties, Notifications=list(n)) for n in ([first], rest))
        self.succeed("Create", one)
        self.succeed("Create", two)
        self.assertEqual(self.ids(), ALL)
        self.succeed("Update", one, PhysicalResourceId="uploads", OldResourceProperties=one)
        self.assertEqual(self.ids(), ALL)
        self.succeed("Delete", two, PhysicalResourceId="uploads")
        self.assertEqual(self.ids(), [OURS + first["Id"]])

    def test_another_resource_takes_over(self):
        """A resource with another logical id is made before the old one is deleted."""
        renamed = [dict(n, LambdaFunctionArn=n["LambdaFunctionArn"] + "2") for n in self.properties["Notifications"]]
        self.succeed("Create", self.properties)
        self.succeed("Create", dict(self.properties, Notifications=renamed))
        self.succeed("Delete", self.properties, PhysicalResourceId="uploads")
        want = [dict(n, Id=OURS + n["Id"]) for n in renamed]
        self.assertCountEqual(self.configuration()[FUNCTIONS], want)

    def test_somebody_writes_at_the_same_time(self):
        def overwrite(**_):
            if not self.written:
                self.written.append(1)
                self.foreign()

        self.written = []
        self.hook("after-call.s3.PutBucketNotificationConfiguration", overwrite)
        self.succeed("Create", self.properties)
        self.assertEqual(self.ids(), ["shop-dev-2/resize", *ALL])
        self.assertEqual(len(self.configuration()["TopicConfigurations"]), 1)

    def test_somebody_always_writes(self):
        self.program.PATIENCE = 0.1
        self.hook("after-call.s3.PutBucketNotificationConfiguration", lambda **_: self.foreign())
        self.assertEqual(
            self.fail_with("others keep changing the notifications", self.stack.event("Create", self.properties)),
            "uploads",
        )

    def test_bucket_gone(self):
        self.succeed("Create", self.properties)
        s3.delete_bucket(Bucket="uploads")
        self.assertEqual(self.succeed("Delete", self.properties, PhysicalResourceId="uploads"), "uploads")

    def test_create_without_a_bucket_can_be_rolled_back(self):
        nowhere = dict(self.properties, Bucket="nowhere")
        untouched = self.fail_with("NoSuchBucket", self.stack.event("Create", nowhere))
        calls = []
        self.hook("before-send.s3", lambda **_: calls.append(1))
        self.assertEqual(self.succeed("Delete", nowhere, PhysicalResourceId=untouched), untouched)
        self.assertEqual(calls, [])

    def refuse(self, operation, code, message, times):
        """Has S3 refuse an operation some times."""
        left = [None] * times

        def respond(request, **_):
            if not left:
                return None
            left.pop()
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
            response = AWSResponse(request.url, 400, {}, None)
            response._content = body
            return response

        self.hook(f"before-send.s3.{operation}", respond)

    def test_what_passes_is_tried_again(self):
        for operation, code, message in (
            ("GetBucketNotificationConfiguration", "AccessDenied", "Access Denied"),
            (
                "PutBucketNotificationConfiguration",
                "InvalidArgument",
                "Unable to validate the following destination configurations",
            ),
            (
                "PutBucketNotificationConfiguration",
                "OperationAborted",
                "A conflicting conditional operation is in progress",
            ),
        ):
            with self.subTest(code):
                self.refuse(operation, code, message, times=3)
                self.succeed("Create", self.properties)
                self.assertEqual(len(self.ids()), 3)
                self.succeed("Delete", self.properties, PhysicalResourceId="uploads")

    def test_what_stays_is_told(self):
        self.program.PATIENCE = 0.1
        self.refuse("GetBucketNotificationConfiguration", "AccessDenied", "Access Denied", times=1000)
        self.assertEqual(self.fail_with("AccessDenied", self.stack.event("Create", self.properties)), "untouched")

    def test_refusal_is_told_at_once(self):
        self.refuse(
            "PutBucketNotificationConfiguration", "InvalidArgument", "Configurations overlap." + "é" * 2000, times=1
        )
        self.fail_with("Configurations overlap", self.stack.event("Create", self.properties))
        self.assertEqual(self.ids(), [])

    def test_only_a_delete_skips_the_validation(self):
        skipped = []
        self.hook(
            "before-send.s3.PutBucketNotificationConfiguration",
            lambda request, **_: skipped.append(request.headers.get("x-amz-skip-destination-validation")),
        )
        self.succeed("Create", self.properties)
        self.succeed("Delete", self.properties, PhysicalResourceId="uploads")
        self.assertEqual([str(s).lower().strip("b'") for s in skipped], ["false", "true"])

    def test_owner_is_the_stacks_account(self):
        owners = set()
        self.hook("before-send.s3", lambda request, **_: owners.add(request.headers.get("x-amz-expected-bucket-owner")))
        self.succeed("Create", self.properties)
        self.assertEqual({o.decode() if isinstance(o, bytes) else o for o in owners}, {ACCOUNT})

    def test_events_that_make_no_sense(self):
        whole = self.stack.event("Create", self.properties)
        for key in ("RequestType", "ResourceProperties", "StackId"):
            with self.subTest(key):
                self.fail_with("KeyError: '" + key, {k: v for k, v in whole.items() if k != key})
        for key in ("Bucket", "Notifications"):
            with self.subTest(key):
                properties = {k: v for k, v in self.properties.items() if k != key}
                self.fail_with("KeyError: '" + key, dict(whole, ResourceProperties=properties))
        self.fail_with("TypeError", dict(whole, ResourceProperties=None))

    def test_failure_of_the_program_itself(self):
        def broken(**_):
            raise SystemExit("broken")

        self.hook("before-call.s3", broken)
        self.fail_with("SystemExit: broken", self.stack.event("Create", self.properties))

    def test_s3_hangs(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            os.environ["AWS_ENDPOINT_URL_S3"], moved = (
                f"http://127.0.0.1:{silent.getsockname()[1]}",
                os.environ["AWS_ENDPOINT_URL_S3"],
            )
            self.addCleanup(os.environ.update, AWS_ENDPOINT_URL_S3=moved)
            started = time.monotonic()
            self.fail_with(
                "OutOfTime: S3 was too slow", self.stack.event("Create", self.properties), self.program.RESERVE + 1.5
            )
            self.assertLess(time.monotonic() - started, 3)

    def test_the_answer_is_sent_again(self):
        answers.refusals = 2
        self.succeed("Create", self.properties)

    def test_an_answer_that_does_not_arrive_has_lambda_call_again(self):
        answers.refusals = 3
        event = self.stack.event("Create", self.properties)
        with self.assertRaises(OSError), contextlib.redirect_stdout(None):
            self.program.handler(event, Context(120))
        self.assertEqual(self.send(event)["Status"], "SUCCESS")


if __name__ == "__main__":
    unittest.main()
