"""Takes each type of chalice new-project's from its first command to AWS.

    projects.py CHALICE

runs where the AWS of the environment is an endpoint for tests, and aws and cdk are on
the path. A project of each type is made, packaged, served on this machine, deployed as
its README says, called there, and deleted. (That they build and pass their tests is
tested in internal/scaffold.) Exits with 1 at the first difference.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aws
import local
from aws import Failure
from deploy import ROOT, Steps, expect, run

WORK = ROOT / ".tools" / "projects"

# What is deployed of a type: flags of deploy; a function that is called, with an event
# and the start of its result; and what has to be there before, as a command of aws.
TYPES = {
    "rest-api": ((), "api_handler", None, None, None),
    "s3-event-handler": (
        (),
        "handle",
        "sample",
        "null",
        ("s3api", "create-bucket", "--bucket", "s3-event-handler-uploads"),
    ),
    "lambda-only": ((), "first_function", {"name": "Go"}, '{"hello":"Go"}', None),
    "queue-worker": (("--merge-template", "queue.yaml"), "work", "sample", '{"batchItemFailures"', None),
    "websocket": ((), "websocket_connect", "sample", "", None),
    "full": (("--stage", "prod", "--merge-template", "resources.yaml"), "add", {"a": 1, "b": 2}, '{"total":3}', None),
}


def chalice(command, *line, folder, payload=None):
    """Runs our command in a project, and returns its results."""
    stdin = {"input": payload} if payload is not None else {"stdin": subprocess.DEVNULL}
    settings = {**stdin, "capture_output": True, "text": True, "cwd": folder}
    done = subprocess.run([command, *line], check=False, **settings)
    if done.returncode:
        raise Failure(f"chalice {' '.join(line)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def configure(folder):
    """Has the functions be compiled for what the endpoint runs them on."""
    file = folder / ".chalice" / "config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps({**config, "lambda_architecture": "x86_64"}))


def serve(command, folder, typ):
    """Runs the app on this machine, and asks it something if there is whom to ask."""
    try:
        with local.Local(command, folder, "--no-autoreload") as served:
            if typ in ("rest-api", "full"):
                answer = local.get(served, "/")
                expect("answer", (answer.status, answer.body), (200, b'{"hello":"world"}'))
    except local.Failure as failure:
        raise Failure(f"{typ}: {failure}") from None


def live(command, typ):
    """Takes a project of a type through its life."""
    steps = Steps(f"projects, {typ}")
    flags, function, event, want, before = TYPES[typ]
    chalice(command, "new-project", "--project-type", typ, typ, folder=WORK)
    folder = WORK / typ
    configure(folder)
    chalice(command, "package", "out", folder=folder)
    serve(command, folder, typ)
    steps.done("packaged, served here")
    if before:
        aws.aws(*before)
    chalice(command, "deploy", "--yes", *flags, folder=folder)
    stage = ("--stage", flags[flags.index("--stage") + 1]) if "--stage" in flags else ()
    if event == "sample":
        event = chalice(command, "generate-event", function, *stage, folder=folder)
    elif event is not None:
        event = json.dumps(event)
    if event is not None:
        result = chalice(command, "invoke", function, *stage, folder=folder, payload=event)
        if not result.startswith(want):
            raise Failure(f"{function} of {typ} returns {result}, and should return {want}")
    chalice(command, "delete", "--yes", *stage, folder=folder)
    steps.done("deployed, called, deleted")


def cdk_project(command):
    """Takes a project for the CDK through its life, with the CDK's own command."""
    steps = Steps("projects, cdk-ddb")
    chalice(command, "new-project", "--project-type", "cdk-ddb", "users", folder=WORK)
    folder = WORK / "users"
    cdk = ["--no-notices", "--ci"]
    run("cdk", "bootstrap", f"aws://{aws.ACCOUNT}/{aws.REGION}", *cdk, cwd=folder)
    run("cdk", "deploy", "--require-approval", "never", *cdk, cwd=folder)
    aws.look.cache_clear()
    expect("the stack", aws.stacks().get("users"), "CREATE_COMPLETE")
    run("cdk", "destroy", "--force", *cdk, cwd=folder)
    steps.done("deployed, destroyed")


def main(command):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    os.environ["CDK_DISABLE_CLI_TELEMETRY"] = "true"
    listed = chalice(command, "__complete", "new-project", "--project-type", "", folder=WORK)
    expect("types", {line for line in listed.split() if not line.startswith(":")}, {*TYPES, "cdk-ddb"})
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(cdk_project, command), *(pool.submit(live, command, typ) for typ in TYPES)]
        for job in jobs:
            job.result()
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(str(Path(sys.argv[1]).resolve()))
    except Failure as failure:
        sys.exit(f"Error: projects: {failure}")
