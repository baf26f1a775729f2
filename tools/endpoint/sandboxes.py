"""Where functions run: a process of the program that a function's zip holds.

The program speaks to Lambda's runtime API, which each process has on a port of
its own: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import base64
import io
import json
import os
import platform
import selectors
import subprocess
import tempfile
import threading
import time
import uuid
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PREFIX = "/2018-06-01/runtime/"

# How long a program may take until it asks for its first event.
START = 10


@dataclass
class Invocation:
    """An event that a function gets, and what comes of it."""

    function_arn: str
    payload: bytes
    context: str = ""  # of the client, as its header has it
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deadline: float = 0
    done: threading.Event = field(default_factory=threading.Event)
    result: bytes = b""
    error: str = ""  # its kind, if the program says that it failed

    def end(self, result, error=""):
        if not self.done.is_set():
            self.result, self.error = result, error
            self.done.set()


class Ended(Exception):
    """The process is gone, or was never there."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Output:
    """What a process prints, line by line, to whoever listens at the moment."""

    def __init__(self, pipe):
        self.pipe, self.lock, self.rest, self.listener = pipe, threading.Lock(), b"", None
        os.set_blocking(pipe.fileno(), False)
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self):
        selector = selectors.DefaultSelector()
        selector.register(self.pipe, selectors.EVENT_READ)
        while selector.select() and self.drain():
            pass
        selector.close()
        with self.lock:
            self.pipe.close()

    def drain(self, end=False):
        """Reads what is there, and reports whether more may come."""
        with self.lock:
            while True:
                try:
                    chunk = os.read(self.pipe.fileno(), 1 << 16)
                except BlockingIOError:
                    chunk = None
                except (OSError, ValueError):
                    return False
                if not chunk:
                    break
                *lines, self.rest = (self.rest + chunk).split(b"\n")
                self.say(lines)
            if self.rest and (end or chunk == b""):
                self.say([self.rest])
                self.rest = b""
            return chunk is None

    def say(self, lines):
        if self.listener:
            self.listener([line.decode(errors="replace") for line in lines])


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Says nothing of a process that ends while it asks."""


class Sandbox:
    """A process of a bootstrap program, which takes one event after the other."""

    closed = False

    def __init__(self, code, environment):
        self.code, self.environment = code, environment
        self.pending, self.current, self.asked = None, None, threading.Event()
        self.changed = threading.Condition()
        self.process = self.output = None
        self.failure = None  # what the program has said of its own start
        self.server = Server(("127.0.0.1", 0), type("Runtime", (Runtime,), {"sandbox": self}))
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def start(self, listener):
        """Starts the program, and waits until it asks for an event."""
        begun = time.monotonic()
        variables = {**self.environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}"}
        program = self.code / "bootstrap"
        if not program.exists():
            missing = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
            raise Ended("Runtime.InvalidEntrypoint", missing)
        try:
            self.process = subprocess.Popen(
                [program], cwd=self.code, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            reason = error.strerror.lower()
            if error.errno == 8:
                reason += f" (this machine runs programs for {platform.machine()})"
            raise Ended("Runtime.InvalidEntrypoint", f"fork/exec /var/task/bootstrap: {reason}") from None
        self.output = Output(self.process.stdout)
        self.output.listener = listener
        self.wait_for(self.asked, begun + START)
        if self.asked.is_set():
            return time.monotonic() - begun
        self.check()
        raise Ended("Sandbox.Timedout", f"Task timed out after {START}.00 seconds")

    def wait_for(self, event, end):
        """Waits for an event, the process's end, or a time."""
        while not event.wait(0.01) and self.process.poll() is None and time.monotonic() < end:
            pass

    def check(self):
        """Raises Ended if the process has ended."""
        status = self.process.poll()
        if status is None:
            return
        self.output.drain(end=True)
        reason = f"exit status {status}" if status > 0 else f"signal: {NAMES.get(-status, -status)}"
        said = "Runtime exited without providing a reason" if status == 0 else f"Runtime exited with error: {reason}"
        raise Ended("Runtime.ExitError", said)

    def invoke(self, invocation, timeout):
        """Has the program handle an event; raises Ended if it doesn't come to its end."""
        with self.changed:
            self.pending = invocation
            self.changed.notify_all()
        self.wait_for(invocation.done, time.monotonic() + timeout)
        self.output.drain(end=True)
        if invocation.done.is_set():
            return
        self.check()
        raise Ended("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds")

    def next(self):
        """Returns the event that is to be handled next, or None when all is over."""
        self.asked.set()
        with self.changed:
            while self.pending is None and not self.closed:
                self.changed.wait()
            self.current, self.pending = self.pending, None
            return self.current

    def close(self):
        self.closed = True
        with self.changed:
            self.changed.notify_all()
        if self.process:
            self.process.kill()
            self.process.wait()
            self.output.drain(end=True)
        self.server.shutdown()
        self.server.server_close()


NAMES = {2: "interrupt", 6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}


class Runtime(BaseHTTPRequestHandler):
    """Lambda's runtime API for the process of one sandbox."""

    protocol_version = "HTTP/1.1"
    sandbox = None

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path != PREFIX + "invocation/next":
            self.answer(404, b'{"errorMessage": "no such path", "errorType": "NotFound"}')
            return
        invocation = self.sandbox.next()
        if invocation is None:
            self.answer(410, b"")
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        if invocation.context:
            headers["Lambda-Runtime-Client-Context"] = base64.b64decode(invocation.context).decode()
        self.answer(200, invocation.payload, headers)

    def do_POST(self):
        body, (*_, word, verb) = self.body(), ["", *self.path.removeprefix(PREFIX).split("/")]
        current = self.sandbox.current
        if self.path == PREFIX + "init/error":
            self.sandbox.failure = body
        elif current and word == current.id and verb in ("response", "error"):
            kind = self.headers.get("Lambda-Runtime-Function-Error-Type", "Unhandled")
            current.end(body, kind if verb == "error" else "")
        else:
            self.answer(400, b'{"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}')
            return
        self.answer(202, b'{"status": "OK"}\n')

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def unpacked(code, parent):
    """Returns a folder with what a zip holds, with the modes that it says."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, folder))
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)
    return folder


def failure(kind, message):
    return json.dumps({"errorType": kind, "errorMessage": message}, separators=(",", ":")).encode()
