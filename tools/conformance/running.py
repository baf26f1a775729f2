"""What runs: functions that are invoked, and their logs."""

import json
import re
import signal
import threading
import time

import aws
from deploy import expect
from project import Project, control, functions

LINES = 12


def running(chalice, steps):
    project = Project(chalice, "runs", lambda_timeout=2)
    project.run("deploy", "--yes")
    invoking(project, steps)
    reading(project, steps)
    following(project, steps)
    project.run("delete", "--yes")


def invoking(project, steps):
    event = '{"Say":["hello"],"big":12345678901234567890,"text":"<&>ü"}'
    done = project.run("invoke", "work", payload=event)
    expect("result", (done.stdout.rstrip("\n"), done.stderr), (event, ""))
    failed = project.run("invoke", "work", payload='{"Fail": "no stock"}', status=1)
    expect("result of a failure", failed.stdout, "")
    failed.says("no stock")
    project.run("invoke", "work", payload='{"Sleep": 9000}', status=1).says("timed out after 2.00 seconds")
    project.run("invoke", "work", payload='{"Exit": 3}', status=1).says("exit status 3")
    steps.done("invoke: a result as it came, an error, a timeout, and the end of the process")
    name = functions("runs-dev-")["work"]["FunctionName"]
    sums = {metric: metric_sum(name, metric) for metric in ("Invocations", "Errors")}
    expect("metrics", sums, {"Invocations": 4, "Errors": 3})
    status = json.loads(project.run("status", "--json").stdout)
    expect("status", status["status"], "CREATE_COMPLETE")
    [hour] = [one["last_hour"] for one in status["functions"] if one["name"] == name]
    expect("last hour", hour, {"invocations": 4, "errors": 3, "throttles": 0})
    steps.done("status: the calls and errors that the metrics have")


def metric_sum(name, metric):
    start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + at)) for at in (-3600, 60))
    command = ("get-metric-statistics", "--namespace", "AWS/Lambda", "--metric-name", metric, "--period", "7200")
    more = ("--statistics", "Sum", "--start-time", start, "--end-time", end)
    found = aws.aws("cloudwatch", *command, *more, "--dimensions", f"Name=FunctionName,Value={name}")
    return sum(point["Sum"] for point in found["Datapoints"])


def logged():
    """Returns the messages that the program has logged, by the AWS CLI."""
    group = f"/aws/lambda/{functions('runs-dev-')['work']['FunctionName']}"
    events = aws.aws("logs", "filter-log-events", "--log-group-name", group)["events"]
    return [json.loads(event["message"])["message"] for event in events if event["message"].startswith("{")]


def said(text):
    """Returns the messages in what our command prints."""
    return re.findall(r'"message":"([^"]*)"', text)


def reading(project, steps):
    say = [f"line {i}" for i in range(LINES)]
    project.run("invoke", "work", payload=json.dumps({"Say": say}))
    control("PUT", "stacks/*", page=5)  # and so the pages of logs
    try:
        found = said(project.run("logs", "-n", "work").stdout)
    finally:
        control("DELETE", "stacks/*")
    expect("lines", found, logged())
    expect("lines of the call", found[-LINES:], say)
    expect("lines", said(project.run("logs", "-n", "work", "--filter", '"line 11"').stdout), ["line 11"])
    steps.done("logs: all lines across pages, none twice")


def following(project, steps):
    process = project.start("logs", "-n", "work", "--follow", "--since", "1h")
    before, lines = len(logged()), []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    for i in range(3):
        say = [f"live {i} {j}" for j in range(3)]
        project.run("invoke", "work", payload=json.dumps({"Say": say, "Sleep": 300}))
    for _ in range(300):
        if len(said("".join(lines))) >= before + 9:
            break
        time.sleep(0.1)
    time.sleep(2)  # in which nothing may come again
    process.send_signal(signal.SIGINT)
    process.wait(30)
    reader.join(10)
    expect("lines that followed", said("".join(lines)), logged())
    expect("exit status", process.returncode, 0)  # that is how it ends
    steps.done("logs --follow: each line once while they come in, until it is interrupted")
