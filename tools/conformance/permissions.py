"""Runs the functions of examples/orders, each with the role that it is deployed with.

    permissions.py CHALICE

runs where the AWS of the environment is an endpoint for tests that enforces
IAM's policies, and aws and cfn-lint are on the path. CHALICE is our command.
The example is packaged and deployed; then its program is run here as Lambda
would run it. With its own role each function can do its work, and with that of
another, or on other resources, it can't. Exits with 1 at the first difference.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import aws
from aws import ACCOUNT, REGION, Failure
from deploy import BUCKET, ROOT, CloudFormation, Steps, expect, run

WORK = ROOT / ".tools" / "permissions"
PROJECT = WORK / "orders"
INVOKE, PROGRAM = WORK / "invoke", WORK / "bootstrap"

ORDER = {"id": "o-7", "items": 3}
REPORT = "1 orders\n"


def arn(service, name):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def queue_url(name):
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


# What the functions use, by the variables that name it; and others of the same
# kinds, which they may not use.
OTHERS = {
    "ORDERS_TABLE": "others",
    "ORDERS_QUEUE_URL": queue_url("others"),
    "SHIPPED_TOPIC_ARN": arn("sns", "others"),
    "REPORTS_BUCKET": "others",
}
OWN = {
    "ORDERS_TABLE": "orders",
    "ORDERS_QUEUE_URL": queue_url("orders"),
    "SHIPPED_TOPIC_ARN": arn("sns", "shipped"),
    "REPORTS_BUCKET": f"reports-{ACCOUNT}",
}
USES = {
    "api_handler": ("ORDERS_TABLE", "ORDERS_QUEUE_URL"),
    "ship": ("SHIPPED_TOPIC_ARN", "ORDERS_TABLE"),
    "count": ("ORDERS_TABLE", "REPORTS_BUCKET"),
    "report": ("REPORTS_BUCKET",),
}

# Commands that no policy of the role allows, though most are about its own
# resources.
NEVER = (
    ("api_handler", "dynamodb", "delete-item", "--table-name", "orders", "--key", '{"id": {"S": "o-7"}}'),
    ("ship", "sns", "list-topics"),
    ("count", "dynamodb", "delete-table", "--table-name", "orders"),
    ("report", "s3api", "put-object", "--bucket", OWN["REPORTS_BUCKET"], "--key", "reports/latest.txt"),
    ("report", "sqs", "get-queue-attributes", "--queue-url", queue_url("orders")),
)


def request_event():
    """Returns the event of an order that comes in over HTTP."""
    sample = json.loads((ROOT / "examples" / "helloworld" / "testdata" / "city.json").read_text())
    for key in ("pathParameters", "queryStringParameters", "multiValueQueryStringParameters"):
        sample[key] = None
    sample["headers"]["Content-Type"] = "application/json"
    sample["multiValueHeaders"]["Content-Type"] = ["application/json"]
    sample["requestContext"].update(resourcePath="/orders", path="/api/orders", httpMethod="POST")
    return {**sample, "resource": "/orders", "path": "/orders", "httpMethod": "POST", "body": json.dumps(ORDER)}


MESSAGE = {"MessageId": "5f0d9e1c-7a6b-4c3d-8e2f-1a0b9c8d7e6f", "ReceiptHandle": "handle", "Body": json.dumps(ORDER)}


def queue_event(message=MESSAGE):
    """Returns the event of a message, as receive-message gives it."""
    record = {name[0].lower() + name[1:]: value for name, value in message.items()}
    source = {"eventSource": "aws:sqs", "eventSourceARN": arn("sqs", "orders"), "awsRegion": REGION}
    return {"Records": [{**record, "attributes": {}, "messageAttributes": {}, **source}]}


def schedule_event():
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2024-09-23T03:00:00Z",
        "region": REGION,
        "resources": [arn("events", "rule/orders-CountCountEvent")],
        "detail": {},
    }


EVENTS = {
    "api_handler": request_event(),
    "ship": queue_event(),
    "count": schedule_event(),
    "report": {},
}


@dataclass
class Function:
    """A function as it is deployed, with credentials of its role."""

    name: str
    variables: dict
    credentials: dict

    def run(self, event, role=None, variables=None):
        """Calls the function, as itself or with another's role; returns its
        answer, and what it logged or failed with."""
        process = subprocess.run(
            [INVOKE, PROGRAM, self.name],
            check=False,
            input=json.dumps(event),
            env={**(role or self).environment(), **self.variables, **(variables or {})},
            capture_output=True,
            text=True,
        )
        return process.stdout, process.stderr

    def environment(self):
        """Returns what makes of this endpoint AWS, and of the caller the role."""
        kept = ("PATH", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "NO_PROXY")
        return {**{name: os.environ[name] for name in kept}, **self.credentials}


def deployed():
    """Returns the functions that exist, by the names of their handlers."""
    with ThreadPoolExecutor() as pool:
        functions = pool.map(assume, aws.aws("lambda", "list-functions")["Functions"])
    return {function.name: function for function in functions}


def assume(function):
    command = ("sts", "assume-role", "--role-session-name", function["Handler"], "--role-arn", function["Role"])
    role = aws.aws(*command)["Credentials"]
    credentials = {
        "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
        "AWS_SESSION_TOKEN": role["SessionToken"],
    }
    return Function(function["Handler"], function["Environment"]["Variables"], credentials)


def make_resources():
    """Makes what the example uses, others like it, and a queue that gets what
    is published."""
    attributes = ("--attribute-definitions", "AttributeName=id,AttributeType=S")
    key = (*attributes, "--key-schema", "AttributeName=id,KeyType=HASH")
    for names in (OWN, OTHERS):
        table = ("--table-name", names["ORDERS_TABLE"], "--billing-mode", "PAY_PER_REQUEST")
        aws.aws("dynamodb", "create-table", *table, *key)
        aws.aws("sqs", "create-queue", "--queue-name", names["ORDERS_QUEUE_URL"].split("/")[-1])
        aws.aws("sns", "create-topic", "--name", names["SHIPPED_TOPIC_ARN"].split(":")[-1])
        aws.aws("s3api", "create-bucket", "--bucket", names["REPORTS_BUCKET"])
    aws.aws("sqs", "create-queue", "--queue-name", "parcels")
    topic = ("--topic-arn", OWN["SHIPPED_TOPIC_ARN"], "--protocol", "sqs")
    aws.aws("sns", "subscribe", *topic, "--notification-endpoint", arn("sqs", "parcels"))


def deploy(chalice, steps):
    shutil.copytree(ROOT / "examples" / "orders", PROJECT, ignore=shutil.ignore_patterns("*_test.go"))
    way = CloudFormation()
    way.package(chalice, PROJECT, steps)
    run(chalice, "package", "--project-dir", PROJECT, PROJECT / "out" / "sam")
    # W3002 says that a path on this machine has to be packaged, and it will be.
    templates = (PROJECT / "out" / "template.yaml", PROJECT / "out" / "sam" / "sam.yaml")
    run("cfn-lint", "--ignore-checks", "W3002", "--", *templates)
    steps.done("cfn-lint finds nothing in both templates")
    way.create("orders", PROJECT, steps)
    for program, source in ((PROGRAM, PROJECT), (INVOKE, ROOT / "tools" / "invoke")):
        run("go", "build", "-o", program, source)
    steps.done("its program compiled for this machine")


def messages(queue):
    """Returns the messages of a queue, which nobody can receive for a while."""
    command = ("sqs", "receive-message", "--queue-url", queue_url(queue), "--max-number-of-messages", "10")
    return (aws.aws(*command) or {}).get("Messages", [])


def items():
    return aws.aws("dynamodb", "scan", "--table-name", "orders")["Items"]


def objects():
    return (aws.aws("s3api", "list-objects-v2", "--bucket", OWN["REPORTS_BUCKET"]) or {}).get("Contents", [])


def answered(function, event):
    """Runs a function as itself and returns its answer."""
    answer, log = function.run(event)
    if not answer or "AccessDenied" in log:
        raise Failure(f"{function.name}, with its own role, failed:\n{answer}\n{log}")
    return json.loads(answer)


def denied(function, role, variables=None):
    """Makes sure that a function fails for want of a permission."""
    answer, log = function.run(EVENTS[function.name], role, variables)
    if "AccessDenied" not in log:
        where = f" and {variables}" if variables else ""
        raise Failure(f"{function.name}, with the role of {role.name}{where}, was not denied:\n{answer}\n{log}")


def check_roles_of_others(functions):
    pairs = [(function, role) for function in functions.values() for role in functions.values() if function != role]
    for function, role in pairs:
        denied(function, role)
    return f"{len(pairs)} times a function with the role of another"


def check_other_resources(functions):
    calls = [(functions[name], variable) for name, variables in USES.items() for variable in variables]
    for function, variable in calls:
        denied(function, function, {variable: OTHERS[variable]})
    return f"{len(calls)} times a function on a resource of others"


def check_commands(functions):
    def check(command):
        role, *command = command
        try:
            aws.aws(*command, environment={**os.environ, **functions[role].credentials})
        except Failure as failure:
            if "AccessDenied" in str(failure):
                return
            raise
        raise Failure(f"aws {' '.join(command)}, with the role of {role}, was not denied")

    with ThreadPoolExecutor() as pool:
        list(pool.map(check, NEVER))
    return f"{len(NEVER)} commands that no policy has"


def check_work(functions, steps):
    """Has each function do its work, and looks for the effect."""
    expect("status of the order", answered(functions["api_handler"], EVENTS["api_handler"])["statusCode"], 202)
    expect("items in the table", items(), [{"id": {"S": "o-7"}, "items": {"N": "3"}}])
    [message] = messages("orders")
    expect("message in the queue", json.loads(message["Body"]), ORDER)
    steps.done("api_handler: an item is in the table, and a message in the queue")

    expect("answer of ship", answered(functions["ship"], queue_event(message)), {"batchItemFailures": []})
    expect("items in the table", items(), [{"id": {"S": "o-7"}, "items": {"N": "3"}, "shipped": {"BOOL": True}}])
    [parcel] = messages("parcels")
    expect("message of the topic", json.loads(parcel["Body"])["Message"], ORDER["id"])
    steps.done("ship: the topic has told of it, and the item says so")

    expect("answer of count", answered(functions["count"], EVENTS["count"]), None)
    run("aws", "s3", "cp", f"s3://{OWN['REPORTS_BUCKET']}/reports/latest.txt", WORK / "latest.txt")
    expect("report in the bucket", (WORK / "latest.txt").read_text(), REPORT)
    expect("answer of report", answered(functions["report"], EVENTS["report"]), {"bytes": len(REPORT)})
    steps.done("count, report: an object is in the bucket, and can be read")


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    steps = Steps("permissions")
    aws.aws("s3api", "create-bucket", "--bucket", BUCKET)
    make_resources()
    steps.done("two tables, queues, topics and buckets made")
    deploy(chalice, steps)
    functions = deployed()
    expect("functions", sorted(functions), sorted(USES))
    for function in functions.values():
        expect(f"variables of {function.name}", function.variables, OWN)
    steps.done("each function's role assumed")

    for check in (check_roles_of_others, check_commands):
        steps.done(f"denied: {check(functions)}")
    expect("what the denied have done", [*items(), *messages("orders"), *messages("parcels"), *objects()], [])
    check_work(functions, steps)
    steps.done(f"denied: {check_other_resources(functions)}")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"Error: permissions: {failure}")
