"""A project whose stages are deployed, and what the AWS CLI says of them."""

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import aws
from aws import Failure

ROOT = Path(__file__).parents[2]
# In the module, and in no package pattern of Go's; each run has its own.
WORK = ROOT / ".tools" / "lifecycle" / str(os.getpid())

# How long one command may take, in seconds, on a machine with much else to do.
PATIENCE = 300

MAIN = """// Command %(name)s does what its events say.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"time"
%(imports)s
	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("%(name)s")
	a.Route("/", index)
	a.LambdaFunction(work%(options)s)
	return a
}

func index(ctx context.Context, r *app.Request) (any, error) { return "%(version)s", nil }
%(more)s
// order is what an event asks for.
type order struct {
	Say   []string
	Sleep time.Duration
	Fail  string
	Exit  int
}

func work(ctx context.Context, event json.RawMessage) (any, error) {
	var do order
	if err := json.Unmarshal(event, &do); err != nil {
		return nil, err
	}
	for _, line := range do.Say {
		slog.InfoContext(ctx, line)
	}
	time.Sleep(do.Sleep * time.Millisecond)
	if do.Exit > 0 {
		os.Exit(do.Exit)
	}
	if do.Fail != "" {
		return nil, errors.New(do.Fail)
	}
	return event, nil
}
"""


@dataclass
class Done:
    """How a command has ended."""

    command: str
    status: int
    stdout: str
    stderr: str

    def says(self, *words):
        """Fails unless what the command wrote has all the words."""
        said = self.stdout + self.stderr
        for word in words:
            if word not in said:
                raise Failure(f"{self.command} doesn't say {word!r}:\n{said}")
        return self


class Project:
    """A folder with an app, which our command deploys."""

    def __init__(self, chalice, name, folder="", **config):
        self.chalice, self.name, self.config = chalice, name, {"lambda_architecture": "x86_64", **config}
        self.folder = WORK / (folder or name)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / ".chalice").mkdir(parents=True)
        self.write()
        self.configure()

    def write(self, version="one", options="", imports="", more=""):
        """Writes the program."""
        facts = {"name": self.name, "version": version, "options": options, "imports": imports, "more": more}
        (self.folder / "main.go").write_text(MAIN % facts)

    def configure(self, **config):
        """Sets keys of the configuration, for all stages."""
        self.config |= config
        whole = {"version": "2.0", "app_name": self.name, "stages": {"dev": {}, "prod": {}}, **self.config}
        (self.folder / ".chalice" / "config.json").write_text(json.dumps(whole))

    def merge(self, **resources):
        """Writes a template that is merged in, and returns the flags for it."""
        (self.folder / "more.json").write_text(json.dumps({"Resources": resources}))
        return ("--merge-template", str(self.folder / "more.json"))

    def start(self, *command, environment=None, **more):
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        settings = {**pipes, "cwd": self.folder, "env": environment or os.environ, **more}
        return subprocess.Popen([str(self.chalice), *command], **settings)

    def run(self, *command, status=0, environment=None, payload=None):
        """Runs our command, which is expected to end with a status."""
        more = {"stdin": subprocess.PIPE} if payload is not None else {}
        return self.end(command, self.start(*command, environment=environment, **more), status, payload)

    def end(self, command, process, status=0, payload=None):
        try:
            stdout, stderr = process.communicate(payload, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # for the stacks of what it waits for
            raise Failure(f"chalice {' '.join(command)} doesn't end:\n{process.communicate()[1]}") from None
        done = Done(f"chalice {' '.join(command)}", process.returncode, stdout, stderr)
        if status not in (None, done.status):
            raise Failure(f"{done.command} ended with {done.status}, and not {status}:\n{stdout}{stderr}")
        return done

    def record(self, stage="dev"):
        """Returns the record of a stage, or None."""
        file = self.folder / ".chalice" / "deployed" / f"{stage}.json"
        return json.loads(file.read_text()) if file.exists() else None


def stack(name):
    """Returns a stack as it is now, or None."""
    try:
        return aws.aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"][0]
    except Failure as failure:
        if "does not exist" in str(failure):
            return None
        raise


def resources(name):
    """Returns the physical ids of a stack's resources, by logical id."""
    found = aws.aws("cloudformation", "describe-stack-resources", "--stack-name", name)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def functions(prefix):
    """Returns the functions whose name begins so, by handler."""
    found = aws.aws("lambda", "list-functions")["Functions"]
    return {one["Handler"]: one for one in found if one["FunctionName"].startswith(prefix)}


def objects(app, bucket=f"chalice-artifacts-{aws.ACCOUNT}-{aws.REGION}"):
    """Returns the keys of all versions of what lies in the bucket for an app."""
    found = aws.aws("s3api", "list-object-versions", "--bucket", bucket, "--prefix", f"{app}/") or {}
    return sorted({one["Key"] for one in found.get("Versions", [])})


def queues(prefix):
    found = aws.aws("sqs", "list-queues", "--queue-name-prefix", prefix) or {}
    return sorted(url.rsplit("/", 1)[1] for url in found.get("QueueUrls", []))


def control(method, path, **body):
    """Tells the endpoint under which conditions something is to be done."""
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_endpoint/{path}"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), method=method)) as answer:
        return json.load(answer)


def queue(name):
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
