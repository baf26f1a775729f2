"""Puts events on buses and publishes messages where chalice local runs an app, as users
do: with the AWS CLI, and with AWS's SDK for Python.

    happenings.py CHALICE

Exits with 1 if they see anything else than they would of EventBridge and SNS, or if
the functions get anything else than AWS would send them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from botocore.exceptions import ClientError

from invoke import client, expect, refused
from local import ROOT, Failure, Local, run, until

APP = ROOT / "internal" / "devserver" / "invokeapi" / "testdata" / "events"
TOPIC = "arn:aws:sns:us-east-1:123456789012:news"


def aws(local, *command):
    """Returns what a command of the AWS CLI prints."""
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    program = Path(sys.executable).parent / "aws"
    done = subprocess.run(
        [program, "--endpoint-url", local.url, "--output", "json", *command],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failure(f"aws {' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def order(state, **more):
    return {"Source": "com.shop", "DetailType": "OrderPlaced", "Detail": json.dumps({"state": state}), **more}


def said(local, text, times=1):
    until(
        lambda: sum(text in line for line in list(local.said)) == times,
        f"chalice local doesn't say {times} times: {text}\n{''.join(local.said)}",
        20,
    )


def events(local):
    entries = json.dumps([order("new"), order("old"), order("new", EventBusName="orders"), {"Source": "com.shop"}])
    answer = aws(local, "events", "put-events", "--entries", entries)
    expect("failed entries", answer["FailedEntryCount"], 1)
    expect("ids", ["EventId" in entry for entry in answer["Entries"]], [True, True, True, False])
    expect("the error", answer["Entries"][3]["ErrorCode"], "InvalidArgument")
    said(local, "com.shop OrderPlaced to ordered ok")
    said(local, "com.shop OrderPlaced on orders to on_bus ok")
    said(local, "got map[state:new]\n")  # what InputPath selects
    said(local, "com.shop OrderPlaced: no function gets it; ordered: its pattern wants detail.state")
    bus = client(local, "events")
    answer = bus.put_events(
        Entries=[order("new", EventBusName="arn:aws:events:us-east-1:123456789012:event-bus/orders")]
    )
    expect("failed entries by the SDK", answer["FailedEntryCount"], 0)
    said(local, "com.shop OrderPlaced on orders to on_bus ok", 2)
    answer = bus.put_events(Entries=[{"Source": "aws.s3", "DetailType": "d", "Detail": "{}"}])
    expect("a source of AWS's", answer["Entries"][0]["ErrorCode"], "NotAuthorizedForSourceException")
    refused("too many", "ValidationException", 400, bus.put_events, Entries=[order("new")] * 11)
    refused("another operation", "NoAWS", 400, bus.list_rules)
    print("  events, on two buses")


def again(local):
    """Lambda tries an asynchronous invocation that failed again."""
    client(local, "events").put_events(Entries=[{"Source": "com.flaky", "DetailType": "d", "Detail": "{}"}])
    said(local, "com.flaky d to flaky failed")
    said(local, "com.flaky d to flaky ok")
    print("  an event that fails at first")


def messages(local):
    answer = aws(local, "sns", "publish", "--topic-arn", TOPIC, "--message", "rain", "--subject", "Weather")
    expect("a message's id", len(answer["MessageId"]), 36)
    said(local, "message of news to all ok")
    said(local, "got Weather rain\n")
    topic = client(local, "sns")
    kind = {"kind": {"DataType": "String", "StringValue": "sports"}}
    topic.publish(TopicArn=TOPIC, Message="a goal", MessageAttributes=kind)
    said(local, "message of news to sports ok")
    said(local, "message of news to all ok", 2)
    answer = topic.publish_batch(
        TopicArn=TOPIC,
        PublishBatchRequestEntries=[
            {"Id": "a", "Message": "one", "MessageAttributes": kind},
            {"Id": "b", "Message": ""},
        ],
    )
    expect("those of a batch", [one["Id"] for one in answer["Successful"]], ["a"])
    expect("those that failed", [(one["Id"], one["Code"]) for one in answer["Failed"]], [("b", "InvalidParameter")])
    said(local, "message of news to sports ok", 2)
    refused("no topic", "InvalidParameter", 400, topic.publish, TopicArn="news", Message="m")
    refused("another operation", "NoAWS", 400, topic.list_topics)
    print("  messages of a topic")


def by_hand(local):
    """What AWS wouldn't deliver is delivered by hand, with a line that says so."""
    answer = client(local, "lambda").invoke(FunctionName="ordered", Payload=json.dumps({"source": "com.other"}))
    expect("an event by hand", (answer["StatusCode"], answer.get("FunctionError")), (200, None))
    said(local, "AWS wouldn't invoke ordered with this event: it gets events of EventBridge, and this is none")
    print("  an event that AWS wouldn't deliver")


def main(chalice):
    with Local(chalice, APP, "--no-autoreload") as local:
        try:
            client(local, "lambda").list_functions()  # waits for the build
        except ClientError as error:
            raise Failure(f"the app doesn't run: {error}\n{''.join(local.said)}") from error
        events(local)
        again(local)
        messages(local)
        by_hand(local)


if __name__ == "__main__":
    run(main, __doc__)
