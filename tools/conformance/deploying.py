"""The life of stages: made, changed, refused, rolled back, deleted."""

import json
import shlex
from datetime import datetime

import aws
from deploy import expect
from project import Project, functions, objects, queue, queues, resources, stack


def life(chalice, steps):
    """Takes one stage through all that it can see without mishaps."""
    project = Project(chalice, "shop")
    first(project, steps)
    update(project, steps)
    permissions(project, steps)
    replacement(project, steps)
    left_to_others(project, steps)
    code_alone(project, steps)
    gone(project, steps)


def first(project, steps):
    done = project.run("deploy", "--yes")
    made = stack("shop-dev")
    expect("status", made["StackStatus"], "CREATE_COMPLETE")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}
    record = project.record()
    expect("recorded outputs", record["outputs"], outputs)
    expect("recorded place", (record["account"], record["region"]), (aws.ACCOUNT, aws.REGION))
    done.says(outputs["EndpointURL"])
    expect("URL", project.run("url").stdout.strip(), outputs["EndpointURL"])
    expect("functions", sorted(functions("shop-dev-")), ["api_handler", "work"])
    steps.done("first deploy: CREATE_COMPLETE, as recorded")
    events = len(aws.aws("cloudformation", "describe-stack-events", "--stack-name", "shop-dev")["StackEvents"])
    project.run("deploy")  # with nobody there to answer
    after = aws.aws("cloudformation", "describe-stack-events", "--stack-name", "shop-dev")["StackEvents"]
    expect("events of the stack", len(after), events)
    expect("change sets", change_sets("shop-dev"), [])
    steps.done("deploy again: no changes, and nothing happens")


def change_sets(name):
    """Returns the change sets that nobody has executed."""
    found = aws.aws("cloudformation", "list-change-sets", "--stack-name", name)["Summaries"]
    return [one["ChangeSetName"] for one in found if not one["ExecutionStatus"].startswith("EXECUTE_")]


def update(project, steps):
    project.configure(lambda_memory_size=256)
    project.run("diff", status=2).says("MemorySize", "256")
    expect("memory", functions("shop-dev-")["work"]["MemorySize"], 128)
    project.run("deploy")
    project.run("diff")
    expect("change sets", change_sets("shop-dev"), [])
    expect("status", stack("shop-dev")["StackStatus"], "UPDATE_COMPLETE")
    sizes = {name: function["MemorySize"] for name, function in functions("shop-dev-").items()}
    expect("memory", sizes, {"api_handler": 256, "work": 256})
    steps.done("diff and update: shown, then done in place, without a question")


def unchanged(project, name, why, *command):
    """Has a command ask what nobody answers, and checks that nothing is done."""
    before = stack(name)
    project.run(*command, status=1).says("--yes", *why)
    expect("stack after a question that nobody answered", stack(name), before)
    expect("change sets", change_sets(name), [])


def permissions(project, steps):
    project.write(options=', app.Allow("s3:GetObject", "arn:aws:s3:::reports/*")')
    unchanged(project, "shop-dev", ("s3:GetObject", "main.go:"), "deploy")
    steps.done("widened permission: asked, with the line that needs it, and nothing is done")
    project.run("deploy", "--yes")
    role = next(role for name, role in resources("shop-dev").items() if name.endswith("Role"))
    names = aws.aws("iam", "list-role-policies", "--role-name", role)["PolicyNames"]
    documents = [aws.aws("iam", "get-role-policy", "--role-name", role, "--policy-name", name) for name in names]
    expect("s3:GetObject in the role", "s3:GetObject" in json.dumps(documents), True)
    steps.done("widened permission: --yes, and the role has it")


