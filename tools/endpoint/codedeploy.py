"""CodeDeploy, as far as functions are deployed: hooks are called, and traffic is shifted.

moto keeps applications, groups and deployments, and does nothing with them. Here a
deployment calls its hooks and waits for what they tell, shifts an alias in the steps of
its configuration, a minute of which takes MINUTE, and takes the alias back if a hook
fails, an alarm goes off, or somebody stops it. What it does it may by the group's role.
"""

import base64
import hashlib
import json
import random
import re
import string
import threading
import time

from botocore.exceptions import ClientError
from moto.codedeploy import responses
from moto.codedeploy.exceptions import CodeDeployException, DeploymentDoesNotExistException
from moto.codedeploy.models import CodeDeployBackend, codedeploy_backends
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from resources import Kind, ResourceError, call

# Seconds that a minute of a deployment's takes.
MINUTE = 0.02

# How long a hook may take to tell when its function has ended. CodeDeploy waits for an
# hour; here nothing goes on after the function's end.
PATIENCE = 1

FUNCTIONS = "CodeDeployDefault.Lambda"
CONFIGURATION = re.compile(
    r"(?:CodeDeployDefault\.Lambda)?(?:(AllAtOnce)|(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?)$"
)


class Refusal(CodeDeployException):
    code = 400


