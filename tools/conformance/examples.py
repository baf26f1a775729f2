"""The examples that are deployed, and what has to exist of them."""

from dataclasses import dataclass

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
        outputs=("APIHandlerArn", "APIHandlerName", "EndpointURL", "RestAPIId"),
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
