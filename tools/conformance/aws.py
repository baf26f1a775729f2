"""What exists in an account, asked through the AWS CLI.

Resources have names that CloudFormation made, such as events-Work-7F3A; here
they go by what they are called in the template, Work.
"""

import contextlib
import functools
import io
import json
import os
import re
import subprocess
import sys
import threading


class Failure(Exception):
    """A tool failed, or something isn't as it should be."""


ACCOUNT, REGION = "123456789012", "us-east-1"


class Cli:
    """The AWS CLI in one process that runs one command after the other.

    It takes the CLI far longer to start than the endpoint to answer.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, command):
        """Returns the status of a command, what it prints, and its errors."""
        with self.lock:
            print(json.dumps(command), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        if not answer:
            raise Failure(f"the AWS CLI ended at aws {' '.join(command)}")
        return json.loads(answer)


def serve():
    """Runs the commands that come in, a line each, until there are no more."""
    import awscli.clidriver  # here: only this process has to wait for it

    driver, answers = awscli.clidriver.create_clidriver(), sys.stdout
    for line in sys.stdin:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            try:
                status = driver.main(json.loads(line))
            except SystemExit as ended:
                status = ended.code
        print(json.dumps([status, out.getvalue(), err.getvalue()]), file=answers, flush=True)


@functools.cache
def cli():
    return Cli()


def aws(*command, environment=None):
    """Returns what a command of the AWS CLI prints."""
    # With an explicit endpoint: the CLI asks old addresses of some services.
    full = ["--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--output", "json", *map(str, command)]
    if environment is None:
        status, out, err = cli().run(full)
    else:
        done = subprocess.run(["aws", *full], check=False, env=environment, capture_output=True, text=True)
        status, out, err = done.returncode, done.stdout, done.stderr
    if status:
        raise Failure(f"aws {' '.join(full)} ended with {status}:\n{err}")
    return json.loads(out) if out.strip() else None


@functools.cache
def look(*command):
    """Returns what a command prints, and asks once until cache_clear."""
    return aws(*command)


def logical(name):
    """Returns what a resource is called in its stack's template."""
    match = re.search(r"(?:^|[:/])[\w]+-(\w+)-[0-9A-Z]{12}", name)
    return match[1] if match else name


def functions():
    return {
        logical(function["FunctionName"]): {
            "handler": function["Handler"],
            "runtime": function["Runtime"],
            "architecture": function["Architectures"][0],
            "memory": function["MemorySize"],
            "variables": function.get("Environment", {}).get("Variables", {}),
            "role": logical(function["Role"]),
            "code": function["CodeSize"] > 1_000_000,
        }
        for function in look("lambda", "list-functions")["Functions"]
    }


def rules():
    """Returns the schedule of each rule and the functions that it calls."""
    found = {}
    for rule in look("events", "list-rules")["Rules"]:
        targets = look("events", "list-targets-by-rule", "--rule", rule["Name"])["Targets"]
        found[rule["ScheduleExpression"]] = [logical(target["Arn"]) for target in targets]
    return found


def subscriptions():
    found = look("sns", "list-subscriptions")["Subscriptions"]
    return {one["TopicArn"].split(":")[-1]: (one["Protocol"], logical(one["Endpoint"])) for one in found}


def mappings():
    return {
        mapping["EventSourceArn"].split(":")[-1]: {
            "function": logical(mapping["FunctionArn"]),
            "batch": mapping["BatchSize"],
            "answers": mapping.get("FunctionResponseTypes"),
        }
        for mapping in look("lambda", "list-event-source-mappings")["EventSourceMappings"]
    }


def notifications():
    """Returns whom the bucket of the examples tells of what."""
    found = look("s3api", "get-bucket-notification-configuration", "--bucket", "example-invoices") or {}
    return {
        one["Id"]: {
            "target": logical(one.get("LambdaFunctionArn") or one["QueueArn"]),
            "events": one["Events"],
            "filter": [rule["Value"] for rule in one.get("Filter", {}).get("Key", {}).get("FilterRules", [])],
        }
        for kind in ("LambdaFunctionConfigurations", "QueueConfigurations")
        for one in found.get(kind, [])
    }


def log_groups():
    """Returns the retention of the groups that have one. Those without were made
    by Lambda when a function first ran, and are nobody's."""
    groups = look("logs", "describe-log-groups")["logGroups"]
    return {logical(group["logGroupName"]): group["retentionInDays"] for group in groups if "retentionInDays" in group}


def invokers():
    """Returns which services may invoke each function that any may."""
    found = {}
    for function in look("lambda", "list-functions")["Functions"]:
        try:
            policy = look("lambda", "get-policy", "--function-name", function["FunctionName"])["Policy"]
        except Failure:  # it has none
            continue
        services = [statement["Principal"]["Service"] for statement in json.loads(policy)["Statement"]]
        found[logical(function["FunctionName"])] = services
    return found


def methods():
    """Returns the functions that the methods of all APIs call."""
    found = {}
    for api in look("apigateway", "get-rest-apis")["items"]:
        command = ("apigateway", "get-resources", "--rest-api-id", api["id"], "--embed", "methods")
        for resource in look(*command)["items"]:
            for verb, method in resource.get("resourceMethods", {}).items():
                integration = method["methodIntegration"]
                called = logical(integration["uri"]) if "uri" in integration else integration["type"]
                found[f"{verb} {resource['path']}"] = called
    return found


def stages():
    """Returns the deployment that each stage of the only API shows."""
    found = {}
    for api in look("apigateway", "get-rest-apis")["items"]:
        for stage in look("apigateway", "get-stages", "--rest-api-id", api["id"])["item"]:
            found[stage["stageName"]] = stage["deploymentId"]
    return found


def roles():
    return sorted(logical(role["RoleName"]) for role in look("iam", "list-roles")["Roles"])


def outputs(stack):
    [found] = look("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def stacks():
    """Returns the stacks and their status, without the one of SAM's own."""
    found = look("cloudformation", "describe-stacks")["Stacks"]
    return {one["StackName"]: one["StackStatus"] for one in found if not one["StackName"].startswith("aws-sam-cli")}


if __name__ == "__main__":
    serve()
