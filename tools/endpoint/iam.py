"""Who may do what: moto's own checks, and what they need to be right for us."""

import functools
import json
import os

# The policies that AWS has in every account. moto reads this when an account
# is first asked for.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import botocore.session
from botocore.exceptions import UnknownServiceError
from moto import settings
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.access_control import IAMPolicyStatement, IAMRequest, IAMRequestBase, PermissionResult, S3IAMRequest
from moto.iam.models import iam_backends
from moto.s3.exceptions import S3ClientError
from xmltodict import unparse

ADMINISTRATOR = "administrator"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

check = IAMRequestBase.check_action_permitted
judge = IAMPolicyStatement.is_action_permitted
trust = IAMPolicyStatement._check_principal
refuse = IAMRequest._raise_access_denied
services = botocore.session.get_session()


class AccessDenied(JsonRESTError):
    code = 403


class S3AccessDenied(S3ClientError):
    code = 403


class QueryAccessDenied(AccessDenied):
    def __init__(self, code, message):
        super().__init__(code, message)
        self.description = unparse({"ErrorResponse": {"Error": {"Type": "Sender", "Code": code, "Message": message}}})


@functools.cache
def administrator(account):
    """Returns the access key of a user of an account who may do all."""
    backend = iam_backends[account]["aws"]
    backend.create_user(region_name="us-east-1", user_name=ADMINISTRATOR)
    backend.put_user_policy(ADMINISTRATOR, ADMINISTRATOR, json.dumps(ALL))
    return backend.create_access_key(ADMINISTRATOR)


def enforce():
    """Has every request checked from now on."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    ActionAuthenticatorMixin.request_count = 0


def resources(request):
    """Returns the ARNs of what a request names, where moto takes "*" for them.

    A policy that is narrowed to a table or a topic would allow nothing.
    """
    place = f"{request._region}:{request.account_id}"
    match request._service:
        case "dynamodb":
            body = json.loads(request._body or "{}")
            names = [body["TableName"]] if "TableName" in body else [*body.get("RequestItems", {})]
            index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
            arns = (name if name.startswith("arn:") else f"arn:aws:dynamodb:{place}:table/{name}" for name in names)
            return [arn + index for arn in arns]
        case "sns":
            return [arn for name in ("TopicArn", "TargetArn") for arn in request._data.get(name, [])]
    return []


def check_each(request, resource):
    for arn in resources(request) or [resource]:
        request.resource = arn
        check(request, arn)


def trust_services(statement, principal):
    # No service assumes a role by a request here: who wants to see what a
    # service may do asks as the administrator.
    named = statement._statement.get("Principal")
    if isinstance(named, dict) and "AWS" not in named:
        return "Service" in named and principal.endswith(f":user/{ADMINISTRATOR}")
    return trust(statement, principal)


def judge_as_encrypted(statement, *arguments, **named):
    # moto takes a condition that it doesn't know for true. The buckets of SAM
    # and the CDK refuse requests without TLS, and loopback has none.
    for condition in statement._statement.get("Condition", {}).get("Bool", {}).items():
        if [str(part).lower() for part in condition] == ["aws:securetransport", "false"]:
            return PermissionResult.NEUTRAL
    return judge(statement, *arguments, **named)


def refuse_in_protocol(request):
    # moto refuses in XML of its own, in which some SDKs don't find the error's
    # name.
    try:
        protocol = services.get_service_model(request._service).metadata["protocol"]
    except UnknownServiceError:
        protocol = None
    message = (
        f"User: {request._access_key.arn} is not authorized to perform: {request._action} on resource: "
        f"{request.resource} because no identity-based policy allows the {request._action} action"
    )
    match protocol:
        case "rest-xml":
            raise S3AccessDenied("AccessDenied", message)
        case "json" | "rest-json":
            raise AccessDenied("AccessDeniedException", message)
        case "query":
            raise QueryAccessDenied("AccessDenied", message)
    refuse(request)


IAMRequestBase.check_action_permitted = check_each
IAMPolicyStatement.is_action_permitted = judge_as_encrypted
IAMPolicyStatement._check_principal = trust_services
IAMRequest._raise_access_denied = S3IAMRequest._raise_access_denied = refuse_in_protocol

# moto signs some requests of the SDKs otherwise than they do, such as those to
# Lambda. credentials.py has looked at the signature already.
IAMRequestBase.check_signature = lambda request: None
