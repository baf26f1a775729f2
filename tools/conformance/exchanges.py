"""Sends chalice local what clients and attackers send, byte for byte, and wants
the answers of API Gateway.

    exchanges.py CHALICE

The app is witness, which answers with the event that it got. A comment above
each group says where its answers are written. Exits with 1 if one differs.
"""

import base64
import json
import subprocess

from local import KEY, WITNESS, Answer, Closed, Connection, Failure, Local, run

JSON = "application/json"
MISSING = {"message": "Missing Authentication Token"}
UNAUTHORIZED = {"message": "Unauthorized"}
TOO_LONG = {"message": "Request Too Long"}
FAILED = {"message": "Internal server error"}
IMAGE = b"\x89PNG\r\n\x00\xff"


class Want:
    """What an answer has to be like."""

    def __init__(self, status, body=None, event=None, **headers):
        self.status = status if isinstance(status, tuple) else (status,)
        self.body = body  # bytes, or what its JSON says; None: anything
        self.event = event or {}  # members of the event that the body is: a.b.c
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def differences(self, answer: Answer):
        if answer.status not in self.status:
            yield f"status {answer.status}, not {' or '.join(map(str, self.status))}: {answer.body[:300]!r}"
            return
        for name, value in self.headers.items():
            if answer.header(name) != value:
                yield f"header {name} is {answer.header(name)!r}, not {value!r}"
        if isinstance(self.body, bytes) and answer.body != self.body:
            yield f"body {answer.body[:300]!r}, not {self.body[:300]!r}"
        if isinstance(self.body, (dict, list)) and json.loads(answer.body or b"null") != self.body:
            yield f"body {answer.body[:300]!r}, not {self.body!r}"
        if self.event:
            event = json.loads(answer.body)
            for path, value in self.event.items():
                if (found := dig(event, path)) != value:
                    yield f"the event's {path} is {found!r}, not {value!r}"


def dig(event, path):
    for name in path.split("."):
        event = event.get(name) if isinstance(event, dict) else None
    return event


def refusal(status, body, kind):
    return Want(status, body, content_type=JSON, x_amzn_errortype=kind)


def missing():
    return refusal(403, MISSING, "UnauthorizedException")


def too_long():
    return refusal(413, TOO_LONG, "RequestTooLargeException")


def event(**members):
    return Want(200, event=members)


def at(path, resource=None, /, **params):
    """Wants a function's event with a path, and its parameters."""
    found = {"path": path, "pathParameters": params or None}
    return Want(200, event={**found, **({"resource": resource} if resource else {})})


GONE = "closed"  # in place of an answer: the connection is closed without one


def request(line, *headers, body=b"", version="HTTP/1.1", host="127.0.0.1"):
    """Writes a request. A body gets a Content-Length."""
    length = [f"Content-Length: {len(body)}"] if body else []
    head = "\r\n".join([f"{line} {version}", f"Host: {host}", *headers, *length])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def raw(head, body=b""):
    """Writes a request whose every header is given."""
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def chunked(body, *headers):
    return request("POST /echo/a", "Transfer-Encoding: chunked", *headers) + body


def sized(count):
    return request("POST /echo/a", "Content-Type: text/plain", body=b"x" * count)


# A row is what it shows, what is sent, and the wanted answers, the last of which
# can be GONE.

