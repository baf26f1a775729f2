"""Rules of EventBridge and schedules of EventBridge Scheduler, for sources.py."""

import json

import aws
from sourcekinds import Kind, queue


def handlers():
    """Returns the handlers of functions by the functions' ARNs."""
    return {one["FunctionArn"]: one["Handler"] for one in aws.look("lambda", "list-functions")["Functions"]}


TOLD = ("Input", "InputPath", "RetryPolicy", "DeadLetterConfig")


def rules(*buses):
    """Returns a function that looks at the rules on some buses, by their functions' handlers."""

    def look():
        found = {}
        for bus in buses:
            for rule in aws.look("events", "list-rules", "--event-bus-name", bus)["Rules"]:
                on = ("--event-bus-name", bus)
                whole = aws.look("events", "describe-rule", "--name", rule["Name"], *on)
                [target] = aws.look("events", "list-targets-by-rule", "--rule", rule["Name"], *on)["Targets"]
                pattern = json.loads(whole.get("EventPattern", "{}"))
                if pattern and pattern["source"] != ["shop"]:
                    continue  # another kind's
                kept = {key: target[key] for key in TOLD if key in target}
                when = {"pattern": pattern} if pattern else {"when": whole["ScheduleExpression"]}
                name = handlers()[target["Arn"]]
                found[name] = {"bus": bus, **when, **kept, "invokes": whole["Arn"] in allowed(name)}
        return found

    return look


def allowed(handler):
    """Returns the ARNs of what may invoke a function."""
    [name] = [
        one["FunctionName"] for one in aws.look("lambda", "list-functions")["Functions"] if one["Handler"] == handler
    ]
    policy = json.loads(aws.look("lambda", "get-policy", "--function-name", name)["Policy"])
    return [one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in policy["Statement"]]


# What the CLI tells of every schedule that isn't the registration's.
INCIDENTAL = {"Arn", "CreationDate", "LastModificationDate", "GroupName", "Name", "ActionAfterCompletion"}


def schedules():
    """Looks at the schedules of EventBridge Scheduler, by their functions' handlers."""
    found = {}
    for one in aws.look("scheduler", "list-schedules")["Schedules"]:
        whole = aws.look("scheduler", "get-schedule", "--name", one["Name"])
        target = whole.pop("Target")
        told = {name: value for name, value in whole.items() if name not in INCIDENTAL}
        told |= {key: target[key] for key in TOLD if key in target}
        name = handlers()[target["Arn"]]
        found[name] = {**told, **role(target["RoleArn"].split("/")[-1], target["Arn"], name)}
    return found


def role(name, function, handler):
    """Returns who may assume a role, and what it may do; its own function goes by its handler."""
    asked = ("--role-name", name)
    trust = aws.look("iam", "get-role", *asked)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    may = {}
    for policy in aws.look("iam", "list-role-policies", *asked)["PolicyNames"]:
        document = aws.look("iam", "get-role-policy", *asked, "--policy-name", policy)["PolicyDocument"]
        for statement in document["Statement"]:
            on = handler if statement["Resource"] == function else statement["Resource"]
            may |= dict.fromkeys(statement["Action"], on)
    return {"trusts": [[one["Principal"]["Service"], one["Condition"]] for one in trust], "may": may}


TRUST = [["scheduler.amazonaws.com", {"StringEquals": {"aws:SourceAccount": aws.ACCOUNT}}]]


def bus(name):
    return aws.aws("events", "create-event-bus", "--name", name)["EventBusArn"]


def make_rules():
    bus("orders")
    return {"RETURNS": bus("returns"), "UNSHIPPED": queue("unshipped")}


def make_schedules():
    return {"UNTIMELY": queue("untimely")}


DEAD = {"Arn": "{UNSHIPPED}"}
PLACED = {"source": ["shop"], "detail-type": ["Order placed"]}

