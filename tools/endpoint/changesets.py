"""Change sets: what a template would change, and that done."""

import threading

from moto.cloudformation import models
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.utils import utcnow

import nested
from differences import SECRET, Differences
from resources import ResourceError, unique
from template import TemplateError, TransformError, processed

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."

# Two that ask for a stack's first change set at once get the same stack.
making = threading.Lock()


class NoSuchChangeSet(CloudFormationError):
    code = "ChangeSetNotFound"


class NotExecutable(CloudFormationError):
    code = "InvalidChangeSetStatus"


class AlreadyExists(CloudFormationError):
    code = "AlreadyExistsException"


class ChangeSet:
    """What is asked of a stack by a template, and what comes of it."""

    def __init__(self, stack, name, kind, template, parameters, more, parent=None):
        """more has what else the request said, by the API's names."""
        self.stack, self.name, self.kind = stack, name, kind
        self.id = generate_changeset_id(name, stack.region_name, stack.account_id)
        self.template, self.parameters, self.more = template, parameters, more
        self.tags = more.get("Tags", stack.tags)
        self.parent, self.root = parent, parent.root if parent else self
        self.nested = []  # the change sets of nested stacks
        self.created = utcnow()
        self.changes, self.shown_parameters = [], []
        self.status, self.reason, self.execution = "CREATE_COMPLETE", None, "AVAILABLE"
        self.compare()

    def compare(self):
        try:
            template = processed(self.template, self.parameters)
            self.template_dict = template
            plan = self.stack.plan(template, self.parameters, self.tags)
            deep = self.more.get("IncludeNestedStacks")
            self.changes = Differences(self.stack, plan, self.nest if deep else None).changes()
        except (TransformError, ResourceError) as error:
            self.fail(str(error))
            return
        self.shown_parameters = [
            {"ParameterKey": name, "ParameterValue": SECRET if name in plan.no_echo_parameter_keys else value}
            for name, value in plan.resolved_parameters.items()
        ]
        unchanged = self.kind == "UPDATE" and not self.changes
        if unchanged and self.stack.is_already(self.template, self.parameters, self.tags):
            self.fail(NO_CHANGES)

    def fail(self, reason):
        self.status, self.reason, self.execution = "FAILED", reason, "UNAVAILABLE"

    def nest(self, logical_id, properties):
        """Returns the id of the change set of a nested stack, or None if nothing changes in it."""
        template, parameters = nested.text_at(self.stack, properties["TemplateURL"]), nested.parameters_of(properties)
        resource = self.stack.resources.get(logical_id)
        inner, kind = (resource.facts["stack"], "UPDATE") if resource else (None, "CREATE")
        if not inner:
            inner = nested.new_stack(self.stack, logical_id, {}, {})
            inner.become("REVIEW_IN_PROGRESS", "User Initiated")
            self.stack.reviewed[logical_id] = inner
        made = ChangeSet(inner, unique(self.name, logical_id, limit=128), kind, template, parameters, self.more, self)
        if made.status == "FAILED" and made.reason == NO_CHANGES:
            return None
        if made.status == "FAILED":
            raise ResourceError(f"Nested change set {made.id} was not successfully created: {made.reason}")
        self.nested.append(made)
        nested.backend_of(self.stack).change_sets[made.id] = made
        return made.id

    def delete(self, backend):
        for one in self.nested:
            one.delete(backend)
            if one.kind == "CREATE" and one.stack.status == "REVIEW_IN_PROGRESS":
                backend.stacks.pop(one.stack.stack_id, None)
        backend.change_sets.pop(self.id, None)

    def execute(self, backend, token):
        """Begins the change, and returns the function that does the rest."""
        if self.parent:
            raise TemplateError("Nested change set execution is not supported: execute the root change set")
        if self.execution != "AVAILABLE":
            said = f"[{self.execution}]"
            raise NotExecutable(f"ChangeSet [{self.id}] cannot be executed in its current execution status of {said}")
        self.stack.begin(self.kind, token)
        self.execution, self.stack.change_set_id = "EXECUTE_IN_PROGRESS", self.id
        self.stack.role_arn = self.more.get("RoleARN") or self.stack.role_arn
        self.stack.capabilities = self.more.get("Capabilities", [])
        return lambda: self.work(backend)

    def work(self, backend):
        self.stack.deploy(self.kind, self.template, self.parameters, self.tags)
        for other in of_stack(backend, self.stack):
            if other is not self:  # it isn't about the stack as it is now
                other.delete(backend)
        done = self.stack.status == f"{self.kind}_COMPLETE"
        self.execution = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"

    def summary(self):
        """Returns what the API says of a change set in a list."""
        facts = {
            "StackId": self.stack.stack_id,
            "StackName": self.stack.name,
            "ChangeSetId": self.id,
            "ChangeSetName": self.name,
            "ExecutionStatus": self.execution,
            "Status": self.status,
            "StatusReason": self.reason,
            "CreationTime": self.created,
            "Description": self.more.get("Description"),
            "IncludeNestedStacks": bool(self.more.get("IncludeNestedStacks")),
            "ParentChangeSetId": self.parent and self.parent.id,
            "RootChangeSetId": self.root.id if self.parent or self.nested else None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}

    def description(self):
        """Returns what the API says of a change set beside its changes."""
        names = ("Capabilities", "NotificationARNs", "OnStackFailure")
        more = {name: self.more[name] for name in names if self.more.get(name)}
        tags = [{"Key": key, "Value": value} for key, value in (self.tags or {}).items()]
        return {**self.summary(), **more, "Parameters": self.shown_parameters, "Tags": tags}


