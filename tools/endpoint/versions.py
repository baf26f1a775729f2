"""Versions of functions and their aliases, as Lambda has them.

moto has both, but what is said of one of them it says of the function: permissions,
what becomes of asynchronous events, and provisioned concurrency, which it hasn't.
"""

import copy
import json
import random
import re
import time
from types import SimpleNamespace
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, LambdaBackend, LambdaStorage
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.utils import get_backend
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

import functions
from resources import Kind, ResourceError, call

LATEST = "$LATEST"

# What a version doesn't have of its function, or has otherwise.
OF_NO_VERSION = {"FunctionArn", "LastModified", "LastUpdateStatus", "RevisionId", "Version"} | {
    "State",
    "StateReason",
    "StateReasonCode",
}


class NotFound(JsonRESTError):
    code = 404


class Invalid(JsonRESTError):
    code = 400

    def __init__(self, message):
        super().__init__("InvalidParameterValueException", message)


def split(name, qualifier=None):
    """Returns a function's name or ARN without a qualifier, and that: "" if there is none."""
    head, colon, tail = name.rpartition(":function:")
    name, _, own = tail.partition(":")
    return head + colon + name, own or qualifier or ""


def content(function):
    """Returns what a version of a function holds."""
    facts = function.get_configuration()
    return {name: fact for name, fact in facts.items() if name not in OF_NO_VERSION}


def kept(latest, name):
    """Returns what a function keeps under a name for its qualifiers."""
    return vars(latest).setdefault(name, {})


def invoked_arn(backend, name, qualifier):
    """Returns the ARN by which a function is called."""
    name, qualifier = split(name, qualifier)
    arn = backend.get_function(name).function_arn
    return f"{arn}:{qualifier}" if qualifier else arn


def executed(backend, name, qualifier):
    """Returns the version that is to handle an event: of those of an alias, one by its weight."""
    name, qualifier = split(name, qualifier)
    function = backend.get_function(name, qualifier or None)
    alias = backend._lambdas._get_function_aliases(name).get(qualifier)
    if alias:
        left = random.random()
        for version, weight in ((alias.routing_config or {}).get("AdditionalVersionWeights") or {}).items():
            left -= float(weight)
            if left < 0:
                return backend.get_function(name, version)
    return function


def publish(backend, latest, description=""):
    """Returns a new version of a function, or its last one if that is the same."""
    entry = backend._lambdas._functions[latest.function_name]
    held = content(latest)
    if entry["versions"] and entry["versions"][-1].held == held:
        return entry["versions"][-1]
    # A number isn't given twice, also not that of a version which is gone.
    number = entry["number"] = entry.get("number", 0) + 1
    version = copy.copy(latest)
    version.set_version(number)
    version.held, version.description = held, description or latest.description
    entry["versions"].append(version)
    backend._lambdas._arns[version.function_arn] = version
    return version


class Backend:
    """What takes the place of the methods of moto's backend."""

    def publish_version(self, function_name, description=""):
        latest = self.get_function(split(function_name)[0])
        if self._lambdas._functions[latest.function_name]["versions"]:
            functions.settled(latest)
        return publish(self, latest, description)

    def list_versions_by_function(self, function_name):
        return self._lambdas.list_versions_by_function(split(unquote(function_name))[0].rpartition(":")[2])

    def invoke(self, function_name, qualifier, body, headers, response_headers):
        function = executed(self, function_name, qualifier)
        arn = invoked_arn(self, function_name, qualifier)
        payload = function.invoke(body, headers, response_headers, arn)
        response_headers["Content-Length"] = str(len(payload))
        return payload

    def policy_of(self, function_name, qualifier=None):
        """Returns the policy of a function, or of one of its qualifiers."""
        name, qualifier = split(function_name, qualifier)
        self.get_function(name, qualifier or None)  # which fails if there is none
        latest = self.get_function(name)
        if not qualifier:
            return latest.policy
        arn = f"{latest.function_arn}:{qualifier}"
        return kept(latest, "policies").setdefault(qualifier, Policy(SimpleNamespace(function_arn=arn)))

    def add_permission(self, function_name, qualifier, raw):
        return self.policy_of(function_name, qualifier).add_statement(raw)[0]

    def get_policy(self, function_name, qualifier=None):
        return self.policy_of(function_name, qualifier).wire_format()

    def remove_permission(self, function_name, sid, revision=""):
        self.policy_of(function_name).del_statement(sid, revision)

    def create_event_source_mapping(self, spec):
        mapping = map_source(self, spec)
        lead(self, mapping, invoked_arn(self, spec["FunctionName"], None))
        return mapping

    def update_event_source_mapping(self, uuid, spec):
        mapping = change_mapping(self, uuid, spec)
        if mapping and "FunctionName" in spec:
            lead(self, mapping, invoked_arn(self, spec["FunctionName"], None))
        return mapping

    def put_function_event_invoke_config(self, function_name, config):
        name, qualifier = split(function_name)
        latest = self.get_function(name)
        self.get_function(name, qualifier or None)
        arn = f"{latest.function_arn}:{qualifier or LATEST}"
        made = kept(latest, "event_configs")[qualifier] = EventInvokeConfig(arn, int(time.time()), config)
        return made.response()

    def update_function_event_invoke_config(self, function_name, config):
        old = self.event_invoke_config(function_name).config
        return self.put_function_event_invoke_config(function_name, {**old, **config})

    def event_invoke_config(self, function_name):
        name, qualifier = split(function_name)
        latest = self.get_function(name)
        if qualifier not in kept(latest, "event_configs"):
            raise UnknownEventConfig(f"{latest.function_arn}:{qualifier or LATEST}")
        return latest.event_configs[qualifier]

    def get_function_event_invoke_config(self, function_name):
        return self.event_invoke_config(function_name).response()

    def delete_function_event_invoke_config(self, function_name):
        self.event_invoke_config(function_name)
        name, qualifier = split(function_name)
        del self.get_function(name).event_configs[qualifier]

    def list_function_event_invoke_configs(self, function_name):
        configs = kept(self.get_function(split(function_name)[0]), "event_configs").values()
        return {"FunctionEventInvokeConfigs": [config.response() for config in configs]}

    def create_function_url_config(self, name_or_arn, config):
        name, qualifier = split(name_or_arn)
        latest = self.get_function(name)
        made = latest.create_url_config(config)
        if qualifier:
            made.function = copy.copy(self.get_function(name, qualifier))
            made.function.function_arn = f"{latest.function_arn}:{qualifier}"
        return made


