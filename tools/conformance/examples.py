"""The examples, how they are deployed, and what has to exist of some of them then."""

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

REST_HANDLER = {
    "handler": "api_handler",
    "runtime": "provided.al2023",
    "architecture": "arm64",
    "memory": 128,
    "variables": {},
    "role": "DefaultRole",
    "code": True,
}

METHODS = {
    "GET /": "APIHandler",
    "GET /cities/{name}": "APIHandler",
    "OPTIONS /cities/{name}": "MOCK",
    "POST /greetings": "APIHandler",
}

# The paths of examples/shop, and the methods of each.
SHOP_PATHS = {
    "/categories": "GET",
    "/products": "GET",
    "/products/{product}": "GET",
    "/products/{product}/pictures/{number}": "GET",
    "/products/{product}/reviews": "GET POST",
    "/products/{product}/reviews/{review}": "GET PUT DELETE",
    "/products/{product}/reviews/{review}/votes": "POST",
    "/cart": "GET POST",
    "/cart/items/{product}": "PUT DELETE",
    "/orders": "GET POST",
    "/orders/{order}": "GET",
    "/orders/{order}/cancellation": "POST",
    "/customers": "POST",
    "/customers/me": "GET PATCH",
    "/customers/me/addresses": "GET",
    "/customers/me/addresses/{label}": "PUT DELETE",
    "/contact": "POST",
    "/admin/products": "POST",
    "/admin/products/{product}": "PUT DELETE",
    "/admin/products/{product}/pictures": "POST",
    "/admin/stock": "PATCH",
    "/admin/imports/products": "POST",
    "/admin/exports/{kind}": "GET",
    "/admin/orders": "GET",
    "/admin/orders/{order}/shipment": "POST",
    "/admin/orders/{order}/notes": "GET",
    "/admin/audit": "GET",
    "/openapi.json": "GET",
}
SHOP_METHODS = {f"{verb} {path}": "APIHandler" for path, verbs in SHOP_PATHS.items() for verb in verbs.split()}

API_OUTPUTS = ("APIHandlerArn", "APIHandlerName", "EndpointURL", "RestAPIId")

NOTIFIER = {
    **REST_HANDLER,
    "handler": "index.handler",
    "runtime": "python3.13",
    "role": "BucketNotifierRole",
    "code": False,
}

FUNCTIONS = {
    "Count": {**REST_HANDLER, "handler": "count"},
    "Tick": {**REST_HANDLER, "handler": "tick"},
    "Open": {**REST_HANDLER, "handler": "open"},
    "Notify": {**REST_HANDLER, "handler": "notify"},
    "File": {**REST_HANDLER, "handler": "file"},
    "BucketNotifier": NOTIFIER,
    "Work": {**REST_HANDLER, "handler": "work", "memory": 256, "variables": {"WAREHOUSE": "north"}},
}

INVOKERS = {"Tick": ["events.amazonaws.com"], "Notify": ["sns.amazonaws.com"], "File": ["s3.amazonaws.com"]}

# What there is of others, before and after: a notification on the bucket.
ELSEWHERE = {
    "notifications": {
        "theirs": {
            "target": "arn:aws:sqs:us-east-1:123456789012:orders",
            "events": ["s3:ObjectRemoved:*"],
            "filter": [],
        }
    }
}


@dataclass
class Example:
    """An example, and a change of its program."""

    name: str
    change: tuple  # a line of its main.go, and what takes the line's place
    changed: str  # what that does, for who reads the steps
    before: dict  # what exists, by the functions of aws.py
    after: dict  # what else does when the change is deployed
    outputs: tuple  # the names of the stack's outputs
    ways: tuple = ("sam", "cloudformation")  # it is deployed in


EXAMPLES = [
    Example(
        name="helloworld",
        change=('\ta.Route("/", index)\n', '\ta.Route("/", index)\n\ta.Route("/health/live", index)\n'),
        changed="a route added",
        before={
            "functions": {"APIHandler": REST_HANDLER},
            "methods": METHODS,
            "invokers": {"APIHandler": ["apigateway.amazonaws.com"]},
            "roles": ["DefaultRole"],
        },
        after={"methods": {**METHODS, "GET /health/live": "APIHandler"}},
        outputs=API_OUTPUTS,
    ),
    Example(
        name="shop",
        change=("\ta.RegisterBlueprint(s.contacting())\n", ""),
        changed="a route removed",
        before={
            "functions": {"APIHandler": REST_HANDLER, "Account": {**REST_HANDLER, "handler": "account"}},
            "methods": SHOP_METHODS,
            "invokers": {"APIHandler": ["apigateway.amazonaws.com"], "Account": ["apigateway.amazonaws.com"]},
            "roles": ["DefaultRole"],
        },
        after={"methods": {method: name for method, name in SHOP_METHODS.items() if method != "POST /contact"}},
        outputs=API_OUTPUTS,
        ways=("cloudformation",),  # production.py finds what SAM would make to be the same
    ),
    Example(
        name="events",
        change=('\ta.Schedule(app.Rate(5, app.Minutes), tick, app.Description("Every five minutes"))\n', ""),
        changed="a function removed",
        before={
            "functions": FUNCTIONS,
            "rules": {"rate(5 minutes)": ["Tick"]},
            "subscriptions": {"alarms": ("lambda", "Notify")},
            "mappings": {"orders": {"function": "Work", "batch": 10, "answers": ["ReportBatchItemFailures"]}},
            "notifications": {
                **ELSEWHERE["notifications"],
                "events/events-dev-file": {
                    "target": "File",
                    "events": ["s3:ObjectCreated:*"],
                    "filter": ["in/", ".pdf"],
                },
            },
            "log_groups": {"BucketNotifierLogGroup": 30},
            "invokers": INVOKERS,
            "roles": ["BucketNotifierRole", "DefaultRole", "OpenScheduleRole"],
        },
        after={
            "functions": {name: function for name, function in FUNCTIONS.items() if name != "Tick"},
            "rules": {},
            "invokers": {name: services for name, services in INVOKERS.items() if name != "Tick"},
        },
        outputs=(),
    ),
]


@dataclass
class Program:
    """An example as its README has it packaged and deployed."""

    merged: str = ""  # what is merged into its template
    module: bool = True  # that it can be one of Terraform's, without intrinsics of CloudFormation's

    def flags(self):
        return ("--merge-template", self.merged) if self.merged else ()


# All of the examples but cdk, which cdk.py deploys.
PROGRAMS = {
    "chat": Program(merged="resources.yaml", module=False),
    "events": Program(),
    "helloworld": Program(),
    "mounted": Program(),
    "orders": Program(merged="resources.yaml", module=False),
    "shop": Program(),
    "thumbnails": Program(),
    "todo": Program(merged="resources.yaml", module=False),
}


def copied(name, folder):
    """Copies an example, without its tests, and returns the folder."""
    shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns("*_test.go", "testdata"))
    module = folder / "go.mod"
    if module.exists():  # one of its own, which finds ours by a path
        module.write_text(module.read_text().replace("=> ../..", f'=> "{ROOT}"'))
    return folder
