"""Change sets, and the answers of CloudFormation's API that moto gets wrong."""

import json
import threading

from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.core.responses import ActionResult, EmptyResult

import nested
from stacks import Stack
from template import TemplateError, as_list, parse_document, processed

# The properties that name identities.
NAMES = {"RoleName", "UserName", "GroupName", "ManagedPolicyName"}

# How long a request may wait for its stack, in seconds. Most are ready by then,
# and clients that look every half minute see that at their first look.
HASTE = 20


class InsufficientCapabilities(CloudFormationError):
    code = "InsufficientCapabilitiesException"


class NoSuchChangeSet(CloudFormationError):
    code = "ChangeSetNotFound"


class ChangeSet(models.ChangeSet):
    __module__ = models.__name__  # moto counts instances by their service

    def _parse_template(self):
        self.template_dict = processed(self.template, self.parameters)

    def diff(self):
        scope = self.stack.scope(self.template_dict, self.parameters)
        wanted, before = scope.wanted(), self.stack.resources
        scope.resources = before
        changes = []
        for name, body in wanted.items():
            old = before.get(name)
            if old is None:
                changes.append(models.Change("Add", name, body["Type"]))
            elif properties := changed(scope, body, old):
                changes.append(modification(old, properties))
        gone = [resource for name, resource in before.items() if name not in wanted]
        return changes + [models.Change("Remove", old.logical_resource_id, old.cf_resource_type) for old in gone]


def changed(scope, body, old):
    """Returns the names of the properties that change, as far as can be told."""
    new, names = body.get("Properties", {}), set()
    for name in new.keys() | old.properties.keys():
        try:
            if scope.resolve(new.get(name)) != old.properties.get(name):
                names.add(name)
        except TemplateError:  # it refers to what is to be added
            names.add(name)
    return names


