"""Describes a Chalice app as JSON.

    python describe.py REQUEST RESULT

imports the app.py of a project as the command of Chalice for Python does, and
writes what the app consists of, or the one reason why that isn't known, into the
file RESULT. So it doesn't matter what the app prints. REQUEST is a file with an
object: project, the folder, and variables, which the stage gives the routes.

The app gets no network from Python: an attempt ends the import, with the line that
made it. Nothing of the app is called but its modules.
"""

import contextlib
import copy
import inspect
import json
import os
import shlex
import signal
import socket
import sys
import textwrap
import threading
import traceback
from pathlib import Path

OLDEST = "1.12.0"
"""The first release with blueprints, whose registrations are looked at here."""

REFUSED = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.getnameinfo",
    "socket.sendmsg",
    "socket.sendto",
}
"""What sockets do that reaches others. That a socket is made is harmless, and
libraries do so to see what the machine can."""


LONGEST = 1000
"""How many characters of what a failure says are told."""


class NetworkRefused(BaseException):
    """Is no Exception, so that no library takes it for a failure to try again after."""

    first = None
    """That of the main thread that came first, also if the app has swallowed it."""

    def __init__(self, address, where):
        super().__init__(address)
        self.where = where
        if NetworkRefused.first is None and threading.current_thread() is threading.main_thread():
            NetworkRefused.first = self

    def problem(self):
        return Problem(
            f"the app calls {self} while it is imported, and gets no network here: move the call into a handler, "
            "or leave it out if AWS_CHALICE_CLI_MODE is set, as Chalice's own command sets it",
            self.where,
        )


class Problem(Exception):
    """Why there is no description."""

    def __init__(self, message, where="", kind=""):
        super().__init__(message)
        self.answer = {"message": message, "where": where, "kind": kind}


def main():
    request, result = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]).resolve()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status, process = 1, os.getpid()
    try:
        try:
            answer = describe(Path(request["project"]), request["variables"])
        except Problem as problem:
            answer = {"error": problem.answer}
        # A process that the app has forked comes here as well.
        if os.getpid() == process:
            result.write_text(json.dumps(answer), encoding="ascii")
        status = 0
    except BaseException:
        with contextlib.suppress(Exception):
            os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        flush()
        # Threads that the app has started may never end.
        os._exit(status)


def flush():
    """Writes out what the app printed, whatever it has made of the streams."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            stream.flush()


def describe(project, variables):
    framework = find_framework()
    recorder = Recorder(framework, project)
    recorder.install()
    prepare(project, variables)
    sys.addaudithook(lambda event, args: refuse_network(event, args, project))
    try:
        module = import_app(project)
    except BaseException as failure:
        raise reason(failure, project) from None
    if NetworkRefused.first is not None:
        raise NetworkRefused.first.problem()
    return recorder.description(module)


def find_framework():
    try:
        import chalice
        from chalice import app as framework
    except ImportError as error:
        raise Problem(str(error), kind="no chalice") from None
    if not hasattr(framework, "Blueprint"):
        raise Problem(f"Chalice {chalice.__version__} is too old: {OLDEST} or later is needed")
    return framework


def prepare(project, variables):
    """Makes the process what it is for Chalice's own command."""
    os.chdir(project)
    sys.argv = ["chalice"]
    sys.path[0] = str(project)
    if (project / "vendor").is_dir():
        sys.path.append(str(project / "vendor"))
    os.environ["AWS_CHALICE_CLI_MODE"] = "true"
    os.environ.update(variables)


def refuse_network(event, args, project):
    if event not in REFUSED:
        return
    if event.startswith("socket.get") and args[0] in (None, "", "localhost", socket.gethostname()):
        return  # who the machine is itself
    frames = [
        f"{relative(f.filename, project)}:{f.lineno}" for f in traceback.extract_stack() if is_own(f.filename, project)
    ]
    raise NetworkRefused(address(event, args), frames[-1] if frames else "")


def address(event, args):
    """Whom the app wanted to reach, as far as that can be told."""
    place = args[0] if event.startswith("socket.get") else args[-1]
    if isinstance(place, (tuple, list)):
        place = ":".join(str(part) for part in place[:2])
    elif event == "socket.getaddrinfo" and args[1]:
        place = f"{place}:{args[1]}"
    if isinstance(place, bytes):
        place = place.decode("utf-8", "replace")
    return str(place)


def import_app(project):
    import importlib

    module = importlib.import_module("app")
    file = Path(getattr(module, "__file__", None) or os.devnull)
    if not is_below(file, project):
        raise Problem(f"Python imports another module named app, {file}")
    return module


