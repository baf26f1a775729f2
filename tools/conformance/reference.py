"""Has Chalice for Python package apps.

    reference.py package REQUEST
    reference.py projects FOLDER
    reference.py api

REQUEST is a file with a list of objects: project, the folder of an app; out, the
folder for what is packaged; stage and region; formats, of cloudformation and terraform;
template_format, and merge_template, a file or "". What can't be packaged has a file
out/FORMAT.error instead, with the reason. Nothing of an app is zipped.

With projects, FOLDER gets a project of each type that the reference's new-project has.
With api, what the reference documents is printed: each public name of its modules for
apps, tests and the CDK, a line each, as Class.method or a name.
"""

import importlib
import inspect
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
    for module in ("chalice.app", "chalice.test"):
        found = importlib.import_module(module)
        for name, value in vars(found).items():
            if name.startswith("_") or not inspect.isclass(value) or value.__module__ != module:
                continue
            print(name)
            for member, method in inspect.getmembers(value):
                if not member.startswith("_") and callable(method):
                    print(f"{name}.{member}")
    return 0


if __name__ == "__main__":
    actions = {"package": package, "projects": projects, "api": api}
    sys.exit(actions[sys.argv[1]](*sys.argv[2:]))