def modification(old, properties):
    """Returns a change with all that the API says of a modification."""
    change = models.Change("Modify", old.logical_resource_id, old.cf_resource_type)
    replaced = properties & old.kind.replaces
    change.physical_resource_id = old.physical_resource_id
    change.replacement = "True" if replaced else "False"
    change.scope = ["Properties"]
    change.details = [
        {
            "Target": {
                "Attribute": "Properties",
                "Name": name,
                "RequiresRecreation": "Always" if name in replaced else "Never",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
        for name in sorted(properties)
    ]
    return change


def run(work, *arguments):
    """Does the work of a stack beside the request that asks for it."""
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    thread.join(HASTE)


def find(backend, name, stack_name):
    """Returns a change set, by its ARN, or by its name and its stack's."""
    for change_set in reversed(backend.change_sets.values()):
        stack_names = (None, change_set.stack_name, change_set.stack_id)
        if name == change_set.change_set_id or (name == change_set.change_set_name and stack_name in stack_names):
            return change_set
    raise NoSuchChangeSet(f"ChangeSet [{name}] does not exist")


class Backend:
    """What takes the place of the methods of moto's backend."""

    def create_change_set(self, stack_name, *arguments, change_set_type, **named):
        same = next((stack for stack in self.stacks.values() if stack_name in (stack.name, stack.stack_id)), None)
        if same and change_set_type == "CREATE":
            if same.status != "REVIEW_IN_PROGRESS":
                raise TemplateError(f"Stack [{stack_name}] already exists and cannot be created again")
            del self.stacks[same.stack_id]
        if same and same.status in ("ROLLBACK_COMPLETE", "DELETE_FAILED"):
            raise TemplateError(f"Stack:{same.stack_id} is in {same.status} state and can not be updated.")
        name = same.name if same else stack_name
        return create_change_set(self, name, *arguments, change_set_type=change_set_type, **named)

    def execute_change_set(self, change_set_name, stack_name=None):
        change_set = find(self, change_set_name, stack_name)
        if change_set.execution_status != "AVAILABLE":
            raise TemplateError(f"ChangeSet [{change_set_name}] cannot be executed in its current execution status")
        change_set.execution_status = "EXECUTE_COMPLETE"
        stack = self.stacks[change_set.stack_id]
        stack.tags = change_set.tags or stack.tags
        run(stack.deploy, change_set.change_set_type, change_set.template, change_set.parameters)

    def update_stack(self, name, template, role_arn, parameters, tags):
        stack = self.get_stack(name)
        given = self._resolve_update_parameters(instance=stack, incoming_params=parameters)
        if stack.has_template(template) and stack.has_parameters(given):
            raise TemplateError("No updates are to be performed.")
        run(stack.update, template, role_arn, given, tags)
        return stack

    def delete_stack(self, name_or_stack_id):
        found = [stack for stack in self.stacks.values() if name_or_stack_id in (stack.name, stack.stack_id)]
        for stack in found:  # one, or none: deleting what is gone succeeds
            run(self._delete, stack)

    def _delete(self, stack):
        stack.delete()
        if stack.status == "DELETE_COMPLETE":
            self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


create_change_set = models.CloudFormationBackend.create_change_set


class Response(responses.CloudFormationResponse):
    """What takes the place of the answers of moto's API."""

    def _get_stack_from_s3_url(self, template_url):
        return nested.text_at(Account(self.current_account, self.region), template_url)

    def change_set(self):
        return find(self.cloudformation_backend, self._get_param("ChangeSetName"), self._get_param("StackName"))

    def describe_change_set(self):
        return ActionResult(self.change_set())

    def delete_change_set(self):
        try:
            del self.cloudformation_backend.change_sets[self.change_set().change_set_id]
        except NoSuchChangeSet:
            pass
        return EmptyResult()

    def list_change_sets(self):
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        all_sets = self.cloudformation_backend.list_change_sets()
        return ActionResult({"Summaries": [one for one in all_sets if one.stack_id == stack.stack_id]})

    def describe_stack_events(self):
        name = self._get_param("StackName")
        try:
            stack = self.cloudformation_backend.get_stack(name)
        except ValidationError:  # the CDK toolkit knows a deleted stack by these words
            raise TemplateError(f"Stack [{name}] does not exist") from None
        return ActionResult({"StackEvents": stack.events[::-1]})

    def get_template(self):
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        done = self._get_param("TemplateStage") == "Processed"
        return ActionResult({"TemplateBody": json.dumps(stack.template_dict) if done else stack.template})


class Account:
    """A place in which to make calls, where there is no stack yet."""

    def __init__(self, account_id, region):
        self.account_id, self.region_name = account_id, region

    def client(self, service):
        return Stack.endpoint.client(service, self.region_name)


def with_capabilities(method):
    """Wraps an action that takes a template, to ask for what the template needs."""

    def action(self):
        text = self._get_param("TemplateBody")
        if not text and self._get_param("TemplateURL"):
            text = self._get_stack_from_s3_url(self._get_param("TemplateURL"))
        if text:
            check_capabilities(parse_document(text), set(self._get_param("Capabilities") or []), method.__name__)
        return method(self)

    return action


def check_capabilities(template, given, action):
    """Refuses a template for which its user has to acknowledge more."""
    bodies = (template.get("Resources") or {}).values()
    iam = [body for body in bodies if body["Type"].startswith("AWS::IAM::")]
    named = any(NAMES & body.get("Properties", {}).keys() for body in iam)
    if named and "CAPABILITY_NAMED_IAM" not in given:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_NAMED_IAM]")
    if iam and not given & {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_IAM]")
    # A change set shows what a macro makes; without one it has to be trusted.
    if as_list(template.get("Transform")) and action != "create_change_set" and "CAPABILITY_AUTO_EXPAND" not in given:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_AUTO_EXPAND]")


def install(endpoint):
    """Puts all of this in the place of moto's."""
    Stack.endpoint = endpoint
    models.Stack, models.ChangeSet = Stack, ChangeSet
    for name in ("create_change_set", "execute_change_set", "update_stack", "delete_stack", "_delete"):
        setattr(models.CloudFormationBackend, name, vars(Backend)[name])
    for name, method in vars(Response).items():
        if not name.startswith("__"):
            setattr(responses.CloudFormationResponse, name, method)
    for name in ("create_stack", "create_change_set", "update_stack"):
        method = getattr(responses.CloudFormationResponse, name)
        setattr(responses.CloudFormationResponse, name, with_capabilities(method))
