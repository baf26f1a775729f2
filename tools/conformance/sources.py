"""Deploys an app with every kind of event source, and asks the AWS CLI what became of its options.

    sources.py CHALICE

runs where the AWS of the environment is an endpoint for tests, and sam and aws
are on the path. CHALICE is our command. The kinds are those of the modules source*.py.
What the sources come from is made first, and the program has the names as variables.
The app is deployed, changed and deployed again, and deleted: as a SAM template by
the SAM CLI, as a CloudFormation template by the AWS CLI, and by our own command, whose
user has the permissions of docs/deploying.md and no others. Exits with 1 at the first
difference.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aws
import sourcekinds
import sourcerules
import sourcetopics
from aws import Failure
from deploy import BUCKET, ROOT, SAM, CloudFormation, Steps, expect, run, start
from leastprivilege import Deployer, make_user, policy

KINDS = [*sourcekinds.KINDS, *sourcerules.KINDS, *sourcetopics.KINDS]
WORK = ROOT / ".tools" / "sources"  # in the module, and in no package pattern of Go's
MAIN = """// Command sources has functions for events of every kind.
package main

import (
	"context"
	"os"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// Every kind needs some of these.
var (
	_ = context.Background
	_ = os.Getenv
	_ = time.Second
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("sources")
REGISTRATIONS	return a
}

HANDLERS"""


def write(project, variables, changed):
    """Writes the program, with the registrations as they are first or changed."""
    registrations = "".join(kind.registrations(changed) for kind in KINDS)
    handlers = "".join(kind.handlers for kind in KINDS)
    main = MAIN.replace("REGISTRATIONS", registrations).replace("HANDLERS", handlers)
    (project / ".chalice").mkdir(parents=True, exist_ok=True)
    (project / "main.go").write_text(main)
    config = {
        "version": "2.0",
        "app_name": "sources",
        "lambda_architecture": "x86_64",
        "iam_roles": "per_function",
        "environment_variables": variables,
    }
    (project / ".chalice" / "config.json").write_text(json.dumps(config))


def check(variables, changed):
    """Compares what each kind finds with what it should."""
    aws.look.cache_clear()
    aws.look("lambda", "list-functions")
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda kind: kind.look(), KINDS)
    for kind, there in zip(KINDS, found, strict=True):
        expect(f"{kind.title}, {'changed' if changed else 'new'}", there, kind.want(variables, changed))
    return ", ".join(kind.title for kind in KINDS)


def go_through(chalice, way, variables):
    steps = Steps(way.title)
    for changed in (False, True):
        project = WORK / f"{way.title}-{'after' if changed else 'before'}"
        write(project, variables, changed)
        way.package(chalice, project, steps)
        if not changed or isinstance(way, SAM):  # sam deploy is the same for both
            way.create("sources", project, steps)
        else:
            way.update("sources", project, steps)
        there = check(variables, changed)
        steps.done(f"{'changed' if changed else 'there'}: {there}")
    how = way.delete("sources")
    aws.look.cache_clear()
    for kind in KINDS:
        expect(f"{kind.title} that are left", kind.look(), kind.nothing)
    steps.done(f"{how}: nothing is left")


def go_through_ourselves(chalice):
    """Deploys the projects that are there, and deletes the stack."""
    steps = Steps("chalice")
    user = make_user("deployer", **{title: policy(title, "sources") for title in ("policy", "resources")})
    for project in ("cloudformation-before", "cloudformation-after"):
        deployer = Deployer(chalice, WORK / project, user)
        deployer.run("deploy", "--stage", "dev", "--yes")
        steps.done(f"deploy of {project} with the documented permissions")
    deployer.run("delete", "--stage", "dev", "--yes")
    steps.done("delete")


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run("aws", "s3", "mb", f"s3://{BUCKET}")
    variables = {}
    for kind in KINDS:
        variables |= kind.make()
    for way in (SAM(), CloudFormation()):
        try:
            go_through(Path(chalice), way, variables)
        except Failure as failure:
            raise Failure(f"{way.title}: {failure}") from None
    go_through_ourselves(Path(chalice))
    shutil.rmtree(WORK)


if __name__ == "__main__":
    start(main, __doc__)
