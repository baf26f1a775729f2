"""The kinds of event sources that sources.py deploys."""

import json

import aws
from aws import ACCOUNT, REGION


class Kind:
    """Functions of one kind of source.

    new and changed are the lines of Go that register them, at first and later;
    handlers is the code of their handlers. make makes in the account what the events
    come from and go to, and returns the program's variables. look returns what there
    is by then; first and later say what that should be, with the variables' values for
    names in braces. nothing is what there is without the app.
    """

    def __init__(self, title, handlers, new, changed, make, look, first, later, nothing):
        self.title, self.handlers, self.new, self.changed = title, handlers, new, changed
        self.make, self.look, self.first, self.later, self.nothing = make, look, first, later, nothing

    def registrations(self, changed):
        return self.changed if changed else self.new

    def want(self, variables, changed):
        return filled(self.later if changed else self.first, variables)


def filled(value, variables):
    """Returns a value in which the variables stand for their names in braces."""
    if isinstance(value, dict):
        return {filled(key, variables): filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        items = [filled(item, variables) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return variables.get(value[1:-1], value)
    return value


def queue(name):
    """Makes a queue, whose messages wait as long as functions run, and returns its ARN."""
    aws.aws("sqs", "create-queue", "--queue-name", name, "--attributes", "VisibilityTimeout=360")
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def topic(name):
    return aws.aws("sns", "create-topic", "--name", name)["TopicArn"]


def bucket(name):
    aws.aws("s3api", "create-bucket", "--bucket", name)
    return f"arn:aws:s3:::{name}"


def key():
    return aws.aws("kms", "create-key")["KeyMetadata"]["Arn"]


def stream(name):
    aws.aws("kinesis", "create-stream", "--stream-name", name, "--shard-count", "1")
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def table(name):
    """Makes a table, and returns the ARN of its stream."""
    attributes = ("--attribute-definitions", "AttributeName=id,AttributeType=S")
    keys = ("--key-schema", "AttributeName=id,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST")
    images = ("--stream-specification", "StreamEnabled=true,StreamViewType=NEW_IMAGE")
    made = aws.aws("dynamodb", "create-table", "--table-name", name, *attributes, *keys, *images)
    return made["TableDescription"]["LatestStreamArn"]


# What the CLI tells of every mapping that isn't the registration's.
INCIDENTAL = {"UUID", "EventSourceMappingArn", "FunctionArn", "LastModified", "StateTransitionReason", "Tags"}


def mappings(*sources):
    """Returns a function that looks at the mappings of sources, by their functions' handlers."""

    def look():
        names = {one["FunctionArn"]: one["Handler"] for one in aws.look("lambda", "list-functions")["Functions"]}
        found = {}
        for one in aws.look("lambda", "list-event-source-mappings")["EventSourceMappings"]:
            if one["EventSourceArn"].split(":")[2] not in sources:
                continue
            told = {name: value for name, value in one.items() if name not in INCIDENTAL}
            for each in told.get("FilterCriteria", {}).get("Filters", []):
                each["Pattern"] = json.loads(each["Pattern"])
            name = names[one["FunctionArn"]]
            found[name] = {**told, "may": permissions(name)}
        return found

    return look


def permissions(handler):
    """Returns what the role of a function may do with keys and destinations, and on what."""
    [function] = [one for one in aws.look("lambda", "list-functions")["Functions"] if one["Handler"] == handler]
    roles = aws.look("iam", "get-account-authorization-details", "--filter", "Role")["RoleDetailList"]
    [role] = [one for one in roles if one["Arn"] == function["Role"]]
    found = {}
    for policy in role["RolePolicyList"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement.get("Sid", "").startswith(("SourceKey", "Failure")):
                for action in statement["Action"]:  # one key can be for both
                    found[action] = sorted({*found.get(action, []), statement["Resource"]})
    return found


def make_queues():
    return {"PAID": queue("paid"), "LATER": queue("later"), "QUEUE_KEY": key()}


def make_streams():
    return {
        "CLICKS": stream("clicks"),
        "VIEWS": stream("views"),
        "ORDERS": table("orders"),
        "DEAD": queue("dead"),
        "ALARM": topic("given-up"),
        "LETTERS": bucket("given-up-letters"),
        "STREAM_KEY": key(),
        "FAILURE_KEY": key(),
    }


QUEUES = Kind(
    "queues",
    """
func paid(context.Context, *app.SQSEvent) error  { return nil }
func later(context.Context, *app.SQSEvent) error { return nil }
""",
    """
	a.OnSQSMessage(os.Getenv("PAID"), paid, app.Filter(app.Pattern{"body": app.Pattern{"state": []string{"paid"}}}),
		app.Filter(app.Pattern{"messageAttributes": app.Pattern{"urgent": []any{app.Pattern{"exists": true}}}}),
		app.Provisioned(2, 20), app.SourceKey(os.Getenv("QUEUE_KEY")))
	a.OnSQSMessage("later", later, app.Disabled(), app.MaxConcurrency(2))
""",
    """
	a.OnSQSMessage(os.Getenv("PAID"), paid, app.Filter(app.Pattern{"body": app.Pattern{"state": []string{"refunded"}}}),
		app.Provisioned(3, 30), app.SourceKey(os.Getenv("QUEUE_KEY")))
	a.OnSQSMessage("later", later, app.Disabled(), app.MaxConcurrency(5), app.PartialBatch())
""",
    make_queues,
    mappings("sqs"),
    {
        "paid": {
            "BatchSize": 1,
            "EventSourceArn": "{PAID}",
            "State": "Enabled",
            "FilterCriteria": {
                "Filters": [
                    {"Pattern": {"body": {"state": ["paid"]}}},
                    {"Pattern": {"messageAttributes": {"urgent": [{"exists": True}]}}},
                ]
            },
            "MaximumBatchingWindowInSeconds": 0,
            "ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 20},
            "may": {"kms:Decrypt": ["{QUEUE_KEY}"]},
        },
        "later": {
            "BatchSize": 1,
            "EventSourceArn": "{LATER}",
            "State": "Disabled",
            "MaximumBatchingWindowInSeconds": 0,
            "ScalingConfig": {"MaximumConcurrency": 2},
            "may": {},
        },
    },
    {
        "paid": {
            "BatchSize": 1,
            "EventSourceArn": "{PAID}",
            "State": "Enabled",
            "FilterCriteria": {"Filters": [{"Pattern": {"body": {"state": ["refunded"]}}}]},
            "MaximumBatchingWindowInSeconds": 0,
            "ProvisionedPollerConfig": {"MinimumPollers": 3, "MaximumPollers": 30},
            "may": {"kms:Decrypt": ["{QUEUE_KEY}"]},
        },
        "later": {
            "BatchSize": 1,
            "EventSourceArn": "{LATER}",
            "State": "Disabled",
            "MaximumBatchingWindowInSeconds": 0,
            "ScalingConfig": {"MaximumConcurrency": 5},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "may": {},
        },
    },
    {},
)

STREAMS = Kind(
    "streams",
    """
func clicks(context.Context, *app.KinesisEvent) error  { return nil }
func views(context.Context, *app.KinesisEvent) error   { return nil }
func orders(context.Context, *app.DynamoDBEvent) error { return nil }
""",
    """
	a.OnKinesisRecord("clicks", clicks, app.OnFailure(os.Getenv("DEAD")), app.FailureKey(os.Getenv("FAILURE_KEY")),
		app.SourceKey(os.Getenv("STREAM_KEY")), app.MaxRetries(0), app.MaxAge(time.Hour), app.Bisect(),
		app.ParallelShards(10), app.StartAt(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)))
	a.OnKinesisRecord(os.Getenv("VIEWS"), views, app.OnFailure(os.Getenv("ALARM")), app.MaxRetries(3),
		app.StartingPosition(app.TrimHorizon))
	a.OnDynamoDBRecord(os.Getenv("ORDERS"), orders, app.OnFailure(os.Getenv("LETTERS")),
		app.FailureKey(os.Getenv("FAILURE_KEY")), app.MaxAge(time.Minute),
		app.Filter(app.Pattern{"eventName": []string{"INSERT"}}), app.Disabled())
""",
    """
	a.OnKinesisRecord("clicks", clicks, app.OnFailure(os.Getenv("LETTERS")), app.MaxRetries(2), app.MaxAge(2*time.Hour),
		app.Bisect(), app.ParallelShards(2), app.StartAt(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)))
	a.OnKinesisRecord(os.Getenv("VIEWS"), views, app.OnFailure(os.Getenv("ALARM")),
		app.FailureKey(os.Getenv("FAILURE_KEY")), app.MaxRetries(10000), app.StartingPosition(app.TrimHorizon))
	a.OnDynamoDBRecord(os.Getenv("ORDERS"), orders, app.OnFailure(os.Getenv("LETTERS")),
		app.FailureKey(os.Getenv("FAILURE_KEY")), app.MaxAge(7*24*time.Hour),
		app.Filter(app.Pattern{"eventName": []string{"REMOVE"}}), app.Disabled())
""",
    make_streams,
    mappings("kinesis", "dynamodb"),
    {
        "clicks": {
            "BatchSize": 100,
            "EventSourceArn": "{CLICKS}",
            "State": "Enabled",
            "StartingPosition": "AT_TIMESTAMP",
            "BisectBatchOnFunctionError": True,
            "DestinationConfig": {"OnFailure": {"Destination": "{DEAD}"}},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRecordAgeInSeconds": 3600,
            "MaximumRetryAttempts": 0,
            "ParallelizationFactor": 10,
            "may": {
                "sqs:SendMessage": ["{DEAD}"],
                "kms:Decrypt": ["{STREAM_KEY}", "{FAILURE_KEY}"],
                "kms:GenerateDataKey": ["{FAILURE_KEY}"],
            },
        },
        "views": {
            "BatchSize": 100,
            "EventSourceArn": "{VIEWS}",
            "State": "Enabled",
            "StartingPosition": "TRIM_HORIZON",
            "DestinationConfig": {"OnFailure": {"Destination": "{ALARM}"}},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRetryAttempts": 3,
            "may": {"sns:Publish": ["{ALARM}"]},
        },
        "orders": {
            "BatchSize": 100,
            "EventSourceArn": "{ORDERS}",
            "State": "Disabled",
            "StartingPosition": "LATEST",
            "DestinationConfig": {"OnFailure": {"Destination": "{LETTERS}"}},
            "FilterCriteria": {"Filters": [{"Pattern": {"eventName": ["INSERT"]}}]},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRecordAgeInSeconds": 60,
            "may": {
                "s3:ListBucket": ["{LETTERS}"],
                "s3:PutObject": ["arn:aws:s3:::given-up-letters/*"],
                "kms:GenerateDataKey": ["{FAILURE_KEY}"],
            },
        },
    },
    {
        "clicks": {
            "BatchSize": 100,
            "EventSourceArn": "{CLICKS}",
            "State": "Enabled",
            "StartingPosition": "AT_TIMESTAMP",
            "BisectBatchOnFunctionError": True,
            "DestinationConfig": {"OnFailure": {"Destination": "{LETTERS}"}},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRecordAgeInSeconds": 7200,
            "MaximumRetryAttempts": 2,
            "ParallelizationFactor": 2,
            "may": {"s3:ListBucket": ["{LETTERS}"], "s3:PutObject": ["arn:aws:s3:::given-up-letters/*"]},
        },
        "views": {
            "BatchSize": 100,
            "EventSourceArn": "{VIEWS}",
            "State": "Enabled",
            "StartingPosition": "TRIM_HORIZON",
            "DestinationConfig": {"OnFailure": {"Destination": "{ALARM}"}},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRetryAttempts": 10000,
            "may": {
                "sns:Publish": ["{ALARM}"],
                "kms:Decrypt": ["{FAILURE_KEY}"],
                "kms:GenerateDataKey": ["{FAILURE_KEY}"],
            },
        },
        "orders": {
            "BatchSize": 100,
            "EventSourceArn": "{ORDERS}",
            "State": "Disabled",
            "StartingPosition": "LATEST",
            "DestinationConfig": {"OnFailure": {"Destination": "{LETTERS}"}},
            "FilterCriteria": {"Filters": [{"Pattern": {"eventName": ["REMOVE"]}}]},
            "MaximumBatchingWindowInSeconds": 0,
            "MaximumRecordAgeInSeconds": 604800,
            "may": {
                "s3:ListBucket": ["{LETTERS}"],
                "s3:PutObject": ["arn:aws:s3:::given-up-letters/*"],
                "kms:GenerateDataKey": ["{FAILURE_KEY}"],
            },
        },
    },
    {},
)


def group(name):
    aws.aws("logs", "create-log-group", "--log-group-name", name)
    return name


def make_groups():
    return {"WEB": group("/web/access.log"), "SHOP": group("shop")}


def subscriptions():
    """Returns the patterns of the subscriptions, by the handlers of the functions and their groups."""
    names = {one["FunctionArn"]: one["Handler"] for one in aws.look("lambda", "list-functions")["Functions"]}
    found = {}
    for name in ("/web/access.log", "shop"):
        told = aws.look("logs", "describe-subscription-filters", "--log-group-name", name)["subscriptionFilters"]
        for one in told:
            found.setdefault(name, {})[names[one["destinationArn"]]] = one["filterPattern"]
    return found


LOGS = Kind(
    "log groups",
    """
func alarm(context.Context, *app.LogsEvent) error   { return nil }
func slow(context.Context, *app.LogsEvent) error    { return nil }
func archive(context.Context, *app.LogsEvent) error { return nil }
""",
    """
	a.OnLogEvents(os.Getenv("WEB"), alarm, app.FilterPattern("[ip, ..., status = 5*, bytes]"))
	a.OnLogEvents(os.Getenv("WEB"), archive)
	a.OnLogEvents("shop", slow, app.FilterPattern("{ $.level = \\"WARN\\" && $.took > 1e3 }"))
""",
    """
	a.OnLogEvents(os.Getenv("WEB"), alarm, app.FilterPattern("?ERROR ?WARN"))
	a.OnLogEvents("shop", archive)
	a.OnLogEvents("shop", slow, app.FilterPattern("{ $.level = \\"WARN\\" && $.took > 1e3 }"))
""",
    make_groups,
    subscriptions,
    {
        "/web/access.log": {"alarm": "[ip, ..., status = 5*, bytes]", "archive": ""},
        "shop": {"slow": '{ $.level = "WARN" && $.took > 1e3 }'},
    },
    {
        "/web/access.log": {"alarm": "?ERROR ?WARN"},
        "shop": {"slow": '{ $.level = "WARN" && $.took > 1e3 }', "archive": ""},
    },
    {},
)

KINDS = [QUEUES, STREAMS, LOGS]
