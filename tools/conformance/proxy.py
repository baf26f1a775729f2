"""A proxy on loopback that does to calls of AWS what networks and a busy AWS do.

A fault is a function of a Call. It returns True if it has dealt with the call,
which otherwise goes on its way.
"""

import contextlib
import http.client
import io
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Call(BaseHTTPRequestHandler):
    """One call of AWS, of which a connection has several."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self):
        with contextlib.suppress(ConnectionError):  # who calls may be killed
            super().handle_one_request()

    def log_message(self, *_):
        pass

    def do(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            self.server.sent += len(self.body)
            self.server.calls[self.operation] += 1
        if not self.server.fault(self):
            self.answer(*self.ask())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do

    @property
    def service(self):
        found = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", self.headers.get("Authorization", ""))
        return found[1] if found else "s3"

    @property
    def operation(self):
        action = re.search(rb"(?:^|&)Action=(\w+)", self.body[:4096])
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        return f"{self.service} {action[1].decode() if action else target or self.command}"

    def ask(self):
        """Returns the endpoint's answer: status, headers and body."""
        began = time.monotonic()
        try:
            return self._ask()
        finally:
            with self.server.lock:
                self.server.took[self.service] += time.monotonic() - began

    def _ask(self):
        connection = http.client.HTTPConnection(*self.server.behind, timeout=300)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "expect"):
                    connection.putheader(name, value)
            connection.putheader("Connection", "close")
            connection.endheaders(self.body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def answer(self, status, headers, body, length=None):
        """Sends an answer, whose length the headers may tell wrong."""
        self.send_response_only(status)
        told = "0"
        for name, value in headers:
            if name.lower() == "content-length":
                told = value
            elif name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        if status != 204:
            about = told if self.command == "HEAD" else str(len(body) if length is None else length)
            self.send_header("Content-Length", about)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, message):
        """Answers with an error, as the service that is called has it."""
        if self.service in ("lambda", "logs", "monitoring"):
            headers, body = (
                [("Content-Type", "application/json"), ("X-Amzn-ErrorType", code)],
                f'{{"__type":"{code}","message":"{message}"}}',
            )
        elif self.service == "s3":
            headers, body = (
                [("Content-Type", "application/xml")],
                f"<Error><Code>{code}</Code><Message>{message}</Message></Error>",
            )
        else:
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            headers, body = (
                [("Content-Type", "text/xml")],
                f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>",
            )
        self.answer(status, headers, body.encode())
        return True

    def hang_up(self):
        """Resets the connection, as a network does that lost it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.close_connection = True
        self.rfile.close()
        self.connection.close()
        self.wfile = io.BytesIO()  # what handles the request flushes it
        self.rfile = io.BytesIO()
        return True


def throttled(call):
    status, code = {
        "s3": (503, "SlowDown"),
        "lambda": (429, "TooManyRequestsException"),
        "logs": (400, "ThrottlingException"),
    }.get(call.service, (400, "Throttling"))
    return call.refuse(status, code, "Rate exceeded")


def failing(call):
    return call.refuse(
        500, "InternalError" if call.service == "s3" else "InternalFailure", "An internal error has occurred"
    )


def reset_before(call):
    return call.hang_up()


def reset_after(call):
    """AWS does what it is asked, and nobody hears of it."""
    call.ask()
    return call.hang_up()


def truncated(call):
    status, headers, body = call.ask()
    call.answer(status, headers, body[: len(body) // 2], len(body))
    call.close_connection = True
    return True


def slow(call):
    time.sleep(call.server.dice.uniform(0.5, 4))
    return False


class Fault:
    """Some of the calls meet a fault of these kinds."""

    def __init__(self, share, *kinds):
        self.share, self.kinds = share, kinds

    def __call__(self, call):
        with call.server.lock:
            hit = call.server.dice.random() < self.share
            kind = call.server.dice.choice(self.kinds) if hit else None
            call.server.faults += hit
        return bool(kind) and kind(call)


class Storm:
    """All calls meet a fault for some seconds, from a call on."""

    def __init__(self, kind, seconds, first):
        self.kind, self.seconds, self.first = kind, seconds, first
        self.end = None

    def __call__(self, call):
        with call.server.lock:
            self.first -= 1
            if self.first <= 0 and self.end is None:
                self.end = time.monotonic() + self.seconds
            raging = self.end is not None and time.monotonic() < self.end
            call.server.faults += raging
        return raging and self.kind(call)


class Only:
    """All calls of one operation meet a fault."""

    def __init__(self, operation, kind):
        self.operation, self.kind = operation, kind

    def __call__(self, call):
        if call.operation != self.operation:
            return False
        with call.server.lock:
            call.server.faults += 1
        return self.kind(call)


class At:
    """At a call, something is done: before or after AWS has done what it is asked."""

    def __init__(self, number, done, act):
        self.number, self.done, self.act = number, done, act

    def __call__(self, call):
        with call.server.lock:
            self.number -= 1
            now = self.number == 0
        if now:
            if self.done:
                call.ask()
            self.act()
        return now and call.hang_up()


def fair(call):
    return False


class Proxy(ThreadingHTTPServer):
    """The proxy before an endpoint. What is in the way of calls can be changed."""

    daemon_threads = True

    def __init__(self, behind, seed):
        super().__init__(("127.0.0.1", 0), Call)
        parts = urlsplit(behind)
        self.behind = (parts.hostname, parts.port)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.dice, self.lock = random.Random(seed), threading.Lock()
        self.reset()

    def reset(self, fault=fair):
        """Puts another fault in the way, and counts from 0."""
        self.fault, self.faults, self.sent = fault, 0, 0
        self.calls, self.took = Counter(), Counter()  # by operation, and seconds by service

    def handle_error(self, request, client_address):
        pass  # who called has gone

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
