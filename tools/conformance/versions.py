"""One deployment after the other of functions with versions, by several tools.

Each changes one thing, and publishes one version of each function that has versions, to
which CodeDeploy leads the alias live once a hook has looked at it. An API and a queue
call that alias.
"""

import functools
import json
import re
import time

import aws
from aws import Failure
from deploy import expect, run
from permissions import request_event
from project import Project, resources

MAIN = """// Command %(name)s says which version of it runs.
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/codedeploy"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("%(name)s")
	a.Route("/", func(ctx context.Context, r *app.Request) (any, error) { return says(), nil })
	a.OnSQSMessage("%(name)s-jobs", func(ctx context.Context, e *app.SQSEvent) error {
		slog.InfoContext(ctx, "says "+says())
		return nil
	}, app.Name("work"))
	a.LambdaFunction(app.TrafficHook(smoke))
	return a
}

func says() string {
	return os.Getenv("AWS_LAMBDA_FUNCTION_VERSION") + " %(version)s " + os.Getenv("COLOUR")
}

// smoke asks what is deployed, and refuses a colour.
func smoke(ctx context.Context) error {
	shift, err := codedeploy.ShiftOf(ctx)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "asked about "+shift.CurrentVersion+" to "+shift.TargetVersion)
	if os.Getenv("COLOUR") == "grey" {
		return errors.New("grey is no colour")
	}
	return nil
}
"""

FUNCTIONS = ("api_handler", "work")


