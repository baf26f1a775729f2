"""Runs what chalice generate-pipeline writes, as CodeBuild, CodePipeline and GitHub Actions do.

    pipelines.py CHALICE

runs where the AWS of the environment is an endpoint for tests that enforces IAM's
policies, and aws, sam and cfn-lint are on the path. CHALICE is our command. A new
project is released like one of a user's: it takes chalice from a module proxy, which
has this checkout. The templates of the pipelines are judged by cfn-lint, the workflow
by actionlint, and both are set up in the endpoint; the commands of buildspec and
workflow then run as they are written, in a clean folder, with the credentials of
their roles and no others. Exits with 1 at the first difference.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import yaml

import aws
from aws import ACCOUNT, REGION, Failure
from deploy import ROOT, Steps, expect

WORK = ROOT / ".tools" / "pipelines"
MODULE = "github.com/chalice-go/chalice"
APP = "shop"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def run(*command, cwd, environment=None, status=0):
    """Runs a command, which ends with a status, and returns what it writes."""
    command = [str(part) for part in command]
    settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, check=False, cwd=cwd, env=environment or os.environ, **settings)
    if done.returncode != status:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Release:
    """This checkout as a version of our module, which a folder serves as Go's module proxy."""

    def __init__(self):
        files = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\n")
        self.files = [name for name in files if name and self.belongs(name)]
        # A version of its own for each content, since Go's cache keeps what it has seen.
        content = hashlib.sha256(b"".join(name.encode() + (ROOT / name).read_bytes() for name in self.files))
        self.version = f"v0.99.0-test.x{content.hexdigest()[:12]}.{os.getpid()}"
        folder = WORK / "proxy" / MODULE / "@v"
        folder.mkdir(parents=True)
        (folder / "list").write_text(self.version + "\n")
        (folder / f"{self.version}.info").write_text(
            json.dumps({"Version": self.version, "Time": "2026-01-01T00:00:00Z"})
        )
        shutil.copy(ROOT / "go.mod", folder / f"{self.version}.mod")
        with zipfile.ZipFile(folder / f"{self.version}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self.files:
                archive.write(ROOT / name, f"{MODULE}@{self.version}/{name}")

    def belongs(self, name):
        """Reports whether a file is of the module: those in modules of their own aren't."""
        file = ROOT / name
        inner = any(
            (parent / "go.mod").exists() for parent in file.parents if parent != ROOT and ROOT in parent.parents
        )
        return file.is_file() and not inner

    def environment(self):
        proxy = run("go", "env", "GOPROXY", cwd=ROOT).strip()
        # What the command is installed into, and who doesn't know the version.
        own = {"GOPROXY": f"{(WORK / 'proxy').as_uri()},{proxy}", "GONOSUMDB": MODULE, "GOBIN": str(WORK / "gobin")}
        return {**os.environ, **own}

    def forget(self):
        """Takes the version out of Go's cache."""
        cache = Path(run("go", "env", "GOMODCACHE", cwd=ROOT).strip())
        unpacked = cache / f"{MODULE}@{self.version}"
        if unpacked.exists():
            run("chmod", "-R", "u+w", unpacked, cwd=ROOT)
            shutil.rmtree(unpacked)
        for file in (cache / "cache" / "download" / MODULE / "@v").glob(f"{self.version}*"):
            file.unlink()


def project(chalice, release):
    """Returns a new project in a repository, as the notes of new-project say it is made fit for other machines."""
    folder = WORK / APP
    run(chalice, "new-project", APP, cwd=WORK)
    environment = release.environment()
    run("go", "mod", "edit", f"-dropreplace={MODULE}", f"-require={MODULE}@{release.version}", cwd=folder)
    run("go", "mod", "tidy", cwd=folder, environment=environment)
    file = folder / ".chalice" / "config.json"
    config = json.loads(file.read_text())
    config["stages"] = {"dev": {}, "beta": {}, "prod": {}}
    config["lambda_architecture"] = "x86_64"  # which the endpoint can run
    file.write_text(json.dumps(config))
    run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
    return folder


def commit(folder):
    run("git", "add", "--all", cwd=folder)
    run(
        "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "all", cwd=folder
    )


def checkout(folder, name):
    """Returns a clean clone, as a machine that builds has it."""
    target = WORK / name
    shutil.rmtree(target, ignore_errors=True)
    run("git", "clone", "--quiet", folder, target, cwd=WORK)
    return target


def generate(chalice, folder, *line):
    said = run(chalice, "generate-pipeline", *line, cwd=folder)
    if "note:" in said and "tokens" not in said and "another name" not in said:
        raise Failure(f"generate-pipeline {' '.join(line)} has something to say:\n{said}")


def lint(*templates):
    run("cfn-lint", "--non-zero-exit-code", "informational", *templates, cwd=WORK)


def set_up(stack, template, **parameters):
    """Makes the stack of a template as an administrator, and returns its outputs and resources."""
    body = template.read_text()
    given = [f"ParameterKey={key},ParameterValue={value}" for key, value in parameters.items()]
    command = ["cloudformation", "create-stack", "--stack-name", stack, "--capabilities", "CAPABILITY_IAM"]
    aws.aws(*command, "--template-body", body, *(["--parameters", *given] if given else []))
    wait(stack)
    aws.look.cache_clear()
    found = aws.aws("cloudformation", "describe-stack-resources", "--stack-name", stack)["StackResources"]
    return aws.outputs(stack), {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def wait(stack, environment=None):
    """Waits until a stack is made."""
    try:
        aws.aws("cloudformation", "wait", "stack-create-complete", "--stack-name", stack, environment=environment)
    except Failure as failure:
        events = aws.aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
        reasons = [
            f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}"
            for one in events
            if "FAILED" in one["ResourceStatus"]
        ]
        raise Failure("\n".join([str(failure), *reasons])) from None


def as_role(credentials, environment):
    keys = {
        "AccessKeyId": "AWS_ACCESS_KEY_ID",
        "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
        "SessionToken": "AWS_SESSION_TOKEN",
    }
    return {**environment, **{variable: credentials[key] for key, variable in keys.items()}}


def assume(role, environment):
    """Returns the environment of who has a role of a service."""
    made = aws.aws("sts", "assume-role", "--role-arn", role, "--role-session-name", "service")
    return as_role(made["Credentials"], environment)


def refused(what, *command, environment):
    """Fails unless a role may not do something."""
    try:
        aws.aws(*command, environment=environment)
    except Failure as failure:
        if re.search("AccessDenied|not authorized|Forbidden|403", str(failure)):
            return
        raise
    raise Failure(f"{what} is allowed")


def stack_status(name):
    found = {one["StackName"]: one["StackStatus"] for one in aws.aws("cloudformation", "describe-stacks")["Stacks"]}
    return found.get(name)


def answers(stack):
    """Fails unless a deployed app answers."""
    [name] = [
        one["FunctionName"]
        for one in aws.aws("lambda", "list-functions")["Functions"]
        if one["FunctionName"].startswith(f"{stack}-APIHandler")
    ]
    event = {
        "resource": "/",
        "path": "/",
        "httpMethod": "GET",
        "requestContext": {"resourcePath": "/", "httpMethod": "GET"},
    }
    file = WORK / "answer.json"
    encoded = ["--payload", json.dumps(event)]
    aws.aws("lambda", "invoke", "--function-name", name, *encoded, str(file))
    answer = json.loads(file.read_text())
    expect(f"status of {stack}", answer.get("statusCode"), 200)


def codepipeline(chalice, folder, release):
    """Sets a pipeline up, and does what CodeBuild and CodePipeline do."""
    steps = Steps("pipelines, CodePipeline")
    for source in ("codeconnection", "codecommit", "github"):
        for format in ("json", "yaml"):
            generate(chalice, folder, "--source", source, f"{source}.{format}")
    generate(chalice, folder, "--source", "codecommit", "--buildspec-file", "buildspec.yml", "separate.json")
    lint(*folder.glob("*.json"), *(file for file in folder.glob("*.yaml")))
    commit(folder)
    steps.done("cfn-lint finds nothing in the templates")

    connection = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/0e45-1"
    outputs, resources = set_up(
        "pipeline", folder / "codeconnection.json", ConnectionArn=connection, RepositoryId="team/shop"
    )
    steps.done("set up")

    clone = checkout(folder, "build")
    spec = yaml.safe_load((folder / "buildspec.yml").read_text())
    whole = json.loads((folder / "codeconnection.json").read_text())["Resources"]["AppPackageBuild"]
    expect("buildspec", yaml.safe_load(whole["Properties"]["Source"]["BuildSpec"]), spec)
    commands = [command for phase in ("install", "build") for command in spec["phases"][phase]["commands"]]
    builder = assume(outputs["CodeBuildRoleArn"], release.environment())
    environment = {**builder, "APP_S3_BUCKET": outputs["S3ApplicationBucket"]}
    environment["PATH"] = f"{environment['GOBIN']}:{environment['PATH']}"
    run("bash", "-e", "-c", "\n".join(commands), cwd=clone, environment=environment)
    steps.done("the buildspec")

    deployer = assume(outputs["CodePipelineRoleArn"], os.environ)
    actions = [
        (stage["Name"], action["Configuration"])
        for stage in json.loads((folder / "codeconnection.json").read_text())["Resources"]["AppPipeline"]["Properties"][
            "Stages"
        ]
        for action in stage["Actions"]
        if action["ActionTypeId"]["Provider"] == "CloudFormation"
    ]
    for name, configuration in actions:
        act(configuration, clone, outputs, deployer)
        steps.done(f"{name}: {configuration['ActionMode']}")
    for stage in ("beta", "prod"):
        answers(f"{APP}-{stage}")
    steps.done("both stages answer")

    template = clone / "transformed-beta.yaml"
    refused("another app's stack, to the pipeline,", *change_set("other-beta", template, outputs), environment=deployer)
    object = ["s3api", "put-object", "--bucket", "somebody-elses", "--key", "x"]
    aws.aws("s3api", "create-bucket", "--bucket", "somebody-elses")
    refused("another bucket, to the build,", *object, environment=builder)
    role = assume(outputs["CFNDeployRoleArn"], os.environ)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    foreign = ["iam", "create-role", "--role-name", "other-role", "--assume-role-policy-document", trust]
    refused("another app's role, to CloudFormation,", *foreign, environment=role)
    steps.done("what isn't theirs is refused")
    expect("retained buckets", [resources[name] for name in ("ApplicationBucket",)], [outputs["S3ApplicationBucket"]])


def change_set(stack, template, outputs, kind="CREATE"):
    return [
        "cloudformation", "create-change-set", "--stack-name", stack, "--change-set-name", f"{APP}ChangeSet",
        "--change-set-type", kind, "--template-body", template.read_text(), "--role-arn", outputs["CFNDeployRoleArn"],
        "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
    ]  # fmt: skip


def act(configuration, clone, outputs, deployer):
    """Does what an action of CodePipeline's does with CloudFormation."""
    stack = configuration["StackName"]["Fn::Sub"].replace("${ApplicationName}", APP)
    named = ["--stack-name", stack, "--change-set-name", f"{APP}ChangeSet"]
    if configuration["ActionMode"] == "CHANGE_SET_REPLACE":
        template = clone / configuration["TemplatePath"].partition("::")[2]
        aws.aws(*change_set(stack, template, outputs), environment=deployer)
        aws.aws("cloudformation", "wait", "change-set-create-complete", *named, environment=deployer)
    else:
        aws.aws("cloudformation", "execute-change-set", *named, environment=deployer)
        wait(stack, deployer)
        expect(stack, stack_status(stack), "CREATE_COMPLETE")


def fails(stack, *resources):
    """Has resources of a stack fail when they are to be made; without any, none."""
    body = json.dumps({"fail": {name: ["CREATE"] for name in resources}}).encode()
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/_endpoint/stacks/{stack}", body, method="PUT")
    urllib.request.urlopen(request).close()


class Workflow:
    """The workflow of GitHub Actions, whose steps are run here."""

    def __init__(self, folder, release, variables):
        self.folder, self.release, self.variables = folder, release, variables
        self.jobs = yaml.safe_load((folder / ".github" / "workflows" / "deploy.yml").read_text())["jobs"]

    def evaluate(self, text):
        """Writes expressions as GitHub does."""
        facts = {f"vars.{name}": value for name, value in self.variables.items()}
        facts["github.event.pull_request.number"] = "7"
        return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda match: facts[match[1]], text)

    def run(self, name, status=0):
        """Runs a job, whose last step ends with a status; returns the environment of that step."""
        clone = checkout(self.folder, name)
        environment = self.release.environment()
        environment["PATH"] = f"{environment['GOBIN']}:{environment['PATH']}"
        # Nobody has credentials before a step gets some.
        for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            environment.pop(key, None)
        job = self.jobs[name]
        environment |= {key: self.evaluate(value) for key, value in job.get("env", {}).items()}
        for step in job["steps"]:
            if "run" in step:
                ends = status if step is job["steps"][-1] else 0
                run("bash", "-e", "-c", self.evaluate(step["run"]), cwd=clone, environment=environment, status=ends)
            elif "role-to-assume" in step.get("with", {}):
                if job["permissions"].get("id-token") != "write":
                    raise Failure(f"the job {name} can't get a token")
                role = self.evaluate(step["with"]["role-to-assume"])
                command = ["sts", "assume-role-with-web-identity", "--role-arn", role]
                made = aws.aws(*command, "--role-session-name", "job", "--web-identity-token", "token")
                environment = as_role(made["Credentials"], environment)
        return environment


