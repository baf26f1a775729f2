"""Who may do what: moto's own checks, and what they need to be right for us."""

import functools
import json
import os
import re
import threading
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

# The policies that AWS has in every account. moto reads this when an account
# is first asked for.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto import settings
from moto.cloudformation.models import cloudformation_backends
from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.access_control import IAMPolicyStatement, IAMRequest, IAMRequestBase, PermissionResult, S3IAMRequest
from moto.iam.models import iam_backends
from werkzeug.exceptions import HTTPException

import codedeploy
import versions

ADMINISTRATOR = "administrator"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

check = IAMRequestBase.check_action_permitted
judge = IAMPolicyStatement.is_action_permitted
trust = IAMPolicyStatement._check_principal
authorize = ActionAuthenticatorMixin._authenticate_and_authorize_action

# Actions that aren't named like their operations, or whose service isn't named
# like that of the signature.
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
}
SERVICES = {"monitoring": "cloudwatch"}


class Refused(HTTPException):
    """A policy doesn't allow a request; credentials.Gate says so in the request's protocol."""

    code = 403
    latest = threading.local()  # what the thread's request was refused with, if it was

    def __init__(self, message):
        super().__init__(message)
        self.latest.message = message


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


def resources(request, resource):
    """Returns the ARNs of what a request names, where moto takes "*" or a bucket for them.

    A policy that is narrowed to a table or a stack would allow nothing.
    """
    place = f"{request._region}:{request.account_id}"
    match request._service:
        case "apigateway":
            path = urlsplit(request._path).path
            return [f"arn:aws:apigateway:{request._region}::{path.removeprefix('/v2')}"]
        case "codedeploy":
            return codedeploy.arns(request, place)
        case "dynamodb":
            body = json.loads(request._body or "{}")
            names = [body["TableName"]] if "TableName" in body else [*body.get("RequestItems", {})]
            index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
            return [arn(f"dynamodb:{place}:table/{{}}", name) + index for name in names]
        case "sns":
            return [name for key in ("TopicArn", "TargetArn") for name in request._data.get(key, [])]
        case "cloudformation":
            sets = cloudformation_backends[request.account_id][request._region].change_sets
            found = [sets[id].stack.stack_id for id in request._data.get("ChangeSetName", []) if id in sets]
            return [arn(f"cloudformation:{place}:stack/{{}}/*", name) for name in request._data.get("StackName", found)]
        case "events":
            body = json.loads(request._body or "{}")
            bus = body.get("EventBusName", "default").rpartition("/")[2]
            rule = "rule/{}" if bus == "default" else f"rule/{bus}/{{}}"
            return [arn(f"events:{place}:{rule}", body[key]) for key in ("Rule", "Name") if key in body]
        case "iam":
            return [role_arn(request, name) for name in request._data.get("RoleName", [])]
        case "lambda":
            path = request._path.partition("?")[0]
            if tagged := path.partition("/tags/")[2]:
                return [unquote(tagged)]
            name = path.partition("/functions/")[2].partition("/")[0]
            if not name and request._action == "lambda:CreateFunction":
                name = json.loads(request._body)["FunctionName"]
            qualifier = parse_qs(urlsplit(request._path).query).get("Qualifier", [""])[0]
            name = ":".join(filter(None, versions.split(unquote(name), qualifier)))
            return [arn(f"lambda:{place}:function:{{}}", name)] if name else []
        case "logs":
            name = json.loads(request._body or "{}").get("logGroupName")
            return [arn(f"logs:{place}:log-group:{{}}:*", name)] if name else []
        case "scheduler":
            name = urlsplit(request._path).path.partition("/schedules/")[2]
            return [arn(f"scheduler:{place}:schedule/default/{{}}", unquote(name))] if name else []
        case "s3" if request._method == "POST" and "delete" in parse_qs(urlsplit(request._path).query, True):
            keys = re.findall(r"<Key>(.*?)</Key>", request._body.decode())
            return [f"{resource}/{unescape(key)}" for key in keys]
    return []


def role_arn(request, name):
    """Returns the ARN of a role, which has its path in it: that of one that is to be made, too."""
    for role in iam_backends[request.account_id]["aws"].roles.values():
        if role.name == name:
            return role.arn
    return f"arn:aws:iam::{request.account_id}:role{request._data.get('Path', ['/'])[0]}{name}"


def arn(form, name):
    return name if name.startswith("arn:") else "arn:aws:" + form.format(name)


def check_each(request, resource):
    service, _, action = ACTIONS.get(request._action, request._action).partition(":")
    if service == "apigateway":  # whose actions are the methods
        action = request._method
    request._action = f"{SERVICES.get(service, service)}:{action}"
    for name in resources(request, resource) or [resource]:
        request.resource = name
        check(request, name)
    # Who gives CloudFormation a role has to be allowed to.
    if service == "cloudformation":
        for role in request._data.get("RoleARN", []):
            request._action, request.resource = "iam:PassRole", role
            check(request, role)


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


def authenticate(response, request, resource):
    # Whoever has a token of another's signs nothing with keys of AWS's.
    if response._get_action() not in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"):
        authorize(response, request, resource)


def refuse(request):
    raise Refused(
        f"User: {request._access_key.arn} is not authorized to perform: {request._action} on resource: "
        f"{request.resource} because no identity-based policy allows the {request._action} action"
    )


ActionAuthenticatorMixin._authenticate_and_authorize_action = authenticate
IAMRequestBase.check_action_permitted = check_each
IAMPolicyStatement.is_action_permitted = judge_as_encrypted
IAMPolicyStatement._check_principal = trust_services
IAMRequest._raise_access_denied = S3IAMRequest._raise_access_denied = refuse

# moto signs some requests of the SDKs otherwise than they do, such as those to
# Lambda. credentials.py has looked at the signature already.
IAMRequestBase.check_signature = lambda request: None