class Versions(Project):
    """A project two of whose functions have versions, and the third is a hook of both."""

    def __init__(self, chalice, name):
        deployment = {"deployment": {"type": "AllAtOnce", "pre_traffic": "smoke"}}
        super().__init__(chalice, name, lambda_functions=dict.fromkeys(FUNCTIONS, deployment), lambda_timeout=20)
        self.stack = f"{name}-dev"
        self.queue = aws.aws("sqs", "create-queue", "--queue-name", f"{name}-jobs")["QueueUrl"]
        self.colour("red")

    def write(self, version="one", **facts):
        (self.folder / "main.go").write_text(MAIN % {"name": self.name, "version": version})

    def colour(self, colour):
        self.configure(environment_variables={"COLOUR": colour})

    def deploy(self, fails=False):
        self.run("deploy", "--yes", status=1 if fails else 0)

    @functools.cached_property
    def names(self):
        """The names of the functions in AWS, by those in the app."""
        ids = resources(self.stack)
        return {"api_handler": ids["APIHandler"], "work": ids["Work"], "smoke": ids["Smoke"]}

    def published(self):
        """Returns the versions of each function, and the one that live leads to."""
        found = {}
        for name in FUNCTIONS:
            function = ("--function-name", self.names[name])
            versions = aws.aws("lambda", "list-versions-by-function", *function)["Versions"]
            live = aws.aws("lambda", "get-alias", *function, "--name", "live")
            weights = (live.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            expect(f"weights of {name}", weights, {})
            numbers = [one["Version"] for one in versions if one["Version"] != "$LATEST"]
            found[name] = (numbers, live["FunctionVersion"])
        return found

    @functools.cached_property
    def called(self):
        """The ARN that the API's method calls, which has to let it."""
        [api] = [one for one in aws.aws("apigateway", "get-rest-apis")["items"] if one["name"] == self.name]
        place = ("--rest-api-id", api["id"], "--embed", "methods")
        [resource] = aws.aws("apigateway", "get-resources", *place)["items"]
        uri = resource["resourceMethods"]["GET"]["methodIntegration"]["uri"]
        called = re.fullmatch(r"arn:aws:apigateway:.*/functions/(arn:.*)/invocations", uri)[1]
        name, _, qualifier = called.partition(":function:")[2].partition(":")
        policy = aws.aws("lambda", "get-policy", "--function-name", name, "--qualifier", qualifier)["Policy"]
        statements = [one for one in json.loads(policy)["Statement"] if one["Resource"] == called]
        sources = [one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in statements]
        expect("permissions of the API", [api["id"] in source for source in sources], [True])
        return called

    def answer(self):
        """Returns what the API answers."""
        event = {**request_event(), "resource": "/", "path": "/", "httpMethod": "GET", "body": None}
        event["requestContext"].update(resourcePath="/", httpMethod="GET")
        file = self.folder / "answer.json"
        done = aws.aws("lambda", "invoke", "--function-name", self.called, "--payload", json.dumps(event), str(file))
        if "FunctionError" in done:
            raise Failure(f"{self.called} failed: {file.read_text()}")
        return json.loads(file.read_text())["body"]

    def delivered(self):
        """Returns what the function of the queue says of a message."""
        before = len(self.lines("work", "says "))
        aws.aws("sqs", "send-message", "--queue-url", self.queue, "--message-body", "{}")
        return self.logged("work", "says ", before)

    def lines(self, function, words):
        """Returns what a function has said with these words, without them."""
        group = f"/aws/lambda/{self.names[function]}"
        if not aws.aws("logs", "describe-log-groups", "--log-group-name-prefix", group)["logGroups"]:
            return []
        command = ("--log-group-name", group, "--filter-pattern", f'"{words}"')
        events = aws.aws("logs", "filter-log-events", *command)["events"]
        return [json.loads(event["message"])["message"].removeprefix(words) for event in events]

    def logged(self, function, words, before=0):
        """Returns what a function says last with these words, once that is more than before."""
        for _ in range(50):
            said = self.lines(function, words)
            if len(said) > before:
                return said[-1]
            time.sleep(0.1)
        raise Failure(f"{function} hasn't said {words!r}")

    def check(self, live, says):
        """Compares the versions with what should be there, all up to live, and the API's answer."""
        numbers = [str(number + 1) for number in range(int(live))]
        expect("versions", self.published(), dict.fromkeys(FUNCTIONS, (numbers, live)))
        expect("answer of the API", self.answer(), f"{live} {says}")


class BySAM(Versions):
    """The same project, deployed by the SAM CLI."""

    def deploy(self, fails=False):
        self.run("package", "out")
        template = ("--template-file", self.folder / "out" / "sam.yaml", "--stack-name", self.stack)
        settings = ("--capabilities", "CAPABILITY_IAM", "--resolve-s3", "--no-confirm-changeset")
        try:
            run("sam", "deploy", *template, *settings, "--no-fail-on-empty-changeset")
        except Failure:
            if not fails:
                raise


def chalice(command, steps):
    project = Versions(command, "versions")
    deployments(project, steps)
    expect("what the hook was told", project.logged("smoke", "asked about "), "2 to 3")
    expect("what the queue's function says", project.delivered(), "3 two blue")
    steps.done("the hook has asked what is deployed, and the queue calls live")
    failing(project, steps)


def sam(command, steps):
    deployments(BySAM(command, "versionssam"), steps)


def deployments(project, steps):
    """Deploys once, with a variable changed, with the program changed, and with nothing changed."""
    project.deploy()
    project.check("1", "one red")
    steps.done("first deployment: version 1, which the API calls as live")
    project.colour("blue")
    project.deploy()
    project.check("2", "one blue")
    steps.done("a variable changed: one new version")
    project.write("two")
    project.deploy()
    project.check("3", "two blue")
    steps.done("the program changed: one new version")
    project.deploy()
    project.check("3", "two blue")
    steps.done("nothing changed: no version")


def failing(project, steps):
    """Has a hook fail, and then succeed."""
    project.colour("grey")
    project.deploy(fails=True)
    events = aws.aws("cloudformation", "describe-stack-events", "--stack-name", project.stack)["StackEvents"]
    expect("why it failed", "HOOK_EXECUTION_FAILURE" in json.dumps(events), True)
    before = project.published()
    expect("live", {name: live for name, (_, live) in before.items()}, dict.fromkeys(FUNCTIONS, "3"))
    expect("answer of the API", project.answer(), "3 two blue")
    steps.done("a hook failed: live is where it was")
    project.colour("green")
    project.deploy()
    after = project.published()
    more = {name: len(numbers) - len(before[name][0]) for name, (numbers, _) in after.items()}
    expect("new versions", more, dict.fromkeys(FUNCTIONS, 1))
    newest = {name: numbers[-1] for name, (numbers, _) in after.items()}
    expect("live", {name: live for name, (_, live) in after.items()}, newest)
    expect("answer of the API", project.answer(), f"{newest['api_handler']} two green")
    steps.done("and then it didn't: one new version")
