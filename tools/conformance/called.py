"""Runs the examples on this machine and in AWS, and calls them there.

    called.py CHALICE [EXAMPLE...]

runs where the AWS of the environment is an endpoint for tests. CHALICE is our command.
Each example is run by chalice local and asked for something; then it is deployed as its
README says, its functions are called, and it is deleted. What its README shows of policies
and of requests has to be so. (cdk.py deploys examples/cdk, which is run here as well.)
Exits with 1 at the first difference.
"""

import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3

import local
from aws import ACCOUNT, Failure
from deploy import Steps, expect
from examples import PROGRAMS, ROOT, copied

WORK = ROOT / ".tools" / "called"
PATIENCE = 60  # seconds

# Examples that go together: one after the other, as they need a queue of one name.
CHAINS = (("events", "orders"), ("todo",), ("thumbnails",), ("mounted",), ("chat",), ("shop",), ("helloworld",))


class App:
    """A copy of an example, for our command."""

    def __init__(self, chalice, name):
        self.chalice, self.name, self.flags = chalice, name, PROGRAMS[name].flags()
        self.folder = copied(name, WORK / name)
        # Functions run on this machine, in the endpoint as well.
        file = self.folder / ".chalice" / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "lambda_architecture": "x86_64"}))
        # Temporary files of its own, by which chalice invoke also finds its chalice local.
        self.environment = dict.fromkeys(("TMPDIR", "GOTMPDIR"), str(self.folder / "tmp"))
        (self.folder / "tmp").mkdir()

    def run(self, *line, payload=None):
        """Runs our command in the example, and returns its results."""
        stdin = {"input": payload} if payload is not None else {"stdin": subprocess.DEVNULL}
        environment = {**os.environ, **self.environment}
        settings = {**stdin, "capture_output": True, "text": True, "cwd": self.folder, "env": environment}
        done = subprocess.run([self.chalice, *line], check=False, **settings)
        if done.returncode:
            raise Failure(f"chalice {' '.join(line)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self, *flags):
        """Runs the example on this machine."""
        flags = ("--no-autoreload", "--env", "TMPDIR", *flags)
        return local.Local(self.chalice, self.folder, *flags, environment=self.environment)

    def invoke(self, function, event):
        """Calls a deployed function, and returns its result."""
        return json.loads(self.run("invoke", function, payload=json.dumps(event)))

    def event(self, name, body=None):
        """Returns the event of a function or a route."""
        more = ("--body", json.dumps(body)) if body is not None else ()
        return json.loads(self.run("generate-event", name, *self.flags, *more))

    def request(self, route, status, body=None, **more):
        """Sends a request to the deployed function of the routes, and returns the body of its answer."""
        answer = self.invoke("api_handler", {**self.event(route, body), **more})
        return having(status, route, answer["statusCode"], answer["body"])


def written(name, start):
    """Returns the commands of an example's README that start so, and what they print there."""
    text = (ROOT / "examples" / name / "README.md").read_text()
    found = re.findall(rf"^\$ ({re.escape(start)}.*)\n((?:(?!\$ |```).*\n)*)", text, re.MULTILINE)
    return [(command, output) for command, output in found if output != "...\n"]


def check_policies(app):
    """Compares the policies that the README shows with those that there are."""
    for command, output in written(app.name, "chalice gen-policy"):
        line = [app.chalice, *command.split()[1:]]
        done = subprocess.run(line, check=False, cwd=ROOT / "examples" / app.name, capture_output=True, text=True)
        expect(f"output of {command}", done.stdout.splitlines(), output.splitlines())


def check_answers(app, served):
    """Sends the requests that the README shows, and compares the answers."""
    requests = written(app.name, "curl ")
    here = [(command, output) for command, output in requests if "127.0.0.1:8000" in command]
    expect("that the README shows requests", bool(here), True)
    for command, output in here:
        line = command.replace("curl ", "curl -sS ", 1).replace("http://127.0.0.1:8000", served.url)
        done = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True)
        answer, want = (re.sub(r"^Date: .*", "Date: …", text, flags=re.MULTILINE) for text in (done.stdout, output))
        expect(f"answer to {command}", answer.splitlines(), want.splitlines())


