"""CloudFormation's stacks: changes in the right order, or none at all.

moto has CloudFormation's API, but its stacks know few kinds of resources, and
one that fails stays as it is. Stack takes the place of moto's.
"""

import json
import threading
import time

from moto.cloudformation import models
from moto.core.utils import utcnow

import schemas
from changes import Cancelled, Change, Failed, failures, reason_of
from custom import texts
from differences import Plan
from resources import ResourceError
from template import Scope, TemplateError, processed

# In which a stack can be changed.
SETTLED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}

# Only one request at a time can say that it changes a stack.
lock = threading.Lock()


class Stack(models.Stack):
    __module__ = models.__name__  # moto counts instances by their service
    endpoint = None  # whose stacks these are

    def __init__(self, *arguments, parent=None, **named):
        self.resources = {}  # what exists, by logical id
        self.output_values = []
        self.failure = None
        self.parent_id, self.root = (parent.stack_id, parent.root) if parent else (None, self)
        self.reviewed = {}  # nested stacks that only a change set has made, by logical id
        self.cancelling, self.worker, self.creation = threading.Event(), None, None
        self.rollback = None  # a change that could be taken back in part only
        self.token = self.last_updated_time = self.deletion_time = self.stack_status_reason = None
        self.change_set_id, self.capabilities, self.caller = None, [], None
        self.keeps = True  # what a change has made and the template retains, if the change is taken back
        super().__init__(*arguments, **named)

    @staticmethod
    def parse_template(text):
        return processed(text)

    def _create_resource_map(self):
        return self.scope(self.template_dict, self.parameters)

    def _create_output_map(self):
        return {}

    @property
    def root_id(self):
        return self.root.stack_id if self.parent_id else None

    @property
    def conditions(self):
        return self.endpoint.control.conditions(self.name, self.root.name)

    @property
    def rolls_back(self):
        """Reports whether the stack is taking a change back."""
        return "ROLLBACK" in self.status

    def client(self, service):
        """Returns a client for the stack's role, or else for whoever has asked for the change."""
        key = None
        if self.endpoint.enforces:
            key = self.endpoint.key_of(self.role_arn, self.account_id) if self.role_arn else self.root.caller
        return self.endpoint.client(service, self.region_name, self.account_id, key)

    def scope(self, template, parameters, kind=Scope):
        """Returns what a template's functions mean in this stack."""
        pseudo = {
            "AWS::AccountId": self.account_id,
            "AWS::NotificationARNs": self.notification_arns,
            "AWS::Partition": "aws",
            "AWS::Region": self.region_name,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        exports = models.cloudformation_backends[self.account_id][self.region_name].exports
        return kind(template, parameters, pseudo, exports, self.ssm_parameter)

    def plan(self, template, parameters, tags):
        """Returns the scope for a change that may come."""
        plan = self.scope(template, parameters, Plan)
        plan.tags = tags
        return plan

    def is_already(self, template, parameters, tags):
        """Reports whether a template and what is given for it would change nothing."""
        scope = self.scope(processed(template, parameters), parameters)
        same = scope.resolved_parameters == self.resource_map.resolved_parameters
        return same and scope.template == self.template_dict and tags in (None, self.tags)

    def tagged(self, resource_type, properties, tags):
        """Returns the properties of a resource with those of its stack's tags that it can have."""
        form, own = schemas.form_of_tags(resource_type) if tags else None, properties.get("Tags")
        if form == "array":
            mine = own or []
            named = {tag.get("Key") for tag in mine if isinstance(tag, dict)}
            more = [{"Key": key, "Value": value} for key, value in tags.items() if key not in named]
            return {**properties, "Tags": [*mine, *more]}
        if form == "object":
            return {**properties, "Tags": {**tags, **(own or {})}}
        return properties

    def ssm_parameter(self, name):
        client = self.client("ssm")
        try:
            return client.get_parameter(Name=name)["Parameter"]["Value"]
        except client.exceptions.ParameterNotFound:
            raise TemplateError(f"Unable to fetch parameters [{name}] from parameter store for this account.") from None

    @property
    def stack_resources(self):
        return list(self.resources.values())

    @property
    def outputs(self):
        return self.output_values or None

    @property
    def exports(self):
        return [
            models.Export(self.stack_id, output["ExportName"], output["OutputValue"])
            for output in self.output_values
            if output.get("ExportName")
        ]

    def event(self, resource, status, reason=None):
        event = models.Event(
            stack_id=self.stack_id,
            stack_name=self.name,
            logical_resource_id=resource.logical_resource_id,
            physical_resource_id=resource.physical_resource_id,
            resource_type=resource.cf_resource_type,
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=json.dumps(texts(resource.properties)),
        )
        event.client_request_token = self.root.token
        resource.status, resource.reason, resource.timestamp = status, reason, event.timestamp
        self.events.append(event)

    def become(self, status, reason=None):
        self.status, self.stack_status_reason = status, reason
        self._add_stack_event(status, resource_status_reason=reason)
        self.events[-1].client_request_token = self.root.token

    def check_settled(self):
        if self.status not in SETTLED:
            raise TemplateError(f"Stack:{self.stack_id} is in {self.status} state and can not be updated.")

    def begin(self, verb, token=None):
        """Takes the stack for a change, unless it has one or can't have any."""
        with lock:
            if verb != "CREATE":
                self.check_settled()
            elif self.status == "CREATE_IN_PROGRESS":  # another change set of its creation was faster
                raise TemplateError(f"Stack:{self.stack_id} is in {self.status} state and can not be updated.")
            self.cancelling.clear()
            if self.root is self:
                self.token = token
            if verb == "UPDATE":
                self.last_updated_time = utcnow()
            self.become(f"{verb}_IN_PROGRESS", "User Initiated")

    def begin_deletion(self, token=None):
        """Takes the stack for its deletion, and reports whether it wasn't taken for that already."""
        with lock:
            if self.status in ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"):
                return False
            # A creation can be stopped by a deletion, and by nothing else.
            if self.status.endswith("_IN_PROGRESS") and self.status not in ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"):
                raise TemplateError(f"Stack [{self.name}] cannot be deleted while in status {self.status}")
            self.token = token
            self.creation, self.worker = self.worker, None
            self.become("DELETE_IN_PROGRESS", "User Initiated")
            self.cancelling.set()
        return True

    def cancel(self):
        """Asks an update to stop, which then is taken back."""
        with lock:
            if self.status != "UPDATE_IN_PROGRESS":
                raise TemplateError("CancelUpdateStack cannot be called from current stack status")
            self.cancelling.set()

    def continue_rollback(self, token=None):
        """Takes the stack for the rest of a rollback."""
        with lock:
            if self.status != "UPDATE_ROLLBACK_FAILED":
                raise TemplateError(
                    f"Stack:{self.stack_id} is in {self.status} state and can not continue update rollback."
                )
            self.token = token
            self.become("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")

    def summary(self):
        """Returns what the API says of a stack in a list."""
        facts = {
            "StackId": self.stack_id,
            "StackName": self.name,
            "TemplateDescription": self.description,
            "CreationTime": self.creation_time,
            "LastUpdatedTime": self.last_updated_time,
            "DeletionTime": self.deletion_time,
            "StackStatus": self.status,
            "StackStatusReason": self.stack_status_reason,
            "ParentId": self.parent_id,
            "RootId": self.root_id,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}

    def pause(self):
        """Waits as long as a resource takes under the stack's conditions, unless someone asks to stop."""
        if self.root.cancelling.wait(self.conditions.seconds):
            raise Cancelled

    def rest(self):
        """Waits as pause does, where there is no stopping."""
        time.sleep(self.conditions.seconds)

    def obstruct(self, verb, resource):
        """Fails where the stack's conditions say so."""
        if verb in self.conditions.fail.get(resource.logical_resource_id, ()):
            raise ResourceError(
                f'Resource handler returned message: "told to fail" (RequestToken: {self.token}, '
                "HandlerErrorCode: GeneralServiceException)"
            )

    def create_resources(self):
        self.deploy("CREATE", self.template, self.parameters, self.tags)

    def deploy(self, verb, template, parameters, tags):
        """Makes the stack what a template says, or leaves it as it was."""
        before, change = self.tags, Change(self)
        try:
            self.tags = before if tags is None else tags
            scope = self.scope(processed(template, parameters), parameters)
            change.apply(scope)
            outputs = self.evaluate_outputs(scope)
        except Exception as error:
            if self.status == "DELETE_IN_PROGRESS":  # and not for an update's sake
                return
            self.tags = before
            self.fail(verb, change, error)
            return
        self.template, self.template_dict, self.parameters = template, scope.template, parameters
        self.description, self.resource_map = scope.template.get("Description"), scope
        self.publish(outputs)
        if verb == "UPDATE":
            self.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        change.clean_up()
        self.become(f"{verb}_COMPLETE")

    def fail(self, verb, change, error):
        self.failure = str(error) if isinstance(error, Failed) else reason_of(error)
        by_user = verb == "CREATE" and isinstance(error, Failed)
        reason = self.failure + (" Rollback requested by user." if by_user else "")
        self.rollback = change
        if self.root is self:
            self.cancelling.clear()
        self.become("ROLLBACK_IN_PROGRESS" if verb == "CREATE" else "UPDATE_ROLLBACK_IN_PROGRESS", reason)
        self.roll_back()

    def roll_back(self, skipped=()):
        """Takes a change back, or what is left of it."""
        change, prefix = self.rollback, "UPDATE_" if self.status.startswith("UPDATE") else ""
        if failed := change.undo(skipped):
            self.become("UPDATE_ROLLBACK_FAILED", failures({"update": failed})[0])
            return
        if prefix:
            self.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        failed = change.clean_up()
        if failed and not prefix:
            self.resources = {one.logical_resource_id: one for one in change.made if one.logical_resource_id in failed}
            self.rollback = None
            self.become("ROLLBACK_FAILED", failures({"delete": failed})[0])
            return
        self.rollback = None
        self.become(f"{prefix}ROLLBACK_COMPLETE")

    def evaluate_outputs(self, scope):
        outputs = []
        for key, body in (scope.template.get("Outputs") or {}).items():
            if not scope.holds(body.get("Condition")):
                continue
            output = {"OutputKey": key, "OutputValue": str(scope.resolve(body["Value"]))}
            if "Description" in body:
                output["Description"] = body["Description"]
            if "Export" in body:
                output["ExportName"] = scope.resolve(body["Export"]["Name"])
            outputs.append(output)
        return outputs

    def publish(self, outputs):
        """Replaces the stack's outputs, and what other stacks can import."""
        exports = models.cloudformation_backends[self.account_id][self.region_name].exports
        for export in self.exports:
            exports.pop(export.name, None)
        self.output_values = outputs
        exports.update({export.name: export for export in self.exports})

    def delete(self, retained=()):
        """Deletes all that the stack has, which has become DELETE_IN_PROGRESS."""
        if self.creation:
            self.creation.join()  # which was asked to stop
        change = Change(self)
        change.gone = [*self.resources.values(), *(self.rollback.made if self.rollback else [])]
        if failed := change.clean_up(retained):
            self.failure = failures({"delete": failed})[0]
            self.become("DELETE_FAILED", self.failure)
            return
        self.publish([])
        self.resources, self.rollback, self.deletion_time = {}, None, utcnow()
        self.become("DELETE_COMPLETE")