# Resources match the path as it was sent: nothing is decoded, merged or removed.
# A path or a method that there isn't is looked at as if it were signed.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
# (MISSING_AUTHENTICATION_TOKEN), and for greedy variables
# https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integrations.html
PATHS = [
    ("the root", request("GET /"), Want(200, {"hello": "world"}, content_type=JSON)),
    ("a variable", request("GET /echo/a"), at("/echo/a", "/echo/{name}", name="a")),
    ("a literal wins over a variable", request("GET /users/me"), at("/users/me", "/users/me")),
    ("an encoded literal is none", request("GET /users/m%65"), at("/users/m%65", "/users/{id}", id="m%65")),
    ("dots are not resolved", request("GET /echo/a/../b"), missing()),
    ("dots as a value", request("GET /echo/.."), at("/echo/..", name="..")),
    ("encoded dots as a value", request("GET /echo/%2e%2e"), at("/echo/%2e%2e", name="%2e%2e")),
    ("a dot in front", request("GET /./echo/a"), missing()),
    ("two slashes in front", request("GET //echo/a"), missing()),
    ("two slashes inside", request("GET /echo//a"), missing()),
    ("no value", request("GET /echo/"), missing()),
    ("a slash at the end", request("GET /echo/a/"), at("/echo/a/", name="a")),
    ("another spelling", request("GET /ECHO/a"), missing()),
    ("an unknown path", request("GET /nowhere"), missing()),
    (
        "an unknown path with an Authorization",
        request("GET /nowhere", "Authorization: Bearer x"),
        Want(403, x_amzn_errortype="UnauthorizedException"),
    ),
    ("below a resource", request("GET /users/me/more"), missing()),
    ("an encoded slash", request("GET /echo/a%2Fb"), at("/echo/a%2Fb", name="a%2Fb")),
    ("an encoded zero", request("GET /echo/a%00b"), at("/echo/a%00b", name="a%00b")),
    ("an encoded line break", request("GET /echo/a%0d%0ab"), at("/echo/a%0d%0ab", name="a%0d%0ab")),
    ("a plus", request("GET /echo/a+b"), at("/echo/a+b", name="a+b")),
    ("a semicolon", request("GET /echo/a;b=1"), at("/echo/a;b=1", name="a;b=1")),
    ("bad percent encoding", request("GET /echo/%zz"), Want(400), GONE),
    ("a percent sign at the end", request("GET /echo/100%"), Want(400), GONE),
    ("a space", request("GET /echo/a b"), Want(400), GONE),
    ("a greedy variable", request("GET /files/a/b"), at("/files/a/b", "/files/{path+}", path="a/b")),
    (
        "a greedy variable with dots",
        request("GET /files/../../etc/passwd"),
        at("/files/../../etc/passwd", path="../../etc/passwd"),
    ),
    ("a greedy variable with slashes", request("GET /files/a//b"), at("/files/a//b", path="a//b")),
    ("a greedy variable without a value", request("GET /files/"), missing()),
    (
        "the stage in front",
        request("GET /api/echo/a"),
        Want(200, event={"path": "/echo/a", "requestContext.path": "/api/echo/a", "requestContext.stage": "api"}),
    ),
    ("the stage alone", request("GET /api"), Want(200, {"hello": "world"})),
    ("the stage without a slash", request("GET /apiecho/a"), missing()),
    ("another stage", request("GET /prod/echo/a"), missing()),
    ("a long path", request("GET /echo/" + "a" * 5000), at("/echo/" + "a" * 5000, name="a" * 5000)),
]

# RFC 9112, section 3.2: the forms of a request's target.
TARGETS = [
    (
        "an absolute URI",
        request("GET http://other.example/echo/a?x=1"),
        Want(200, event={"path": "/echo/a", "headers.Host": "other.example", "queryStringParameters": {"x": "1"}}),
    ),
    ("an absolute URI without a path", request("GET http://other.example"), Want(200, {"hello": "world"})),
    ("an asterisk", request("OPTIONS *"), missing()),
    ("an authority", request("CONNECT example.com:443"), Want((403, 501))),
    ("a relative path", request("GET echo/a"), Want(400), GONE),
    ("no target", b"GET HTTP/1.1\r\nHost: a\r\n\r\n", Want(400), GONE),
]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
# (the input format: repeated names have all values in the multi-value maps, and
# the last one in the others).
QUERIES = [
    (
        "a repeated parameter",
        request("GET /echo/a?x=1&x=2&y"),
        event(queryStringParameters={"x": "2", "y": ""}, multiValueQueryStringParameters={"x": ["1", "2"], "y": [""]}),
    ),
    (
        "an encoded parameter",
        request("GET /echo/a?q=a%20b%26c%3D+d"),
        event(queryStringParameters={"q": "a b&c= d"}),
    ),
    ("no parameter", request("GET /echo/a?"), event(queryStringParameters=None, multiValueQueryStringParameters=None)),
    ("a parameter with bad encoding", request("GET /echo/a?q=%zz"), Want((200, 400))),
    (
        "a repeated header",
        request("GET /echo/a", "X-Test: 1", "x-test: 2"),
        event(**{"headers.X-Test": "2", "multiValueHeaders.X-Test": ["1", "2"]}),
    ),
    ("several cookies", request("GET /echo/a", "Cookie: a=1; b=2"), event(**{"headers.Cookie": "a=1; b=2"})),
    (
        "who asked",
        request("GET /echo/a", "User-Agent: tests"),
        event(
            **{
                "requestContext.identity.userAgent": "tests",
                "requestContext.identity.sourceIp": "127.0.0.1",
                "headers.X-Forwarded-Proto": "http",
            }
        ),
    ),
    (
        "a header that is dropped",
        request("GET /echo/a", "Max-Forwards: 3", "TE: trailers"),
        event(**{"headers.Max-Forwards": None, "headers.Te": None}),
    ),
]

