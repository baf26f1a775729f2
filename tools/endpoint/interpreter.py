"""Runs the Lambda functions that are written in Python, each call in a process."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sandboxes import Ended

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


class Interpreter:
    """A sandbox for one event, which Python handles."""

    def __init__(self, code, environment):
        self.code, self.environment, self.listener = code, environment, None

    def start(self, listener):
        self.listener = listener
        return 0

    def invoke(self, invocation, timeout):
        with tempfile.NamedTemporaryFile() as result:
            lines = b""
            try:
                process = subprocess.run(
                    [sys.executable, "-c", RUNTIME, result.name, invocation.function_arn, invocation.id],
                    check=False,
                    input=invocation.payload,
                    cwd=self.code,
                    env={"PATH": os.environ["PATH"], **self.environment},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=timeout + START,
                )
                lines = process.stdout
            except subprocess.TimeoutExpired as error:
                lines = error.stdout or b""
                raise Ended("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds") from None
            finally:
                self.listener(lines.decode(errors="replace").splitlines())
            said = Path(result.name).read_bytes()
        if not said:
            raise Ended("Runtime.ExitError", f"Runtime exited with error: exit status {process.returncode}")
        invocation.end(said, "Unhandled" if process.returncode else "")

    def close(self):
        pass
