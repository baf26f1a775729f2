"""Deploys and deletes while calls of AWS fail, and while deploy is killed.

    faults.py CHALICE [SEED [PART]]

runs where the AWS of the environment is an endpoint for tests, and aws is on the
path. Whatever happens, a command ends well or with one clear error, the record
is what it was or the truth, and the same command ends well once AWS is well.
The seed chooses what happens when, and PART is a piece of the name of what is
in the way, or kill. Exits with 1 at the first time that this isn't so.
"""

import base64
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import proxy
from aws import Failure, aws
from local import ROOT, edit, until

WORK = ROOT / ".tools" / "deploying"  # in the module, and in no package pattern of Go's
KILLS = 20
REGIONS = (
    "eu-west-1",
    "eu-central-1",
    "us-west-2",
    "eu-west-2",
    "ap-south-1",
    "eu-north-1",
    "us-east-2",
    "sa-east-1",
    "ca-central-1",
    "ap-southeast-2",
)
DEFAULT = "us-east-1"
PATIENCE = 300  # seconds for a command that AWS is in the way of

everything = (proxy.throttled, proxy.failing, proxy.reset_before, proxy.reset_after, proxy.truncated, proxy.slow)
# What is in the way, by name. A storm begins at a random call.
WEATHERS = {
    "5 % throttled": lambda dice: proxy.Fault(0.05, proxy.throttled),
    "10 % fail with 500": lambda dice: proxy.Fault(0.1, proxy.failing),
    "10 % reset": lambda dice: proxy.Fault(0.1, proxy.reset_before, proxy.reset_after),
    "10 % truncated": lambda dice: proxy.Fault(0.1, proxy.truncated),
    "10 % slow": lambda dice: proxy.Fault(0.1, proxy.slow),
    "20 % anything": lambda dice: proxy.Fault(0.2, *everything),
    "all throttled for 20 s": lambda dice: proxy.Storm(proxy.throttled, 20, dice.randint(1, 20)),
    "all reset for 60 s": lambda dice: proxy.Storm(proxy.reset_after, 60, dice.randint(1, 20)),
    "no resources": lambda dice: proxy.Only("cloudformation ListStackResources", proxy.failing),
}


class Project:
    """A project of its own, with a stack of its own in a region."""

    def __init__(self, chalice, name, region=DEFAULT):
        self.chalice, self.name, self.region = chalice, name, region
        self.stack, self.dir = f"{name}-dev", WORK / name
        shutil.copytree(
            ROOT / "examples" / "helloworld", self.dir, ignore=shutil.ignore_patterns("*_test.go", "testdata")
        )
        self.deployed = self.dir / ".chalice" / "deployed"
        self.source, self.text, self.memory = self.dir / "main.go", "world", 128
        self.configure()

    def configure(self):
        config = {
            "version": "2.0",
            "app_name": self.name,
            "lambda_architecture": "x86_64",
            "lambda_memory_size": self.memory,
            "stages": {"dev": {}},
        }
        (self.dir / ".chalice" / "config.json").write_text(json.dumps(config))

    def change(self, source):
        """Changes the configuration, and the source as well if that is wanted."""
        self.memory += 1
        self.configure()
        if source:
            text = f"world {self.memory}"
            edit(self.source, f'"hello": "{self.text}"', f'"hello": "{text}"')
            self.text = text

    def start(self, endpoint, command, *more):
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }
        self.process = subprocess.Popen(
            [self.chalice, command, *more],
            cwd=self.dir,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.process

    def run(self, endpoint, command, *more):
        """Runs a command, and returns its status and what it says on stderr."""
        process = self.start(endpoint, command, *more)
        try:
            _, said = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"chalice {command} hasn't ended within {PATIENCE} s:\n{process.communicate()[1]}") from None
        return process.returncode, said

    def record(self):
        """Returns the record and its template as they lie there; None: there is none."""
        try:
            record = json.loads((self.deployed / "dev.json").read_text())
            folder = self.deployed / record["template"]["folder"]
            return record, {file.name: json.loads(file.read_text()) for file in folder.iterdir()}
        except FileNotFoundError as error:
            if error.filename != str(self.deployed / "dev.json"):
                raise Failure(f"the record names what isn't there: {error}") from None
            return None
        except (ValueError, KeyError) as error:
            raise Failure(f"the record is half a record: {error!r}") from None

    def aws(self, *command):
        return aws(*command, "--region", self.region)

    def stacks(self):
        """Returns the status of the stacks here by name, without what is deleted."""
        return {one["StackName"]: one["StackStatus"] for one in self.aws("cloudformation", "describe-stacks")["Stacks"]}

    def settle(self):
        """Waits until CloudFormation has done what it was asked."""

        def busy():
            return [s for s in self.stacks().values() if s.endswith("_IN_PROGRESS") and s != "REVIEW_IN_PROGRESS"]

        until(lambda: not busy(), "stacks never come to rest", 120)