METHODS = [
    ("HEAD", request("HEAD /echo/a"), Want(200, b"", content_type=JSON)),
    ("HEAD where there is only GET", request("HEAD /users/me"), Want(403, b"")),
    ("the wrong method", request("DELETE /users/me"), missing()),
    ("the wrong method, with a body", request("POST /users/me", body=b"abc"), missing()),
    ("PATCH", request("PATCH /echo/a", body=b"abc"), event(httpMethod="PATCH", body="abc")),
    ("DELETE with a body", request("DELETE /echo/a", body=b"abc"), event(httpMethod="DELETE", body="abc")),
    ("GET with a body", request("GET /echo/a", body=b"abc"), event(httpMethod="GET", body="abc")),
    ("a method in lower case", request("get /echo/a"), Want((403, 501))),
    ("a method of mixed case", request("Get /echo/a"), Want((403, 501))),
    ("TRACE", request("TRACE /echo/a"), Want((403, 501))),
    ("an unknown method", request("PROPFIND /echo/a"), Want((403, 501))),
    ("a method that is none", request("G(T /echo/a"), Want(400), GONE),
    ("OPTIONS of a route's own", request("OPTIONS /echo/a", "Origin: https://a.example"), event(httpMethod="OPTIONS")),
    ("OPTIONS without CORS", request("OPTIONS /users/me", "Origin: https://a.example"), missing()),
]

ALLOWED = "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"

# https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
# (a mock integration answers the preflight; the function adds the headers to its
# own answers).
CORS = [
    (
        "a preflight",
        request("OPTIONS /open", "Origin: https://a.example", "Access-Control-Request-Method: POST"),
        Want(
            200,
            b"",
            access_control_allow_origin="*",
            access_control_allow_methods="GET,POST,OPTIONS",
            access_control_allow_headers=ALLOWED,
        ),
    ),
    (
        "a preflight of a stricter route",
        request("OPTIONS /partners", "Origin: https://evil.example"),
        Want(
            200,
            access_control_allow_origin="https://partner.example",
            access_control_allow_credentials="true",
            access_control_max_age="600",
            access_control_expose_headers="X-Count",
        ),
    ),
    (
        "an answer with CORS",
        request("GET /open", "Origin: https://a.example"),
        Want(200, access_control_allow_origin="*"),
    ),
    (
        "an answer without",
        request("GET /users/me", "Origin: https://a.example"),
        Want(200, access_control_allow_origin=""),
    ),
]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
KEYS = [
    ("no API key", request("GET /keyed"), refusal(403, {"message": "Forbidden"}, "ForbiddenException")),
    (
        "a wrong API key",
        request("GET /keyed", "X-Api-Key: wrong"),
        refusal(403, {"message": "Forbidden"}, "ForbiddenException"),
    ),
    (
        "an empty API key",
        request("GET /keyed", "X-Api-Key:"),
        refusal(403, {"message": "Forbidden"}, "ForbiddenException"),
    ),
    ("the API key", request("GET /keyed", f"x-api-key: {KEY}"), event(**{"requestContext.identity.apiKey": KEY})),
    ("the API key in the query", request(f"GET /keyed?x-api-key={KEY}"), Want(403)),
]

DENIED = {"Message": "User is not authorized to access this resource"}
EXPLICITLY = {"Message": DENIED["Message"] + " with an explicit deny"}
CONFIGURATION = refusal(500, {"message": None}, "AuthorizerConfigurationException")


def private(path, token, method="GET"):
    return request(f"{method} {path}", f"X-Token: {token}")


def asked(times):
    """Wants an answer for which the authorizer's process has been asked a number
    of times."""
    return event(**{"requestContext.authorizer": {"asked": str(times), "sure": "true", "principalId": "ada"}})


# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
# (no token: 401 without asking; Unauthorized: 401; a policy that doesn't allow:
# 403; else 500; values of the context are texts; an answer is kept for the TTL).
AUTHORIZERS = [
    ("no token", request("GET /private/a"), refusal(401, UNAUTHORIZED, "UnauthorizedException")),
    (
        "a token in another header",
        request("GET /private/a", "Authorization: allow"),
        refusal(401, UNAUTHORIZED, "UnauthorizedException"),
    ),
    ("a blank token", private("/private/a", "  "), refusal(401, UNAUTHORIZED, "UnauthorizedException")),
    ("an allowed token", private("/private/a", "allow"), asked(1)),
    ("the same token isn't asked about again", private("/private/b", "allow", "POST"), asked(1)),
    (
        "a token that the function refuses",
        private("/private/a", "stranger"),
        refusal(403, DENIED, "AccessDeniedException"),
    ),
    ("a token for one path", private("/private/a", "only:/private/a"), asked(3)),
    ("and not for another", private("/private/b", "only:/private/a"), refusal(403, DENIED, "AccessDeniedException")),
    (
        "nor for another method",
        private("/private/a", "only:/private/a", "POST"),
        refusal(403, DENIED, "AccessDeniedException"),
    ),
    ("a policy that allows", private("/private/a", "policy"), asked(4)),
    ("a policy that denies", private("/private/secrets", "policy"), refusal(403, EXPLICITLY, "AccessDeniedException")),
    (
        "a token that means nothing",
        private("/private/a", "unauthorized"),
        refusal(401, UNAUTHORIZED, "UnauthorizedException"),
    ),
    ("a context with a list", private("/private/a", "list"), CONFIGURATION),
    ("without a TTL it is asked", private("/fresh", "allow"), asked(1)),
    ("each time", private("/fresh", "allow"), asked(2)),
    ("an authorizer that fails", request("GET /closed", "Authorization: x"), CONFIGURATION),
    ("an unknown path needs no token", request("GET /private"), missing()),
]

