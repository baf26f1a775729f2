"""Tests of functions that are bootstrap programs: what they answer, print and count."""

import base64
import hashlib
import io
import json
import platform
import re
import sys
import tempfile
import threading
import time
import unittest
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness import ROLE, EndpointTest

# A program that speaks to the runtime API as those in Go do.
PROGRAM = """#!{python}
import json, os, sys, time, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
def post(path, body, **headers):
    urllib.request.urlopen(urllib.request.Request(api + path, json.dumps(body).encode(), headers)).close()
if os.environ.get("BROKEN"):
    post("init/error", {{"errorType": "Init", "errorMessage": "no table"}})
    sys.exit(1)
calls = 0
while True:
    event = urllib.request.urlopen(api + "invocation/next")
    name, payload = event.headers["Lambda-Runtime-Aws-Request-Id"], event.read()
    calls += 1
    do = json.loads(payload)
    print("seen", do.get("say", ""), flush=True)
    time.sleep(do.get("sleep", 0))
    while "until" in do and not os.path.exists(do["until"]):
        time.sleep(0.02)
    if "exit" in do:
        os._exit(do["exit"])
    if "fail" in do:
        post(f"invocation/{{name}}/error", {{"errorType": "Bad", "errorMessage": do["fail"]}})
        continue
    left = int(event.headers["Lambda-Runtime-Deadline-Ms"]) / 1000 - time.time()
    post(f"invocation/{{name}}/response", {{"calls": calls, "raw": payload.decode(), "left": left,
        "pid": os.getpid(), "handler": os.environ["_HANDLER"], "color": os.environ.get("COLOR"),
        "log": [os.environ.get("AWS_LAMBDA_LOG_" + name) for name in ("FORMAT", "LEVEL", "GROUP_NAME")]}})
"""

# What no machine runs.
ELF = b"\x7fELF\2\1\1" + bytes(60)


def zipped(program=None, mode=0o755):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        member = zipfile.ZipInfo("bootstrap")
        member.external_attr = mode << 16
        archive.writestr(member, program or PROGRAM.format(python=sys.executable))
    return file.getvalue()


