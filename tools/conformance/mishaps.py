"""What can come between: others, an end too early, a rollback that fails, the wrong caller."""

import os
import re
import signal
import socket
import socketserver
import threading
import time

import boto3

import aws
from deploy import expect
from project import Project, control, functions, objects, queue, stack

BUCKET = f"chalice-artifacts-{aws.ACCOUNT}-{aws.REGION}"
OTHER = "210987654321"

# What makes a program large, and isn't left out by the linker.
BLOB = """
//go:embed blob
var blob []byte

func init() {
	if len(blob) == 0 {
		panic("no blob")
	}
}
"""


def at_once(chalice, steps):
    """Two processes deploy the same stage: one wins, the other says so."""
    sizes = (256, 512)
    Project(chalice, "both", lambda_memory_size=128).run("deploy", "--yes")
    projects = [Project(chalice, "both", f"both-{size}", lambda_memory_size=size) for size in sizes]
    control("PUT", "stacks/both-dev", seconds=8)
    processes = [project.start("deploy", "--yes") for project in projects]
    ends = [
        project.end(("deploy", "--yes"), process, None) for project, process in zip(projects, processes, strict=True)
    ]
    control("DELETE", "stacks/both-dev")
    expect("exit statuses", sorted(end.status for end in ends), [0, 1])
    won = next(size for size, end in zip(sizes, ends, strict=True) if end.status == 0)
    lost = next(end for end in ends if end.status == 1)
    expect("status", stack("both-dev")["StackStatus"], "UPDATE_COMPLETE")
    expect("memory", {one["MemorySize"] for one in functions("both-dev-").values()}, {won})
    lost.says("both-dev")
    [words] = [line for line in lost.stderr.splitlines() if line.startswith("Error: ")]
    steps.done(f"two deploy at once: one wins, and the other says: {words.removeprefix('Error: ')[:150]}")
    projects[0].run("delete", "--yes")


