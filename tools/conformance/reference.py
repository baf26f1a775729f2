"""Has Chalice for Python package apps.

    reference.py package REQUEST
    reference.py projects FOLDER
    reference.py api
    reference.py signatures

REQUEST is a file with a list of objects: project, the folder of an app; out, the
folder for what is packaged; stage and region; formats, of cloudformation and terraform;
template_format, and merge_template, a file or "". What can't be packaged has a file
out/FORMAT.error instead, with the reason. Nothing of an app is zipped.

With projects, FOLDER gets a project of each type that the reference's new-project has.
With api, the names that the reference has for its users are printed, a line each: the
classes for apps, tests and the CDK, and as Class.member what they have. With signatures
there are parameters as well, as Class(parameter) and Class.member(parameter), constants,
and what is documented beside those classes; the CDK's construct is called cdk.Chalice.
"""

import ast
import json
import os
import sys
from pathlib import Path


def package(request):
    import botocore.session  # noqa: F401 before the forks, since it takes long
    from chalice.cli import factory  # noqa: F401
    from chalice.deploy import packager

    packager.LambdaDeploymentPackager.create_deployment_package = empty_package
    failed = False
    for case in json.loads(Path(request).read_text()):
        # An app is a module named app, so each has a process.
        child = os.fork()
        if child == 0:
            os._exit(package_one(case))
        failed |= os.waitpid(child, 0)[1] != 0
    return 1 if failed else 0


def empty_package(packager, project_dir, python_version):
    file = Path(project_dir) / ".chalice" / "deployments" / "empty.zip"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    return str(file)


def package_one(case):
    from chalice.cli.factory import CLIFactory

    os.environ["AWS_DEFAULT_REGION"] = case["region"]
    os.chdir(case["project"])
    out = Path(case["out"])
    out.mkdir(parents=True, exist_ok=True)
    for kind in case["formats"]:
        terraform = kind == "terraform"
        template_format, merge = "json" if terraform else case["template_format"], case["merge_template"] or None
        try:
            factory = CLIFactory(case["project"], False, environ=os.environ)
            config = factory.create_config_obj(case["stage"])
            packager = factory.create_app_packager(
                config, factory.create_package_options(), kind, template_format, None if terraform else merge
            )
            packager.package_app(config, str(out), case["stage"])
        except Exception as error:
            (out / f"{kind}.error").write_text(f"{type(error).__name__}: {error}")
    return 0


def projects(folder):
    from chalice.cli import newproj
    from chalice.utils import OSUtils

    os.chdir(folder)
    for project in newproj.list_available_projects(newproj.TEMPLATES_DIR, OSUtils()):
        newproj.create_new_project_skeleton(project.key.replace("-", "_"), project.key)
    return 0


def api():
    import chalice

    root = Path(chalice.__file__).parent
    for name, public in PUBLIC.items():
        for node in classes(root / name, public):
            if public(node):
                print(SPOKEN.get(node.name, node.name))
                for member in sorted(members(node)):
                    print(f"{SPOKEN.get(node.name, node.name)}.{member}")
    return 0


def signatures():
    import chalice

    root = Path(chalice.__file__).parent
    names = set()
    for file, public in PUBLIC.items():
        for node in classes(root / file, public):
            if (public(node) or node.name in BESIDE) and node.name not in PLUMBING:
                spoken = "cdk.Chalice" if file.startswith("cdk/") else SPOKEN.get(node.name, node.name)
                names |= signatures_of(spoken, node)
    for function in ast.walk(ast.parse((root / "app.py").read_text())):
        if isinstance(function, ast.FunctionDef) and function.name in ("route", "_register_route"):
            names |= {f"Chalice.route({option})" for option in popped(function)}
    if hasattr(chalice, "chalice_version"):
        names.add("chalice_version")
    print("\n".join(sorted(names)))
    return 0