def reason(failure, project):
    """What went wrong while the app was imported."""
    if isinstance(failure, Problem):
        return failure
    for cause in chain(failure):
        if isinstance(cause, NetworkRefused):
            return cause.problem()
    if isinstance(failure, SyntaxError) and failure.filename:
        where = f"{relative(failure.filename, project)}:{failure.lineno or 1}"
        return Problem(f"{failure.msg} ({type(failure).__name__})", where)
    where = place(failure, project)
    name = type(failure).__name__
    if isinstance(failure, KeyboardInterrupt):
        return Problem("the app interrupts Python while it is imported (KeyboardInterrupt)", where, kind="interrupted")
    if isinstance(failure, SystemExit):
        told = f": {words(failure)}" if isinstance(failure.code, str) else f", with exit status {failure.code!r}"
        return Problem(f"the app ends Python while it is imported{told}", where)
    if isinstance(failure, ModuleNotFoundError) and failure.name:
        return missing_module(failure, project, where)
    if variable := unset_variable(failure):
        return Problem(
            f"the app needs the variable {variable} of the environment while it is imported: set it and add "
            f"--env {variable}, or add it to the stage's environment_variables",
            where,
        )
    told = f"{words(failure)} ({name})" if words(failure) else name
    if type(failure).__module__.split(".")[0] in ("botocore", "boto3"):
        return Problem(
            f"the app asks AWS for something while it is imported, and gets no credentials here: {told}; "
            "move that into a handler, or leave it out if AWS_CHALICE_CLI_MODE is set, as Chalice's command sets it",
            where,
        )
    return Problem(f"the app can't be imported: {told}", where)


def words(failure):
    """What a failure says, as far as it can, and a person would read."""
    try:
        said = str(failure)
    except Exception:
        return ""
    return said if len(said) <= LONGEST else said[:LONGEST] + "…"


def missing_module(failure, project, where):
    """An import of what isn't installed, unless it is the app's own package that lacks it."""
    told = f"the app can't be imported: {failure} ({type(failure).__name__})"
    if not (failure.name.split(".")[0] in sys.modules or failure.name.startswith("chalicelib")):
        file = project / "requirements.txt"
        python = shlex.quote(sys.executable)
        how = f"with {python} -m pip install -r {shlex.quote(str(file))}" if file.is_file() else f"for {python}"
        told += f"; install what the app requires, {how}, or name another Python with --python"
    return Problem(told, where)


def unset_variable(failure):
    """The variable of the environment that a KeyError is about."""
    found = failure.__traceback__
    while found is not None and found.tb_next is not None:
        found = found.tb_next
    if not isinstance(failure, KeyError) or found is None or found.tb_frame.f_globals.get("__name__") != "os":
        return None
    name = failure.args[0] if failure.args else None
    return name if isinstance(name, str) and name.isidentifier() else None


def chain(failure):
    """The failure and those that led to it, the first cause last."""
    seen = set()
    while failure is not None and id(failure) not in seen:
        seen.add(id(failure))
        yield failure
        failure = failure.__cause__ or failure.__context__


def place(failure, project):
    """The app's line that a failure went through last."""
    found = ""
    for frame in traceback.extract_tb(failure.__traceback__):
        if is_own(frame.filename, project):
            found = f"{relative(frame.filename, project)}:{frame.lineno}"
    return found


def is_own(file, project):
    """Whether a file is the app's rather than a library's."""
    parts = Path(file).parts
    if file.startswith("<") or "site-packages" in parts or "dist-packages" in parts or is_below(file, sys.prefix):
        return False
    return is_below(file, project)


def is_below(file, folder):
    try:
        Path(file).resolve().relative_to(Path(folder).resolve())
    except (ValueError, OSError):
        return False
    return True


def relative(file, project):
    try:
        return Path(file).resolve().relative_to(Path(project).resolve()).as_posix()
    except (ValueError, OSError):
        return str(file)


