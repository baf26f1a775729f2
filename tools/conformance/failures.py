"""Has chalice local poll queues and streams whose records fail, and looks where they go.

    python tools/endpoint python tools/conformance/failures.py CHALICE

Batches that are halved, retried and given up, and what a queue, a topic and a
bucket get of them; filters; a stream from a time on; a source that is disabled.
Exits with 1 at the first difference.
"""

import collections
import datetime
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import boto3

from queues import Failure, Local, Notes, Queues, eventually, expect

APP = Path(__file__).parent / "testdata" / "failures"
VISIBILITY = 2  # seconds
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def task(n, state="paid", fails=""):
    return {"n": n, "state": state, "fails": fails}


class Streams:
    def __init__(self):
        self.kinesis = boto3.client("kinesis")

    def make(self, name):
        self.kinesis.create_stream(StreamName=name, ShardCount=1)
        self.kinesis.get_waiter("stream_exists").wait(StreamName=name)

    def put(self, name, tasks, keys=1):
        """Puts tasks at once, and returns their sequence numbers."""
        records = [{"Data": json.dumps(one), "PartitionKey": f"k{one['n'] % keys}"} for one in tasks]
        put = self.kinesis.put_records(StreamName=name, Records=records)
        return {one["n"]: record["SequenceNumber"] for one, record in zip(tasks, put["Records"], strict=True)}


def make_table(dynamodb):
    made = dynamodb.create_table(
        TableName="accounts",
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def put_items(dynamodb, tasks):
    for one in tasks:
        item = {"n": {"N": str(one["n"])}, "state": {"S": one["state"]}, "fails": {"S": one["fails"]}}
        dynamodb.put_item(TableName="accounts", Item=item)


def bodies(queues, url):
    """Returns the bodies of a queue's messages, which are deleted."""
    found = []
    while got := queues.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in got]
        for message in got:
            queues.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def check_form(what, told, kind, stream):
    """A word of a batch has what Lambda's documentation has."""
    expect(
        f"{what}: its members",
        set(told) - {"payload"},
        {"requestContext", "responseContext", "version", "timestamp", kind},
    )
    request, place = told["requestContext"], told[kind]
    expect(f"{what}: why", (request["condition"], told["version"]), ("RetryAttemptsExhausted", "1.0"))
    expect(f"{what}: the request", bool(re.fullmatch(ID, request["requestId"])), True)
    function = r"arn:aws:lambda:us-east-1:\d{12}:function:failures-dev-\w+"
    expect(f"{what}: the function", bool(re.fullmatch(function, request["functionArn"])), True)
    expect(f"{what}: the source", bool(re.search(stream, place["streamArn"])), True)
    expect(f"{what}: the shard", place["shardId"][:8], "shardId-")
    for moment in (
        told["timestamp"],
        place["approximateArrivalOfFirstRecord"],
        place["approximateArrivalOfLastRecord"],
    ):
        at = datetime.datetime.fromisoformat(moment)
        expect(f"{what}: a time, {moment}", abs(time.time() - at.timestamp()) < 600, True)


def check_halves(notes, queues, streams, failed):
    numbers = streams.put("halves", [task(n, fails="always" if n == 5 else "") for n in range(8)])
    want = ["0 1 2 3 4 5 6 7", "0 1 2 3", "4 5 6 7", "4 5", "4", "5", "5", "6 7"]
    eventually("a batch is halved until the bad record is alone", lambda: notes.lines("halves"), want)
    [told] = bodies(queues, failed)
    check_form("word in the queue", told, "KinesisBatchInfo", "stream/halves$")
    expect("it failed each time", told["requestContext"]["approximateInvokeCount"], 5)
    want = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    expect("its last answer", told["responseContext"], want)
    place = told["KinesisBatchInfo"]
    found = (place["startSequenceNumber"], place["endSequenceNumber"], place["batchSize"])
    expect("which record it was", found, (numbers[5], numbers[5], 1))