def having(want, what, status, body):
    """Returns the body of an answer, which has to have a status."""
    if status != want:
        raise Failure(f"{what} should have the status {want}, and has {status}: {body}")
    return body


def asked(served, status, path, *headers, method="GET", body=None):
    """Sends a request to chalice local, and returns the body of its answer."""
    data = json.dumps(body).encode() if body is not None else b""
    headers = (*headers, "Content-Type: application/json") if data else headers
    answer = local.get(served, path, *headers, method=method, body=data)
    return having(status, f"{method} {path}", answer.status, answer.body.decode())


def eventually(what, found, want):
    """Waits until something is as it should be."""
    end = time.monotonic() + PATIENCE
    while (last := found()) != want and time.monotonic() < end:
        time.sleep(0.2)
    expect(what, last, want)


# helloworld, mounted, shop: routes, which need nothing else.


def hello_here(app):
    with app.serve() as served:
        check_answers(app, served)
        expect("a city", json.loads(asked(served, 200, "/cities/Oslo")), {"city": "Oslo", "country": "Norway"})


def hello_there(app):
    greeting = app.request("POST /greetings", 200, {"name": "Ada"})
    expect("the greeting", json.loads(greeting), {"greeting": "Hello, Ada!"})


NOTE = {"id": "2", "text": "So can their middleware."}


def mounted_here(app):
    with app.serve() as served:
        check_answers(app, served)
        expect("the app's own route", json.loads(asked(served, 200, "/")), {"notes": "/api/notes"})
        expect("the router's route", json.loads(asked(served, 200, "/api/notes/2")), NOTE)
        asked(served, 404, "/api/else")


def mounted_there(app):
    path = {"path": "/api/notes/2", "pathParameters": {"proxy": "notes/2"}, "httpMethod": "GET"}
    expect("the router's route", json.loads(app.request("/api/{proxy+}", 200, **path)), NOTE)


def shop_here(app):
    with app.serve("--stage", "local") as served:
        check_answers(app, served)
        expect("products", len(json.loads(asked(served, 200, "/products"))["items"]), 4)
        asked(served, 422, "/products?limit=0")


def shop_there(app):
    expect("products", len(json.loads(app.request("/products", 200))["items"]), 4)


# chat: a page; sockets.py talks in it.


def chat_here(app):
    with app.serve() as served:
        expect("the page's title", "<title>Chat</title>" in asked(served, 200, "/"), True)


def chat_there(app):
    expect("the socket's address", 'data-address="wss://' in app.request("/", 200), True)
    answer = app.invoke("websocket_connect", app.event("websocket_connect"))
    expect("status of a connection", answer["statusCode"], 200)
    table = boto3.client("dynamodb").list_tables()["TableNames"]
    expect("tables of members", sum("Members" in name for name in table), 1)


# events: functions, of which each has something that sends it events.


def events_before():
    boto3.client("sns").create_topic(Name="alarms")
    boto3.client("sqs").create_queue(QueueName="orders")
    boto3.client("s3").create_bucket(Bucket="example-invoices")


def events_here(app):
    with app.serve() as _:
        text = json.dumps({"text": "the more the merrier"})
        counted = json.loads(app.run("invoke", "--local", "count", payload=text))
        expect("the words", counted, {"the": 2, "more": 1, "merrier": 1})
        expect("a schedule", json.loads(app.run("invoke", "--local", "tick")), None)


def events_there(app):
    expect("the words", app.invoke("count", {"text": "a b a"}), {"a": 2, "b": 1})
    for function in ("tick", "open", "notify", "file"):
        expect(function, app.invoke(function, app.event(function)), None)
    boto3.client("sns").publish(
        TopicArn=f"arn:aws:sns:{boto3.session.Session().region_name}:{ACCOUNT}:alarms", Message="hot"
    )
    eventually("the topic's message in the log", lambda: '"hot"' in app.run("logs", "--name", "notify"), True)


def events_after():
    sqs = boto3.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"])


# orders: what can't be shipped becomes a dead letter. chalice local polls the queue of
# resources.yaml alone; there is no stack of the app yet.

ORDER = {"id": "o-7", "items": 3}


