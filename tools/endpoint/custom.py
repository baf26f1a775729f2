"""Custom resources: requests to a Lambda function, which answers at a URL."""

import json
import threading
import uuid

from moto.awslambda.utils import get_backend

from resources import Kind, ResourceError

# How long an answer may come after its function has ended. CloudFormation
# waits for an hour; here nothing goes on after the function's end.
PATIENCE = 1


class Answers:
    """The place that pre-signed URLs point to, beside a WSGI application."""

    PATH = "/custom-resource-answers/"

    def __init__(self, application):
        self.application = application
        self.waiting = {}
        self.url = None

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith(self.PATH):
            return self.application(environ, start_response)
        answer = self.waiting.get(path.removeprefix(self.PATH))
        if environ["REQUEST_METHOD"] != "PUT" or answer is None:
            start_response("403 Forbidden", [("Content-Length", "0")])
            return [b""]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer.put(body, environ.get("CONTENT_TYPE"))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    def expect(self):
        """Returns a new URL, and what will be answered there."""
        token = uuid.uuid4().hex
        answer = self.waiting[token] = Answer()
        return f"{self.url}{self.PATH}{token}?X-Amz-Signature={uuid.uuid4().hex}", answer


class Answer:
    def __init__(self):
        self.arrived, self.body = threading.Event(), None

    def put(self, body, content_type):
        # The URL is signed for an empty content type: S3 refuses another.
        self.body = body if not content_type else None
        self.arrived.set()

    def wait(self, logs):
        if not self.arrived.wait(PATIENCE):
            raise ResourceError(f"Custom Resource failed to stabilize in expected time: no answer at its URL\n{logs}")
        try:
            answer = json.loads(self.body)
        except (TypeError, ValueError):
            raise ResourceError(f"Invalid response: {self.body!r:.200} is not JSON without a content type") from None
        for key in ("Status", "PhysicalResourceId", "StackId", "RequestId", "LogicalResourceId"):
            if key not in answer:
                raise ResourceError(f"Invalid response: it has no {key}")
        return answer


class Custom(Kind):
    def __init__(self):
        super().__init__(None, None, None, None)
        self.updates = True

    def create(self, stack, resource):
        self.request(stack, resource, "Create")

    def update(self, stack, resource, old):
        self.request(stack, resource, "Update", OldResourceProperties=texts(old))

    def delete(self, stack, resource):
        self.request(stack, resource, "Delete")

    def request(self, stack, resource, request_type, **more):
        url, answer = stack.endpoint.answers.expect()
        token = resource.properties["ServiceToken"]
        request = {
            "RequestType": request_type,
            "ServiceToken": token,
            "ResponseURL": url,
            "StackId": stack.stack_id,
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": resource.logical_resource_id,
            "ResourceType": resource.cf_resource_type,
            "ResourceProperties": texts(resource.properties),
            **more,
        }
        if resource.physical_resource_id:
            request["PhysicalResourceId"] = resource.physical_resource_id
        function = get_backend(stack.account_id, stack.region_name).get_function(token)
        _, logs = stack.endpoint.runner.run(function, json.dumps(request).encode())
        said = answer.wait(logs)
        resource.physical_resource_id = said["PhysicalResourceId"]
        if said["Status"] != "SUCCESS":
            reason = said.get("Reason")
            raise ResourceError(f"Received response status [FAILED] from custom resource. Message returned: {reason}")
        resource.facts = said.get("Data") or {}

    def attribute(self, resource, name):
        return resource.facts.get(name)


def texts(value):
    """Returns properties as they reach the function: CloudFormation makes
    texts of numbers and truth values."""
    if isinstance(value, dict):
        return {key: texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [texts(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
