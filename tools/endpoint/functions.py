"""Runs the Lambda functions that are written in Python, each call in a process.

moto runs functions in containers, for which it needs Docker. A process does
for the small handlers of custom resources: it has the environment and the
role that Lambda would give it, and the endpoint in the place of AWS.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from moto.sts.models import sts_backends

# What a call may take beside the function's own timeout: Lambda doesn't count
# its start either.
START = 10

# Lambda's own runtime in short: what the handler returns goes into a file, so
# that what it prints is its log.
RUNTIME = """
import importlib, json, os, sys, time, traceback, types
sys.path.insert(0, os.getcwd())
end = time.time() + float(os.environ["AWS_LAMBDA_FUNCTION_TIMEOUT"])
context = types.SimpleNamespace(
    function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
    function_version="$LATEST",
    invoked_function_arn=sys.argv[2],
    memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    aws_request_id=sys.argv[3],
    log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
    log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    get_remaining_time_in_millis=lambda: int((end - time.time()) * 1000),
)
try:
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    result, failed = handler(json.load(sys.stdin), context), 0
except BaseException as error:
    traceback.print_exc()
    result, failed = {"errorMessage": str(error), "errorType": type(error).__name__}, 1
with open(sys.argv[1], "w") as file:
    json.dump(result, file)
sys.exit(failed)
"""


class Runner:
    """Runs functions against an endpoint."""

    def __init__(self, url):
        self.url = url

    def run(self, function, event):
        """Calls a function as moto does: returns the result as JSON, whether
        it failed, and what it wrote to its log."""
        if not str(function.run_time).startswith("python"):
            message = f"this endpoint runs functions in Python, not in {function.run_time}"
            return failure("Runtime.Unsupported", message), True, message
        with tempfile.TemporaryDirectory() as folder:
            code, result = Path(folder, "code"), Path(folder, "result")
            zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(code)
            try:
                process = subprocess.run(
                    [sys.executable, "-c", RUNTIME, result, function.function_arn, os.urandom(16).hex()],
                    input=json.dumps(event),
                    cwd=code,
                    env=self.environment(function),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    timeout=int(function.timeout) + START,
                )
            except subprocess.TimeoutExpired as error:
                message = f"Task timed out after {function.timeout} seconds"
                return failure("Sandbox.Timedout", message), True, (error.stdout or b"").decode() + message
            if not result.exists():
                return failure("Runtime.ExitError", "the process ended early"), True, process.stdout
            return result.read_text(), process.returncode != 0, process.stdout

    def environment(self, function):
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
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": role.access_key_id,
            "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
            "AWS_SESSION_TOKEN": role.session_token,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": "endpoint",
            "_HANDLER": function.handler,
            **{name: str(value) for name, value in function.environment_vars.items()},
        }


def failure(kind, message):
    return json.dumps({"errorMessage": message, "errorType": kind})
