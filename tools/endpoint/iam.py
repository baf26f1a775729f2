"""Who may do what: moto's own checks, where they'd refuse too much."""

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
from moto.iam.access_control import IAMPolicyStatement, IAMRequest, IAMRequestBase, PermissionResult
from moto.iam.models import iam_backends

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

judge = IAMPolicyStatement.is_action_permitted
refuse = IAMRequest._raise_access_denied
services = botocore.session.get_session()


class AccessDenied(JsonRESTError):
    code = 403


def administrator(account, region):
    """Makes a user who may do all, and returns the user's access key."""
    backend = iam_backends[account]["aws"]
    backend.create_user(region_name=region, user_name="administrator")
    backend.put_user_policy("administrator", "administrator", json.dumps(ALL))
    return backend.create_access_key("administrator")


def enforce():
    """Has every request checked from now on."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    ActionAuthenticatorMixin.request_count = 0


def judge_as_encrypted(statement, *arguments, **named):
    # moto takes a condition that it doesn't know for true. The buckets of SAM
    # and the CDK refuse requests without TLS, and loopback has none.
    for condition in statement._statement.get("Condition", {}).get("Bool", {}).items():
        if [str(part).lower() for part in condition] == ["aws:securetransport", "false"]:
            return PermissionResult.NEUTRAL
    return judge(statement, *arguments, **named)


def refuse_in_protocol(request):
    # moto refuses in XML, in which some SDKs don't find the error's name where
    # their service has JSON.
    try:
        protocol = services.get_service_model(request._service).metadata["protocol"]
    except UnknownServiceError:
        protocol = None
    if protocol in ("json", "rest-json"):
        message = f"User: {request._access_key.arn} is not authorized to perform: {request._action}"
        raise AccessDenied("AccessDeniedException", message)
    refuse(request)


IAMPolicyStatement.is_action_permitted = judge_as_encrypted
IAMRequest._raise_access_denied = refuse_in_protocol

# moto signs some requests of the SDKs otherwise than they do, such as those to
# Lambda. A caller is whose access key it has.
IAMRequestBase.check_signature = lambda request: None
