"""Deploys examples/cdk with the toolkit of the AWS CDK.

It runs where the AWS of the environment is an endpoint for tests, and cdk, aws and
go are on the path. The example is synthesized, deployed, deployed again and
destroyed; what exists is asked through the AWS CLI after each step. In the end
it is synthesized with a newer version of the CDK's libraries than the one that
go.mod requires. Exits with 1 at the first difference.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import aws
from aws import ACCOUNT, REGION, Failure
from deploy import Steps, expect, run

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "cdk"
OUT = EXAMPLE / "cdk.out"
# The go.mod with the newer libraries, and what is made with it.
WORK = ROOT / ".tools" / "cdk" / "newer"
LIBRARIES, NEWER = "github.com/aws/aws-cdk-go/awscdk/v2", "2.265.0"
STACK = "users"
METADATA = "AWS::CDK::Metadata"

FUNCTION = {
    "handler": "api_handler",
    "runtime": "provided.al2023",
    "architecture": "arm64",
    "memory": 128,
    "role": "DefaultRole",
    "code": True,
}


def cdk(*command):
    """Runs the toolkit in the example, and returns what it prints."""
    aws.look.cache_clear()  # it may change what exists
    return run("cdk", *command, "--no-notices", "--ci", cwd=EXAMPLE)


def said(what, output, words):
    if words not in output:
        raise Failure(f"{what} should say {words!r}, but says:\n{output}")


def template(folder):
    return json.loads((folder / f"{STACK}.template.json").read_text())


def physical(logical):
    """Returns what a resource of the stack is called."""
    command = ("cloudformation", "describe-stack-resource", "--stack-name", STACK, "--logical-resource-id", logical)
    return aws.aws(*command)["StackResourceDetail"]["PhysicalResourceId"]


def only(resources, kind):
    [name] = [name for name, resource in resources.items() if resource["Type"] == kind]
    return name


def synthesize(steps):
    shutil.rmtree(OUT, ignore_errors=True)
    cdk("synth", "--quiet")
    steps.done("cdk synth, the first")
    cdk("synth", "--quiet")
    steps.done("cdk synth, once more")
    return template(OUT)["Resources"]


def bootstrap(steps):
    cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
    steps.done("cdk bootstrap")


def deploy(resources, steps):
    # By the template: the other way is a change set, which the toolkit waits
    # for although there can be none without changes.
    output = cdk("diff", "--method", "template")
    for resource in resources.values():
        if resource["Type"] != METADATA:  # of which the toolkit says nothing
            said("cdk diff", output, f"[+] {resource['Type']}")
    said("cdk diff", output, "AWS:${Api/ChaliceApp/DefaultRole}")
    steps.done(f"cdk diff: {len(resources)} resources to add")
    cdk("deploy", "--require-approval", "never")
    check(resources)
    steps.done("cdk deploy: the table, the role's policy and the function are there")


def check(resources):
    """Asks for what the stack has to consist of."""
    table = physical(only(resources, "AWS::DynamoDB::Table"))
    expect("tables", aws.aws("dynamodb", "list-tables")["TableNames"], [table])
    expect("functions", aws.functions(), {"APIHandler": {**FUNCTION, "variables": {"APP_TABLE_NAME": table}}})
    methods = {"POST /users": "APIHandler", "GET /users/{username}": "APIHandler"}
    expect("methods", aws.methods(), methods)
    expect("the table in the outputs", aws.outputs(STACK)["AppTableName"], table)

    policy = only(resources, "AWS::IAM::Policy")
    command = ("iam", "get-role-policy", "--role-name", physical("DefaultRole"), "--policy-name", policy)
    statements = aws.aws(*command)["PolicyDocument"]["Statement"]
    may = {action for one in statements for action in one["Action"]}
    expect("actions of the role", {"dynamodb:GetItem", "dynamodb:PutItem"} <= may, True)
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    expect("what they are for", all(arn in one["Resource"] for one in statements), True)


def deploy_again(steps):
    said("cdk deploy", cdk("deploy", "--require-approval", "never"), "(no changes)")
    said("cdk diff", cdk("diff", "--fail", "--method", "template"), "There were no differences")
    steps.done("cdk deploy and cdk diff again: no changes")


def destroy(steps):
    cdk("destroy", "--force")
    expect("stacks", list(aws.stacks()), ["CDKToolkit"])
    expect("functions", aws.functions(), {})
    expect("tables", aws.aws("dynamodb", "list-tables")["TableNames"], [])
    steps.done("cdk destroy: nothing is left")


def synthesize_newer(version, resources, steps):
    """Compares what the example gives with newer libraries of the CDK's."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    for name in ("go.mod", "go.sum"):
        shutil.copy(ROOT / name, WORK / name)
    modules = f"-modfile={WORK / 'go.mod'}"
    run("go", "get", modules, f"{LIBRARIES}@v{version}", cwd=EXAMPLE)
    run("go", "build", modules, "-mod=mod", "-o", WORK / "infra", ".", cwd=EXAMPLE)
    steps.done(f"aws-cdk-go {version} compiled")
    cdk("synth", "--quiet", "--app", WORK / "infra", "--output", WORK / "cdk.out")
    newer = template(WORK / "cdk.out")["Resources"]
    expect("ids of resources", sorted(newer), sorted(resources))
    for name, resource in resources.items():
        # What is granted differs by the CDK's version.
        if resource["Type"] not in ("AWS::IAM::Policy", METADATA):
            expect(name, newer[name]["Properties"], resource["Properties"])
    steps.done(f"cdk synth with aws-cdk-go {version}: the same resources")


def main():
    steps = Steps("cdk")
    resources = synthesize(steps)
    bootstrap(steps)
    deploy(resources, steps)
    deploy_again(steps)
    destroy(steps)
    synthesize_newer(NEWER, resources, steps)


if __name__ == "__main__":
    os.environ["CDK_DISABLE_CLI_TELEMETRY"] = "true"
    try:
        main()
    except Failure as failure:
        sys.exit(f"Error: {failure}")