# RFC 9112, sections 6 and 7: how long a body is. Whatever is ambiguous is refused,
# or read as chunks, and then nothing that the client meant as body is taken for a
# request.
SMUGGLED = b"GET /users/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
BODIES = [
    (
        "a chunked body",
        chunked(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
        event(body="abcde", **{"headers.Transfer-Encoding": None}),
    ),
    (
        "chunks in capitals, with extensions and a trailer",
        chunked(b"A;x=y\r\n0123456789\r\n0\r\nX-Last: 1\r\n\r\n"),
        event(body="0123456789"),
    ),
    ("no chunk at all", chunked(b"0\r\n\r\n"), event(body=None)),
    ("a chunk whose size is no number", chunked(b"zz\r\nabc\r\n0\r\n\r\n"), Want(400)),
    ("a chunk of a negative size", chunked(b"-3\r\nabc\r\n0\r\n\r\n"), Want(400)),
    ("a chunk of an enormous size", chunked(b"FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"), Want(400)),
    ("a chunk that is too long", chunked(b"3\r\nabcd\r\n0\r\n\r\n"), Want(400)),
    ("a body that ends early", request("POST /echo/a", "Content-Length: 10") + b"abc", Want(400), GONE),
    ("chunks that end early", chunked(b"5\r\nabc"), Want(400), GONE),
    (
        "two lengths that differ",
        request("POST /echo/a", "Content-Length: 3", "Content-Length: 4") + b"abcd",
        Want(400),
        GONE,
    ),
    ("a list of lengths", request("POST /echo/a", "Content-Length: 3, 4") + b"abcd", Want(400), GONE),
    ("a length with a sign", request("POST /echo/a", "Content-Length: +3") + b"abc", Want(400), GONE),
    ("a negative length", request("POST /echo/a", "Content-Length: -3") + b"abc", Want(400), GONE),
    ("a length in hexadecimal", request("POST /echo/a", "Content-Length: 0x3") + b"abc", Want(400), GONE),
    (
        "chunks with a shorter length",
        chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED), "Content-Length: 4"),
        event(body=SMUGGLED.decode(), **{"headers.Content-Length": None}),
    ),
    ("chunks with a longer length", chunked(b"0\r\n\r\n", "Content-Length: 40"), event(body=None)),
    (
        "another coding",
        request("POST /echo/a", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
        Want((400, 501)),
        GONE,
    ),
    (
        "a coding that looks like chunks",
        request("POST /echo/a", "Transfer-Encoding: xchunked") + SMUGGLED,
        Want((400, 501)),
        GONE,
    ),
    (
        "two codings",
        request("POST /echo/a", "Transfer-Encoding: chunked", "Transfer-Encoding: identity") + b"0\r\n\r\n",
        Want((400, 501)),
        GONE,
    ),
    (
        "a space before the colon",
        request("POST /echo/a", "Transfer-Encoding : chunked") + b"0\r\n\r\n",
        Want(400),
        GONE,
    ),
    ("a tab before the colon", request("POST /echo/a", "Content-Length\t: 3") + b"abc", Want(400), GONE),
    (
        "Expect",
        request("POST /echo/a", "Expect: 100-continue", body=b"abc"),
        Want(100),
        event(body="abc", **{"headers.Expect": None}),
    ),
    ("Expect something else", request("POST /echo/a", "Expect: 200-ok", body=b"abc"), Want(417), GONE),
]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
BINARY = [
    (
        "a body of a binary type",
        request("POST /echo/a", "Content-Type: image/png", body=IMAGE),
        event(body=base64.b64encode(IMAGE).decode(), isBase64Encoded=True),
    ),
    (
        "text",
        request("POST /echo/a", "Content-Type: text/plain", body="é".encode()),
        event(body="é", isBase64Encoded=False),
    ),
    (
        "an image for who accepts it",
        request("GET /image", "Accept: image/png"),
        Want(200, IMAGE, content_type="image/png"),
    ),
    (
        "an image for who accepts other things first",
        request("GET /image", "Accept: text/html, image/png"),
        Want(200, base64.b64encode(IMAGE)),
    ),
    (
        "JSON",
        request("POST /json", "Content-Type: application/json", body=b'{"a": [1, null]}'),
        Want(200, {"a": [1, None]}),
    ),
    ("JSON that is none", request("POST /json", "Content-Type: application/json", body=b"{"), Want(400)),
    ("a type that the route doesn't take", request("POST /json", "Content-Type: text/plain", body=b"{}"), Want(415)),
]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
# and https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LIMITS = [
    ("a body of 4 MB", sized(4 << 20), Want(200)),
    ("an event of more than 6 MB", sized(6 << 20), too_long()),
    ("a body of more than 10 MB", sized((10 << 20) + 1), too_long()),
    ("10 MB in chunks", chunked((b"100000\r\n" + b"x" * (1 << 20) + b"\r\n") * 11 + b"0\r\n\r\n"), too_long()),
    ("headers of 10 KB", request("GET /echo/a", "X-Long: " + "a" * 10_000), Want(200)),
    ("headers of more than 10,240 bytes", request("GET /echo/a", "X-Long: " + "a" * 10_300), Want((413, 431))),
    ("many headers", request("GET /echo/a", *[f"X-{i}: {'a' * 100}" for i in range(200)]), Want((413, 431))),
    ("headers of 2 MB", request("GET /echo/a", "X-Long: " + "a" * (2 << 20)), Want((413, 431)), GONE),
    ("a path of 2 MB", request("GET /echo/" + "a" * (2 << 20)), Want((400, 414, 431)), GONE),
    ("an answer of nearly 6 MB", request("GET /bytes/6291000"), Want(200, b"x" * 6_291_000)),
    ("an answer of more than 6 MB", request("GET /bytes/6300000"), Want((500, 502))),
]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
# (headers that are renamed), and the response format of proxy integrations:
# whatever isn't in it is a malformed proxy response, 502.
ANSWERS = [
    (
        "headers of an answer",
        request("GET /headers"),
        Want(
            200,
            set_cookie="a=1; Path=/, b=2",
            x_several="1, 2",
            x_mixed_case="1",
            x_amzn_remapped_date="yesterday",
            x_amzn_remapped_connection="close",
            x_amzn_remapped_server="mine",
            transfer_encoding="",
        ),
    ),
    ("status 204", request("GET /status/204"), Want(204, b"", content_length="")),
    ("status 304", request("GET /status/304"), Want(304, b"")),
    ("status 418", request("GET /status/418"), Want(418, b"as asked", content_type="text/plain")),
    ("status 599", request("GET /status/599"), Want(599, b"as asked")),
    # The app says so itself, with the reason in its log.
    *[(f"status {code}", request(f"GET /status/{code}"), Want(500)) for code in (99, 100, 101, 199, 600)],
    ("a panic", request("GET /crash"), Want(500, content_type=JSON)),
    ("a process that ends", request("GET /exit"), refusal(502, FAILED, "InternalServerErrorException")),
    ("and the next", request("GET /"), Want(200, {"hello": "world"})),
]

