"""CloudFormation's API, in the place of what moto answers of stacks and change sets."""

import json
import threading

from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.utils import generate_stack_id
from moto.core.responses import ActionResult, EmptyResult

import changesets
import nested
from stacks import Stack
from template import TemplateError, as_list, parse_document

# The properties that name identities.
NAMES = {"RoleName", "UserName", "GroupName", "ManagedPolicyName"}

# How long a request may wait for its stack, in seconds. Most are ready by then,
# and clients that look every half minute see that at their first look.
HASTE = 20

# How many of anything an answer has at most.
PAGE = 100


class InsufficientCapabilities(CloudFormationError):
    code = "InsufficientCapabilitiesException"


def run(stack, work, *arguments):
    """Does the work of a stack beside the request that asks for it."""
    stack.worker = threading.Thread(target=work, args=arguments, daemon=True)
    stack.worker.start()
    stack.worker.join(0 if stack.conditions.seconds else HASTE)


def page(items, token, size):
    """Returns one page, of AWS's size for 0, and the token of the next if there is one."""
    start, size = int(token or 0), size or PAGE
    return items[start : start + size], str(start + size) if start + size < len(items) else None


class Response(responses.CloudFormationResponse):
    """What takes the place of the answers of moto's API."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER = {
        path: function
        for path, function in responses.CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
        if not path.startswith("DescribeChangeSetOutput")
    }

    def given(self, *names):
        """Returns those of the request's parameters that are there, tags as a dict."""
        found = {name: self._get_param(name) for name in names}
        if found.get("Tags") is not None:
            found["Tags"] = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
        return {name: value for name, value in found.items() if value is not None}

    def stack(self, name=None):
        """Returns the stack that a request names: a deleted one only by its ARN."""
        name = name or self._get_param("StackName")
        backend = self.cloudformation_backend
        for stack in [*backend.stacks.values(), *backend.deleted_stacks.values()]:
            if name == stack.stack_id or (name == stack.name and stack.stack_id in backend.stacks):
                return stack
        raise TemplateError(f"Stack with id {name} does not exist")

    def run(self, stack, work, *arguments):
        stack.root.caller = self.get_access_key()
        run(stack, work, *arguments)

    def text(self, stack=None):
        """Returns the template that a request brings, or names."""
        if self._get_bool_param("UsePreviousTemplate", False) and stack:
            return stack.template
        if self._get_param("TemplateURL"):
            return self._get_stack_from_s3_url(self._get_param("TemplateURL"))
        text = self._get_param("TemplateBody")
        if not text:
            raise TemplateError("Either Template URL or Template Body must be specified.")
        return text

    def parameters(self, stack=None):
        found, before = {}, stack.parameters if stack else {}
        for given in self._get_param("Parameters", []):
            name = given["ParameterKey"]
            if not given.get("UsePreviousValue"):
                found[name] = given["ParameterValue"]
            elif stack is None or name not in stack.stack_parameters:
                raise TemplateError(
                    f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true "
                    "for a parameter key not in the previous template"
                )
            elif name in before:
                found[name] = before[name]
            else:
                found[name] = stack.stack_parameters[name]  # its default then
        return found

    def create_stack(self):
        name, text, backend = self._get_param("StackName"), self.text(), self.cloudformation_backend
        self.check_capabilities(text)
        if any(stack.name == name for stack in backend.stacks.values()):
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        more = self.given("NotificationARNs", "RoleARN", "Tags", "TimeoutInMinutes", "EnableTerminationProtection")
        stack = models.Stack(
            stack_id=generate_stack_id(name, self.region, self.current_account),
            name=name,
            template=text,
            parameters=self.parameters(),
            account_id=self.current_account,
            region_name=self.region,
            notification_arns=more.get("NotificationARNs"),
            tags=more.get("Tags"),
            role_arn=more.get("RoleARN"),
            enable_termination_protection=more.get("EnableTerminationProtection"),
            timeout_in_mins=more.get("TimeoutInMinutes"),
        )
        backend.stacks[stack.stack_id] = stack
        stack.capabilities = self._get_param("Capabilities", [])
        stack.keeps = not self._get_bool_param("RetainExceptOnCreate", False)
        stack.begin("CREATE", self._get_param("ClientRequestToken"))
        self.run(stack, stack.create_resources)
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self):
        stack = self.stack()
        text, parameters, tags = self.text(stack), self.parameters(stack), self.given("Tags").get("Tags")
        self.check_capabilities(text)
        stack.check_settled()
        has_nested = any(resource.cf_resource_type == nested.TYPE for resource in stack.resources.values())
        if stack.is_already(text, parameters, tags) and not has_nested:
            raise TemplateError("No updates are to be performed.")
        stack.begin("UPDATE", self._get_param("ClientRequestToken"))
        stack.capabilities = self._get_param("Capabilities", [])
        stack.keeps = not self._get_bool_param("RetainExceptOnCreate", False)
        stack.role_arn = self._get_param("RoleARN") or stack.role_arn
        for one in changesets.of_stack(self.cloudformation_backend, stack):
            one.execution = "OBSOLETE"
        self.run(stack, stack.deploy, "UPDATE", text, parameters, tags)
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self):
        try:
            stack = self.stack()
        except TemplateError:  # deleting what is gone succeeds
            return EmptyResult()
        if stack.root.enable_termination_protection:
            raise TemplateError(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        if stack.begin_deletion(self._get_param("ClientRequestToken")):
            self.run(stack, self.delete, self.cloudformation_backend, stack, self._get_param("RetainResources", []))
        return EmptyResult()

    @staticmethod
    def delete(backend, stack, retained):
        stack.delete(retained)
        if stack.status == "DELETE_COMPLETE":
            backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)
            for one in changesets.of_stack(backend, stack):
                one.delete(backend)

    def cancel_update_stack(self):
        self.stack().cancel()
        return EmptyResult()

    def continue_update_rollback(self):
        stack = self.stack()
        stack.continue_rollback(self._get_param("ClientRequestToken"))
        self.run(stack, stack.roll_back, self._get_param("ResourcesToSkip", []))
        return ActionResult({})

    def update_termination_protection(self):
        stack = self.stack()
        stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
        return ActionResult({"StackId": stack.stack_id})

    def create_change_set(self):
        kind, backend = self._get_param("ChangeSetType", "UPDATE"), self.cloudformation_backend
        stack = self.stack() if kind == "UPDATE" else None
        text = self.text(stack)
        self.check_capabilities(text, macros=True)
        names = ("Capabilities", "Description", "IncludeNestedStacks", "NotificationARNs", "OnStackFailure", "RoleARN")
        more = self.given(*names, "Tags")
        names = (self._get_param("ChangeSetName"), self._get_param("StackName"))
        made = changesets.create(backend, *names, kind, text, self.parameters(stack), more)
        return ActionResult({"Id": made.id, "StackId": made.stack.stack_id})

    def change_set(self):
        return changesets.find(
            self.cloudformation_backend, self._get_param("ChangeSetName"), self._get_param("StackName")
        )

    def describe_change_set(self):
        found = self.change_set()
        changes = found.changes
        if not self._get_bool_param("IncludePropertyValues", False):
            changes = [changesets.without_values(change) for change in changes]
        changes, token = page(changes, self._get_param("NextToken"), found.stack.conditions.page)
        shown = [{"Type": "Resource", "ResourceChange": change} for change in changes]
        return ActionResult({**found.description(), "Changes": shown, "NextToken": token})

    def execute_change_set(self):
        found, backend = self.change_set(), self.cloudformation_backend
        found.stack.root.keeps = not self._get_bool_param("RetainExceptOnCreate", False)
        self.run(found.stack, found.execute(backend, self._get_param("ClientRequestToken")))
        return ActionResult({})

    def delete_change_set(self):
        try:
            found = self.change_set()
        except changesets.NoSuchChangeSet:
            return ActionResult({})
        if found.parent:
            raise changesets.NotExecutable(f"ChangeSet [{found.id}] is nested: delete its root change set")
        found.delete(self.cloudformation_backend)
        return ActionResult({})

    def list_change_sets(self):
        stack = self.stack()
        found = [one.summary() for one in changesets.of_stack(self.cloudformation_backend, stack)]
        found, token = page(found, self._get_param("NextToken"), stack.conditions.page)
        return ActionResult({"Summaries": found, "NextToken": token})

    def list_stacks(self):
        wanted, backend = self._get_param("StackStatusFilter", []), self.cloudformation_backend
        stacks = [*backend.stacks.values(), *backend.deleted_stacks.values()]
        found = [stack.summary() for stack in stacks if not wanted or stack.status in wanted]
        size = Stack.endpoint.control.conditions().page
        found, token = page(found, self._get_param("NextToken"), size)
        return ActionResult({"StackSummaries": found, "NextToken": token})

    def describe_stack_events(self):
        name = self._get_param("StackName")
        try:
            stack = self.stack()
        except ValidationError:  # the CDK toolkit knows a deleted stack by these words
            raise TemplateError(f"Stack [{name}] does not exist") from None
        # The latest come first. A token counts the older ones: others may come meanwhile.
        token = self._get_param("NextToken")
        older = stack.events[: int(token)] if token else list(stack.events)
        rest = max(0, len(older) - (stack.conditions.page or PAGE))
        return ActionResult({"StackEvents": older[rest:][::-1], "NextToken": str(rest) if rest else None})

    def describe_stack_resource(self):
        stack, name = self.stack(), self._get_param("LogicalResourceId")
        for resource in stack.stack_resources:
            if resource.logical_resource_id == name:
                shown = {**resource_facts(resource, "LastUpdatedTimestamp"), **stack_facts(stack)}
                if "Metadata" in resource.body:
                    shown["Metadata"] = json.dumps(resource.body["Metadata"])
                return ActionResult({"StackResourceDetail": shown})
        raise TemplateError(f"Resource {name} does not exist for stack {self._get_param('StackName')}")

    def describe_stack_resources(self):
        name, physical = self._get_param("LogicalResourceId"), self._get_param("PhysicalResourceId")
        if physical and not self._get_param("StackName"):
            stacks = [
                stack
                for stack in self.cloudformation_backend.stacks.values()
                if any(resource.physical_resource_id == physical for resource in stack.stack_resources)
            ]
            if not stacks:
                raise TemplateError(f"Stack for {physical} does not exist")
        stack = self.stack() if self._get_param("StackName") else stacks[0]
        found = [
            {**resource_facts(resource, "Timestamp"), **stack_facts(stack)}
            for resource in stack.stack_resources
            if name in (None, resource.logical_resource_id)
        ]
        return ActionResult({"StackResources": found[:100]})  # AWS's limit

    def list_stack_resources(self):
        stack = self.stack()
        found = [resource_facts(resource, "LastUpdatedTimestamp") for resource in stack.stack_resources]
        found, token = page(found, self._get_param("NextToken"), stack.conditions.page)
        return ActionResult({"StackResourceSummaries": found, "NextToken": token})

    def get_template(self):
        found = self.change_set() if self._get_param("ChangeSetName") else self.stack()
        if self._get_param("TemplateStage") == "Processed":
            return ActionResult({"TemplateBody": json.dumps(found.template_dict)})
        return ActionResult({"TemplateBody": found.template or ""})

    def _get_stack_from_s3_url(self, template_url):
        """moto's own, of a summary of a template, knows only AWS's URLs."""
        return nested.text_at(Account(self.current_account, self.region), template_url)

    def check_capabilities(self, text, macros=False):
        check_capabilities(parse_document(text), set(self._get_param("Capabilities") or []), macros)