def upload(chalice, steps):
    """A process is killed while it uploads; the next one goes on."""
    project, s3 = Project(chalice, "large"), boto3.client("s3")
    project.write(imports='\n\t_ "embed"\n', more=BLOB)
    (project.folder / "blob").write_bytes(os.urandom(40 << 20))
    with Line() as line:
        environment = {**os.environ, "AWS_ENDPOINT_URL": line.url}
        process = project.start("deploy", "--yes", environment=environment, start_new_session=True)
        begun = interrupted(s3, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    expect("stack", stack("large-dev"), None)
    expect("objects", objects("large"), [])
    place = {"Bucket": BUCKET, "Key": begun["Key"], "UploadId": begun["UploadId"]}
    first = s3.list_parts(**place)["Parts"][0]
    time.sleep(1.1)  # what is sent again has another time, to the second
    process, again = project.start("deploy", "--yes"), first
    while process.poll() is None:  # until the parts have become an object
        try:
            again = s3.list_parts(**place)["Parts"][0]
        except (s3.exceptions.ClientError, KeyError):
            break
    project.end(("deploy", "--yes"), process)
    expect("time of the part that was there", str(again["LastModified"]), str(first["LastModified"]))
    expect("status", stack("large-dev")["StackStatus"], "CREATE_COMPLETE")
    expect("objects", begun["Key"] in objects("large"), True)
    left = aws.aws("s3api", "list-multipart-uploads", "--bucket", BUCKET, "--prefix", "large/") or {}
    expect("uploads", left.get("Uploads", []), [])
    steps.done("killed while it uploads: the next deploy goes on with the parts that are there")
    project.run("delete", "--yes")


def interrupted(s3, process):
    """Waits until parts of an upload are there, and returns it."""
    while process.poll() is None:
        try:
            found = s3.list_multipart_uploads(Bucket=BUCKET, Prefix="large/").get("Uploads", [])
            for one in found:
                if "Parts" in s3.list_parts(Bucket=BUCKET, Key=one["Key"], UploadId=one["UploadId"]):
                    return one
        except s3.exceptions.ClientError:  # there is no bucket yet
            pass
        time.sleep(0.02)
    raise aws.Failure(f"deploy ended before a part was there:\n{process.stderr.read()}")


class Line:
    """A slow line to the endpoint: each connection sends 2 MB in a second."""

    CHUNK, PAUSE = 1 << 16, 0.03

    def __enter__(self):
        host, _, port = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://").partition(":")
        self.address = (host, int(port))
        line = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                line.carry(self.request)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def carry(self, client):
        with socket.create_connection(self.address) as server:
            back = threading.Thread(target=self.pump, args=(server, client, 0), daemon=True)
            back.start()
            self.pump(client, server, self.PAUSE)
            back.join()

    def pump(self, source, target, pause):
        try:
            while chunk := source.recv(self.CHUNK):
                target.sendall(chunk)
                time.sleep(pause * len(chunk) / self.CHUNK)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # the other end is gone
            pass


def stuck(chalice, steps):
    """A rollback that fails, and goes on when it can."""
    project = Project(chalice, "stuck")
    project.run("deploy", "--yes", *project.merge(A=queue("stuck-a")))
    change = {**queue("stuck-a"), "Properties": {"QueueName": "stuck-a", "DelaySeconds": 5}}
    more = project.merge(A=change, B={**queue("not a name"), "DependsOn": "A"})
    control("PUT", "stacks/stuck-dev", fail={"A": ["ROLLBACK"]})
    project.run("deploy", "--yes", *more, status=1)
    expect("status", stack("stuck-dev")["StackStatus"], "UPDATE_ROLLBACK_FAILED")
    project.run("deploy", "--yes", status=1).says("--continue-rollback", "UPDATE_ROLLBACK_FAILED")
    project.run("deploy", "--continue-rollback", status=1)
    expect("status", stack("stuck-dev")["StackStatus"], "UPDATE_ROLLBACK_FAILED")
    steps.done("UPDATE_ROLLBACK_FAILED: deploy says how to continue")
    control("DELETE", "stacks/stuck-dev")
    project.run("deploy", "--continue-rollback")
    expect("status", stack("stuck-dev")["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
    url = aws.aws("sqs", "get-queue-url", "--queue-name", "stuck-a")["QueueUrl"]
    delay = aws.aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "DelaySeconds")
    expect("delay of the queue", delay["Attributes"]["DelaySeconds"], "0")
    project.run("delete", "--yes")
    expect("stack", stack("stuck-dev"), None)
    steps.done("--continue-rollback: as before the update, and deleted")


def callers(chalice, steps):
    """Credentials that have expired, of nobody, of another account; no region."""
    project = Project(chalice, "whose")
    nowhere = {name: value for name, value in os.environ.items() if "REGION" not in name}
    project.run("deploy", "--yes", status=1, environment=nowhere).says("region")
    expect("stack", stack("whose-dev"), None)
    steps.done("no region: said, and nothing is done")
    project.run("deploy", "--yes")
    before = stack("whose-dev")
    for what, keys, words in (
        ("expired credentials", control("POST", "credentials", account=aws.ACCOUNT, expired=True), "expired"),
        ("a key that nobody has", {"AccessKeyId": "AKIAIOSFODNN7NOBODYS", "SecretAccessKey": "x"}, "credentials"),
    ):
        for command in (("deploy", "--yes"), ("status",), ("logs",), ("invoke", "work"), ("delete", "--yes")):
            done = project.run(*command, status=1, environment=caller(keys))
            done.says(words)
            errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
            expect(f"number of errors of {done.command}", len(errors), 1)
            if re.search("x-amzn|RequestID|SecretAccessKey", done.stderr):
                raise aws.Failure(f"{done.command} with {what} says too much:\n{done.stderr}")
        steps.done(f"{what}: each command says so in one line")
    other = caller(control("POST", "credentials", account=OTHER))
    project.run("deploy", status=1, environment=other).says(OTHER, aws.ACCOUNT, "--yes")
    for command in (("status",), ("invoke", "work"), ("logs",), ("delete", "--yes")):
        project.run(*command, status=1, environment=other).says(aws.ACCOUNT)
    found = aws.aws("cloudformation", "describe-stacks", environment=other)["Stacks"]
    expect("stacks of the other account", found, [])
    expect("the stack", stack("whose-dev"), before)
    steps.done("another account: a question for deploy, a mistake for all others, and nothing is done")
    project.run("delete", "--yes")


def caller(keys):
    """Returns an environment with credentials."""
    session = {"AWS_SESSION_TOKEN": keys["SessionToken"]} if "SessionToken" in keys else {}
    mine = {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}
    return {**os.environ, **mine, **session}