RULES = Kind(
    "rules",
    """
func placed(context.Context, *app.CloudWatchEvent) error   { return nil }
func returned(context.Context, *app.CloudWatchEvent) error { return nil }
func anything(context.Context, *app.CloudWatchEvent) error { return nil }
func hourly(context.Context, *app.CloudWatchEvent) error   { return nil }
""",
    """
	shop := app.Pattern{"source": []string{"shop"}, "detail-type": []string{"Order placed"}}
	a.OnCloudWatchEvent(shop, placed, app.Bus("orders"), app.MaxRetries(5), app.MaxAge(time.Hour),
		app.DeadLetterQueue(os.Getenv("UNSHIPPED")))
	a.OnCloudWatchEvent(shop, returned, app.Bus(os.Getenv("RETURNS")), app.InputPath("$.detail"))
	a.OnCloudWatchEvent(shop, anything, app.Input(map[string]string{"kind": "${any}"}), app.MaxRetries(0))
	a.Schedule(app.Rate(1, app.Hours), hourly, app.Input([]int{1, 2}), app.MaxAge(time.Minute),
		app.DeadLetterQueue(os.Getenv("UNSHIPPED")))
""",
    """
	shop := app.Pattern{"source": []string{"shop"}, "detail-type": []string{"Order placed"}}
	a.OnCloudWatchEvent(shop, placed, app.Bus("orders"), app.InputPath("$.detail.items[0]"), app.MaxRetries(185))
	a.OnCloudWatchEvent(shop, returned, app.Bus("orders"), app.DeadLetterQueue(os.Getenv("UNSHIPPED")))
	a.OnCloudWatchEvent(shop, anything)
	a.Schedule(app.Rate(2, app.Hours), hourly, app.Input(nil), app.MaxAge(24*time.Hour))
""",
    make_rules,
    rules("default", "orders", "returns"),
    {
        "placed": {
            "bus": "orders",
            "pattern": PLACED,
            "RetryPolicy": {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 3600},
            "DeadLetterConfig": DEAD,
            "invokes": True,
        },
        "returned": {"bus": "returns", "pattern": PLACED, "InputPath": "$.detail", "invokes": True},
        "anything": {
            "bus": "default",
            "pattern": PLACED,
            "Input": '{"kind":"${any}"}',
            "RetryPolicy": {"MaximumRetryAttempts": 0},
            "invokes": True,
        },
        "hourly": {
            "bus": "default",
            "when": "rate(1 hour)",
            "Input": "[1,2]",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 60},
            "DeadLetterConfig": DEAD,
            "invokes": True,
        },
    },
    {
        "placed": {
            "bus": "orders",
            "pattern": PLACED,
            "InputPath": "$.detail.items[0]",
            "RetryPolicy": {"MaximumRetryAttempts": 185},
            "invokes": True,
        },
        "returned": {"bus": "orders", "pattern": PLACED, "DeadLetterConfig": DEAD, "invokes": True},
        "anything": {"bus": "default", "pattern": PLACED, "invokes": True},
        "hourly": {
            "bus": "default",
            "when": "rate(2 hours)",
            "Input": "null",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86400},
            "invokes": True,
        },
    },
    {},
)

# What EventBridge Scheduler does where a schedule says nothing.
PATIENT = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}

SCHEDULES = Kind(
    "schedules",
    """
func mornings(context.Context, *app.CloudWatchEvent) error { return nil }
func nights(context.Context, *app.CloudWatchEvent) error   { return nil }
func once(context.Context, *app.CloudWatchEvent) error     { return nil }
""",
    """
	a.Schedule(app.Cron(0, 8, "?", "*", "MON-FRI", "*"), mornings, app.Timezone("Europe/Paris"),
		app.Description("Greets ${all}"))
	a.Schedule(app.Rate(1, app.Days), nights, app.FlexibleWindow(2*time.Hour),
		app.Until(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)),
		app.Input(map[string]string{"at": "<aws.scheduler.scheduled-time>"}), app.MaxRetries(3), app.MaxAge(time.Hour),
		app.DeadLetterQueue(os.Getenv("UNTIMELY")))
	a.Schedule(app.At(time.Date(2098, 12, 31, 23, 0, 0, 0, time.UTC)), once)
""",
    """
	a.Schedule(app.Cron(30, 8, "?", "*", "MON-FRI", "*"), mornings, app.Timezone("America/New_York"))
	a.Schedule(app.Rate(2, app.Days), nights, app.FlexibleWindow(time.Minute), app.Input("later"), app.MaxRetries(0))
	a.Schedule(app.At(time.Date(2098, 12, 31, 23, 30, 0, 0, time.UTC)), once,
		app.DeadLetterQueue(os.Getenv("UNTIMELY")))
""",
    make_schedules,
    schedules,
    {
        "mornings": {
            "ScheduleExpression": "cron(0 8 ? * MON-FRI *)",
            "ScheduleExpressionTimezone": "Europe/Paris",
            "Description": "Greets ${all}",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "RetryPolicy": PATIENT,
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "mornings"},
        },
        "nights": {
            "ScheduleExpression": "rate(1 day)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 120},
            "EndDate": 4070908800,  # the first second of 2099
            "State": "ENABLED",
            "Input": '{"at":"<aws.scheduler.scheduled-time>"}',
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3},
            "DeadLetterConfig": {"Arn": "{UNTIMELY}"},
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "nights", "sqs:SendMessage": "{UNTIMELY}"},
        },
        "once": {
            "ScheduleExpression": "at(2098-12-31T23:00:00)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "RetryPolicy": PATIENT,
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "once"},
        },
    },
    {
        "mornings": {
            "ScheduleExpression": "cron(30 8 ? * MON-FRI *)",
            "ScheduleExpressionTimezone": "America/New_York",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "RetryPolicy": PATIENT,
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "mornings"},
        },
        "nights": {
            "ScheduleExpression": "rate(2 days)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1},
            "State": "ENABLED",
            "Input": '"later"',
            "RetryPolicy": {"MaximumRetryAttempts": 0},
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "nights"},
        },
        "once": {
            "ScheduleExpression": "at(2098-12-31T23:30:00)",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "RetryPolicy": PATIENT,
            "DeadLetterConfig": {"Arn": "{UNTIMELY}"},
            "trusts": TRUST,
            "may": {"lambda:InvokeFunction": "once", "sqs:SendMessage": "{UNTIMELY}"},
        },
    },
    {},
)

KINDS = [RULES, SCHEDULES]