def check_each(notes, queues, streams, heard):
    bad = [3, 13, 23, 33]
    numbers = streams.put("each", [task(n, fails="always" if n in bad else "") for n in range(40)], keys=8)
    good = {f"k{k}": [n for n in range(k, 40, 8) if n not in bad] for k in range(8)}
    done = lambda: {key: [int(n) for n in notes.lines(f"each.{key}.done")] for key in good}  # noqa: E731
    eventually("of each key, the good records are done in their order", done, good)
    told = []

    def all_told():
        told.extend(json.loads(body["Message"]) for body in bodies(queues, heard))
        return sorted(one["KinesisBatchInfo"]["startSequenceNumber"] for one in told)

    eventually("the topic was told of the others", all_told, sorted(numbers[n] for n in bad))
    check_form("word in the topic", told[0], "KinesisBatchInfo", "stream/each$")
    want = {"statusCode": 200, "executedVersion": "$LATEST"}
    expect("a function that reports failures has answered", told[0]["responseContext"], want)


def check_lost(notes, streams, local):
    streams.put("lost", [task(1, fails="always")])
    where = (
        r"main.go:\d+: lost: 1 record of the stream lost given up, and word of that can't be sent to the queue nowhere"
    )
    local.hear("a destination that isn't there is a warning", "WARN", where)
    streams.put("lost", [task(2)])
    eventually("the shard goes on", lambda: notes.lines("lost.done"), ["2"])


def check_table(notes, dynamodb, s3):
    tasks = [task(n, "open" if n % 3 == 0 else "paid", "always" if n % 10 == 4 else "") for n in range(30)]
    put_items(dynamodb, tasks)
    good = [one["n"] for one in tasks if one["state"] == "paid" and not one["fails"]]
    bad = [one["n"] for one in tasks if one["state"] == "paid" and one["fails"]]
    done = lambda: sorted({int(n) for n in notes.lines("table.done")})  # noqa: E731
    eventually("of a table, what passes the filter is done", done, good)
    objects = lambda: s3.list_objects_v2(Bucket="failed").get("Contents", [])  # noqa: E731
    eventually("the bucket was told of the others", lambda: len(objects()), len(bad))
    found = []
    for one in objects():
        day = r"\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-"
        form = rf"aws/lambda/{ID}/shardId-[\w-]+/{day}{ID}"
        expect("a key is as Lambda has it", bool(re.fullmatch(form, one["Key"])), True)
        told = json.load(s3.get_object(Bucket="failed", Key=one["Key"])["Body"])
        [record] = json.loads(told["payload"])["Records"]
        found.append(int(record["dynamodb"]["NewImage"]["n"]["N"]))
        expect(
            "it names the record",
            told["DDBStreamBatchInfo"]["startSequenceNumber"],
            record["dynamodb"]["SequenceNumber"],
        )
    check_form("word in the bucket", told, "DDBStreamBatchInfo", "table/accounts/stream/")
    expect("the events are in the bucket", sorted(found), bad)


def check_orders(notes, queues, url, dead):
    tasks = [
        task(n, "open" if n % 2 else "paid", "always" if n == 50 else "once" if n % 10 == 4 else "") for n in range(60)
    ]
    queues.send(url, tasks)
    eventually("the queue is empty", lambda: queues.left(url), 0)
    done = lambda: sorted(int(n) for n in notes.lines("orders.done"))  # noqa: E731
    eventually("what passes the filter is done, each once", done, [n for n in range(0, 60, 2) if n != 50])
    tries = collections.Counter(int(n) for n in notes.lines("orders"))
    expect("only what failed came again", sorted(n for n in tries if tries[n] > 1), [4, 14, 24, 34, 44, 50, 54])
    expect("what always fails is in the dead-letter queue", [one["n"] for one in bodies(queues, dead)], [50])
    expect("it came three times", tries[50], 3)


def check_groups(notes, queues, url):
    tasks = [
        {**task(n, "open" if n % 7 == 3 else "paid", "once" if n % 8 == 4 else ""), "group": f"g{n % 3}"}
        for n in range(45)
    ]
    queues.send(url, tasks)
    want = {f"g{g}": [n for n in range(g, 45, 3) if n % 7 != 3] for g in range(3)}
    done = lambda: {g: [int(n) for n in notes.lines(f"groups.{g}.done")] for g in want}  # noqa: E731
    eventually("of each group, what passes the filter is done in its order", done, want)
    eventually("the queue of groups is empty", lambda: queues.left(url), 0)