def differences(project, recorded):
    """Returns what a record says that isn't so, asked through the AWS CLI."""
    record, templates = recorded
    asked = (
        ("cloudformation", "describe-stacks", "--stack-name", project.stack),
        ("cloudformation", "describe-stack-resources", "--stack-name", project.stack),
        ("cloudformation", "get-template", "--stack-name", project.stack),
        ("lambda", "list-functions"),
    )
    with ThreadPoolExecutor() as pool:
        stacks, resources, template, functions = pool.map(lambda command: project.aws(*command), asked)
    [stack], body = stacks["Stacks"], template["TemplateBody"]
    physical = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources["StackResources"]}
    named = {f["FunctionName"]: base64.b64decode(f["CodeSha256"]).hex() for f in functions["Functions"]}
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
    ours = {f["name"] for f in record["functions"].values()} if record["functions"] else set()
    claims = {
        "stack": (record["stack_id"], stack["StackId"]),
        "status": (stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), True),
        "outputs": (record["outputs"], outputs),
        "functions": (sorted(ours), sorted(n for n in physical.values() if n in named)),
        "names of functions": (
            {f["logical_id"]: f["name"] for f in (record["functions"] or {}).values()}.items() <= physical.items(),
            True,
        ),
        "code": ({named.get(name) for name in ours}, {record["artifact"]["sha256"]}),
        "template": (templates[record["template"]["file"]], json.loads(body) if isinstance(body, str) else body),
    }
    return {what: f"{says} instead of {truth}" for what, (says, truth) in claims.items() if says != truth}


def expect_truth(project, what):
    recorded = project.record()
    if recorded is None:
        raise Failure(f"{what}: there is no record")
    if wrong := differences(project, recorded):
        raise Failure(f"{what}: the record is wrong: {json.dumps(wrong, indent=2)}")


def expect_nothing(project, what):
    """Wants nothing of a stage to be left."""
    if project.record() is not None or list(project.deployed.glob("dev*")):
        raise Failure(f"{what}: the record is left")
    if project.stack in project.stacks():
        raise Failure(f"{what}: the stack is left")
    buckets = [bucket["Name"] for bucket in project.aws("s3api", "list-buckets")["Buckets"]]
    if bucket := next((name for name in buckets if project.region in name), None):
        ours = ("--bucket", bucket, "--prefix", f"{project.name}/dev/")
        left = project.aws("s3api", "list-object-versions", *ours) or {}
        if left.get("Versions") or left.get("DeleteMarkers"):
            raise Failure(f"{what}: artifacts are left: {left}")


def expect_one_error(command, status, said):
    """Wants a command that failed to say so once, in words for people."""
    errors = re.findall(r"^Error: .+", said, re.MULTILINE)
    if (
        status != 1
        or len(errors) != 1
        or re.search(r"panic:|^goroutine |operation error|deserializ|^Error: \d+ mistakes", said, re.MULTILINE)
    ):
        raise Failure(f"chalice {command} ended with {status}, and not with one clear error:\n{said}")
    return errors[0]


