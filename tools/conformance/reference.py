"""Has Chalice for Python package apps.

    reference.py package REQUEST
    reference.py projects FOLDER
    reference.py api

REQUEST is a file with a list of objects: project, the folder of an app; out, the
folder for what is packaged; stage and region; formats, of cloudformation and terraform;
template_format, and merge_template, a file or "". What can't be packaged has a file
out/FORMAT.error instead, with the reason. Nothing of an app is zipped.

With projects, FOLDER gets a project of each type that the reference's new-project has.
With api, the names that the reference has for its users are printed, a line each: the
classes for apps, tests and the CDK, and as Class.member what they have.
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
        for node in ast.parse((root / name).read_text()).body:
            if isinstance(node, ast.ClassDef) and public(node):
                print(SPOKEN.get(node.name, node.name))
                for member in sorted(members(node)):
                    print(f"{SPOKEN.get(node.name, node.name)}.{member}")
    return 0


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
    actions = {"package": package, "projects": projects, "api": api}
    sys.exit(actions[sys.argv[1]](*sys.argv[2:]))
