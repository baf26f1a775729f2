"""Has chalice local poll queues and streams of an endpoint, and counts.

    python tools/endpoint python tools/conformance/queues.py CHALICE

1,000 messages, of which a tenth fail the first time and some always; messages
in groups, whose order counts; batches in a window; the records of a Kinesis
stream and of a DynamoDB table; a queue that is made later; and a change of the
app while all that is going on. Exits with 1 at the first difference.
"""

import collections
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3

APP = Path(__file__).parent / "testdata" / "queues"
PATIENCE = 90  # seconds
VISIBILITY = 6  # seconds, of the queues whose messages fail
JOBS = 1000
ALWAYS = range(50, JOBS, 100)  # the hopeless jobs


class Failure(Exception):
    """Something isn't as it should be."""


def expect(what, found, want):
    if found != want:
        raise Failure(f"{what}: {found!r}, and should be {want!r}")
    print(f"  {what}", flush=True)


def eventually(what, found, want):
    """Waits until something is as it should be."""
    end = time.monotonic() + PATIENCE
    while (last := found()) != want and time.monotonic() < end:
        time.sleep(0.1)
    expect(what, last, want)


class Local:
    """chalice local, and what it says."""

    def __init__(self, chalice, *options, app=APP):
        command = [chalice, "local", "--port", "0", "--project-dir", str(app), "--json", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines, self.batches, self.builds, self.other = [], [], 0, []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                self.other.append(line)
                continue
            if text := said.get("log", {}).get("text"):
                self.lines.append((said["log"].get("level"), text))
            if batch := said.get("poll"):
                self.batches.append(batch)
            if said.get("build", {}).get("state") in ("ready", "failed"):
                self.builds += 1
                self.other.append(said["build"].get("error", ""))

    def said(self, level, pattern):
        return sum(1 for at, text in list(self.lines) if at == level and re.search(pattern, text))

    def hear(self, what, level, pattern):
        try:
            eventually(what, lambda: self.said(level, pattern) > 0 or self.process.poll(), True)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.lines}\n{''.join(self.other)}") from None

    def stop(self):
        start = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        return time.monotonic() - start


class Notes:
    """What the app wrote about its events."""

    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "seen").mkdir()

    def lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def jobs(self, name):
        """Returns (number, group, done) of each time that a job was done."""
        for line in self.lines(name):
            n, group, done = line.split(" ")
            yield int(n), group, done == "true"

    def done(self, name):
        return sorted(n for n, _, done in self.jobs(name) if done)

    def failed(self, name):
        return collections.Counter(n for n, _, done in self.jobs(name) if not done)

    def records(self, name):
        return [record for line in self.lines(name + ".events") for record in json.loads(line)["Records"]]


class Queues:
    def __init__(self):
        self.sqs = boto3.client("sqs")

    def make(self, name, **attributes):
        fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        url = self.sqs.create_queue(QueueName=name, Attributes={**fifo, **attributes})["QueueUrl"]
        got = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, got["Attributes"]["QueueArn"]

    def make_with_dead_letters(self, name, dead, after):
        dead_url, arn = self.make(dead)
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": after})
        url, _ = self.make(name, VisibilityTimeout=str(VISIBILITY), RedrivePolicy=redrive)
        return url, dead_url

    def send(self, url, jobs, **more):
        for start in range(0, len(jobs), 10):
            some = jobs[start : start + 10]
            entries = [{"Id": str(i), "MessageBody": json.dumps(job), **more} for i, job in enumerate(some)]
            for entry, job in zip(entries, some, strict=True):
                if url.endswith(".fifo"):
                    entry |= {"MessageGroupId": job["group"], "MessageDeduplicationId": str(job["n"])}
            if failed := self.sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed"):
                raise Failure(f"not sent: {failed}")

    def left(self, url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        got = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(got[name]) for name in names)

    def drain(self, url):
        bodies = []
        while got := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [json.loads(message["Body"])["n"] for message in got]
            for message in got:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return sorted(bodies)


def job(n, fails="", group="-"):
    return {"n": n, "group": group, "fails": fails}