class Unsuccessful(Exception):
    """A deployment that comes to no good end: its code, and why."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def steps(configuration):
    """Returns the shares of traffic, in percent, to which a configuration shifts, and the minutes between them."""
    found = CONFIGURATION.match(configuration)
    if not found:
        raise Refusal(
            "DeploymentConfigDoesNotExistException", f"No Deployment Configuration found for name: {configuration}"
        )
    if found[1]:
        return [100], 0
    share, minutes = int(found[3]), int(found[4])
    return ([share, 100] if found[2] == "Canary" else [*range(share, 100, share), 100]), minutes


class Deployments:
    """The deployments of an endpoint."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.executions = {}  # of hooks that haven't told yet, by their ids

    def deploy(self, stack, resource, old, policy):
        """Has CodeDeploy shift an alias to the version that a stack wants, and waits for its end."""
        current, target = old["FunctionVersion"], resource.properties["FunctionVersion"]
        function = resource.properties["FunctionName"]
        application, group = policy["ApplicationName"], policy["DeploymentGroupName"]
        properties = {
            "Name": function,
            "Alias": resource.properties["Name"],
            "CurrentVersion": current,
            "TargetVersion": target,
        }
        spec = {
            "version": 0.0,
            "Resources": [{resource.logical_resource_id: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        }
        hooks = [{name: policy[f"{name}Hook"]} for name in HOOKS if policy.get(f"{name}Hook")]
        if hooks:
            spec["Hooks"] = hooks
        text = json.dumps(spec)
        revision = {
            "revisionType": "String",
            "string": {"content": text, "sha256": hashlib.sha256(text.encode()).hexdigest()},
        }
        facts = {"applicationName": application, "deploymentGroupName": group, "revision": revision}
        id = call(stack, "codedeploy", "create_deployment", facts)["deploymentId"]
        while True:
            info = call(stack, "codedeploy", "get_deployment", {"deploymentId": id})["deploymentInfo"]
            if info["status"] in ("Succeeded", "Failed", "Stopped"):
                break
            if stack.root.cancelling.is_set():
                call(stack, "codedeploy", "stop_deployment", {"deploymentId": id, "autoRollbackEnabled": True})
            time.sleep(0.02)
        if info["status"] != "Succeeded":
            error = info["errorInformation"]
            raise ResourceError(
                f"CodeDeploy deployment {id} {info['status'].lower()}: {error['code']}: {error['message']}"
            )

    def start(self, backend, deployment):
        threading.Thread(target=Run(self, backend, deployment).run, daemon=True).start()


HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")


class Run:
    """One deployment, as it goes."""

    def __init__(self, deployments, backend, deployment):
        self.deployments, self.backend, self.deployment = deployments, backend, deployment
        self.group = deployment.deployment_group
        spec = json.loads(content_of(deployment.revision))
        [resource] = spec["Resources"][0].values()
        self.target = deployment.lambda_target = resource["Properties"]
        self.hooks = {name: hook for one in spec.get("Hooks", []) for name, hook in one.items()}
        self.shifted = False

    def client(self, service):
        """Returns a client for the group's role, as which CodeDeploy acts."""
        endpoint, account = self.deployments.endpoint, self.backend.account_id
        key = endpoint.key_of(self.group.service_role_arn, account) if endpoint.enforces else None
        return endpoint.client(service, self.backend.region_name, account, key)

    def run(self):
        self.deployment.status, self.deployment.start_time = "InProgress", utcnow()
        status = "Succeeded"
        try:
            self.hook("BeforeAllowTraffic")
            self.shift()
            self.hook("AfterAllowTraffic")
        except Unsuccessful as error:
            status = self.give_up(error.code, str(error))
        except ClientError as error:
            status = self.give_up(
                "IAM_ROLE_PERMISSIONS" if "AccessDenied" in str(error) else "INTERNAL_ERROR", str(error)
            )
        self.deployment.complete_time, self.deployment.status = utcnow(), status

    def give_up(self, code, message):
        """Puts the alias back, and returns the status."""
        self.deployment.error_information = {"code": code, "message": message}
        if self.shifted:
            self.point(self.target["CurrentVersion"])
        return "Stopped" if code in ("ALARM_ACTIVE", "MANUAL_STOP") else "Failed"

    def hook(self, name):
        function = self.hooks.get(name)
        if not function:
            return
        told = Telling(self.deployment.deployment_id)
        self.deployments.executions[told.id] = told
        event = {"DeploymentId": self.deployment.deployment_id, "LifecycleEventHookExecutionId": told.id}
        self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        told.done.wait(PATIENCE)
        del self.deployments.executions[told.id]
        if told.status != "Succeeded":
            why = f"it told {told.status}" if told.status else "it told nothing within an hour"
            message = f"The deployment failed because the hook {function} of {name} did not succeed: {why}."
            raise Unsuccessful("HOOK_EXECUTION_FAILURE", message)

    def shift(self):
        shares, minutes = steps(str(self.deployment.deployment_config_name))
        for share in shares:
            self.check()
            self.shifted = True
            if share == 100:
                self.point(self.target["TargetVersion"])
            else:
                self.point(self.target["CurrentVersion"], {self.target["TargetVersion"]: share / 100})
                self.wait(minutes)
        self.check()

    def wait(self, minutes):
        for _ in range(minutes):
            time.sleep(MINUTE)
            self.check()

    def check(self):
        """Ends the deployment if an alarm goes off, or somebody stops it."""
        if getattr(self.deployment, "stopping", False):
            raise Unsuccessful("MANUAL_STOP", "The deployment was stopped.")
        settings = self.group.alarm_configuration or {}
        names = [alarm["name"] for alarm in settings.get("alarms", [])]
        if not names or not settings.get("enabled", True):
            return
        alarms = self.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
        if missing := set(names) - {alarm["AlarmName"] for alarm in alarms}:
            raise Unsuccessful("ALARM_ACTIVE", f"The alarms {sorted(missing)} do not exist.")
        if active := [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]:
            raise Unsuccessful("ALARM_ACTIVE", f"One or more alarms have been activated: {active}")

    def point(self, version, weights=None):
        target = {"FunctionName": self.target["Name"], "Name": self.target["Alias"]}
        client = self.client("lambda")
        client.get_alias(**target)
        client.update_alias(
            **target, FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": weights or {}}
        )


class Telling:
    """What a hook has to tell of one call."""

    def __init__(self, deployment_id):
        self.deployment_id, self.status, self.done = deployment_id, None, threading.Event()
        self.id = base64.b64encode(random.randbytes(48)).decode()


def content_of(revision):
    part = revision.get("string") or revision.get("appSpecContent") or {}
    return part.get("content", "{}")


class Backend:
    """What takes the place of the methods of moto's backend."""

    deployments_of = None

    def create_deployment(self, *arguments, **named):
        made = create(self, *arguments, **named)
        deployment = self.deployments.pop(made)
        deployment.deployment_id = "d-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=9))
        deployment.error_information = {}
        self.deployments[deployment.deployment_id] = deployment
        if deployment.application.compute_platform == "Lambda":
            self.deployments_of.start(self, deployment)
        return deployment.deployment_id


class Responses:
    """Answers that moto doesn't have, or not right."""

    def put_lifecycle_event_hook_execution_status(self):
        self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
        id, status = self._get_param("lifecycleEventHookExecutionId"), self._get_param("status")
        told = Backend.deployments_of.executions.get(id)
        if told is None or told.deployment_id != self._get_param("deploymentId"):
            raise Refusal("InvalidLifecycleEventHookExecutionIdException", f"The hook execution {id} does not exist.")
        if told.status:
            raise Refusal("LifecycleEventAlreadyCompletedException", f"The hook execution {id} has completed.")
        if status not in ("Succeeded", "Failed"):
            raise Refusal("InvalidLifecycleEventHookExecutionStatusException", f"The status {status} is invalid.")
        told.status = status
        told.done.set()
        return ActionResult({"lifecycleEventHookExecutionId": id})

    def get_application_revision(self):
        application, revision = self._get_param("applicationName"), self._get_param("revision")
        self.codedeploy_backend.get_application(application)
        for deployment in self.codedeploy_backend.deployments.values():
            same = without_content(deployment.revision) == without_content(revision)
            if deployment.application_name == application and same:
                return ActionResult({"applicationName": application, "revision": deployment.revision})
        raise Refusal("RevisionDoesNotExistException", "The revision does not exist.")

    def stop_deployment(self):
        deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
        if deployment.status in ("Succeeded", "Failed", "Stopped"):
            raise Refusal("DeploymentAlreadyCompletedException", "The deployment has completed.")
        deployment.stopping = True
        return ActionResult({"status": "Pending"})

    def list_deployment_targets(self):
        deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
        return ActionResult({"targetIds": [target_of(deployment)["targetId"]]})

    def get_deployment_target(self):
        deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
        target = target_of(deployment)
        if target["targetId"] != self._get_param("targetId"):
            raise Refusal("DeploymentTargetDoesNotExistException", "The target does not exist.")
        return ActionResult({"deploymentTarget": {"deploymentTargetType": "LambdaTarget", "lambdaTarget": target}})

    def batch_get_deployment_targets(self):
        deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
        target = {"deploymentTargetType": "LambdaTarget", "lambdaTarget": target_of(deployment)}
        return ActionResult({"deploymentTargets": [target]})

    def get_deployment_config(self):
        name = self._get_param("deploymentConfigName")
        steps(name)
        return ActionResult({"deploymentConfigInfo": {"deploymentConfigName": name, "computePlatform": "Lambda"}})

    def register_application_revision(self):
        self.codedeploy_backend.get_application(self._get_param("applicationName"))
        return EmptyResult()

    def delete_application(self):
        name = self._get_param("applicationName")
        self.codedeploy_backend.applications.pop(name, None)
        self.codedeploy_backend.deployment_groups.pop(name, None)
        return EmptyResult()

    def delete_deployment_group(self):
        groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
        groups.pop(self._get_param("deploymentGroupName"), None)
        return ActionResult({"hooksNotCleanedUp": []})

    def update_deployment_group(self):
        names = self._get_param("applicationName"), self._get_param("currentDeploymentGroupName")
        group = self.codedeploy_backend.get_deployment_group(*names)
        for name, attribute in CHANGEABLE.items():
            if (value := self._get_param(name)) is not None:
                setattr(group, attribute, value)
        return ActionResult({"hooksNotCleanedUp": []})


# What an update of a group can change, by moto's names.
CHANGEABLE = {
    "alarmConfiguration": "alarm_configuration",
    "autoRollbackConfiguration": "auto_rollback_configuration",
    "deploymentConfigName": "deployment_config_name",
    "deploymentStyle": "deployment_style",
    "serviceRoleArn": "service_role_arn",
}


def without_content(revision):
    """Returns what CodeDeploy tells of a revision beside a deployment: only the digest of a long one."""
    return {
        name: {key: value for key, value in part.items() if key != "content"} if isinstance(part, dict) else part
        for name, part in (revision or {}).items()
    }


def target_of(deployment):
    """Returns the only target that a deployment of a function has."""
    facts = deployment.lambda_target
    info = {
        "functionName": facts["Name"],
        "functionAlias": facts["Alias"],
        "currentVersion": facts["CurrentVersion"],
        "targetVersion": facts["TargetVersion"],
    }
    target = f"{facts['Name']}:{facts['Alias']}"
    return {"deploymentId": deployment.deployment_id, "targetId": target, "lambdaFunctionInfo": info}


def deployment_info(deployment):
    facts = {**describe(deployment), "revision": without_content(deployment.revision)}
    return facts | {"errorInformation": deployment.error_information}


def deployment_group_info(group):
    return describe_group(group) | {"alarmConfiguration": group.alarm_configuration or {}}


create = CodeDeployBackend.create_deployment
describe, describe_group = responses._deployment_info, responses._deployment_group_info


def install(endpoint):
    """Puts all of this in the place of moto's, and returns the endpoint's deployments."""
    Backend.deployments_of = CodeDeployBackend.deployments_of = Deployments(endpoint)
    CodeDeployBackend.create_deployment = Backend.create_deployment
    responses._deployment_info, responses._deployment_group_info = deployment_info, deployment_group_info
    for name, method in vars(Responses).items():
        if callable(method):
            setattr(CodeDeployResponse, name, method)
    return Backend.deployments_of


def arns(request, place):
    """Returns the ARNs of what a request names, for its policies."""
    body = json.loads(request._body or "{}")
    backend = codedeploy_backends[request.account_id][request._region]
    application = body.get("applicationName")
    group = body.get("deploymentGroupName") or body.get("currentDeploymentGroupName")
    if "deploymentConfigName" in body and not group:
        return [f"arn:aws:codedeploy:{place}:deploymentconfig:{body['deploymentConfigName']}"]
    try:
        deployment = backend.get_deployment(body["deploymentId"])
        application, group = deployment.application_name, deployment.deployment_group_name
    except (KeyError, DeploymentDoesNotExistException):
        pass
    if not application:
        return []
    kind, name = ("deploymentgroup", f"{application}/{group}") if group else ("application", application)
    return [f"arn:aws:codedeploy:{place}:{kind}:{name}"]


class Group(Kind):
    def update(self, stack, resource, old):
        facts = {**resource.facts, **resource.properties}
        call(
            stack,
            self.service,
            self.calls["update"],
            {**facts, "CurrentDeploymentGroupName": facts["DeploymentGroupName"]},
        )
        resource.facts = facts
        self.name(resource)