def send_large(queues, url):
    """Sends messages of one group that don't fit into one event."""
    for n in range(8):
        body = json.dumps({**task(n, fails="once" if n % 3 == 0 else ""), "padding": "x" * 900_000})
        queues.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="large", MessageDeduplicationId=str(n))


def filtered(local, what):
    counts = [re.match(r"(\d+) \w+ of (.*) didn't match the filters of", text) for _, text in list(local.lines)]
    return sum(int(found[1]) for found in counts if found and found[2] == what)


def check_said(local):
    eventually("it is said how many messages were filtered out", lambda: filtered(local, "the queue orders"), 30)
    eventually("it is said how many changes were filtered out", lambda: filtered(local, "the table accounts"), 10)
    lines = local.said("INFO", "of the table accounts didn't match")
    expect("and not in a line each", lines < 5, True)
    given = [
        one
        for one in local.batches
        if "given up after 2 tries: word of 1 record was sent to the queue failures" in one.get("next", "")
    ]
    expect("an entry says what was given up, and where it went", [one["path"] for one in given], ["halves"])
    expect(
        "and where the function is registered", bool(re.search(r"registered at .*main.go:\d+", given[0]["error"])), True
    )
    again = [
        one for one in local.batches if one["path"] == "orders" and "visibility timeout is 2 s" in one.get("next", "")
    ]
    expect("an entry says when messages come again", bool(again), True)


def main(chalice, work):
    queues, streams, dynamodb, s3, sns = (
        Queues(),
        Streams(),
        boto3.client("dynamodb"),
        boto3.client("s3"),
        boto3.client("sns"),
    )
    notes = Notes(work)
    failed, failed_arn = queues.make("failures")
    heard, heard_arn = queues.make("heard")
    topic = sns.create_topic(Name="failures")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=heard_arn)
    s3.create_bucket(Bucket="failed")
    dead, dead_arn = queues.make("orders-dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3})
    orders, _ = queues.make("orders", VisibilityTimeout=str(VISIBILITY), RedrivePolicy=redrive)
    groups, _ = queues.make("groups.fifo", VisibilityTimeout=str(VISIBILITY))
    large, _ = queues.make("large.fifo", VisibilityTimeout=str(VISIBILITY))
    asleep, _ = queues.make("asleep")
    queues.send(asleep, [task(1)])
    send_large(queues, large)
    for name in ("halves", "each", "lost", "since"):
        streams.make(name)
    streams.put("since", [task(n) for n in range(5)])
    time.sleep(2)
    since = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    streams.put("since", [task(n) for n in range(5, 10)])
    stream_arn = make_table(dynamodb)
    variables = Path(work) / "variables"
    variables.write_text(
        f"NOTES={work}\nSTREAM_ARN={stream_arn}\nSINCE={since}\nQUEUE_ARN={failed_arn}\nTOPIC_ARN={topic}\n"
    )
    local = Local(chalice, "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--env-file", str(variables), app=APP)
    try:
        for name in ("halves", "each", "lost", "since"):
            local.hear(f"the stream {name} is polled", "INFO", f"gets the records of the stream {name}")
        local.hear(
            "a disabled source is said to be", "INFO", r"the queue asleep isn't polled for asleep: .*app.Disabled"
        )
        check_halves(notes, queues, streams, failed)
        check_each(notes, queues, streams, heard)
        check_lost(notes, streams, local)
        told = lambda: [json.loads(line)["n"] for line in notes.lines("since")]  # noqa: E731
        eventually("a stream is read from a time on", told, list(range(5, 10)))
        check_table(notes, dynamodb, s3)
        check_orders(notes, queues, orders, dead)
        check_groups(notes, queues, groups)
        told = lambda: [int(n) for n in notes.lines("groups.large.done")]  # noqa: E731
        eventually("large messages of a group are done in their order", told, list(range(8)))
        check_said(local)
        expect("what is disabled stays where it is", queues.left(asleep), 1)
    finally:
        took = local.stop()
    expect("it ends at once", took < 2, True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        with tempfile.TemporaryDirectory() as folder:
            main(str(Path(sys.argv[1]).absolute()), folder)
    except Failure as failure:
        sys.exit(f"Error: {failure}")
