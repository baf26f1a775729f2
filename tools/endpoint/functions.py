"""Lambda functions that run: bootstrap programs and those in Python.

moto runs functions in containers, for which it needs Docker. Processes do here:
they have the environment and the role that Lambda would give them, the endpoint
in the place of AWS, and a log in CloudWatch. What a function does is counted in
CloudWatch's metrics.
"""

import base64
import json
import re
import shutil
import tempfile
import threading
import time
import uuid
from datetime import UTC, datetime

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.utils import get_backend
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.exceptions import JsonRESTError
from moto.logs.models import logs_backends
from moto.sts.models import sts_backends

import versions
from interpreter import Interpreter
from sandboxes import Ended, Invocation, Sandbox, failure, unpacked

# How long a function is being made or changed.
SETTLING = 0.5
TAIL = 4096  # bytes of the log that an answer can have


class Conflict(JsonRESTError):
    code = 409

    def __init__(self, message):
        super().__init__("ResourceConflictException", message)


class TooManyRequests(JsonRESTError):
    code = 429

    def __init__(self):
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


class BadRequest(JsonRESTError):
    code = 400


class Runner:
    """Runs functions against an endpoint."""

    def __init__(self, url):
        self.url, self.lock = url, threading.Lock()
        self.idle = {}  # sandboxes that wait for an event, by what they run
        self.active = {}  # how many events each function handles, by its ARN
        self.folder = tempfile.mkdtemp(prefix="endpoint-")

    def run(self, function, payload, context="", arn=""):
        """Calls a function: returns the invocation, and what was written to its log.

        The ARN is the one that it was called by, which can have a qualifier.
        """
        invocation = Invocation(arn or function.function_arn, payload, context)
        latest = self.enter(function, invocation)
        try:
            return self.handle(function, invocation)
        finally:
            with self.lock:
                self.active[latest] -= 1

    def enter(self, function, invocation):
        """Counts an event in, or refuses it where the function may handle no more: all its
        versions together. Returns the ARN by which it counts."""
        latest = get_backend(function.account_id, function.region).get_function(function.function_name)
        limit = latest.reserved_concurrency
        with self.lock:
            active = self.active.get(latest.function_arn, 0)
            if limit is not None and active >= int(limit):
                count(function, Throttles=1)
                raise TooManyRequests
            self.active[latest.function_arn] = active + 1
        return latest.function_arn

    def handle(self, function, invocation):
        sandbox, log = self.take(function)
        tail = log.tail = []
        version = f"RequestId: {invocation.id} Version: {function.version}"
        begun, cold, status, alive = time.monotonic(), "", "", False
        try:
            if log.cold:
                runtime = re.sub(r"^([a-z]+)\.?", r"\1:", function.run_time)  # such as provided:al2023
                log.write([f"INIT_START Runtime Version: {runtime}.v1"])
                log.cold = False
                cold = f"Init Duration: {sandbox.start(log.write) * 1000:.2f} ms\t"
            log.write([f"START {version}"])
            begun = time.monotonic()
            invocation.deadline = time.time() + int(function.timeout)
            sandbox.invoke(invocation, int(function.timeout))
            alive = isinstance(sandbox, Sandbox)
        except Ended as ended:
            status = self.fail(log, invocation, sandbox, ended)
        took = (time.monotonic() - begun) * 1000
        log.write([f"END RequestId: {invocation.id}", report(function, invocation, took, cold, status)])
        count(function, Invocations=1, Errors=int(bool(invocation.error)), Duration=took)
        self.give_back(function, sandbox, log, alive)
        return invocation, "\n".join(tail) + "\n"

    def fail(self, log, invocation, sandbox, ended):
        """Ends an invocation that the program didn't, and returns its status."""
        sandbox.close()  # and reads what it has still said
        message = f"RequestId: {invocation.id} Error: {ended}"
        said = getattr(sandbox, "failure", None)
        if ended.kind == "Sandbox.Timedout":
            log.write([f"{now():%Y-%m-%dT%H:%M:%S.000Z} {invocation.id} {ended}", ""])
        else:
            log.write([message, ended.kind])
        invocation.end(said or failure(ended.kind, message), "Unhandled")
        timeout = ended.kind == "Sandbox.Timedout"
        return "Status: timeout" if timeout else f"Status: error\tError Type: {ended.kind}"

    def take(self, function):
        """Returns a sandbox for a function that waits already, or a new one, and its log."""
        with self.lock:
            waiting = self.idle.get(identity(function))
            if waiting:
                return waiting.pop()
        log = Log(function)
        code = unpacked(function.code_bytes, self.folder)
        kind = Interpreter if str(function.run_time).startswith("python") else Sandbox
        return kind(code, self.environment(function, log.stream)), log

    def give_back(self, function, sandbox, log, alive):
        if not alive:
            sandbox.close()
            shutil.rmtree(sandbox.code, ignore_errors=True)
            return
        with self.lock:
            self.idle.setdefault(identity(function), []).append((sandbox, log))

    def discard(self, function_arn, versions=False):
        """Ends the sandboxes of a function, which has changed or is gone, perhaps with its versions."""
        with self.lock:
            gone = [
                key
                for key in self.idle
                if key[0] == function_arn or (versions and key[0].startswith(f"{function_arn}:"))
            ]
            waiting = [one for key in gone for one in self.idle.pop(key)]
        for sandbox, _ in waiting:
            sandbox.close()

    def close(self):
        for arn in {key[0] for key in self.idle}:
            self.discard(arn)
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, function, stream):
        """Returns what Lambda puts into a function's environment."""
        role = sts_backends[function.account_id][function.partition].assume_role(
            region_name=function.region,
            role_session_name=function.function_name,
            role_arn=function.role,
            policy=None,
            duration=3600,
            external_id=None,
        )
        return {
            "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "LANG": "en_US.UTF-8" if function.run_time.startswith("provided") else "C.UTF-8",
            "TZ": ":UTC",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": role.access_key_id,
            "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
            "AWS_SESSION_TOKEN": role.session_token,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            **log_variables(function.logging),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "_HANDLER": function.handler,
            **{name: str(value) for name, value in function.environment_vars.items()},
        }


