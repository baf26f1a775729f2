"""Deploys the examples with the tools that users deploy with.

    deploy.py CHALICE

runs where the AWS of the environment is an endpoint for tests, and sam and aws
are on the path. CHALICE is our command. Each example is packaged, deployed,
changed and deployed again, and deleted: as a SAM template by the SAM CLI, and
as a CloudFormation template by a change set of the AWS CLI. What exists is
asked after each step. Exits with 1 at the first difference.
"""

import difflib
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aws
import workflow
from aws import ACCOUNT, REGION, Failure
from examples import ELSEWHERE, EXAMPLES, ROOT, copied

# Copies of the examples: in the module, and in no package pattern of Go's.
WORK = ROOT / ".tools" / "deploy"
BUCKET = "conformance-code"

# What is asked: functions of aws.py.
ASPECTS = (
    "functions",
    "rules",
    "subscriptions",
    "mappings",
    "notifications",
    "methods",
    "invokers",
    "roles",
    "log_groups",
    "stacks",
)


def run(*command, cwd=ROOT):
    """Runs a tool, whose output is of interest if it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(command, check=False, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(what, got, want):
    if got != want:
        texts = [json.dumps(value, indent=2, sort_keys=True).splitlines() for value in (want, got)]
        raise Failure("\n".join([f"wrong {what}", *difflib.unified_diff(*texts, "should be", "is", lineterm="", n=2)]))


class Steps:
    """Prints a line for each step that is done, and how long it took."""

    def __init__(self, title):
        self.title, self.start = title, time.monotonic()

    def done(self, what):
        now = time.monotonic()
        print(f"{self.title}: {what} ({now - self.start:.1f} s)", flush=True)
        self.start = now


class SAM:
    """Deploys by the SAM CLI, as docs/pipelines.md tells users to."""

    title, template = "sam", "sam.yaml"

    def package(self, chalice, project, steps):
        run(chalice, "package", "--project-dir", project, project / "out")
        template = project / "out" / self.template
        run("sam", "validate", "--lint", "--template-file", template)
        steps.done("chalice package, sam validate --lint")

    def create(self, name, project, steps):
        packaged = project / "packaged.yaml"
        template = ("--template-file", project / "out" / self.template)
        run("sam", "package", *template, "--resolve-s3", "--output-template-file", packaged)
        settings = ("--capabilities", "CAPABILITY_IAM", "--resolve-s3", "--no-confirm-changeset")
        run("sam", "deploy", "--stack-name", name, "--template-file", packaged, *settings)
        steps.done("sam package, sam deploy")

    def update(self, name, project, steps):
        command = [{"helloworld": name}.get(word, word) for word in workflow.step("sam deploy")]
        run(*command, cwd=project)
        steps.done("sam deploy, as in docs/pipelines.md")
        if "No changes to deploy" not in run(*command, cwd=project):
            raise Failure(f"{' '.join(command)}: a second run should find no changes")
        steps.done("sam deploy again: no changes")

    def delete(self, name):
        run("sam", "delete", "--no-prompts", "--stack-name", name)
        return "sam delete"


class CloudFormation:
    """Deploys a template without macros by change sets of the AWS CLI."""

    title, template = "cloudformation", "template.yaml"

    def package(self, chalice, project, steps):
        code = ("--code-bucket", BUCKET, "--code-key", f"{project.name}.zip")
        run(chalice, "package", "--pkg-format", "cloudformation", *code, "--project-dir", project, project / "out")
        steps.done("chalice package --pkg-format cloudformation")

    def create(self, name, project, steps):
        self.execute("CREATE", name, project, steps)

    def update(self, name, project, steps):
        self.execute("UPDATE", name, project, steps)

    def execute(self, kind, name, project, steps):
        run("aws", "s3", "cp", project / "out" / "deployment.zip", f"s3://{BUCKET}/{project.name}.zip")
        change_set = ("--stack-name", name, "--change-set-name", project.name)
        body = ("--template-body", f"file://{project / 'out' / self.template}", "--capabilities", "CAPABILITY_IAM")
        aws.aws("cloudformation", "create-change-set", *change_set, "--change-set-type", kind, *body)
        run("aws", "cloudformation", "wait", "change-set-create-complete", *change_set)
        changes = aws.aws("cloudformation", "describe-change-set", *change_set)["Changes"]
        aws.aws("cloudformation", "execute-change-set", *change_set)
        run("aws", "cloudformation", "wait", f"stack-{kind.lower()}-complete", "--stack-name", name)
        steps.done(f"change set with {len(changes)} changes executed")

    def delete(self, name):
        run("aws", "cloudformation", "delete-stack", "--stack-name", name)
        run("aws", "cloudformation", "wait", "stack-delete-complete", "--stack-name", name)
        return "stack deleted"


def check(want):
    """Compares all that exists with what should; returns how much it is."""
    aws.look.cache_clear()
    for shared in (("lambda", "list-functions"), ("apigateway", "get-rest-apis")):
        aws.look(*shared)
    with ThreadPoolExecutor() as pool:
        found = dict(zip(ASPECTS, pool.map(lambda aspect: getattr(aws, aspect)(), ASPECTS), strict=True))
    for aspect in ASPECTS:
        nothing = ELSEWHERE.get(aspect, [] if aspect == "roles" else {})
        expect(aspect, found[aspect], want.get(aspect, nothing))
    return ", ".join(f"{aspect}: {len(want[aspect])}" for aspect in ASPECTS if want.get(aspect) and aspect != "stacks")


def check_outputs(example):
    outputs = aws.outputs(example.name)
    expect("names of outputs", sorted(outputs), sorted(example.outputs))
    if example.outputs:
        [api] = aws.look("apigateway", "get-rest-apis")["items"]
        functions = aws.look("lambda", "list-functions")["Functions"]
        [function] = [function for function in functions if function["Handler"] == "api_handler"]
        want = {
            "APIHandlerArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function['FunctionName']}",
            "APIHandlerName": function["FunctionName"],
            "EndpointURL": f"https://{api['id']}.execute-api.{REGION}.amazonaws.com/api/",
            "RestAPIId": api["id"],
        }
        expect("outputs", outputs, want)


def copy(example, changed):
    """Returns a copy of an example, as it is or with its change."""
    folder = copied(example.name, WORK / f"{example.name}-{'after' if changed else 'before'}")
    if changed:
        main, (line, instead) = folder / "main.go", example.change
        if line not in main.read_text():
            raise Failure(f"examples/{example.name}/main.go has no line {line!r} any more: adapt examples.py")
        main.write_text(main.read_text().replace(line, instead))
    return folder


def go_through(chalice, example, way, steps):
    """Takes an example through its life: created, updated, deleted."""
    before, after = copy(example, False), copy(example, True)
    way.package(chalice, before, steps)
    way.create(example.name, before, steps)
    there = check({**example.before, "stacks": {example.name: "CREATE_COMPLETE"}})
    check_outputs(example)
    deployed = aws.stages()
    steps.done(f"CREATE_COMPLETE, {there}, outputs: {len(example.outputs)}")

    way.package(chalice, after, steps)
    way.update(example.name, after, steps)
    there = check({**example.before, **example.after, "stacks": {example.name: "UPDATE_COMPLETE"}})
    check_outputs(example)
    check_redeployed(deployed, aws.stages())
    steps.done(f"UPDATE_COMPLETE, {example.changed}, {there}")

    how = way.delete(example.name)
    check({})
    steps.done(f"{how}: nothing is left")
    shutil.rmtree(before)
    shutil.rmtree(after)


def make_others():
    """Makes what the examples expect to be there: a topic, a queue, and a
    bucket that already tells others of what happens in it."""
    aws.aws("sns", "create-topic", "--name", "alarms")
    aws.aws("sqs", "create-queue", "--queue-name", "orders")
    run("aws", "s3", "mb", "s3://example-invoices")
    theirs = ELSEWHERE["notifications"]["theirs"]
    setting = {"QueueConfigurations": [{"Id": "theirs", "QueueArn": theirs["target"], "Events": theirs["events"]}]}
    command = ("s3api", "put-bucket-notification-configuration", "--bucket", "example-invoices")
    aws.aws(*command, "--notification-configuration", json.dumps(setting))


def check_redeployed(before, after):
    """A changed API is only seen when its stage shows a new deployment."""
    expect("stages", sorted(after), sorted(before))
    same = [stage for stage in after if stage == "api" and after[stage] == before[stage]]
    expect("stages that still show what was there before the change", same, [])


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run("aws", "s3", "mb", f"s3://{BUCKET}")
    make_others()
    for example in EXAMPLES:
        for way in (SAM(), CloudFormation()):
            if way.title not in example.ways:
                continue
            steps = Steps(f"{example.name}, {way.title}")
            try:
                go_through(chalice, example, way, steps)
            except Failure as failure:
                raise Failure(f"{steps.title}: {failure}") from None
    shutil.rmtree(WORK)


def start(main, usage):
    """Runs a script that deploys with the SAM CLI, too: main gets our command."""
    if len(sys.argv) != 2:
        sys.exit(usage)
    # The SAM CLI asks how its stack is doing every five seconds otherwise.
    os.environ["SAM_CLI_POLL_DELAY"] = "0.3"
    os.environ["__SAM_CLI_APP_DIR"] = str(ROOT / ".tools" / "sam" / "app")  # and not the user's own
    try:
        main(Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"Error: {failure}")


if __name__ == "__main__":
    start(main, __doc__)