# RFC 9112, sections 2, 3 and 5: what a message is made of.
MESSAGES = [
    ("HTTP/1.0", request("GET /", version="HTTP/1.0"), Want(200), GONE),
    ("HTTP/1.0 without a Host", raw(["GET / HTTP/1.0"]), Want(200), GONE),
    (
        "HTTP/1.0 that is kept",
        raw(["GET / HTTP/1.0", "Connection: keep-alive"]) + request("GET /status/418"),
        Want(200),
        Want(418),
    ),
    ("HTTP/0.9", raw(["GET / HTTP/0.9", "Host: a"]), Want((400, 505)), GONE),
    ("HTTP/2.0 in a line", raw(["GET / HTTP/2.0", "Host: a"]), Want((400, 505)), GONE),
    ("no version", b"GET /\r\n\r\n", Want(400), GONE),
    ("another protocol", raw(["GET / XTTP/1.1", "Host: a"]), Want(400), GONE),
    ("no Host", raw(["GET / HTTP/1.1"]), Want(400), GONE),
    ("two Hosts", raw(["GET / HTTP/1.1", "Host: a", "Host: b"]), Want(400), GONE),
    ("a Host that is none", raw(["GET / HTTP/1.1", "Host: a b"]), Want(400), GONE),
    ("a header without a colon", request("GET /", "Header"), Want(400), GONE),
    ("a header without a name", request("GET /", ": 1"), Want(400), GONE),
    ("a header with a space in its name", request("GET /", "A B: 1"), Want(400), GONE),
    ("a header with a zero byte", request("GET /", "X-Test: a\0b"), Want(400), GONE),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", Want(400), GONE),
    (
        "requests in a row",
        request("GET /status/201") + request("POST /echo/a", body=b"x") + request("GET /status/203"),
        Want(201),
        event(body="x"),
        Want(203),
    ),
    (
        "requests in a row, a bad one among them",
        request("GET /status/201") + b"BAD\r\n\r\n" + request("GET /status/203"),
        Want(201),
        Want(400),
        GONE,
    ),
    ("Connection: close", request("GET /", "Connection: close") + request("GET /"), Want(200), GONE),
    (
        "an upgrade to HTTP/2",
        request(
            "GET /echo/a", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"
        ),
        event(path="/echo/a"),
    ),
]

# RFC 6455, section 4.2, with the example of its section 1.3; a websocket API has no
# paths.
WEBSOCKET = ["Upgrade: websocket", "Connection: Upgrade"]
NONCE, NONCE_ACCEPTED = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
V13 = "Sec-WebSocket-Version: 13"
UPGRADES = [
    ("a websocket", request("GET /", *WEBSOCKET, NONCE, V13), Want(101, sec_websocket_accept=NONCE_ACCEPTED)),
    ("with the stage", request("GET /api", *WEBSOCKET, NONCE, V13), Want(101, sec_websocket_accept=NONCE_ACCEPTED)),
    ("at a path", request("GET /echo/a", *WEBSOCKET, NONCE, V13), Want(403)),
    ("without a key", request("GET /", *WEBSOCKET, V13), Want(400)),
    ("with a short key", request("GET /", *WEBSOCKET, "Sec-WebSocket-Key: dGhl", V13), Want(400)),
    ("with two keys", request("GET /", *WEBSOCKET, NONCE, NONCE, V13), Want(400)),
    (
        "of another version",
        request("GET /", *WEBSOCKET, NONCE, "Sec-WebSocket-Version: 8"),
        Want(426, sec_websocket_version="13"),
    ),
    ("without Connection", request("GET /", "Upgrade: websocket", NONCE, V13), Want(400)),
    ("of another method", request("POST /", *WEBSOCKET, NONCE, V13, body=b"x"), Want(400)),
    ("of HTTP/1.0", request("GET /", *WEBSOCKET, NONCE, V13, version="HTTP/1.0"), Want(400)),
    (
        "for another origin",
        request("GET /", *WEBSOCKET, NONCE, V13, "Origin: https://evil.example", host="evil.example"),
        Want(101),
    ),
]