def without_values(change):
    """Returns a change as it is shown to those who don't ask for the properties' values."""
    details = []
    for detail in change["Details"]:
        names = ("Attribute", "Name", "RequiresRecreation")
        target = {key: detail["Target"][key] for key in names if key in detail["Target"]}
        if {**detail, "Target": target} not in details:
            details.append({**detail, "Target": target})
    shown = {key: value for key, value in change.items() if key not in ("BeforeContext", "AfterContext")}
    return {**shown, "Details": details}


def of_stack(backend, stack):
    return [one for one in list(backend.change_sets.values()) if one.stack is stack]


def find(backend, name, stack_name=None):
    """Returns a change set, by its ARN, or by its name and its stack's."""
    for one in backend.change_sets.values():
        stack_names = (None, one.stack.name, one.stack.stack_id)
        if name == one.id or (name == one.name and stack_name in stack_names):
            return one
    raise NoSuchChangeSet(f"ChangeSet [{name}] does not exist")


def create(backend, name, stack_name, kind, template, parameters, more):
    """Makes a change set, and the stack that it is to create."""
    with making:
        stack = stack_for(backend, name, stack_name, kind) or new_stack(backend, stack_name, parameters, more)
    made = ChangeSet(stack, name, kind, template, parameters, more)
    backend.change_sets[made.id] = made
    return made


def stack_for(backend, name, stack_name, kind):
    """Returns the stack that a change set is for, or None if it has to be made."""
    stack = next((one for one in backend.stacks.values() if stack_name in (one.name, one.stack_id)), None)
    if kind == "CREATE" and stack and stack.status != "REVIEW_IN_PROGRESS":
        raise TemplateError(
            f"Stack [{stack_name}] already exists and cannot be created again with the changeSet [{name}]."
        )
    if kind == "UPDATE":
        if not stack:
            raise TemplateError(f"Stack [{stack_name}] does not exist")
        stack.check_settled()
    if stack and any(one.name == name for one in of_stack(backend, stack)):
        raise AlreadyExists(f"ChangeSet {name} cannot be created due to a mismatch with existing attribute Template")
    return stack


def new_stack(backend, name, parameters, more):
    """Returns a stack for which there is nothing but a change set."""
    stack = models.Stack(
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template={},
        parameters=parameters,
        account_id=backend.account_id,
        region_name=backend.region_name,
        notification_arns=more.get("NotificationARNs"),
        tags=more.get("Tags"),
        role_arn=more.get("RoleARN"),
    )
    backend.stacks[stack.stack_id] = stack
    stack.become("REVIEW_IN_PROGRESS", "User Initiated")
    return stack