def log_variables(logging):
    """Returns what says to a program how its log is written."""
    if logging.get("LogFormat") != "JSON":
        return {"AWS_LAMBDA_LOG_FORMAT": "Text"}
    level = logging.get("ApplicationLogLevel", "INFO")
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": level}


def identity(function):
    """Returns what has to be the same for a sandbox to be used again."""
    return (function.function_arn, function.code_sha_256, function.last_modified)


def now():
    return datetime.now(UTC)


def report(function, invocation, took, cold, status):
    size = function.memory_size
    billed = f"Duration: {took:.2f} ms\tBilled Duration: {int(took) + 1} ms\t"
    memory = f"Memory Size: {size} MB\tMax Memory Used: {min(int(size), 30)} MB\t"
    return f"REPORT RequestId: {invocation.id}\t{billed}{memory}{cold}{status}".rstrip("\t")


def count(function, **metrics):
    """Adds to the metrics that AWS keeps of functions, by the minute."""
    minute = now().replace(second=0, microsecond=0, tzinfo=None)
    # Not also by what it was called as: moto would add that to what is asked of the function.
    dimensions = [{"Name": "FunctionName", "Value": function.function_name}]
    data = [
        {"MetricName": name, "Value": value, "Dimensions": dimensions, "Timestamp": minute, "Unit": "Count"}
        for name, value in metrics.items()
    ]
    cloudwatch_backends[function.account_id][function.region].put_metric_data("AWS/Lambda", data)


class Log:
    """The stream of a function's log group to which one sandbox writes."""

    lock = threading.Lock()  # moto's streams are no safe place for threads

    def __init__(self, function):
        self.backend, self.group = logs_backends[function.account_id][function.region], function.logs_group_name
        own = self.group != f"/aws/lambda/{function.function_name}"
        name = function.function_name if own else ""
        self.stream = f"{now():%Y/%m/%d}/{name}[{function.version}]{uuid.uuid4().hex}"
        self.cold, self.tail = True, []

    def write(self, lines):
        self.tail += lines
        events = [{"timestamp": int(time.time() * 1000), "message": line + "\n"} for line in lines]
        with self.lock:
            self.backend.ensure_log_group(self.group)
            self.backend.ensure_log_stream(self.group, self.stream)
            self.backend.put_log_events(self.group, self.stream, events)