def stack_facts(stack):
    return {"StackName": stack.name, "StackId": stack.stack_id}


def resource_facts(resource, timestamp):
    """Returns what the API says of a resource, with its last event's time under a name."""
    facts = {
        "LogicalResourceId": resource.logical_resource_id,
        "PhysicalResourceId": resource.physical_resource_id or None,
        "ResourceType": resource.cf_resource_type,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        timestamp: resource.timestamp,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


class Account:
    """A place in which to make calls, where there is no stack yet."""

    def __init__(self, account_id, region):
        self.account_id, self.region_name = account_id, region

    def client(self, service):
        return Stack.endpoint.client(service, self.region_name, self.account_id)


def check_capabilities(template, given, macros):
    """Refuses a template for which its user has to acknowledge more."""
    bodies = (template.get("Resources") or {}).values()
    iam = [body for body in bodies if body["Type"].startswith("AWS::IAM::")]
    named = any(NAMES & body.get("Properties", {}).keys() for body in iam)
    if named and "CAPABILITY_NAMED_IAM" not in given:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_NAMED_IAM]")
    if iam and not given & {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_IAM]")
    # A change set shows what a macro makes; without one it has to be trusted.
    if as_list(template.get("Transform")) and not macros and "CAPABILITY_AUTO_EXPAND" not in given:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_AUTO_EXPAND]")


def install(endpoint):
    """Puts all of this in the place of moto's."""
    Stack.endpoint = endpoint
    models.Stack = Stack
    for name, method in vars(Response).items():
        if not name.startswith("__"):
            setattr(responses.CloudFormationResponse, name, method)