def left(queue):
    """Returns how many messages a queue has."""
    sqs = boto3.client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


def shipped():
    """Returns the orders in the table that are shipped."""
    found = boto3.client("dynamodb").scan(TableName="orders")["Items"]
    return sorted(item["id"]["S"] for item in found if item.get("shipped", {}).get("BOOL"))


def orders_here(app):
    cloudformation, sqs = boto3.client("cloudformation"), boto3.client("sqs")
    cloudformation.create_stack(StackName="needs", TemplateBody=(app.folder / "resources.yaml").read_text())
    cloudformation.get_waiter("stack_create_complete").wait(StackName="needs", WaiterConfig={"Delay": 1})
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})  # to fail three times sooner
    region = boto3.session.Session().region_name
    variables = {
        "ORDERS_QUEUE_URL": url,
        "SHIPPED_TOPIC_ARN": f"arn:aws:sns:{region}:{ACCOUNT}:shipped",
        "REPORTS_BUCKET": f"reports-{ACCOUNT}",
    }
    (app.folder / "local.env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    with app.serve(
        "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--env-file", str(app.folder / "local.env")
    ) as served:
        asked(served, 400, "/orders", method="POST", body={"id": "o-7"})
        expect("an order", json.loads(asked(served, 202, "/orders", method="POST", body=ORDER)), ORDER)
        eventually("orders that are shipped", shipped, ["o-7"])
        sqs.send_message(QueueUrl=url, MessageBody="no order")
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"id": "o-8", "items": 1}))
        eventually("orders that are shipped", shipped, ["o-7", "o-8"])
        eventually("dead letters", lambda: (left("orders"), left("orders-dead")), (0, 1))
    boto3.client("s3").delete_bucket(Bucket=variables["REPORTS_BUCKET"])
    cloudformation.delete_stack(StackName="needs")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="needs", WaiterConfig={"Delay": 1})


def orders_there(app):
    expect("an order", json.loads(app.request("POST /orders", 202, ORDER)), ORDER)
    expect("what isn't shipped", app.invoke("ship", app.event("ship", ORDER)), {"batchItemFailures": []})
    expect("orders that are shipped", shipped(), ["o-7"])
    sqs = boto3.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"], AttributeNames=["All"])
    policy = json.loads(found["Attributes"]["RedrivePolicy"])
    expect("where dead letters go", policy["deadLetterTargetArn"].rpartition(":")[2], "orders-dead")


# thumbnails: a bucket that is there before.

PHOTOS = "example-photos"