class Function:
    """What takes the place of the methods of moto's functions."""

    runner = None

    def __init__(self, account_id, spec, region, version=1):
        initialize(self, account_id, spec, region, version)
        self.logging = spec.get("LoggingConfig") or {}
        self.logs_group_name = self.logging.get("LogGroup", self.logs_group_name)
        self.made = self.changed = time.time()
        self.revision = str(uuid.uuid4())

    def get_configuration(self, on_create=False):
        facts = describe(self, on_create)
        if time.time() < self.made + SETTLING:
            reason = {"StateReason": "The function is being created.", "StateReasonCode": "Creating"}
            facts |= {"State": "Pending", **reason}
        elif time.time() < self.changed + SETTLING:
            facts["LastUpdateStatus"] = "InProgress"
        logging = {"LogFormat": "Text", **self.logging, "LogGroup": self.logs_group_name}
        return {**facts, "RevisionId": self.revision, "LoggingConfig": logging}

    def invoke(self, body, request_headers, response_headers, arn=""):
        headers = {name.lower(): value for name, value in dict(request_headers).items()}
        kind, payload = headers.get("x-amz-invocation-type", "RequestResponse"), body or "{}"
        payload = payload.encode() if isinstance(payload, str) else payload
        try:
            json.loads(payload)
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            raise BadRequest("InvalidRequestContentException", message) from None
        if time.time() < self.made + SETTLING:
            state = "The function is currently in the following state: Pending"
            raise Conflict(f"The operation cannot be performed at this time. {state}")
        context = headers.get("x-amz-client-context", "")
        if kind == "DryRun":
            return b""
        if kind == "Event":
            threading.Thread(target=self.runner.run, args=(self, payload, context, arn), daemon=True).start()
            return b""
        done, log = self.runner.run(self, payload, context, arn)
        response_headers["x-amz-executed-version"] = str(self.version)
        response_headers["x-amz-log-result"] = base64.b64encode(log.encode()[-TAIL:]).decode()
        if done.error:
            response_headers["x-amz-function-error"] = "Unhandled"
        return done.result


class Backend:
    """What takes the place of the methods of moto's backend."""

    def update_function_code(self, function_name, qualifier, body):
        function = settled(self.get_function(function_name, qualifier))
        function.update_function_code(body)
        if "Architectures" in body:
            function.architectures = body["Architectures"]
        if not body.get("DryRun"):
            mark(function)
        published = versions.publish(self, function) if body.get("Publish") else function
        return published.get_configuration()

    def update_function_configuration(self, function_name, qualifier, body):
        function = settled(self.get_function(function_name, qualifier))
        function.update_configuration(body)
        if "LoggingConfig" in body:
            function.logging = body["LoggingConfig"]
            function.logs_group_name = function.logging.get("LogGroup", f"/aws/lambda/{function.function_name}")
        if "EphemeralStorage" in body:
            function.ephemeral_storage = body["EphemeralStorage"]["Size"]
        if "TracingConfig" in body:
            function.tracing_config = body["TracingConfig"]
        mark(function)
        return function.get_configuration()

    def delete_function(self, function_name, qualifier=None):
        name, qualifier = versions.split(function_name, qualifier)
        arn = self.get_function(name, qualifier or None).function_arn
        if qualifier:
            versions.check_free(self, name, qualifier)
        delete(self, name, qualifier or None)
        Function.runner.discard(arn, versions=True)


def settled(function):
    """Returns a function, unless it is being changed already."""
    if time.time() < max(function.made, function.changed) + SETTLING:
        what = f"An update is in progress for resource: {function.function_arn}"
        raise Conflict(f"The operation cannot be performed at this time. {what}")
    return function


def settle(function):
    """Ends the time in which a function is being made or changed."""
    function.made = function.changed = 0


def mark(function):
    """Begins the time in which a function is being changed."""
    function.last_modified = f"{now():%Y-%m-%dT%H:%M:%S}.{now().microsecond // 1000:03d}+0000"
    Function.runner.discard(function.function_arn)
    function.changed, function.revision = time.time(), str(uuid.uuid4())


initialize, describe, delete = LambdaFunction.__init__, LambdaFunction.get_configuration, LambdaBackend.delete_function


def install(runner):
    """Puts all of this in the place of moto's."""
    Function.runner = LambdaFunction.runner = runner
    for name in ("__init__", "get_configuration", "invoke"):
        setattr(LambdaFunction, name, vars(Function)[name])
    for name in ("update_function_code", "update_function_configuration", "delete_function"):
        setattr(LambdaBackend, name, vars(Backend)[name])
