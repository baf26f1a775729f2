"""What tests ask of the endpoint beside AWS's own APIs.

PUT /_endpoint/stacks/NAME sets the conditions under which the stacks of a name
and those nested in them are changed; "*" is for all that have none of their own:

    {"seconds": 0.5}                       each resource takes half a second, and
                                           requests don't wait for their stack
    {"fail": {"Worker": ["UPDATE"]}}       what is done to a resource fails:
                                           CREATE, UPDATE, DELETE, or ROLLBACK,
                                           the way back from an update
    {"page": 2}                            answers about a stack come in pages; those
                                           of "*" are also the pages of logs

DELETE takes them back.

POST /_endpoint/credentials answers with credentials of an administrator, by the
names of STS:

    {"account": "210987654321"}            of another account, which is empty
    {"account": "...", "expired": true}    that no longer work

PUT /_endpoint/clock sets the endpoint's clock apart from ours:

    {"ahead": 3600}                        by seconds, as its header Date tells
    {"ahead": 3600, "hidden": true}        and doesn't tell
"""

import json
from dataclasses import dataclass, field
from urllib.parse import unquote

from credentials import Clock


@dataclass(frozen=True)
class Conditions:
    """The conditions under which a stack is changed."""

    seconds: float = 0
    fail: dict = field(default_factory=dict)
    page: int = 0  # how much an answer has at most, if not AWS's own number


class Control:
    """The place for all of this, beside a WSGI application."""

    PATH = "/_endpoint/"

    def __init__(self, application, gate):
        self.application, self.gate = application, gate
        self.stacks = {}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith(self.PATH):
            return self.application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            status, answer = self.answer(environ["REQUEST_METHOD"], path.removeprefix(self.PATH).split("/"), body)
        except (KeyError, TypeError, ValueError) as error:
            status, answer = "400 Bad Request", {"message": f"{type(error).__name__}: {error}"}
        text = json.dumps(answer).encode() + b"\n"
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]

    def answer(self, method, path, body):
        match method, path:
            case "PUT", ["stacks", name]:
                self.stacks[unquote(name)] = Conditions(**json.loads(body))
            case "DELETE", ["stacks", name]:
                self.stacks.pop(unquote(name), None)
            case "POST", ["credentials"]:
                return "200 OK", self.gate.issue(**json.loads(body))
            case "PUT", ["clock"]:
                self.gate.clock = Clock(**json.loads(body))
            case _:
                return "404 Not Found", {"message": f"no {method} /_endpoint/{'/'.join(path)}"}
        return "200 OK", {}

    def conditions(self, *names):
        """Returns those of the first name that has any."""
        found = (self.stacks[name] for name in (*names, "*") if name in self.stacks)
        return next(found, Conditions())