def replacement(project, steps):
    project.run("deploy", *project.merge(Jobs=queue("shop-jobs")))
    expect("queues", queues("shop-"), ["shop-jobs"])
    renamed = project.merge(Jobs=queue("shop-work"))
    unchanged(project, "shop-dev", ("Jobs", "replaced"), "deploy", *renamed)
    expect("queues", queues("shop-"), ["shop-jobs"])
    project.run("deploy", "--yes", *renamed)
    expect("queues", queues("shop-"), ["shop-work"])
    steps.done("replacement: asked, then done with --yes")
    failed = project.run("deploy", "--yes", *project.merge(Jobs=queue("shop-work"), More=queue("not a name")), status=1)
    failed.says("More", "alphanumeric")
    expect("status", stack("shop-dev")["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
    expect("queues", queues("shop-"), ["shop-work"])
    steps.done("failing update: rolled back, with the cause")
    project.run("deploy", "--yes")
    expect("queues", queues("shop-"), [])


def left_to_others(project, steps):
    project.configure(lambda_memory_size=512)
    done = project.run("deploy", "--no-execute")
    [name] = change_sets("shop-dev")
    command = next(line for line in (done.stdout + done.stderr).splitlines() if "execute-change-set" in line)
    command = shlex.split(command[command.index("aws cloudformation") :])
    if name not in command:
        raise aws.Failure(f"{command} doesn't execute {name}")
    expect("memory", functions("shop-dev-")["work"]["MemorySize"], 256)
    aws.aws(*command[1:])
    expect("memory", functions("shop-dev-")["work"]["MemorySize"], 512)
    changed = stack("shop-dev")["LastUpdatedTime"]
    project.run("deploy")
    expect("time of the last update", stack("shop-dev")["LastUpdatedTime"], changed)
    steps.done("--no-execute: its command executes it, and the next deploy finds no changes")


def code_alone(project, steps):
    def digests():
        return {name: function["CodeSha256"] for name, function in functions("shop-dev-").items()}

    before, updated = digests(), stack("shop-dev").get("LastUpdatedTime")
    project.write("two", options=', app.Allow("s3:GetObject", "arn:aws:s3:::reports/*")')
    project.run("deploy", "--code-only")
    after = digests()
    expect("functions with other code", sorted(name for name in before if after[name] != before[name]), sorted(before))
    expect("time of the last update", stack("shop-dev").get("LastUpdatedTime"), updated)
    status = json.loads(project.run("status", "--json").stdout)
    expect("functions with other code in the status", [one["other_code"] for one in status["functions"]], [True, True])
    steps.done("--code-only: all functions have the code, the stack isn't touched, and status says so")
    project.run("deploy")
    expect("digests of the code", digests(), after)
    project.write("one", options=', app.Allow("s3:GetObject", "arn:aws:s3:::reports/*")')
    project.run("deploy")
    expect("digests of the code", digests(), before)
    steps.done("deploy after --code-only: the template's code is the functions'")


def gone(project, steps):
    unchanged(project, "shop-dev", (), "delete")
    expect("objects of the stage", bool(objects("shop")), True)
    project.run("delete", "--yes")
    nothing("shop")
    expect("record", project.record(), None)
    steps.done("delete: asked, then nothing is left")
    project.run("delete", "--yes")
    nothing("shop")
    steps.done("delete twice: no mistake")


def nothing(app, stage="dev"):
    expect("stack", stack(f"{app}-{stage}"), None)
    expect("functions", functions(f"{app}-{stage}-"), {})
    expect("objects", [key for key in objects(app) if key.startswith(f"{app}/{stage}/")], [])


def ruined(chalice, steps):
    """A first deployment that fails leaves a stack that only a new one can follow."""
    project = Project(chalice, "ruined")
    project.run("deploy", "--yes", *project.merge(Bad=queue("not a name")), status=1).says("Bad", "alphanumeric")
    failed = stack("ruined-dev")
    expect("status", failed["StackStatus"], "ROLLBACK_COMPLETE")
    project.run("deploy", "--yes")
    made = stack("ruined-dev")
    expect("status", made["StackStatus"], "CREATE_COMPLETE")
    expect("a stack of its own", made["StackId"] != failed["StackId"], True)
    steps.done("deploy after ROLLBACK_COMPLETE: a new stack")
    (project.folder / "main.go").write_text("package main\n\nfunc main() { this doesn't compile }\n")
    project.run("delete", "--yes")
    nothing("ruined")
    steps.done("delete of an app that doesn't compile: nothing is left")


def nested(chalice, steps):
    """An app in nested stacks."""
    project = Project(chalice, "tree", nested_stacks=2)
    project.run("deploy", "--yes")
    found = aws.aws("cloudformation", "describe-stacks")["Stacks"]
    mine = [one for one in found if one["StackName"].startswith("tree-dev")]
    root = next(one["StackId"] for one in mine if "ParentId" not in one)
    expect("roots of the nested stacks", {one["RootId"] for one in mine if "ParentId" in one}, {root})
    expect("status", {one["StackStatus"] for one in mine}, {"CREATE_COMPLETE"})
    steps.done(f"{len(mine) - 1} nested stacks: CREATE_COMPLETE")
    before = {one["StackName"]: latest(one["StackName"]) for one in mine}
    project.run("deploy")
    expect("events", {name: latest(name) for name in before}, before)
    steps.done("nested stacks, deploy again: nothing happens")
    project.configure(lambda_memory_size=256)
    project.run("deploy")
    expect("memory", {one["MemorySize"] for one in functions("tree-dev").values()}, {256})
    project.run("delete", "--yes")
    found = aws.aws("cloudformation", "describe-stacks")["Stacks"]
    expect("stacks", [one["StackName"] for one in found if one["StackName"].startswith("tree")], [])
    nothing("tree")
    steps.done("nested stacks: updated and deleted")


def latest(name):
    """Returns when something happened last in a stack."""
    events = aws.aws("cloudformation", "describe-stack-events", "--stack-name", name, "--max-items", "1")
    return datetime.fromisoformat(events["StackEvents"][0]["Timestamp"])


def neighbours(chalice, steps):
    """Two stages and two apps side by side."""
    left, right = Project(chalice, "left"), Project(chalice, "right")
    left.run("deploy", "--yes")
    left.run("deploy", "--yes", "--stage", "prod")
    right.run("deploy", "--yes")
    names = ("left-dev", "left-prod", "right-dev")
    expect("stages", [stack(name)["StackStatus"] for name in names], ["CREATE_COMPLETE"] * 3)
    expect("functions", [sorted(functions(f"{name}-")) for name in names], [["api_handler", "work"]] * 3)
    urls = {left.run("url").stdout, left.run("url", "--stage", "prod").stdout, right.run("url").stdout}
    expect("number of URLs", len(urls), 3)
    steps.done("two stages and two apps: each has its own")
    left.run("delete", "--yes")
    nothing("left")
    expect("what stays", [stack(name)["StackStatus"] for name in names[1:]], ["CREATE_COMPLETE"] * 2)
    expect("objects of what stays", [bool(objects("left")), bool(objects("right"))], [True, True])
    left.run("delete", "--yes", "--stage", "prod")
    right.run("delete", "--yes")
    nothing("left", "prod")
    nothing("right")
    steps.done("one after the other is deleted, and no other is touched")
