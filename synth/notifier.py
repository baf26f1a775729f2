"""Puts an app's notifications on an S3 bucket that exists already.

Ours are those whose Id starts with the stack's name; others stay. S3 has one
document for all of them and no lock, so what was written is read back, and
written again where somebody else wrote at the same time.
"""
import json
import signal
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

ID = "PhysicalResourceId"
FUNCTIONS = "LambdaFunctionConfigurations"
UNTOUCHED = "untouched"  # the id of what failed before it could change a bucket
PATIENCE = 60  # seconds for IAM and Lambda to know what the stack has just made
PAUSE = 2  # seconds between attempts
RESERVE = 20  # seconds that answering can take


class OutOfTime(BaseException):
    """Not an Exception, which the SDK would catch."""


def out_of_time(*_):
    raise OutOfTime("S3 was too slow")


def handler(event, context):
    answer = {key: event.get(key) for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer[ID] = event.get(ID, UNTOUCHED)
    try:
        signal.signal(signal.SIGALRM, out_of_time)
        signal.alarm(max(context.get_remaining_time_in_millis() // 1000 - RESERVE, 1))
        try:
            configure(event, answer)
        finally:
            signal.alarm(0)
        answer["Status"] = "SUCCESS"
    except BaseException as error:  # CloudFormation waits until it is told
        answer.update(Status="FAILED", Reason=f"{type(error).__name__}: {error}"[:500])
    print(json.dumps(answer))
    send(event["ResponseURL"], json.dumps(answer).encode())


def configure(event, answer):
    kind, properties = event["RequestType"], event["ResourceProperties"]
    if kind == "Delete" and answer[ID] == UNTOUCHED:
        return
    account, stack = event["StackId"].split(":")[4:]
    ours = stack.split("/")[1] + "/"
    wanted = [dict(n, Id=ours + n["Id"]) for n in properties["Notifications"] if kind != "Delete"]
    bucket = {"Bucket": properties["Bucket"], "ExpectedBucketOwner": account}
    s3 = boto3.client("s3")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = s3.get_bucket_notification_configuration(**bucket)
            if kind == "Create":
                answer[ID] = properties["Bucket"]
            present = [n for n in found.get(FUNCTIONS, []) if n["Id"].startswith(ours)]
            if content(present) == content(wanted):
                break
            del found["ResponseMetadata"]
            others = [n for n in found.get(FUNCTIONS, []) if n not in present]
            s3.put_bucket_notification_configuration(
                **bucket, NotificationConfiguration={**found, FUNCTIONS: others + wanted},
                SkipDestinationValidation=kind == "Delete")  # others' may be gone
            problem = RuntimeError("others keep changing the notifications")
        except ClientError as error:
            problem, details = error, error.response["Error"]
            if kind == "Delete" and details["Code"] == "NoSuchBucket":
                break
            if not passing(details):
                raise
        if time.monotonic() > end:
            raise problem
        time.sleep(PAUSE)
    if kind == "Update":  # CloudFormation deletes what has the old id
        answer[ID] = properties["Bucket"]


def content(notifications):
    return sorted(
        (n["Id"], n["LambdaFunctionArn"], sorted(n["Events"]), rules(n)) for n in notifications)


def rules(notification):
    found = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return sorted((rule["Name"].lower(), rule["Value"]) for rule in found)


def passing(error):
    return error["Code"] in ("AccessDenied", "OperationAborted") or "validate" in error["Message"]


def send(url, body):
    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")
    for last in (False, False, True):
        try:
            return urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            if last:
                raise  # Lambda calls again
        time.sleep(PAUSE)