# What runs functions and shows variables is for programs of this machine; the
# app's own routes are for everyone, as in AWS.
HOSTS = [
    (
        "any Host and Origin",
        request("GET /echo/a", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site", host="evil.example"),
        event(**{"headers.Host": "evil.example", "requestContext.domainName": "evil.example"}),
    ),
    ("the console", request("GET /_chalice/api/state", host="localhost:8000"), Want(200)),
    ("the console for an address of IPv6", request("GET /_chalice/api/state", host="[::1]:8000"), Want(200)),
    ("the console under another name", request("GET /_chalice/api/state", host="evil.example"), Want(403)),
    (
        "the console under a name that looks like ours",
        request("GET /_chalice/api/state", host="localhost.evil.example"),
        Want(403),
    ),
    ("the console for another origin", request("GET /_chalice/api/state", "Origin: https://evil.example"), Want(403)),
    ("the console for a sandboxed page", request("GET /_chalice/api/state", "Origin: null"), Want(403)),
    (
        "the console for a link of another site",
        request("GET /_chalice/api/variables/api_handler", "Sec-Fetch-Site: cross-site"),
        Want(403),
    ),
    ("the console by an absolute URI", request("GET http://evil.example/_chalice/api/state"), Want(403)),
    ("the console by an encoded path", request("GET /%5fchalice/api/state", host="evil.example"), Want((403, 404))),
    ("the console with dots", request("GET /echo/../_chalice/api/state", host="evil.example"), missing()),
    ("the management API under another name", request("GET /@connections/x", host="evil.example"), Want(403)),
    (
        "the Invoke API under another name",
        request("POST /2015-03-31/functions/double/invocations", host="evil.example", body=b"1"),
        Want(403),
    ),
    (
        "the Invoke API for another origin",
        request("POST /2015-03-31/functions/double/invocations", "Origin: https://evil.example", body=b"1"),
        Want(403),
    ),
]

TABLE = {
    "paths": PATHS,
    "targets": TARGETS,
    "queries and headers": QUERIES,
    "methods": METHODS,
    "CORS": CORS,
    "API keys": KEYS,
    "authorizers": AUTHORIZERS,
    "bodies": BODIES,
    "binary bodies": BINARY,
    "limits": LIMITS,
    "answers": ANSWERS,
    "messages": MESSAGES,
    "upgrades": UPGRADES,
    "hosts": HOSTS,
}

# What curl can send by itself, it sends too.
CURLED = [
    (["--path-as-is"], "/echo/a/../b", 403),
    (["--path-as-is"], "/files/../../etc/passwd", 200),
    (["--path-as-is"], "//echo/a", 403),
    (["--path-as-is"], "/api/echo/a%2Fb", 200),
    (["--http1.0"], "/", 200),
    (["--head"], "/echo/a", 200),
    (["--data-binary", "abc", "--header", "Transfer-Encoding: chunked"], "/echo/a", 200),
    (["--data-binary", "abc", "--header", "Expect: 100-continue"], "/echo/a", 200),
    (["--request", "DELETE"], "/users/me", 403),
]


def differences(local, sent, wants):
    """Sends bytes on a connection of its own, and says what isn't as wanted."""
    method = sent.split(b" ", 1)[0]
    with Connection(local) as connection:
        connection.send(sent)
        if wants[-1] == GONE:
            connection.finish()
        for want in wants:
            if want == GONE:
                if not connection.is_closed():
                    yield "the connection stays open"
                return
            try:
                yield from want.differences(connection.receive(method))
            except Closed:
                yield "the connection is closed without an answer"
                return
            except TimeoutError:
                yield "no answer"
                return


def curl(local, flags, path):
    """Returns the status that curl sees."""
    done = subprocess.run(
        ["curl", "--silent", "--output", "-", "--write-out", "\n%{http_code}", *flags, local.url + path],
        check=False,
        capture_output=True,
    )
    return int(done.stdout.rsplit(b"\n", 1)[1])


def main(chalice):
    wrong = count = 0
    with Local(chalice, WITNESS, "--no-autoreload", "--workers", "2") as local:
        local.ready()
        for group, rows in TABLE.items():
            for what, sent, *wants in rows:
                count += 1
                for difference in differences(local, sent, wants):
                    wrong += 1
                    print(f"{group}, {what}: {difference}")
        for flags, path, want in CURLED:
            count += 1
            if (found := curl(local, flags, path)) != want:
                wrong += 1
                print(f"curl {' '.join(flags)} {path}: status {found}, not {want}")
    if wrong:
        raise Failure(f"{wrong} things are not as API Gateway has them")
    print(f"{count} exchanges are as API Gateway has them")


if __name__ == "__main__":
    run(main, __doc__)
