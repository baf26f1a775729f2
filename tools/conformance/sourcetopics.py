"""Topics and buckets, for sources.py."""

import json

import aws
from sourcekinds import Kind, bucket, queue, topic


def subscriptions(name):
    """Returns a function that looks at the subscriptions to a topic, by their functions' handlers."""

    def look():
        found = {}
        topics = [one["TopicArn"] for one in aws.look("sns", "list-topics")["Topics"]]
        [arn] = [one for one in topics if one.endswith(":" + name)]
        for one in aws.look("sns", "list-subscriptions-by-topic", "--topic-arn", arn)["Subscriptions"]:
            asked = ("get-subscription-attributes", "--subscription-arn", one["SubscriptionArn"])
            told = aws.look("sns", *asked)["Attributes"]
            kept = {key: told[key] for key in ("FilterPolicyScope",) if told.get(key)}
            for key in ("FilterPolicy", "RedrivePolicy"):
                if told.get(key):
                    kept[key] = json.loads(told[key])
            found[handlers()[one["Endpoint"]]] = kept
        return found

    return look


def handlers():
    """Returns the handlers of functions by the functions' ARNs."""
    return {one["FunctionArn"]: one["Handler"] for one in aws.look("lambda", "list-functions")["Functions"]}


def events(*names):
    """Returns a function that looks at what becomes of the events of buckets."""

    def look():
        found = {name: notified(name) for name in names}
        for rule in aws.look("events", "list-rules")["Rules"]:
            pattern = json.loads(rule.get("EventPattern", "{}"))
            if pattern.get("source") != ["aws.s3"]:
                continue
            [target] = aws.look("events", "list-targets-by-rule", "--rule", rule["Name"])["Targets"]
            kept = {key: target[key] for key in ("RetryPolicy", "DeadLetterConfig") if key in target}
            found[f"rule of {handlers()[target['Arn']]}"] = {"pattern": pattern, **kept}
        return found

    return look


def notified(name):
    """Returns whom a bucket notifies, by the ids of notifications."""
    told = aws.look("s3api", "get-bucket-notification-configuration", "--bucket", name) or {}
    found = {}
    for one in told.get("LambdaFunctionConfigurations", []):
        rules = one.get("Filter", {}).get("Key", {}).get("FilterRules", [])
        keys = {rule["Name"].lower(): rule["Value"] for rule in rules}
        found[one["Id"]] = [handlers().get(one["LambdaFunctionArn"], "another"), *one["Events"], keys]
    if "EventBridgeConfiguration" in told:
        found["EventBridge"] = "on"
    return found


def make_topics():
    return {"NEWS": topic("news"), "UNDELIVERED": queue("undelivered")}


def make_buckets():
    bucket("uploads-of-all")
    bucket("quiet")
    theirs = {"LambdaFunctionArn": f"arn:aws:lambda:{aws.REGION}:{aws.ACCOUNT}:function:theirs", "Id": "theirs"}
    theirs["Events"] = ["s3:ObjectTagging:*"]
    both = json.dumps({"LambdaFunctionConfigurations": [theirs]})
    put = ("put-bucket-notification-configuration", "--skip-destination-validation")
    aws.aws("s3api", *put, "--bucket", "uploads-of-all", "--notification-configuration", both)
    return {"UPLOADS": "uploads-of-all", "LOST_OBJECTS": queue("lost-objects")}


ATTRIBUTES = {"event": ["paid", {"prefix": "re-"}]}
BODY = {"order": {"total": [{"numeric": [">", 100]}]}}

TOPICS = Kind(
    "topics",
    """
func all(context.Context, *app.SNSEvent) error  { return nil }
func ship(context.Context, *app.SNSEvent) error { return nil }
""",
    """
	a.OnSNSMessage(os.Getenv("NEWS"), all)
	a.OnSNSMessage(os.Getenv("NEWS"), ship, app.DeadLetterQueue(os.Getenv("UNDELIVERED")),
		app.FilterPolicy(app.Pattern{"event": []any{"paid", app.Pattern{"prefix": "re-"}}}))
""",
    """
	a.OnSNSMessage(os.Getenv("NEWS"), all, app.DeadLetterQueue(os.Getenv("UNDELIVERED")))
	total := app.Pattern{"total": []any{app.Pattern{"numeric": []any{">", 100}}}}
	a.OnSNSMessage(os.Getenv("NEWS"), ship, app.FilterPolicy(app.Pattern{"order": total}, app.MessageBody))
""",
    make_topics,
    subscriptions("news"),
    {
        "all": {},
        "ship": {
            "FilterPolicy": ATTRIBUTES,
            "FilterPolicyScope": "MessageAttributes",
            "RedrivePolicy": {"deadLetterTargetArn": "{UNDELIVERED}"},
        },
    },
    {
        "all": {"RedrivePolicy": {"deadLetterTargetArn": "{UNDELIVERED}"}},
        "ship": {"FilterPolicy": BODY, "FilterPolicyScope": "MessageBody"},
    },
    {},
)

OTHERS = {"theirs": ["another", "s3:ObjectTagging:*", {}], "EventBridge": "on"}

BUCKETS = Kind(
    "buckets",
    """
func resize(context.Context, *app.S3Event) error { return nil }
func index(context.Context, *app.S3Event) error  { return nil }
""",
    """
	a.OnS3Event(os.Getenv("UPLOADS"), resize, app.KeyFilter("images/", ".jpg"), app.KeyFilter("images/", ".png"))
	a.OnS3Event(os.Getenv("UPLOADS"), index, app.Events("s3:ObjectCreated:*", "s3:ObjectRemoved:*"),
		app.ViaEventBridge(), app.MaxRetries(3), app.MaxAge(time.Hour), app.DeadLetterQueue(os.Getenv("LOST_OBJECTS")))
""",
    # The first kind of keys keeps its notification's id, and nothing needs EventBridge any more.
    """
	a.OnS3Event(os.Getenv("UPLOADS"), resize, app.KeyFilter("pictures/", ""))
	a.OnS3Event(os.Getenv("UPLOADS"), index, app.Events("s3:ObjectRemoved:*"))
""",
    make_buckets,
    events("uploads-of-all", "quiet"),
    {
        "quiet": {},
        "uploads-of-all": {
            **OTHERS,
            "sources/sources-dev-resize": ["resize", "s3:ObjectCreated:*", {"prefix": "images/", "suffix": ".jpg"}],
            "sources/sources-dev-resize/2": ["resize", "s3:ObjectCreated:*", {"prefix": "images/", "suffix": ".png"}],
        },
        "rule of index": {
            "pattern": {
                "source": ["aws.s3"],
                "detail": {"bucket": {"name": ["{UPLOADS}"]}},
                "$or": [
                    {"detail-type": ["Object Created"]},
                    {"detail-type": ["Object Deleted"], "detail": {"reason": ["DeleteObject"]}},
                ],
            },
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3},
            "DeadLetterConfig": {"Arn": "{LOST_OBJECTS}"},
        },
    },
    {
        "quiet": {},
        "uploads-of-all": {
            **OTHERS,
            "sources/sources-dev-resize": ["resize", "s3:ObjectCreated:*", {"prefix": "pictures/"}],
            "sources/sources-dev-index": ["index", "s3:ObjectRemoved:*", {}],
        },
    },
    {"quiet": {}, "uploads-of-all": OTHERS},  # EventBridge stays on
)

KINDS = [TOPICS, BUCKETS]