def github(chalice, folder, release):
    """Sets the roles of a workflow up, and does what GitHub Actions do."""
    steps = Steps("pipelines, GitHub")
    generate(chalice, folder, "--ci", "github", ".github/workflows/deploy.yml")
    commit(folder)
    lint(folder / ".github" / "workflows" / "deploy-roles.json")
    run(
        "go", "run", ACTIONLINT, "-shellcheck=", "-pyflakes=", folder / ".github" / "workflows" / "deploy.yml", cwd=ROOT
    )
    steps.done("cfn-lint and actionlint find nothing")
    outputs, _ = set_up("github", folder / ".github" / "workflows" / "deploy-roles.json", Repository="team/shop")
    described = aws.aws("cloudformation", "describe-stacks", "--stack-name", "github")["Stacks"][0]["Outputs"]
    variables = {one["Description"].split()[1]: one["OutputValue"] for one in described}
    trust(outputs)
    steps.done("set up")

    workflow = Workflow(folder, release, variables)
    workflow.run("test")
    steps.done("test")
    # The stack of the pipeline would have the same name.
    aws.aws("cloudformation", "delete-stack", "--stack-name", f"{APP}-prod")
    aws.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", f"{APP}-prod")
    workflow.run("deploy")
    answers(f"{APP}-prod")
    steps.done("deploy")
    workflow.run("delete-preview")
    steps.done("delete a preview that never was")
    fails(f"{APP}-pr-7", "APIHandler")
    workflow.run("preview", status=1)
    expect("a preview that couldn't be made", stack_status(f"{APP}-pr-7"), None)
    fails(f"{APP}-pr-7")
    steps.done("a preview that can't be made")
    previewer = workflow.run("preview")
    answers(f"{APP}-pr-7")
    steps.done("preview")
    workflow.run("preview")
    steps.done("preview again: nothing changes")
    deletion = ["cloudformation", "delete-stack", "--stack-name", f"{APP}-prod"]
    refused("the stack of the branch, to a preview,", *deletion, environment=previewer)
    passing = ["--role-arn", variables["CFN_DEPLOY_ROLE"]]
    mine = ["cloudformation", "delete-stack", "--stack-name", f"{APP}-pr-7"]
    refused("the role for the branch, to a preview,", *mine, *passing, environment=previewer)
    workflow.run("delete-preview")
    expect("the preview's stack", stack_status(f"{APP}-pr-7"), None)
    left = aws.aws("s3api", "list-objects-v2", "--bucket", variables["ARTIFACT_BUCKET"], "--prefix", f"{APP}-pr-7/")
    expect("what is left of the preview", (left or {}).get("Contents", []), [])
    expect("the branch's stack", stack_status(f"{APP}-prod"), "CREATE_COMPLETE")
    steps.done("the preview is deleted, and the stack of the branch stays")


def trust(outputs):
    """Fails unless only the repository's own branch and pull requests can assume the roles."""
    subjects = {}
    for name in ("DeployRole", "PreviewRole"):
        role = outputs[name].rpartition("/")[2]
        document = aws.aws("iam", "get-role", "--role-name", role)["Role"]["AssumeRolePolicyDocument"]
        [statement] = document["Statement"]
        subjects[name] = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    expect(
        "subjects",
        subjects,
        {"DeployRole": "repo:team/shop:ref:refs/heads/main", "PreviewRole": "repo:team/shop:pull_request"},
    )


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    os.environ["SAM_CLI_POLL_DELAY"] = "0.3"
    os.environ["__SAM_CLI_APP_DIR"] = str(ROOT / ".tools" / "sam" / "app")  # and not the user's own
    release = Release()
    try:
        folder = project(chalice, release)
        codepipeline(chalice, folder, release)
        github(chalice, folder, release)
    finally:
        release.forget()
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"Error: pipelines: {failure}")