def check_free(backend, name, version):
    """Raises Conflict if an alias points to a version."""
    if pointing := [alias.name for alias in backend.list_aliases(name) if points(alias, version)]:
        by = f"being referenced by the following alias(es): [{', '.join(pointing)}]"
        raise functions.Conflict(f"Function was unable to be deleted due to {by}")


def points(alias, version):
    weights = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    return version == alias.function_version or version in weights


def lead(backend, mapping, arn):
    """Has a mapping call what it was given, where moto takes the version that this is now."""
    place = (backend.account_id, backend.region_name)
    queues, tables = sqs_backends[place[0]][place[1]].queues, dynamodb_backends[place[0]][place[1]].tables
    for source in (*queues.values(), *tables.values()):  # which know their mappings by what these call
        found = source.lambda_event_source_mappings
        for called in [called for called, one in found.items() if one is mapping]:
            found[arn] = found.pop(called)
    mapping.function_arn = arn


class Storage:
    """What takes the place of the methods of moto's storage."""

    def get_arn(self, arn):
        """Returns the function with an ARN, which can have a qualifier, or None."""
        name, qualifier = split(arn)
        name = name.rpartition(":")[2]
        if name not in self._functions:
            return None
        return self.get_function_by_name_with_qualifier(name, qualifier or None)


class Responses:
    """What takes the place of moto's answers to requests, which pass no qualifier on."""

    def function_named(self):
        """Returns the function that a request names, with the qualifier that it has."""
        name = unquote(re.search(r"/functions/([^/?]+)", self.path)[1])
        qualifier = self.querystring.get("Qualifier", [None])[0]
        return ":".join(filter(None, split(name, qualifier)))

    def remove_permission(self):
        sid = self.path.partition("?")[0].rpartition("/")[2]
        self.backend.remove_permission(self.function_named(), sid, self.querystring.get("RevisionId", [""])[0])
        return 204, {"status": 204}, ""

    def get_policy(self):
        return self.backend.get_policy(self.function_named())

    def invoke(self):
        # moto looks for the qualifier under another name.
        self.querystring["qualifier"] = self.querystring.get("Qualifier", [None])
        return invoke(self)

    def create_function_url_config(self):
        config = self.backend.create_function_url_config(self.function_named(), self.json_body)
        return 201, {"status": 201}, json.dumps(config.to_dict())

    def put_function_event_invoke_config(self):
        return json.dumps(self.backend.put_function_event_invoke_config(self.function_named(), self.json_body))

    def update_function_event_invoke_config(self):
        return json.dumps(self.backend.update_function_event_invoke_config(self.function_named(), self.json_body))

    def get_function_event_invoke_config(self):
        return json.dumps(self.backend.get_function_event_invoke_config(self.function_named()))

    def delete_function_event_invoke_config(self):
        self.backend.delete_function_event_invoke_config(self.function_named())
        return 204, {"status": 204}, ""

    def list_function_event_invoke_configs(self):
        return json.dumps(self.backend.list_function_event_invoke_configs(self.function_named()))

    def provisioned(self):
        """Returns what a function's qualifiers have of provisioned concurrency, and the request's qualifier."""
        name, qualifier = split(self.function_named())
        latest = self.backend.get_function(name)
        if qualifier in ("", LATEST):
            raise Invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
        self.backend.get_function(name, qualifier)
        return kept(latest, "provisioned_configs"), qualifier

    def put_provisioned_concurrency_config(self):
        configs, qualifier = self.provisioned()
        wanted = int(self.json_body["ProvisionedConcurrentExecutions"])
        configs[qualifier] = {"wanted": wanted, "LastModified": f"{functions.now():%Y-%m-%dT%H:%M:%S+0000}"}
        return 202, {"status": 202}, json.dumps(provisioned_facts(configs[qualifier], "IN_PROGRESS"))

    def get_provisioned_concurrency_config(self):
        if "List" in self.querystring:
            return self.list_provisioned_concurrency_configs()
        configs, qualifier = self.provisioned()
        if qualifier not in configs:
            message = "No Provisioned Concurrency Config found for this function"
            raise NotFound("ProvisionedConcurrencyConfigNotFoundException", message)
        return json.dumps(provisioned_facts(configs[qualifier], "READY"))

    def delete_provisioned_concurrency_config(self):
        configs, qualifier = self.provisioned()
        configs.pop(qualifier, None)
        return 204, {"status": 204}, ""

    def list_provisioned_concurrency_configs(self):
        latest = self.backend.get_function(split(self.function_named())[0])
        found = [
            {**provisioned_facts(config, "READY"), "FunctionArn": f"{latest.function_arn}:{qualifier}"}
            for qualifier, config in kept(latest, "provisioned_configs").items()
        ]
        return json.dumps({"ProvisionedConcurrencyConfigs": found})


