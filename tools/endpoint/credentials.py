"""Who sends a request: what AWS looks at before anything else.

A request that is signed with a key that AWS could have given out (AKIA…, ASIA…)
is refused if nobody has the key, if it has expired, if the signature is wrong,
or if the clocks differ. Any other key, such as "test", is nobody's, and works in
the first account.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import moto.iam.models
from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from iam import Refused, administrator
from protocols import error, protocol_of
from signatures import Signature

# How much clocks may differ.
PATIENCE, S3_PATIENCE = timedelta(minutes=5), timedelta(minutes=15)

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)

# What is wrong, in the words of S3, of the query protocol, and of the others.
REFUSALS = {
    "denied": ((403, "AccessDenied", None), (403, "AccessDenied", None), "AccessDeniedException"),
    "expired": (
        (400, "ExpiredToken", "The provided token has expired."),
        (403, "ExpiredToken", "The security token included in the request is expired"),
        "ExpiredTokenException",
    ),
    "unknown": (
        (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
        (403, "InvalidClientTokenId", "The security token included in the request is invalid."),
        "UnrecognizedClientException",
    ),
    "mismatch": (
        (403, "SignatureDoesNotMatch", MISMATCH.replace(" AWS Secret Access Key", " key").partition(" Consult")[0]),
        (403, "SignatureDoesNotMatch", MISMATCH),
        "InvalidSignatureException",
    ),
    "skewed": (
        (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        (403, "SignatureDoesNotMatch", None),
        "InvalidSignatureException",
    ),
}


@dataclass
class Clock:
    """The time of the endpoint, which tests can set apart from theirs."""

    ahead: float = 0  # seconds
    hidden: bool = False  # the header Date doesn't tell

    def now(self):
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def told(self):
        """Returns the header Date."""
        return format_datetime(datetime.now(UTC) if self.hidden else self.now(), usegmt=True)


class Gate:
    """Refuses requests by their signature, beside a WSGI application."""

    def __init__(self, application):
        self.application, self.clock = application, Clock()
        self.expired = {}  # accounts, by the keys that no longer work there

    def __call__(self, environ, start_response):
        signature = Signature.of(environ)
        if not signature:
            return self.application(environ, start_response)
        if refusal := self.refusal(signature, environ):
            return self.refuse(signature, environ, start_response, *refusal)
        # moto's own refusals are in XML of its own, in which SDKs don't find the error's name.
        Refused.latest.message, begun = None, []
        answer = self.application(environ, lambda *facts: begun.append(facts))
        if Refused.latest.message:
            return self.refuse(signature, environ, start_response, "denied", Refused.latest.message)
        start_response(*begun[0])
        return answer

    def refuse(self, signature, environ, start_response, what, message):
        """Answers with an error in the request's protocol."""
        protocol = protocol_of(signature.service, environ)
        s3, query, other = REFUSALS[what]
        status, code, words = s3 if protocol == "rest-xml" else query
        if protocol not in ("rest-xml", "query"):
            status, code = 400 if protocol in ("json", "cbor") else 403, other
        status, headers, body = error(protocol, status, code, words or message)
        start_response(status, [*headers.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def refusal(self, signature, environ):
        """Returns why a request is refused, and a message if the reason alone doesn't give it, or None."""
        if signature.key in self.expired:
            return "expired", None
        if signature.key[:4] not in ("AKIA", "ASIA"):
            return None
        secret, token, end = found = holder(signature.key) or (None, None, None)
        if found[0] is None or (token and environ.get("HTTP_X_AMZ_SECURITY_TOKEN") != token):
            return "unknown", None
        if end and end < utcnow():
            return "expired", None
        if skew := self.skew(signature, environ):
            return "skewed", skew
        body = b""
        if "HTTP_X_AMZ_CONTENT_SHA256" not in environ:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
        return None if signature.right(environ, body, secret) == signature.value else ("mismatch", None)

    def skew(self, signature, environ):
        """Returns what AWS says of a signature of another time, or None."""
        form = "%Y%m%dT%H%M%SZ"
        now = self.clock.now()
        try:
            sent = datetime.strptime(environ.get("HTTP_X_AMZ_DATE", ""), form).replace(tzinfo=UTC)
        except ValueError:
            return None
        patience = S3_PATIENCE if signature.service == "s3" else PATIENCE
        if abs(now - sent) <= patience:
            return None
        early, minutes = sent < now, patience.seconds // 60
        limit = now - patience if early else now + patience
        words = ("expired", "is now earlier than", "-") if early else ("not yet current", "is still later than", "+")
        said, comparison, sign = words
        return f"Signature {said}: {sent:{form}} {comparison} {limit:{form}} ({now:{form}} {sign} {minutes} min.)"

    def issue(self, account, expired=False):
        """Returns credentials of an administrator of an account, which work, or did."""
        if expired:
            key = iam_backends[account]["aws"].create_temp_access_key()
            self.expired[key.access_key_id] = account
            token = {"SessionToken": "expired"}
        else:
            key, token = administrator(account), {}
        return {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret_access_key, **token}


def account_of(key):
    """Returns the account of an access key: the first one for what is nobody's."""
    return moto.iam.models.get_account_id_from(key)


def holder(key):
    """Returns the secret of a key, and its token and end if it has those, or None if it is nobody's."""
    for account in list(iam_backends.values()):
        if found := account["aws"].access_keys.get(key):
            secret = found.secret_access_key
            break
    else:
        return None
    for account in list(sts_backends.values()):
        for role in account["aws"].assumed_roles:
            if role.access_key_id == key:
                return secret, role.session_token, role.expiration
    return secret, None, None
