"""Deploys an app in nested stacks with the tools that users deploy with.

    nested.py CHALICE

runs where the AWS of the environment is an endpoint for tests, and sam and aws
are on the path. CHALICE is our command. The app has 8 functions in 4 nested
stacks, some of which refer to others, and an API of 1,100 routes, whose document
is too large for a template. It is deployed by the SAM CLI; by "aws
cloudformation package" and deploy; and with the files uploaded to the place that
--code-bucket and --code-key name. Then a function is added, and no other may
move. At the end the stack is deleted, and nothing may be left. Exits with 1 at
the first difference.
"""

import json
import shutil
import zipfile

import aws
from aws import ACCOUNT, REGION, Failure
from deploy import ROOT, CloudFormation, Steps, expect, run, start

WORK = ROOT / ".tools" / "nested"
OUT = WORK / "out"
BUCKET = "nested-code"
FUNCTIONS, ROUTES, STACKS = 8, 1100, 4
CONFIG = {
    "version": "2.0",
    "nested_stacks": STACKS,
    "lambda_functions": {
        "api_handler": {"environment_variables": {"WORKER": {"Ref": "Function2"}}},
        "function_1": {"environment_variables": {"WORKER": {"Fn::GetAtt": ["Function2", "Arn"]}}},
        "function_3": {"environment_variables": {"API": {"Ref": "RestAPI"}}},
    },
}


def model(functions):
    """Returns the description of the app, every other function on a schedule."""

    def function(i):
        event = {"kind": "schedule", "schedule": {"expression": f"rate({i + 2} minutes)"}}
        return {"name": f"function_{i}", **({"kind": "lambda"} if i % 2 else event)}

    return {
        "version": 1,
        "name": "nested",
        "routes": [{"path": f"/things/{{id}}/part_{i}", "name": f"view_{i}"} for i in range(ROUTES)],
        "functions": [function(i) for i in range(functions)],
    }


def package(chalice, functions, kind, *flags):
    """Packages the app with a number of functions into OUT."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / ".chalice").mkdir(parents=True)
    (WORK / ".chalice" / "config.json").write_text(json.dumps(CONFIG))
    description = WORK / "app.json"
    description.write_text(json.dumps(model(functions)))
    app = ("--project-dir", WORK, "--app-model", description, "--template-only")
    run(chalice, "package", *app, "--region", REGION, "--account-id", ACCOUNT, "--pkg-format", kind, *flags, OUT)
    expect("files of API documents", len(list(OUT.glob("*-api.json"))), 1)
    with zipfile.ZipFile(OUT / "deployment.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("bootstrap"), "no program is run")


def by_sam(chalice, functions):
    package(chalice, functions, "sam")
    settings = ("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--resolve-s3", "--no-confirm-changeset")
    run("sam", "deploy", "--stack-name", "nested", "--template-file", OUT / "sam.yaml", *settings)


def by_package(chalice, functions):
    package(chalice, functions, "cloudformation")
    run("aws", "s3", "cp", OUT / "deployment.zip", f"s3://{BUCKET}/code.zip")
    template, packaged = OUT / "template.yaml", OUT / "packaged.yaml"
    files = ("--template-file", template, "--output-template-file", packaged)
    run("aws", "cloudformation", "package", "--s3-bucket", BUCKET, *files)
    deploy(packaged, "--parameter-overrides", f"CodeBucket={BUCKET}", "CodeKey=code.zip")


def by_place(chalice, functions):
    folder = f"v{functions}"
    package(chalice, functions, "cloudformation", "--code-bucket", BUCKET, "--code-key", f"{folder}/deployment.zip")
    run("aws", "s3", "cp", "--recursive", "--exclude", "template.yaml", OUT, f"s3://{BUCKET}/{folder}/")
    deploy(OUT / "template.yaml")


def deploy(template, *flags):
    settings = ("--stack-name", "nested", "--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM")
    run("aws", "cloudformation", "deploy", *settings, "--template-file", template, *flags)


def check(functions):
    """Compares what exists with what should; returns the functions' names."""
    aws.look.cache_clear()
    there = {f["Handler"]: f for f in aws.look("lambda", "list-functions")["Functions"]}
    expect("functions", sorted(there), sorted(["api_handler", *(f"function_{i}" for i in range(functions))]))
    [api] = aws.look("apigateway", "get-rest-apis")["items"]
    worker, handler = there["function_2"], there["api_handler"]
    for name, variables in {
        "api_handler": {"WORKER": worker["FunctionName"]},
        "function_1": {"WORKER": worker["FunctionArn"]},
        "function_3": {"API": api["id"]},
    }.items():
        expect(f"variables of {name}", there[name]["Environment"]["Variables"], variables)
    check_api(api["id"], handler["FunctionName"])
    expect("rules", len(aws.look("events", "list-rules")["Rules"]), (functions + 1) // 2)
    return {name: function["FunctionName"] for name, function in there.items()}


def check_api(api, handler):
    """Checks what API Gateway has read from the document."""
    resources = aws.look("apigateway", "get-resources", "--rest-api-id", api, "--embed", "methods")["items"]
    methods = [method for resource in resources for method in resource.get("resourceMethods", {}).values()]
    expect("methods", len(methods), ROUTES)
    # A file can't refer to the function: it has a variable of the stage.
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:${{stageVariables.APIHandler}}"
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    expect("what they call", sorted({method["methodIntegration"]["uri"] for method in methods}), [uri])
    stages = aws.look("apigateway", "get-stages", "--rest-api-id", api)["item"]
    variables = [stage["variables"] for stage in stages if stage["stageName"] == "api"]
    expect("variables of the stage", variables, [{"APIHandler": handler}])


def go_through(chalice, deploy_by, steps):
    """Takes the app through its life: created, updated, deleted."""
    deploy_by(chalice, FUNCTIONS)
    before, stacks = check(FUNCTIONS), aws.stacks()
    if len(stacks) <= STACKS:
        raise Failure(f"{len(stacks)} stacks, of which {STACKS} and more should be nested: {stacks}")
    expect("status of the stacks", sorted({*stacks.values()}), ["CREATE_COMPLETE"])
    steps.done(f"{len(stacks)} stacks CREATE_COMPLETE with {len(before)} functions and {ROUTES} methods")

    deploy_by(chalice, FUNCTIONS + 1)
    after = check(FUNCTIONS + 1)
    del after[f"function_{FUNCTIONS}"]
    expect("functions but the one that was added", after, before)
    expect("status of the app's own stack", aws.stacks()["nested"], "UPDATE_COMPLETE")
    steps.done("UPDATE_COMPLETE with one function more; no other has moved")

    CloudFormation().delete("nested")
    aws.look.cache_clear()
    expect("functions", aws.functions(), {})
    expect("stacks", aws.stacks(), {})
    steps.done("stack deleted: nothing is left")


def main(chalice):
    run("aws", "s3", "mb", f"s3://{BUCKET}")
    for way, deploy_by in {
        "sam deploy": by_sam,
        "aws cloudformation package": by_package,
        "--code-bucket and --code-key": by_place,
    }.items():
        steps = Steps(f"nested stacks, {way}")
        try:
            go_through(chalice, deploy_by, steps)
        except Failure as failure:
            raise Failure(f"{steps.title}: {failure}") from None
    shutil.rmtree(WORK)


if __name__ == "__main__":
    start(main, __doc__)
