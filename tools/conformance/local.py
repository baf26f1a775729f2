"""chalice local as a process, and HTTP byte for byte.

Only the standard library is used: what speaks HTTP for us would mend what we
want to send, or see.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITNESS = ROOT / "tools" / "conformance" / "witness"
PATIENCE = 120  # seconds for chalice local to build
KEY = "the-key-of-the-tests"


class Failure(Exception):
    """Something isn't as it should be."""


class Local:
    """chalice local, which runs an app until close."""

    def __init__(self, chalice, project, *flags, environment=None):
        command = [
            str(Path(chalice).absolute()),
            "local",
            "--port",
            "0",
            "--api-key",
            KEY,
            "--project-dir",
            str(project),
            *flags,
        ]
        self.temporary = tempfile.mkdtemp(prefix="conformance-")
        environment = {**os.environ, "GOTMPDIR": self.temporary, **(environment or {})}
        # In a group of its own, so that a Ctrl-C at our terminal is ours.
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        self.said = []
        self.address = None
        self._heard = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            self.wait_for(lambda: self.address, "listen")
        except Failure:
            self.close()
            raise

    def _listen(self):
        for line in self.process.stdout:
            with self._heard:
                self.said.append(line)
                if not self.address and (found := re.search(r"http://([\d.]+):(\d+)", line)):
                    self.address = found[1], int(found[2])
                self._heard.notify_all()
        with self._heard:
            self.said.append("")
            self._heard.notify_all()

    def wait_for(self, condition, what, patience=PATIENCE):
        """Waits until what chalice local says makes a condition true."""
        with self._heard:
            over = self._heard.wait_for(lambda: condition() or self.process.poll() is not None, patience)
        if not over or not condition():
            raise Failure(f"chalice local doesn't {what}:\n{''.join(self.said)}")

    @property
    def url(self):
        return "http://{}:{}".format(*self.address)

    def ready(self):
        """Waits for the first build, and returns self."""
        if (answer := get(self, "/")).status >= 500:
            raise Failure(f"the app doesn't run: {answer.status} {answer.body.decode()}\n{''.join(self.said)}")
        return self

    def children(self):
        """Returns the ids of the processes that run the app."""
        return children(self.process.pid)

    def end(self, signal_number):
        """Sends a signal, and returns the exit status, which is negative for one
        that a signal ended."""
        self.process.send_signal(signal_number)
        return self.process.wait(10)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def project(app, folder):
    """Copies an app to a folder, as a module of its own that uses this checkout,
    and returns the path of its source."""
    shutil.copytree(app, folder)
    shutil.copy(ROOT / "go.sum", folder)
    ours = (ROOT / "go.mod").read_text()
    go, aws_lambda = (
        re.search(r"^go \S+", ours, re.MULTILINE)[0],
        re.search(r"github\.com/aws/aws-lambda-go v\S+", ours)[0],
    )
    requirements = f"require (\n\t{aws_lambda} // indirect\n\tgithub.com/chalice-go/chalice v0.0.0\n)"
    replacement = f'replace github.com/chalice-go/chalice => "{ROOT}"'
    (Path(folder) / "go.mod").write_text(f"module conformance.example/app\n\n{go}\n\n{requirements}\n\n{replacement}\n")
    return Path(folder) / "main.go"


def edit(source, before, after):
    """Changes a file, as an editor does that replaces it."""
    text = source.read_text()
    if before not in text:
        raise Failure(f"{source} has no {before}")
    source.with_suffix(".go~").write_text(text.replace(before, after))
    source.with_suffix(".go~").rename(source)


def children(pid):
    """Returns the ids of the processes that a process has started, and those
    that these have."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += [int(child), *children(int(child))]
    return found


def alive(pid):
    """Reports whether a process is there and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@dataclass
class Answer:
    status: int
    headers: dict = field(default_factory=dict)  # name in lower case: values
    body: bytes = b""

    def header(self, name):
        return ", ".join(self.headers.get(name.lower(), []))


class Closed(Exception):
    """The server closed the connection before the end of an answer."""


class Connection:
    """A connection to chalice local, which sends whatever bytes one wants."""

    def __init__(self, local, patience=20):
        self.socket = socket.create_connection(local.address, patience)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        # What isn't wanted any more fails to be sent; the answer says why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def finish(self):
        """Says that no more will be sent."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def receive(self, method=b"GET"):
        """Returns the next answer, which the method decides the end of."""
        try:
            version, _, rest = self._line().partition(b" ")
            if not version.startswith(b"HTTP/1."):
                raise Failure(f"this is no HTTP: {version + rest!r}")
            answer = Answer(int(rest[:3]))
            while line := self._line():
                name, _, value = line.decode("latin-1").partition(":")
                answer.headers.setdefault(name.lower(), []).append(value.strip())
            answer.body = self._body(answer, method)
            return answer
        except ConnectionResetError as reset:
            raise Closed from reset

    def _line(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise Closed
        return line[:-2]

    def _body(self, answer, method):
        if method == b"HEAD" or answer.status < 200 or answer.status in (204, 304):
            return b""
        if answer.header("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self._line(), 16):
                body += self._exactly(size)
                self._line()
            self._line()
            return body
        if length := answer.header("Content-Length"):
            return self._exactly(int(length))
        return self.file.read()

    def _exactly(self, size):
        data = self.file.read(size)
        if len(data) < size:
            raise Closed
        return data

    def is_closed(self, patience=2):
        """Reports whether the server has closed the connection."""
        self.socket.settimeout(patience)
        try:
            return not self.file.read(1)
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def get(local, path, *headers, method="GET", body=b"", patience=PATIENCE):
    """Sends an ordinary request on a connection of its own, and returns the
    answer."""
    length = [f"Content-Length: {len(body)}"] if body else []
    head = "\r\n".join(
        [
            f"{method} {path} HTTP/1.1",
            f"Host: {local.address[0]}:{local.address[1]}",
            "Connection: close",
            *length,
            *headers,
        ]
    )
    with Connection(local, patience) as connection:
        connection.send(head.encode() + b"\r\n\r\n" + body)
        return connection.receive(method.encode())


def until(condition, what, patience=10):
    """Waits for a condition that has to come true soon."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(what)
        time.sleep(0.05)


def run(main, doc):
    """Runs a script whose argument is the command."""
    if len(sys.argv) != 2:
        sys.exit(doc)
    try:
        main(sys.argv[1])
    except Failure as failure:
        sys.exit(f"Error: {failure}")