class Recorder:
    """Remembers what is registered, in the order in which it happens."""

    def __init__(self, framework, project):
        self.framework, self.project = framework, project
        self.apps = {}  # the steps of each app, by its id; and the same of blueprints
        self.blueprints = {}
        self.declared = {}  # what blueprints declare, by what identifies it
        self.kept = []  # so that no id is given out twice
        self.handlers = []
        self.handler_ids = {}
        self.count = 0

    def install(self):
        chalice, blueprint = self.framework.Chalice, self.framework.Blueprint
        self.wrap(chalice, "_register_handler", self.in_app)
        self.wrap(blueprint, "_register_handler", self.in_blueprint)
        self.wrap(blueprint, "register", self.registration)
        if hasattr(chalice, "register_middleware"):
            self.wrap(chalice, "register_middleware", self.app_middleware)
            self.wrap(blueprint, "register_middleware", self.blueprint_middleware)

    def wrap(self, owner, name, note):
        original = getattr(owner, name)
        signature = inspect.signature(original)

        def wrapper(this, *args, **kwargs):
            bound = signature.bind(this, *args, **kwargs)
            bound.apply_defaults()
            arguments = dict(list(bound.arguments.items())[1:])
            return note(original, this, arguments)

        setattr(owner, name, wrapper)

    def steps(self, table, owner):
        if id(owner) not in table:
            self.kept.append(owner)
            table[id(owner)] = {"object": owner, "steps": [], "site": self.site()}
        return table[id(owner)]["steps"]

    def in_app(self, original, app, call):
        before = entries(app)
        steps = self.steps(self.apps, app)
        step = None
        if call["options"] is None:
            step = self.step(call)
            steps.append(step)
        else:
            step = self.declared.get(identity(call))
        original(app, **call)
        if step is not None and call["handler_type"] == "route" and "cors" not in step:
            added = [entry for key, entry in entries(app).items() if key not in before]
            step["cors"] = cors(added[0].cors) if added else None

    def in_blueprint(self, original, blueprint, call):
        step = self.step(call)
        self.kept.append((call["kwargs"], call["user_handler"]))
        self.declared[identity(call)] = step
        self.steps(self.blueprints, blueprint).append(step)
        original(blueprint, **call)

    def registration(self, original, blueprint, call):
        self.steps(self.blueprints, blueprint)
        options = call["options"] or {}
        self.steps(self.apps, call["app"]).append(
            {
                "type": "blueprint",
                **self.moment(),
                "blueprint": blueprint,
                "name_prefix": text(options.get("name_prefix")),
                "url_prefix": text(options.get("url_prefix")),
                "has_url_prefix": options.get("url_prefix") is not None,
                "count": len(self.steps(self.blueprints, blueprint)),
            }
        )
        self.inside = True
        try:
            original(blueprint, **call)
        finally:
            self.inside = False

    inside = False

    def app_middleware(self, original, app, call):
        if not self.inside:
            self.steps(self.apps, app).append(self.middleware(call))
        original(app, **call)

    def blueprint_middleware(self, original, blueprint, call):
        self.steps(self.blueprints, blueprint).append(self.middleware(call))
        original(blueprint, **call)

    def middleware(self, call):
        return {
            "type": "middleware",
            **self.moment(),
            "event_type": text(call["event_type"]),
            "handler": self.handler(call["func"]),
        }

    def step(self, call):
        kind = call["handler_type"]
        step = {
            "type": kind,
            **self.moment(),
            "name": text(call["name"]),
            "handler": self.handler(call["user_handler"]),
        }
        arguments = dict(call["kwargs"] or {})
        if kind == "route":
            arguments = dict(arguments, **arguments.pop("kwargs", {}))
            arguments["authorizer"] = self.authorizer(arguments.get("authorizer"))
            arguments["api_key_required"] = bool(arguments.get("api_key_required"))
            for key in ("methods", "content_types"):
                if key in arguments:
                    arguments[key] = listed(arguments[key])
            arguments.pop("cors", None)  # what counts in the end is in the app's routes
        if hasattr(arguments.get("expression"), "to_string"):
            arguments["expression"] = arguments["expression"].to_string()
        for key, value in arguments.items():
            step.setdefault(key, copy.deepcopy(value))
        return step

    def authorizer(self, found):
        """An authorizer as data. A builtin one is known by its function."""
        if found is None:
            return None
        data = {"name": text(getattr(found, "name", "")), "scopes": listed(getattr(found, "scopes", None) or [])}
        if isinstance(found, self.framework.ChaliceAuthorizer):
            return dict(data, kind="builtin", function=self.handler(found.func))
        header = text(getattr(found, "_header", ""))
        if type(found) is self.framework.IAMAuthorizer:
            return dict(data, kind="iam")
        if type(found) is self.framework.CognitoUserPoolAuthorizer:
            return dict(data, kind="cognito", header=header, provider_arns=listed(found._provider_arns))
        if type(found) is self.framework.CustomAuthorizer:
            return dict(
                data,
                kind="custom",
                header=header,
                authorizer_uri=text(found._authorizer_uri),
                ttl_seconds=found._ttl_seconds,
                invoke_role_arn=text(getattr(found, "_invoke_role_arn", "")),
            )
        return dict(data, kind="other", type=type(found).__name__)

    def handler(self, function):
        """The number of a handler in the description."""
        if id(function) not in self.handler_ids:
            self.kept.append(function)
            self.handler_ids[id(function)] = len(self.handlers)
            self.handlers.append(self.source(function))
        return self.handler_ids[id(function)]

    def source(self, function):
        inner = function
        if isinstance(function, getattr(self.framework, "ConvertToMiddleware", ())):
            inner = function._wrapper
        data = {
            "function": text(getattr(inner, "__name__", type(inner).__name__)),
            "module": text(getattr(inner, "__module__", "")),
            "doc": "\n".join((inspect.getdoc(function) or "").replace("\0", "").splitlines()),
            "file": "",
            "line": 0,
            "source": "",
        }
        with contextlib.suppress(OSError, TypeError, ValueError, IndexError, SyntaxError):
            code = inspect.unwrap(inner)
            file = inspect.getsourcefile(code)
            lines, data["line"] = inspect.getsourcelines(code)
            data["source"] = textwrap.dedent("".join(lines))
            if is_own(file, self.project):
                data["file"] = relative(file, self.project)
        return data

    def moment(self):
        """When and where something is registered."""
        self.count += 1
        return {"order": self.count, "site": self.site()}

    def site(self):
        """The app's line that is registering something."""
        frame = sys._getframe(1)
        while frame is not None:
            if is_own(frame.f_code.co_filename, self.project):
                return f"{relative(frame.f_code.co_filename, self.project)}:{frame.f_lineno}"
            frame = frame.f_back
        return ""

    def description(self, module):
        app = self.only_app(module)
        used = self.apps.get(id(app), {"steps": []})["steps"]
        numbers = {key: number for number, key in enumerate(self.blueprints)}
        for step in used:
            if step["type"] == "blueprint":
                step["blueprint"] = numbers[id(step["blueprint"])]
        answer = {
            "chalice": version(),
            "python": ".".join(str(part) for part in sys.version_info[:3]),
            "name": text(app.app_name),
            "debug": bool(app.debug),
            "binary_types": listed(app.api.binary_types),
            "cors": cors(getattr(app.api, "cors", False)),
            "steps": used,
            "blueprints": [self.blueprint(b) for b in self.blueprints.values()],
            "handlers": self.handlers,
            "calls": calls(module),
        }
        try:
            json.dumps(answer, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise Problem(f"a registration has a value that isn't JSON: {error}", self.culprit(answer)) from None
        return answer

    def culprit(self, answer):
        steps = answer["steps"] + [s for b in answer["blueprints"] for s in b["steps"]]
        for step in steps:
            try:
                json.dumps(step, allow_nan=False)
            except (TypeError, ValueError):
                return step["site"]
        return ""

    def only_app(self, module):
        found = {}
        for name, value in vars(module).items():
            if isinstance(value, self.framework.Chalice):
                found.setdefault(id(value), (name, value))
        if not found:
            raise Problem("there is no Chalice object in it, such as app = Chalice(app_name='shop')", self.file(module))
        if len(found) > 1:
            names = ", ".join(sorted(name for name, _ in found.values()))
            raise Problem(f"there are {len(found)} Chalice objects in it, {names}: leave one", self.file(module))
        return next(iter(found.values()))[1]

    def file(self, module):
        return relative(module.__file__, self.project)

    def blueprint(self, entry):
        return {"name": self.name_of(entry["object"]), "site": entry["site"], "steps": entry["steps"]}

    def name_of(self, blueprint):
        """The variable that a blueprint is in, or else its module."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if file and is_own(file, self.project):
                for name, value in list(vars(module).items()):
                    if value is blueprint:
                        return name
        return text(blueprint._import_name).split(".")[-1] or "blueprint"


def identity(call):
    return id(call["kwargs"]), id(call["user_handler"]), call["handler_type"]


def entries(app):
    return {(path, method): entry for path, methods in app.routes.items() for method, entry in methods.items()}


def cors(value):
    """None, or a configuration without the headers that every one allows."""
    if not value:
        return None
    if value is True:
        return {}
    return {
        "allow_origin": text(value.allow_origin),
        "allow_headers": sorted(set(value._allow_headers) - set(value._REQUIRED_HEADERS)),
        "expose_headers": listed(value._expose_headers),
        "max_age": value._max_age,
        "allow_credentials": value._allow_credentials is True,
    }


def calls(module):
    """The calls of AWS that Chalice's own analysis finds, as service:method."""
    try:
        from chalice import analyzer

        found = analyzer.get_client_calls_for_app(Path(module.__file__).read_text(encoding="utf-8"))
        return sorted(f"{service}:{method}" for service, methods in found.items() for method in methods)
    except Exception:  # it doesn't know every Python
        return []


def version():
    import chalice

    return text(chalice.__version__)


def listed(values):
    if isinstance(values, str):
        return [values]
    return sorted(values) if isinstance(values, (set, frozenset)) else list(values)


def text(value):
    return "" if value is None else str(value)


if __name__ == "__main__":
    main()
