"""Errors as AWS's protocols say them, for what is refused before moto sees it."""

import json
import uuid
from xml.sax.saxutils import escape

import botocore.session
from botocore.exceptions import UnknownServiceError

models = botocore.session.get_session()


def protocol_of(service, environ):
    """Returns the protocol in which a request speaks to a service."""
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "cbor"
    if "HTTP_X_AMZ_TARGET" in environ:
        return "json"
    # Some services are signed under a name that isn't the one of their model.
    name = {"execute-api": "apigatewaymanagementapi", "monitoring": "cloudwatch"}.get(service, service)
    try:
        protocol = models.get_service_model(name).metadata["protocol"]
    except UnknownServiceError:
        return "rest-json"
    return "query" if protocol in ("smithy-rpc-v2-cbor", "ec2") else protocol


def error(protocol, status, code, message, more=None):
    """Returns the headers and the body of an error; more has further elements for XML."""
    request = str(uuid.uuid4())
    match protocol:
        case "json":
            body, kind = json.dumps({"__type": code, "message": message}), "application/x-amz-json-1.1"
        case "rest-json":
            body, kind = json.dumps({"message": message}), "application/json"
        case "cbor":
            body, kind = cbor({"__type": code, "message": message}), "application/cbor"
        case "rest-xml":
            parts = {"Code": code, "Message": message, **(more or {}), "RequestId": request}
            body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{elements(parts)}</Error>'
            kind = "application/xml"
        case _:
            inner = elements({"Type": "Sender", "Code": code, "Message": message})
            body = f"<ErrorResponse><Error>{inner}</Error><RequestId>{request}</RequestId></ErrorResponse>"
            kind = "text/xml"
    body = body if isinstance(body, bytes) else body.encode()
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), "x-amzn-RequestId": request}
    if protocol in ("json", "rest-json"):
        headers["x-amzn-ErrorType"] = code
    if protocol == "rest-xml":
        headers["x-amz-request-id"] = request
    if protocol == "cbor":
        headers["smithy-protocol"] = "rpc-v2-cbor"
    return f"{status} {code}", headers, body


def elements(parts):
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items())


def cbor(texts):
    """Returns a map of texts in CBOR."""
    parts = [bytes([0xA0 + len(texts)])]
    for text in (part for pair in texts.items() for part in pair):
        parts += [b"\x79" + len(text.encode()).to_bytes(2), text.encode()]
    return b"".join(parts)