class ProgramTest(EndpointTest):
    def function(self, code=None, beside=None, **properties):
        """Deploys a function, of this test's name, in this test's stack, beside other resources."""
        bucket = "programs"
        self.client("s3").create_bucket(Bucket=bucket)
        self.client("s3").put_object(Bucket=bucket, Key=self.name, Body=code or zipped())
        facts = {
            "FunctionName": self.name,
            "Runtime": "provided.al2023",
            "Handler": "hello",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": bucket, "S3Key": self.name},
            "Timeout": 2,
            **properties,
        }
        function = {"Type": "AWS::Lambda::Function", "Properties": facts}
        stack = self.deploy({"Resources": {"Role": ROLE, "Function": function, **(beside or {})}})
        self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"))

    def invoke(self, log=False, kind="RequestResponse", **event):
        more = {"LogType": "Tail"} if log else {}
        payload = json.dumps(event)
        return self.client("lambda").invoke(FunctionName=self.name, Payload=payload, InvocationType=kind, **more)

    def answer(self, **event):
        return json.load(self.invoke(**event)["Payload"])

    def messages(self, group=""):
        found = self.client("logs").filter_log_events(logGroupName=group or f"/aws/lambda/{self.name}")["events"]
        return [(event["logStreamName"], event["message"]) for event in found]

    def test_success(self):
        self.function(Environment={"Variables": {"COLOR": "red"}})
        payload = '{"say": "hi", "big": 12345678901234567890,  "f": 1.10}'
        first = self.client("lambda").invoke(FunctionName=self.name, Payload=payload, LogType="Tail")
        self.assertNotIn("FunctionError", first)
        answer = json.load(first["Payload"])
        self.assertEqual((answer["raw"], answer["handler"], answer["color"]), (payload, "hello", "red"))
        self.assertTrue(0 < answer["left"] <= 2, answer)
        log = base64.b64decode(first["LogResult"]).decode()
        request = first["ResponseMetadata"]["RequestId"]
        self.assertRegex(
            log,
            r"^INIT_START Runtime Version: provided:al2023.v1\nSTART RequestId: (\S+) Version: \$LATEST\n"
            r"seen hi\nEND RequestId: \1\n"
            r"REPORT RequestId: \1\tDuration: \S+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
            r"Max Memory Used: \d+ MB\tInit Duration: \S+ ms\n$",
            request,
        )
        again = self.invoke(log=True)
        self.assertNotIn("Init", base64.b64decode(again["LogResult"]).decode())
        second = json.load(again["Payload"])
        self.assertEqual((second["calls"], second["pid"]), (2, answer["pid"]))
        found = self.messages()
        self.assertEqual(len({stream for stream, _ in found}), 1)
        self.assertRegex(found[0][0], r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$")
        self.assertEqual(sum("seen" in message for _, message in found), 2)

    def test_failures(self):
        self.function()
        warm = self.answer()["pid"]
        failed = self.invoke(fail="oh no")
        self.assertEqual(failed["FunctionError"], "Unhandled")
        self.assertEqual(json.load(failed["Payload"]), {"errorType": "Bad", "errorMessage": "oh no"})
        self.assertEqual(self.answer()["pid"], warm)
        for event, kind, message in (
            ({"exit": 3}, "Runtime.ExitError", "Runtime exited with error: exit status 3"),
            ({"exit": 0}, "Runtime.ExitError", "Runtime exited without providing a reason"),
            ({"sleep": 9}, "Sandbox.Timedout", "Task timed out after 2.00 seconds"),
        ):
            with self.subTest(kind):
                failed = self.invoke(log=True, **event)
                self.assertEqual(failed["FunctionError"], "Unhandled")
                said = json.load(failed["Payload"])
                self.assertEqual(said["errorType"], kind)
                self.assertRegex(said["errorMessage"], rf"^RequestId: \S+ Error: {re.escape(message)}$")
                self.assertIn(message, base64.b64decode(failed["LogResult"]).decode())
        self.assertNotEqual(self.answer()["pid"], warm)
        with self.assertRaisesRegex(Exception, "InvalidRequestContentException"):
            self.client("lambda").invoke(FunctionName=self.name, Payload="{")
        self.check_metrics(Invocations=7, Errors=4, Throttles=0)

    def check_metrics(self, **want):
        metric = {"Namespace": "AWS/Lambda", "Dimensions": [{"Name": "FunctionName", "Value": self.name}]}
        statistic = {"Period": 3600, "Stat": "Sum"}
        queries = [
            {"Id": name.lower(), "MetricStat": {"Metric": {**metric, "MetricName": name}, **statistic}} for name in want
        ]
        end = datetime.now(UTC) + timedelta(minutes=1)  # the running minute's values have the time of its beginning
        found = self.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries, StartTime=end - timedelta(hours=1), EndTime=end
        )["MetricDataResults"]
        sums = {one["Id"]: sum(one["Values"]) for one in found}
        self.assertEqual(sums, {name.lower(): value for name, value in want.items()})

    def test_start_fails(self):
        arm = "x86_64" if platform.machine() == "aarch64" else "arm64"
        for what, code, properties, kind, message in (
            ("init", None, {"Environment": {"Variables": {"BROKEN": "1"}}}, "Init", "no table"),
            ("machine", zipped(ELF), {"Architectures": [arm]}, "Runtime.InvalidEntrypoint", "exec format error"),
            ("mode", zipped(mode=0o644), {}, "Runtime.InvalidEntrypoint", "permission denied"),
        ):
            with self.subTest(what):
                self.function(code, **properties)
                said = json.load(self.invoke()["Payload"])
                self.assertEqual(said["errorType"], kind)
                self.assertIn(message, said["errorMessage"])

    def test_event(self):
        self.function()
        answer = self.invoke(kind="Event", say="later", sleep=0.2)
        self.assertEqual((answer["StatusCode"], answer["Payload"].read()), (202, b""))
        self.assertEqual(len(self.until_seen("later")), 1)

    def until_seen(self, what, count=1, group=""):
        """Waits until programs have said that they have seen something, and returns their streams."""
        for _ in range(200):
            try:
                found = [stream for stream, message in self.messages(group) if message == f"seen {what}\n"]
            except self.client("logs").exceptions.ResourceNotFoundException:
                found = []
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{what} was never seen")

    def gate(self):
        """Returns a file that isn't there, for which programs can wait."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name, "open")

    def test_own_log_group_while_it_runs(self):
        self.client("logs").create_log_group(logGroupName="own")
        self.function(LoggingConfig={"LogGroup": "own"}, Timeout=60)
        gate = self.gate()
        running = threading.Thread(target=self.invoke, kwargs={"say": "now", "until": str(gate)})
        running.start()
        [stream] = self.until_seen("now", group="own")
        self.assertRegex(stream, rf"^\d{{4}}/\d\d/\d\d/{self.name}\[\$LATEST\][0-9a-f]{{32}}$")
        self.assertFalse(any(message.startswith("END") for _, message in self.messages("own")))
        gate.touch()
        running.join()
        self.assertTrue(any(message.startswith("END") for _, message in self.messages("own")))
        configuration = self.client("lambda").get_function_configuration(FunctionName=self.name)
        self.assertEqual(configuration["LoggingConfig"]["LogGroup"], "own")

    def test_variables_about_its_log(self):
        for configured, want in (
            ({}, ["Text", None, f"/aws/lambda/{self.name}"]),
            ({"LogFormat": "JSON"}, ["JSON", "INFO", f"/aws/lambda/{self.name}"]),
            ({"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "LogGroup": "all"}, ["JSON", "WARN", "all"]),
        ):
            self.function(LoggingConfig=configured)
            self.assertEqual(self.answer()["log"], want)

    def test_log_group_of_its_stack(self):
        group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}
        self.function(beside={"Group": group}, LoggingConfig={"LogGroup": {"Ref": "Group"}})
        self.answer(say="in the group")
        [found] = self.client("logs").describe_log_groups(logGroupNamePrefix=self.name)["logGroups"]
        self.assertRegex(found["logGroupName"], rf"^{self.name}-Group-\w+$")
        self.assertEqual(found["retentionInDays"], 7)
        self.assertTrue(any("in the group" in message for _, message in self.messages(found["logGroupName"])))
        self.function()
        self.answer(say="elsewhere")
        self.assertTrue(any("elsewhere" in message for _, message in self.messages()))
        self.assertEqual(self.client("logs").describe_log_groups(logGroupNamePrefix=self.name)["logGroups"], [])

    def test_two_at_once_and_throttled(self):
        self.function(ReservedConcurrentExecutions=2, Timeout=60)
        answers, gate = [], self.gate()
        event = {"say": "busy", "until": str(gate)}
        calls = [threading.Thread(target=lambda: answers.append(self.answer(**event))) for _ in range(2)]
        for call in calls:
            call.start()
        self.until_seen("busy", 2)
        with self.assertRaisesRegex(Exception, "TooManyRequestsException"):
            self.client("lambda").invoke(FunctionName=self.name)
        gate.touch()
        for call in calls:
            call.join()
        self.assertEqual(len({answer["pid"] for answer in answers}), 2)

    def test_code_is_changed(self):
        self.function()
        client, before = self.client("lambda"), self.answer()
        code = zipped(PROGRAM.format(python=sys.executable) + "\n# changed")
        made = client.update_function_code(FunctionName=self.name, ZipFile=code)
        self.assertEqual(made["CodeSha256"], base64.b64encode(hashlib.sha256(code).digest()).decode())
        self.assertEqual(made["LastUpdateStatus"], "InProgress")
        with self.assertRaises(client.exceptions.ResourceConflictException):
            client.update_function_code(FunctionName=self.name, ZipFile=code)
        with self.assertRaises(client.exceptions.ResourceConflictException):
            client.update_function_configuration(FunctionName=self.name, Timeout=2)
        client.get_waiter("function_updated_v2").wait(FunctionName=self.name, WaiterConfig={"Delay": 0.1})
        after = client.get_function_configuration(FunctionName=self.name)
        self.assertEqual((after["LastUpdateStatus"], after["State"]), ("Successful", "Active"))
        self.assertNotEqual(self.answer()["pid"], before["pid"])

    def test_function_is_pending_at_first(self):
        client = self.client("lambda")
        role = self.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        facts = {"Runtime": "provided.al2023", "Handler": "h", "Role": role, "Code": {"ZipFile": zipped()}}
        self.assertEqual(client.create_function(FunctionName=self.name, **facts)["State"], "Pending")
        with self.assertRaises(client.exceptions.ResourceConflictException):
            client.invoke(FunctionName=self.name)
        client.get_waiter("function_active_v2").wait(FunctionName=self.name, WaiterConfig={"Delay": 0.1})


if __name__ == "__main__":
    unittest.main()
