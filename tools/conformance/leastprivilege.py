"""Deploys examples with the permissions that docs/deploying.md gives to a deployer, and no others.

    leastprivilege.py CHALICE

runs where the AWS of the environment is an endpoint for tests that enforces
IAM's policies, and aws is on the path. CHALICE is our command. A user for each
example has the two policies of the documentation, written for the example's
name and for the path of its roles, and takes it through its life: deployed, looked at, changed, deleted. The
endpoint makes a stack's resources as whoever asks for the stack does. All that can
have tags has some, and each role has a boundary, a path and a managed policy. Another
user has one of the policies, and a role for CloudFormation has the other. What
exists is asked by an administrator. Exits with 1 at the first difference.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import aws
from aws import ACCOUNT, REGION, Failure
from deploy import ROOT, Steps, expect, make_others

WORK = ROOT / ".tools" / "leastprivilege"
BUCKET = f"chalice-artifacts-{ACCOUNT}-{REGION}"
ROLE = "cloudformation"

# What the roles of the apps have.
PATH, TAGS, OTHER_TAGS = "/team/", {"team": "core", "cost": "low"}, {"team": "edge"}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
MANAGED = "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"

# Examples, and a line of each one's program that is changed, to what.
EXAMPLES = {
    "helloworld": ('"Hello, "', '"Good morning, "'),
    "events": ('"invoice"', '"an invoice"'),
}


def policy(name, app):
    """Returns a policy of the documentation, for an app."""
    text = (ROOT / "docs" / f"deploying-{name}.json").read_text()
    if "myapp" not in text:
        raise Failure(f"docs/deploying-{name}.json isn't about myapp")
    return text.replace("myapp", app)


def make_boundary():
    """Makes the boundary, which allows everything."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = aws.aws("iam", "create-policy", "--policy-name", BOUNDARY.split("/")[-1], "--policy-document", document)
    expect("boundary", made["Policy"]["Arn"], BOUNDARY)


def make_user(name, **policies):
    """Makes a user; returns the environment of a command that is to be theirs."""
    aws.aws("iam", "create-user", "--user-name", name)
    for title, document in policies.items():
        aws.aws("iam", "put-user-policy", "--user-name", name, "--policy-name", title, "--policy-document", document)
    key = aws.aws("iam", "create-access-key", "--user-name", name)["AccessKey"]
    credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    return {**os.environ, **credentials}


def make_role(app):
    """Makes a role for CloudFormation, and returns its ARN."""
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = aws.aws("iam", "create-role", "--role-name", ROLE, "--assume-role-policy-document", document)
    resources = ("--policy-name", "resources", "--policy-document", policy("resources", app))
    aws.aws("iam", "put-role-policy", "--role-name", ROLE, *resources)
    return made["Role"]["Arn"]


def project(name):
    """Returns a copy of an example whose program the endpoint can run."""
    folder = WORK / name
    shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns("*_test.go"))
    file = folder / ".chalice" / "config.json"
    config = json.loads(file.read_text())
    config["stages"]["dev"]["lambda_architecture"] = "x86_64"
    config |= {"permissions_boundary": BOUNDARY, "role_path": PATH, "managed_policies": [MANAGED]}
    config |= {"tag_resources": True, "tags": TAGS}
    file.write_text(json.dumps(config))
    return folder


def retag(folder, tags):
    file = folder / ".chalice" / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "tags": tags}))


def change(folder, line, instead):
    main = folder / "main.go"
    if line not in main.read_text():
        raise Failure(f"{main} has no {line} any more: adapt leastprivilege.py")
    main.write_text(main.read_text().replace(line, instead))