def provisioned_facts(config, status):
    ready = config["wanted"] if status == "READY" else 0
    return {
        "RequestedProvisionedConcurrentExecutions": config["wanted"],
        "AvailableProvisionedConcurrentExecutions": ready,
        "AllocatedProvisionedConcurrentExecutions": ready,
        "Status": status,
        "LastModified": config["LastModified"],
    }


map_source, change_mapping = LambdaBackend.create_event_source_mapping, LambdaBackend.update_event_source_mapping
invoke = LambdaResponse.invoke


def install():
    """Puts all of this in the place of moto's."""
    for ours, theirs in ((Backend, LambdaBackend), (Storage, LambdaStorage), (Responses, LambdaResponse)):
        for name, method in vars(ours).items():
            if callable(method):
                setattr(theirs, name, method)
    path = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"
    urls.url_paths[path] = LambdaResponse.dispatch


class Provisioned(Kind):
    """A version or an alias, which can have provisioned concurrency."""

    def provision(self, stack, resource, old):
        new = resource.properties.get("ProvisionedConcurrencyConfig")
        name, qualifier = split(resource.physical_resource_id)
        facts = {"FunctionName": name, "Qualifier": qualifier}
        if new:
            call(stack, "lambda", "put_provisioned_concurrency_config", {**facts, **new})
        elif old.get("ProvisionedConcurrencyConfig"):
            call(stack, "lambda", "delete_provisioned_concurrency_config", facts)


class Version(Provisioned):
    def create(self, stack, resource):
        name = resource.properties["FunctionName"]
        there = call(stack, "lambda", "list_versions_by_function", {"FunctionName": name})["Versions"]
        latest = call(stack, "lambda", "get_function_configuration", {"FunctionName": name})
        given = resource.properties.get("CodeSha256", latest["CodeSha256"])
        if given != latest["CodeSha256"]:
            raise refused(
                f"CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({latest['CodeSha256']}).",
                "InvalidRequest",
            )
        super().create(stack, resource)
        number = resource.facts["Version"]
        if number in [one["Version"] for one in there]:
            resource.physical_resource_id = ""  # it is another's
            raise refused(
                f"A version for this Lambda function exists ( {number} ). Modify the function to create a new version.",
                "AlreadyExists",
            )
        functions.settle(get_backend(stack.account_id, stack.region_name).get_function(name, number))
        self.provision(stack, resource, {})

    def delete(self, stack, resource):
        name, qualifier = split(resource.physical_resource_id)
        call(stack, "lambda", "delete_function", {"FunctionName": name, "Qualifier": qualifier})


def refused(message, code):
    return ResourceError(f'Resource handler returned message: "{message}" (HandlerErrorCode: {code})')


class Alias(Provisioned):
    def facts(self, properties):
        weights = properties.get("RoutingConfig", {}).get("AdditionalVersionWeights", [])
        routing = {one["FunctionVersion"]: one["FunctionWeight"] for one in weights}
        return {"Description": "", **properties, "RoutingConfig": {"AdditionalVersionWeights": routing}}

    def create(self, stack, resource):
        super().create(stack, resource)
        self.provision(stack, resource, {})

    def update(self, stack, resource, old):
        policy = resource.update_policy.get("CodeDeployLambdaAliasUpdate")
        moved = resource.properties["FunctionVersion"] != old["FunctionVersion"]
        # A change that is taken back isn't deployed.
        if policy and moved and not stack.rolls_back:
            stack.endpoint.deployments.deploy(stack, resource, old, policy)
        super().update(stack, resource, old)
        self.provision(stack, resource, old)


class EventConfig(Kind):
    def name(self, resource):
        facts = resource.properties
        resource.physical_resource_id = f"{facts['FunctionName']}|{facts['Qualifier']}"