def classes(file, public):
    """The classes of a module. What is inherited from a class that isn't named to users is
    what the heir has."""
    found = {node.name: node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)}
    for node in found.values():
        bases = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in found]
        hidden = [found[name] for name in bases if not public(found[name]) and name not in BESIDE]
        node.body = node.body + [item for base in hidden for item in base.body]  # of bases with theirs
    return list(found.values())


# Classes that the documentation names though the package doesn't export them, and those
# whose members all events and builtin authorizers have.
BESIDE = {"ChaliceError", "MethodNotAllowedError", "RequestTimeoutError", "BaseLambdaEvent", "ChaliceAuthorizer"}
# What nobody calls who writes apps or tests.
PLUMBING = {"BaseClient"}
UNCALLED = {"to_swagger", "create_from_dict", "config", "func"}
# The classes that users make objects of; the others' constructors are the framework's.
MADE = {
    *("Chalice", "Blueprint", "Response", "CORSConfig", "IAMAuthorizer", "CognitoUserPoolAuthorizer"),
    *("CustomAuthorizer", "AuthResponse", "AuthRoute", "Rate", "Cron", "ConvertToMiddleware", "Client", "cdk.Chalice"),
}


def signatures_of(spoken, node):
    """The names of one class: constructors' parameters that are attributes as well are
    these."""
    own = {name for name in members(node) if name not in UNCALLED}
    found = {spoken} | {f"{spoken}.{name}" for name in own | constants(node)}
    for item in node.body:
        if not isinstance(item, ast.FunctionDef):
            continue
        if item.name == "__iter__" and "BaseLambdaEvent" in map(ast.unparse, node.bases):
            found.add(f"{spoken}.__iter__")
        elif item.name == "__init__" and spoken in MADE:
            found |= {f"{spoken}({name})" for name in parameters(item) if name not in own}
        elif item.name in own and "property" not in {ast.unparse(d).split(".")[-1] for d in item.decorator_list}:
            found |= {f"{spoken}.{item.name}({name})" for name in parameters(item) if "setter" not in ast.dump(item)}
    return found


def parameters(function):
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [argument.arg for argument in arguments if argument.arg not in ("self", "cls")]


def constants(node):
    targets = [t for item in node.body for t in getattr(item, "targets", [getattr(item, "target", None)])]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    if "ChaliceViewError" in map(ast.unparse, node.bases):
        names.discard("STATUS_CODE")  # each has its own
    return {name for name in names if name.isupper() and not name.startswith("_")}


def popped(function):
    """The names of the keyword arguments that a function takes out of a dictionary."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "pop"
        and ast.unparse(call.func.value) in ("kwargs", "actual_kwargs")
        and call.args[0].value != "url_prefix"  # the blueprint's
    }


def of_apps(node):
    """Whether a class of chalice.app is for those who write apps: what the package
    exports, and what they get in their hands."""
    import chalice

    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return hasattr(chalice, node.name) or node.name in IN_HAND or "BaseLambdaEvent" in bases


IN_HAND = {"Request", "APIGateway", "WebsocketAPI", "AuthRequest", "DecoratorAPI", "MultiDict"}
PUBLIC = {
    "app.py": of_apps,
    "test.py": lambda node: not node.name.startswith("_"),
    "cdk/construct.py": lambda node: not node.name.startswith("_"),
}
SPOKEN = {"DecoratorAPI": "Chalice"}


def members(node):
    """The names that a class gives its users: methods, and attributes of its objects."""
    found = set()
    for item in ast.walk(node):
        if isinstance(item, (ast.FunctionDef, ast.AnnAssign)) and item in node.body:
            found.add(item.name if isinstance(item, ast.FunctionDef) else ast.unparse(item.target))
        targets = (
            item.targets if isinstance(item, ast.Assign) else [item.target] if isinstance(item, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                found.add(target.attr)
    return {name for name in found if not name.startswith("_") and not name.isupper()}


if __name__ == "__main__":
    actions = {"package": package, "projects": projects, "api": api, "signatures": signatures}
    sys.exit(actions[sys.argv[1]](*sys.argv[2:]))
