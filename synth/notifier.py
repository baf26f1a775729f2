"""Puts an app's notifications on a bucket that exists already."""
import json
import signal
import time
from urllib.request import Request, urlopen

import boto3
from botocore.exceptions import ClientError

ID = "PhysicalResourceId"
FUNCTIONS = "LambdaFunctionConfigurations"
UNTOUCHED = "untouched"  # the id of what changed no bucket
PATIENCE = 60  # seconds for IAM and Lambda to catch up
PAUSE = 2  # seconds between attempts
RESERVE = 20  # seconds to answer


class OutOfTime(BaseException):
    """The SDK catches every Exception."""


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
    except BaseException as error:  # CloudFormation waits
        answer.update(Status="FAILED", Reason=f"{type(error).__name__}: {error}"[:500])
    body = json.dumps(answer)
    print(body)
    send(event["ResponseURL"], body.encode())


def configure(event, answer):
    kind, properties = event["RequestType"], event["ResourceProperties"]
    delete = kind == "Delete"
    if delete and answer[ID] == UNTOUCHED:
        return
    account, stack = event["StackId"].split(":")[4:]
    old = ours(stack, event.get("OldResourceProperties", properties))
    wanted = [] if delete else ours(stack, properties)
    ids, gone = [n["Id"] for n in wanted], [key(n) for n in old]
    on = {} if delete or "EventBridge" not in properties else {"EventBridgeConfiguration": {}}
    name = properties["Bucket"]
    bucket = {"Bucket": name, "ExpectedBucketOwner": account}
    s3 = boto3.client("s3")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = s3.get_bucket_notification_configuration(**bucket)
            if kind == "Create":
                answer[ID] = name
            functions = found.pop(FUNCTIONS, [])
            present = [n for n in functions if n["Id"] in ids or key(n) in gone]
            if content(present) == content(wanted) and {*on} <= {*found}:
                break
            del found["ResponseMetadata"]
            found[FUNCTIONS] = [n for n in functions if n not in present] + wanted
            s3.put_bucket_notification_configuration(
                **bucket, SkipDestinationValidation=delete, NotificationConfiguration=on | found)
            problem = RuntimeError("others keep changing the notifications")
        except ClientError as error:
            problem, details = error, error.response["Error"]
            if delete and details["Code"] == "NoSuchBucket":
                break
            passing = details["Code"] in ("AccessDenied", "OperationAborted")
            if not passing and "validate" not in details["Message"]:
                raise
        if time.monotonic() > end:
            raise problem
        time.sleep(PAUSE)
    if kind == "Update":  # CloudFormation deletes what has the old id
        answer[ID] = name


def ours(stack, properties):
    name = stack.split("/")[1]
    return [dict(n, Id=f"{name}/{n['Id']}") for n in properties["Notifications"]]


def key(n):  # who took an Id over has another function
    return n["Id"], n["LambdaFunctionArn"]


def content(notifications):
    return sorted((*key(n), sorted(n["Events"]), rules(**n)) for n in notifications)


def rules(Filter={}, **_):
    found = Filter.get("Key", {}).get("FilterRules", [])
    return sorted((r["Name"].lower(), r["Value"]) for r in found)


def send(url, body):
    request = Request(url, body, {"Content-Type": ""}, method="PUT")
    for last in (False, False, True):
        try:
            return urlopen(request, timeout=5).close()
        except OSError:
            if last:
                raise  # Lambda calls again
        time.sleep(PAUSE)