def jobs():
    """Returns the jobs: a tenth fail the first time, and some of the others always."""
    return [job(n, "always" if n in ALWAYS else "once" if n % 10 == 7 else "") for n in range(JOBS)]


def make_stream(kinesis):
    kinesis.create_stream(StreamName="clicks", ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName="clicks")
    kinesis.put_record(StreamName="clicks", PartitionKey="old", Data=json.dumps(job(-1)))


def make_table(dynamodb):
    made = dynamodb.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def put_items(dynamodb, numbers):
    for n in numbers:
        item = {
            "n": {"N": str(n)},
            "group": {"S": "-"},
            "fails": {"S": "once" if n % 10 == 3 else ""},
            "b": {"B": b"\xff"},
        }
        dynamodb.put_item(TableName="things", Item=item)


def put_clicks(kinesis, numbers):
    for n in numbers:
        data = json.dumps(job(n, "once" if n % 10 == 4 else "", f"k{n % 5}"))
        kinesis.put_record(StreamName="clicks", PartitionKey=f"k{n % 5}", Data=data)


def check_jobs(notes, queues, url, dead):
    healthy = [n for n in range(JOBS) if n not in ALWAYS]
    eventually("all 1,000 messages are gone from the queue", lambda: queues.left(url), 0)
    expect("each message that can be done was done", sorted(set(notes.done("jobs"))), healthy)
    expect("the hopeless ones are in the dead-letter queue", queues.drain(dead), list(ALWAYS))
    again = [n for n in notes.failed("jobs") if n not in ALWAYS]
    expect("a tenth failed and came again", sorted(again), [n for n in range(JOBS) if n % 10 == 7])


def check_once(notes):
    """Nothing failed but what was told to: the others came once, but for those that
    a change of the app met on their way."""
    twice = [n for n, times in collections.Counter(notes.done("jobs")).items() if times > 1]
    expect("no message was done twice", twice, [])


