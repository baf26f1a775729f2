"""A stack that our command made is taken over by the SAM CLI, and back."""

from deploy import expect, run
from project import Project, functions, resources, stack


def sam(chalice, steps):
    project = Project(chalice, "shared")
    project.run("deploy", "--yes")
    before = resources("shared-dev")
    project.run("package", "out")
    settings = ("--capabilities", "CAPABILITY_IAM", "--resolve-s3", "--no-confirm-changeset")
    template = project.folder / "out" / "sam.yaml"
    run("sam", "deploy", "--stack-name", "shared-dev", "--template-file", template, *settings)
    expect("status", stack("shared-dev")["StackStatus"], "UPDATE_COMPLETE")
    expect("replaced resources", moved(before, resources("shared-dev")), [])
    steps.done("sam deploy takes the stack over: no resource is replaced but the API's deployment")
    before = resources("shared-dev")
    project.run("deploy", "--yes")
    expect("status", stack("shared-dev")["StackStatus"], "UPDATE_COMPLETE")
    expect("replaced resources", moved(before, resources("shared-dev")), [])
    expect("functions", sorted(functions("shared-dev-")), ["api_handler", "work"])
    steps.done("chalice deploy takes it back: no resource is replaced but the API's deployment")
    project.run("delete", "--yes")
    expect("stack", stack("shared-dev"), None)


def moved(before, after):
    """Returns the resources that are others now, but for deployments, which are made anew."""
    names = before.keys() | after.keys()
    return sorted(name for name in names if before.get(name) != after.get(name) and "Deployment" not in name)