def withstand(project, command, net, fault):
    """Runs a command while something is in the way, and then again if it failed."""
    before = project.record()
    net.reset(fault)
    began = time.monotonic()
    status, said = project.run(net.url, command, "--yes")
    took, faults, calls = time.monotonic() - began, net.faults, net.calls.total()
    net.reset()
    outcome = "well"
    if status:
        outcome = expect_one_error(command, status, said)
        after = project.record()
        project.settle()
        if after is not None and after != before and (wrong := differences(project, after)):
            raise Failure(
                f"chalice {command} failed ({outcome}) and left a wrong record: {json.dumps(wrong, indent=2)}"
            )
        status, said = project.run(net.url, command, "--yes")
        if status:
            raise Failure(
                f"chalice {command} failed with\n  {outcome}\nand once more when nothing was in the way:\n{said}"
            )
    (expect_nothing if command == "delete" else expect_truth)(project, command)
    print(f"    {command}: {faults} of {calls} calls met it; {took:.1f} s; {outcome}", flush=True)


def weathers(chalice, net, dice, only):
    """Takes a stack through its life in each weather."""
    for i, (name, weather) in enumerate(WEATHERS.items()):
        if only and only not in name:
            continue
        print(f"  {name}", flush=True)
        project = Project(chalice, f"weather{i}")
        for command, change in (("deploy", False), ("deploy", True), ("delete", False)):
            if change:
                project.change(source=True)
            withstand(project, command, net, weather(dice))


def kill(project, net, moment, seconds=PATIENCE, fault=proxy.fair):
    """Kills a deployment after some seconds, unless the fault does, and deploys again."""
    before = project.record()
    net.reset(fault)
    process = project.start(net.url, "deploy", "--yes")
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.communicate()
    net.reset()
    after = project.record()
    found = project.stacks() or "no stacks"
    project.settle()
    if after is not None and after != before and (wrong := differences(project, after)):
        raise Failure(f"killed {moment}, deploy left a wrong record: {json.dumps(wrong, indent=2)}")
    status, said = project.run(net.url, "deploy", "--yes")
    if status:
        raise Failure(
            f"the deployment after one that was killed {moment}, when there were {found}, ended with {status}:\n{said}"
        )
    expect_truth(project, f"the deployment after one that was killed {moment}")
    print(f"    killed {moment}: {found}; the next one ends well", flush=True)


def killings(chalice, net, dice):
    """Kills deployments at random moments: the first of an account's region, which
    makes the bucket, and then one that changes what is there. As most of the time
    goes into compiling, every other moment is a call of AWS."""
    print(f"  {KILLS} killed deployments", flush=True)
    measured = Project(chalice, "measured", "eu-west-3")
    longest, calls = {}, {}
    for first in (True, False):
        net.reset()
        began = time.monotonic()
        status, said = measured.run(net.url, "deploy", "--yes")
        if status:
            raise Failure(f"chalice deploy ended with {status}:\n{said}")
        longest[first], calls[first] = time.monotonic() - began, net.calls.total()
        measured.change(source=True)
    for i, region in enumerate(REGIONS[: KILLS // 2]):
        project = Project(chalice, f"killed{i}", region)
        for first in (True, False):
            if not first:
                project.change(source=dice.random() < 0.5)
            which = "a first deployment" if first else "a second deployment"
            if i % 2:
                seconds = dice.uniform(0, longest[first])
                kill(project, net, f"after {seconds:.1f} s, {which}", seconds)
            else:
                number, done = dice.randint(1, calls[first]), dice.random() < 0.5
                what = f"{'after' if done else 'before'} call {number} of {calls[first]}, {which}"
                kill(project, net, what, fault=proxy.At(number, done, lambda project=project: project.process.kill()))


def conditions(endpoint, **conditions):
    request = urllib.request.Request(f"{endpoint}/_endpoint/stacks/*", json.dumps(conditions).encode(), method="PUT")
    urllib.request.urlopen(request).close()


def main(chalice, seed, only=""):
    endpoint, dice = os.environ["AWS_ENDPOINT_URL"], random.Random(seed)
    print(f"  the seed is {seed}", flush=True)
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    conditions(endpoint, seconds=0.2)  # so that there is something to be in the middle of
    with proxy.Proxy(endpoint, seed) as net:
        if only != "kill":
            weathers(chalice, net, dice, only)
        if only in ("", "kill"):
            killings(chalice, net, dice)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    try:
        main(
            Path(sys.argv[1]).resolve(),
            int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000),
            *sys.argv[3:],
        )
    except Failure as failure:
        sys.exit(f"Error: {failure}")