def check_message(notes, arn):
    [record] = [one for one in notes.records("late") if json.loads(one["body"])["n"] == 1]
    attributes = record.pop("attributes")
    expect("a message's receipt is there", bool(record.pop("receiptHandle") and record.pop("messageId")), True)
    expect("a message's attributes have an MD5", len(record.pop("md5OfMessageAttributes")), 32)
    lists = {"stringListValues": [], "binaryListValues": []}
    body = json.dumps(job(1))
    expect(
        "a message is as Lambda has it",
        record,
        {
            "body": body,
            "messageAttributes": {
                "kind": {"stringValue": "<&é>", "dataType": "String", **lists},
                "bytes": {"binaryValue": "/wA=", "dataType": "Binary", **lists},
            },
            "md5OfBody": hashlib.md5(body.encode()).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": arn,
            "awsRegion": "us-east-1",
        },
    )
    wanted = {"ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    expect("so are its attributes", wanted - set(attributes), set())
    expect("it came once", attributes["ApproximateReceiveCount"], "1")


def check_order(notes):
    """Each group's messages are done in their order, and each once."""
    groups = collections.defaultdict(list)
    for n, group, done in notes.jobs("orders.fifo"):
        if done:
            groups[group].append(n)
    expect("the order of each group is kept", {g: sorted(ns) for g, ns in groups.items()}, dict(groups))


def check_clicks(notes):
    keys = collections.defaultdict(list)
    for n, group, done in notes.jobs("clicks"):
        if done:
            keys[group].append(n)
    expect("the order of each shard is kept", {k: sorted(ns) for k, ns in keys.items()}, dict(keys))
    record = notes.records("clicks")[0]
    shard, sequence = record["eventID"].split(":")
    expect("a click's ids belong together", (shard[:8], sequence), ("shardId-", record["kinesis"]["sequenceNumber"]))
    arrival = record["kinesis"]["approximateArrivalTimestamp"]
    expect("its time is in seconds", abs(time.time() - arrival) < 600, True)
    expect("its source is the stream", record["eventSourceARN"], "arn:aws:kinesis:us-east-1:123456789012:stream/clicks")


def check_things(notes, arn):
    record = notes.records("table")[0]
    image = record["dynamodb"]["NewImage"]
    expect(
        "an item has DynamoDB's form",
        image,
        {"n": {"N": "0"}, "group": {"S": "-"}, "fails": {"S": ""}, "b": {"B": "/w=="}},
    )
    told = [record[key] for key in ("eventName", "eventSource", "eventSourceARN")]
    expect("a change says what it is", told, ["INSERT", "aws:dynamodb", arn])


def check_unpolled(chalice, variables):
    local = Local(chalice, "--env-file", variables)
    try:
        sources = r"the queue jobs \(for work\), .*the stream clicks \(for count\), the table things \(for changed\)"
        local.hear(
            "without an endpoint, it says what isn't polled", "WARN", f"nothing here polls {sources}; .*--endpoint-url"
        )
    finally:
        local.stop()


def main(chalice, work):
    queues, kinesis, dynamodb = Queues(), boto3.client("kinesis"), boto3.client("dynamodb")
    notes = Notes(work)
    jobs_url, dead = queues.make_with_dead_letters("jobs", "jobs-dead", 4)
    fifo, _ = queues.make("orders.fifo", VisibilityTimeout=str(VISIBILITY))
    bulk, _ = queues.make("bulk", VisibilityTimeout=str(VISIBILITY))
    make_stream(kinesis)
    stream_arn = make_table(dynamodb)
    put_items(dynamodb, range(10))
    variables = Path(work) / "variables"
    variables.write_text(f"NOTES={work}\nSTREAM_ARN={stream_arn}\n")
    check_unpolled(chalice, str(variables))
    local = Local(chalice, "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--env-file", str(variables))
    try:
        local.hear("the jobs are polled", "INFO", "work gets the messages of the queue jobs")
        local.hear("the stream is polled", "INFO", "count gets the records of the stream clicks")
        local.hear("a queue is missing", "WARN", r"main.go:\d+: late: the queue late doesn't exist: .*create-queue")
        local.hear("a visibility timeout is too short", "WARN", "visibility timeout of the queue jobs, 6 s, is below")
        queues.send(bulk, [job(n, "once" if n == 5 else "") for n in range(30)])
        put_clicks(kinesis, range(50))
        queues.send(fifo, [job(n, "once" if n % 10 == 2 else "", f"g{n % 3}") for n in range(60)])
        queues.send(jobs_url, jobs()[:500])
        builds = local.builds
        variables.write_text(variables.read_text() + "AGAIN=1\n")
        queues.send(jobs_url, jobs()[500:])
        put_clicks(kinesis, range(50, 100))
        put_items(dynamodb, range(10, 40))
        eventually("the app was started anew in between", lambda: local.builds > builds, True)
        late, late_arn = queues.make("late")
        attributes = {
            "kind": {"StringValue": "<&é>", "DataType": "String"},
            "bytes": {"BinaryValue": b"\xff\0", "DataType": "Binary"},
        }
        queues.send(late, [job(1)], MessageAttributes=attributes)
        check_jobs(notes, queues, jobs_url, dead)
        check_once(notes)
        eventually("the groups are done", lambda: notes.done("orders.fifo"), list(range(60)))
        check_order(notes)
        eventually(
            "a batch that fails comes again as a whole", lambda: sorted(set(notes.done("bulk"))), list(range(30))
        )
        expect("a window fills batches", max(int(size) for size in notes.lines("bulk.sizes")) > 10, True)
        eventually(
            "all records of the stream are done, from its end on", lambda: notes.done("clicks"), list(range(100))
        )
        check_clicks(notes)
        eventually(
            "all changes of the table are done, from the first on",
            lambda: sorted(set(notes.done("table"))),
            list(range(40)),
        )
        check_things(notes, stream_arn)
        eventually("the queue that came later is polled", lambda: notes.done("late"), [1])
        check_message(notes, late_arn)
        expect("the missing queue was said once", local.said("WARN", "the queue late doesn't exist"), 1)
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
