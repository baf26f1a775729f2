"""Calls functions of an app that chalice local runs, as programs of AWS's users do:
with the Lambda client of AWS's SDK for Python.

    invoke.py CHALICE

Exits with 1 if the SDK sees anything else than it would of Lambda.
"""

import base64
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import ROOT, Failure, Local, run, until

APP = ROOT / "internal" / "devserver" / "invokeapi" / "testdata" / "app"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-"


def expect(what, got, want):
    if got != want:
        raise Failure(f"{what}: got {got!r}, want {want!r}")


def client(local, service, path=""):
    return boto3.client(
        service,
        endpoint_url=local.url + path,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )


def refused(what, code, status, call, **arguments):
    """Expects an error, which the SDK knows by its code."""
    try:
        call(**arguments)
    except ClientError as error:
        expect(
            what,
            (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]),
            (code, status),
        )
        return error.response["Error"]["Message"]
    raise Failure(f"{what}: no error")


def results(functions):
    for name in ("echo", "shop-dev-echo", ARN + "echo", ARN + "echo:$LATEST", "123456789012:function:shop-dev-echo"):
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"a": [1, "ü"]}))
        expect(name, json.load(answer["Payload"]), {"a": [1, "ü"]})
        expect(
            name, (answer["StatusCode"], answer["ExecutedVersion"], "FunctionError" in answer), (200, "$LATEST", False)
        )
    expect("no payload", json.load(functions.invoke(FunctionName="echo")["Payload"]), {})
    expect("a qualifier", functions.invoke(FunctionName="echo", Qualifier="$LATEST")["StatusCode"], 200)
    answer = functions.invoke(FunctionName="callsEcho", Payload="[1]")
    expect("functions that call each other", json.load(answer["Payload"]), {"echo said": "[1]"})
    print("  results, by every name of a function")


def errors(functions):
    for name, message in (
        ("fail", "out of stock"),
        ("panics", "no shelf"),
        ("slow", "Task timed out after 1.00 seconds"),
        ("exits", "exit status 3"),
    ):
        answer = functions.invoke(FunctionName=name)
        expect(name, (answer["StatusCode"], answer.get("FunctionError")), (200, "Unhandled"))
        if message not in json.load(answer["Payload"])["errorMessage"]:
            raise Failure(f"{name}: the error doesn't say {message!r}")
    print("  errors of functions")


def kinds(functions, local):
    answer = functions.invoke(FunctionName="prints", LogType="Tail")
    if b"line 99 " not in base64.b64decode(answer["LogResult"]):
        raise Failure("the log's end isn't there")
    context = base64.b64encode(json.dumps({"custom": {"who": "me"}}).encode()).decode()
    about = json.load(functions.invoke(FunctionName="about", ClientContext=context)["Payload"])
    expect("the client's context", about["client"], {"who": "me"})
    expect("the function's ARN", about["arn"], ARN + "about")
    expect("a dry run", functions.invoke(FunctionName="exits", InvocationType="DryRun")["StatusCode"], 204)
    expect("an event", functions.invoke(FunctionName="flaky", InvocationType="Event", Payload="{}")["StatusCode"], 202)
    until(
        lambda: sum("invoke flaky " in line for line in list(local.said)) == 3,
        "an event that fails isn't tried three times",
        20,
    )
    names = [f["FunctionName"] for f in functions.list_functions()["Functions"]]
    expect("the list of functions", ("shop-dev" in names, "shop-dev-echo" in names), (True, True))
    print("  the log, a client's context, a dry run, an event, the list")


def refusals(functions):
    message = refused("an unknown function", "ResourceNotFoundException", 404, functions.invoke, FunctionName="nothing")
    expect("an unknown function", message, "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing")
    refused(
        "an unknown alias", "ResourceNotFoundException", 404, functions.invoke, FunctionName="echo", Qualifier="live"
    )
    refused("no JSON", "InvalidRequestContentException", 400, functions.invoke, FunctionName="echo", Payload="{")
    large = json.dumps("x" * (6 << 20))
    refused("too large", "RequestTooLargeException", 413, functions.invoke, FunctionName="echo", Payload=large)
    refused(
        "too large an event",
        "RequestTooLargeException",
        413,
        functions.invoke,
        FunctionName="echo",
        InvocationType="Event",
        Payload=large[: 1 << 20] + '"',
    )
    refused("another operation", "UnknownOperationException", 400, functions.get_function, FunctionName="echo")
    print("  refusals")


def other_services(local):
    """The app's calls of AWS, where there is none, end with an error that says so."""
    elsewhere = "/2015-03-31/no-aws"
    for service, call, arguments in (
        ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "1"}}}),
        ("sqs", "send_message", {"QueueUrl": "http://q/1/q", "MessageBody": "b"}),
        ("sns", "list_topics", {}),
        ("s3", "get_object", {"Bucket": "bucket", "Key": "a/b"}),
        ("s3", "put_object", {"Bucket": "bucket", "Key": "a", "Body": b"x"}),
        ("events", "list_rules", {}),
        ("sts", "get_caller_identity", {}),
    ):
        message = refused(service, "NoAWS", 400, getattr(client(local, service, elsewhere), call), **arguments)
        if f"calls {service}" not in message or "--endpoint-url" not in message:
            raise Failure(f"{service}: {message}")
    print("  other services")


def main(chalice):
    with Local(chalice, APP, "--no-autoreload").ready() as local:
        functions = client(local, "lambda")
        results(functions)
        errors(functions)
        kinds(functions, local)
        refusals(functions)
        other_services(local)


if __name__ == "__main__":
    run(main, __doc__)