def photo(width, height):
    """Returns a PNG of one color."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xc0\x20\x20" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def size(png):
    return struct.unpack(">II", png[16:24])


def thumbnail(name):
    """Returns the size of a thumbnail, None if there is none."""
    s3 = boto3.client("s3")
    if "Contents" not in s3.list_objects_v2(Bucket=PHOTOS, Prefix=f"thumbnails/{name}"):
        return None
    out = io.BytesIO()
    s3.download_fileobj(PHOTOS, f"thumbnails/{name}", out)
    return size(out.getvalue())


def photos_before():
    boto3.client("s3").create_bucket(Bucket=PHOTOS)


def photos_here(app):
    event = app.event("thumbnail")
    event["Records"][0]["s3"]["object"]["key"] = "photos/here.png"
    boto3.client("s3").put_object(Bucket=PHOTOS, Key="photos/here.png", Body=photo(600, 300))
    endpoint = ("--endpoint-url", os.environ["AWS_ENDPOINT_URL"])
    app.run("invoke", "--local", "thumbnail", *endpoint, payload=json.dumps(event))
    expect("size of the thumbnail", thumbnail("here.png"), (200, 100))
    with app.serve(*endpoint) as _:
        app.run("invoke", "--local", "thumbnail", payload=json.dumps(event))


def photos_there(app):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=PHOTOS, Key="photos/there.png", Body=photo(300, 600))
    eventually("size of the thumbnail", lambda: thumbnail("there.png"), (100, 200))
    s3.put_object(Bucket=PHOTOS, Key="photos/notes.png", Body=b"no photo")
    eventually("what is no photo in the log", lambda: "no thumbnail" in app.run("logs", "--name", "thumbnail"), True)


# todo: somebody gets a token, and keeps a list.

TODO = {"title": "Water the plants", "due": "2026-12-01"}


def todo_here(app):
    with app.serve() as served:
        asked(served, 401, "/todos")
        made = json.loads(app.run("invoke", "--local", "addUser", payload='{"name": "ada"}'))
        token = f"Authorization: Bearer {made['token']}"
        added = json.loads(asked(served, 201, "/todos", token, method="POST", body=TODO))
        path = f"/todos/{added['id']}"
        done = json.loads(asked(served, 200, path, token, method="PATCH", body={"done": True}))
        expect("what is done", done, {**added, "done": True})
        expect("the list", json.loads(asked(served, 200, "/todos", token)), {"items": [done]})
        asked(served, 204, path, token, method="DELETE")
        asked(served, 404, path, token)


def todo_there(app):
    token = app.invoke("addUser", {"name": "ada"})["token"]
    answer = app.invoke("authorize", {**app.event("authorize"), "authorizationToken": f"Bearer {token}"})
    expect("whose token it is", answer["principalId"], "ada")
    added = json.loads(app.request("POST /todos", 201, TODO))
    one = {"path": f"/todos/{added['id']}", "pathParameters": {"id": added["id"]}}
    done = json.loads(app.request("PATCH /todos/{id}", 200, {"done": True}, **one))
    expect("what is done", done, {**added, "done": True})
    expect("the list", json.loads(app.request("GET /todos", 200)), {"items": [done]})
    app.request("DELETE /todos/{id}", 204, **one)
    app.request("GET /todos/{id}", 404, **one)


# cdk: the app beside the infrastructure, with a table as that would make it.


def cdk_here(chalice):
    steps, names, folder = Steps("examples, cdk"), ("PK", "SK"), ROOT / "examples" / "cdk" / "runtime"
    boto3.client("dynamodb").create_table(
        TableName="users",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=True)
        ],
    )
    flags = ("--no-autoreload", "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--env", "APP_TABLE_NAME")
    with local.Local(chalice, folder, *flags, environment={"APP_TABLE_NAME": "users"}) as served:
        user = {"username": "ada", "name": "Ada"}
        asked(served, 200, "/users", method="POST", body=user)
        expect("the user", json.loads(asked(served, 200, "/users/ada")), user)
        asked(served, 404, "/users/bob")
    steps.done("run and called here")


def nothing():
    pass


# What is there before an example is deployed, how it is called on this machine and in
# AWS, and what is taken away when it has been deleted.
CALLS = {
    "chat": (nothing, chat_here, chat_there, nothing),
    "events": (events_before, events_here, events_there, events_after),
    "helloworld": (nothing, hello_here, hello_there, nothing),
    "mounted": (nothing, mounted_here, mounted_there, nothing),
    "orders": (nothing, orders_here, orders_there, nothing),
    "shop": (nothing, shop_here, shop_there, nothing),
    "thumbnails": (photos_before, photos_here, photos_there, nothing),
    "todo": (nothing, todo_here, todo_there, nothing),
}


def live(chalice, name):
    """Takes an example through its life."""
    before, here, there, after = CALLS[name]
    steps, app = Steps(f"examples, {name}"), App(chalice, name)
    try:
        check_policies(app)
        before()
        here(app)
        steps.done("run and called here")
        app.run("deploy", "--yes", *app.flags)
        there(app)
        steps.done("deployed and called")
        app.run("delete", "--yes")
        after()
        steps.done("deleted")
    except (Failure, local.Failure) as failure:
        raise Failure(f"{name}: {failure}") from None


def main(chalice, *names):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    expect("examples that are called", sorted(CALLS), sorted(PROGRAMS))
    expect("examples in chains", sorted(name for chain in CHAINS for name in chain), sorted(PROGRAMS))

    def one_by_one(chain):
        for name in chain:
            if not names or name in names:
                cdk_here(chalice) if name == "cdk" else live(chalice, name)

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(one_by_one, chain) for chain in (*CHAINS, ("cdk",))]:
            job.result()
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        main(str(Path(sys.argv[1]).resolve()), *sys.argv[2:])
    except Failure as failure:
        sys.exit(f"Error: examples: {failure}")
