"""Version 4 of AWS's signatures, as a server checks them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from urllib.parse import quote, unquote

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]*)/([^/]*)/aws4_request,"
    r"\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})"
)


class Signature:
    """What the Authorization header of a request says."""

    def __init__(self, found):
        self.key, self.day, self.region, self.service, headers, self.value = found.groups()
        self.headers = headers.split(";")

    @classmethod
    def of(cls, environ):
        """Returns the signature of a request, or None."""
        found = AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", ""))
        return cls(found) if found else None

    def right(self, environ, body, secret):
        """Returns what the signature should be, made with a secret."""
        canonical = "\n".join(
            [
                environ["REQUEST_METHOD"],
                self.path(environ),
                query(environ),
                *(f"{name}:{header(environ, name)}" for name in self.headers),
                "",
                ";".join(self.headers),
                environ.get("HTTP_X_AMZ_CONTENT_SHA256") or hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = f"{self.day}/{self.region}/{self.service}/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{environ.get('HTTP_X_AMZ_DATE', '')}\n{scope}\n{digest}"
        key = ("AWS4" + secret).encode()
        for part in (self.day, self.region, self.service, "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key.hex()

    def path(self, environ):
        raw = environ["REQUEST_URI"].partition("?")[0]
        if self.service == "s3":
            return quote(unquote(raw), safe="/~")
        return quote(raw, safe="/~")  # once more: a percent sign is one, too


def query(environ):
    pairs = [part.partition("=") for part in environ.get("QUERY_STRING", "").split("&") if part]
    encoded = ((once(name), once(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def once(text):
    """Returns a text percent-encoded as AWS does it, however it was before."""
    return quote(unquote(text.replace("+", "%20")), safe="~")


def header(environ, name):
    key = name.upper().replace("-", "_")
    value = environ.get(key) if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else environ.get(f"HTTP_{key}")
    return " ".join((value or "").split())