class Deployer:
    """A user who has our command for one project."""

    def __init__(self, chalice, folder, environment, *more):
        self.chalice, self.folder, self.environment, self.more = chalice, folder, environment, more

    def run(self, command, *flags, status=0):
        line = [str(self.chalice), command, "--project-dir", str(self.folder), *flags]
        settings = {"env": self.environment, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        done = subprocess.run(line, check=False, **settings)
        if done.returncode != status:
            raise Failure(f"{' '.join(line)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def live(self, name, steps):
        """Takes an example through its life."""
        self.run("deploy", "--yes", *self.more)
        expect("stacks", aws_stacks(), {"chalice-artifacts": "CREATE_COMPLETE", f"{name}-dev": "CREATE_COMPLETE"})
        check_roles(name, TAGS)
        steps.done("deploy: roles with a boundary, a path, a policy and tags")
        for command in (("diff", *self.more), ("status",), ("logs", "--all")):
            self.run(*command)
        steps.done("diff, status, logs")
        change(self.folder, *EXAMPLES[name])
        self.run("deploy", "--code-only", *self.more)
        steps.done("deploy --code-only")
        retag(self.folder, OTHER_TAGS)
        self.run("deploy", "--yes", *self.more)
        check_roles(name, OTHER_TAGS)
        expect("artifacts", {key.split("/")[0] for key in artifacts()}, {name})
        steps.done("deploy again")
        self.run("delete", "--yes", *self.more)
        expect("stacks", aws_stacks(), {"chalice-artifacts": "CREATE_COMPLETE"})
        expect("artifacts", artifacts(), [])
        steps.done("delete: nothing is left but the bucket")


def aws_stacks():
    return {
        stack["StackName"]: stack["StackStatus"] for stack in aws.aws("cloudformation", "describe-stacks")["Stacks"]
    }


def check_roles(app, expected):
    """Looks at the roles of an app, which have these tags beside chalice's."""
    listed = aws.aws("iam", "list-roles", "--path-prefix", PATH)["Roles"]
    names = [role["RoleName"] for role in listed if role["RoleName"].startswith(f"{app}-dev-")]
    if not names:
        raise Failure(f"{app} has no roles below {PATH}")
    for name in names:
        role = aws.aws("iam", "get-role", "--role-name", name)["Role"]
        expect(f"boundary of {name}", role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"), BOUNDARY)
        tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", []) if tag["Key"] != "aws-chalice"}
        expect(f"tags of {name}", tags, expected)
        attached = aws.aws("iam", "list-attached-role-policies", "--role-name", name)["AttachedPolicies"]
        expect(f"policies of {name}", [policy["PolicyArn"] for policy in attached], [MANAGED])


def artifacts():
    """Returns the keys of all versions of what is in the bucket."""
    found = aws.aws("s3api", "list-object-versions", "--bucket", BUCKET) or {}
    return [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in found.get(kind, [])]


def check_denied(chalice, environment, other):
    """Makes sure that a user can't deploy somebody else's app."""
    said = Deployer(chalice, project(other), environment).run("deploy", "--yes", status=1)
    # Its artifacts are the first to be asked for; S3 doesn't say of whom it thinks.
    if f"s3:GetObject on s3://{BUCKET}/{other}/" not in said or "isn't allowed" not in said:
        raise Failure(f"deploying {other} with the permissions for another app says nothing of its artifacts:\n{said}")
    expect("stacks", aws_stacks(), {"chalice-artifacts": "CREATE_COMPLETE"})
    shutil.rmtree(WORK / other)


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    make_others()
    make_boundary()
    for name in EXAMPLES:
        steps = Steps(f"leastprivilege, {name}")
        both = {title: policy(title, name) for title in ("policy", "resources")}
        Deployer(chalice, project(name), make_user(f"deployer-{name}", **both)).live(name, steps)
        shutil.rmtree(WORK / name)

    name, other = EXAMPLES
    steps = Steps("leastprivilege, a role for CloudFormation")
    role = make_role(name)
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role}
    document = json.dumps({"Version": "2012-10-17", "Statement": [passing]})
    user = make_user("deployer", policy=policy("policy", name), role=document)
    Deployer(chalice, project(name), user, "--role-arn", role).live(name, steps)
    check_denied(chalice, user, other)
    steps.done(f"denied: {other}")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"Error: leastprivilege: {failure}")
