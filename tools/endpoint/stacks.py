"""CloudFormation's stacks: changes in the right order, or none at all.

moto has CloudFormation's API, but its stacks know few kinds of resources, and
one that fails stays as it is. Stack and ChangeSet take the place of moto's;
what the API shows of them is moto's still.
"""

import logging
import traceback

from botocore.exceptions import ClientError
from moto.cloudformation import models
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from kinds import kind_of
from resources import Resource, ResourceError
from template import Scope, TemplateError, processed

log = logging.getLogger("endpoint")

# How templates and services say no. All else is a mistake of this program.
EXPECTED = (ResourceError, ServiceException, ClientError, HTTPException)


class Stack(models.Stack):
    __module__ = models.__name__  # moto counts instances by their service
    endpoint = None  # whose stacks these are

    def __init__(self, *arguments, **named):
        self.resources = {}  # what exists, by logical id
        self.output_values = []
        self.failure = None
        super().__init__(*arguments, **named)

    @staticmethod
    def parse_template(text):
        return processed(text)

    def _create_resource_map(self):
        return self.scope(self.template_dict, self.parameters)

    def _create_output_map(self):
        return {}

    def client(self, service):
        return self.endpoint.client(service, self.region_name)

    def scope(self, template, parameters):
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
        return Scope(template, parameters, pseudo, exports, self.ssm_parameter)

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
        self.events.append(
            models.Event(
                stack_id=self.stack_id,
                stack_name=self.name,
                logical_resource_id=resource.logical_resource_id,
                physical_resource_id=resource.physical_resource_id,
                resource_type=resource.cf_resource_type,
                resource_status=status,
                resource_status_reason=reason,
                resource_properties=None,
            )
        )

    def become(self, status, reason=None):
        self.status = status
        self._add_stack_event(status, resource_status_reason=reason)

    def create_resources(self):
        self.deploy("CREATE", self.template, self.parameters)

    def update(self, template, role_arn=None, parameters=None, tags=None):
        self.tags = self.tags if tags is None else tags
        self.deploy("UPDATE", template, parameters or {})

    def deploy(self, verb, template, parameters):
        """Makes the stack what a template says, or leaves it as it was."""
        self.become(f"{verb}_IN_PROGRESS", "User Initiated")
        change = Change(self)
        try:
            scope = self.scope(processed(template, parameters), parameters)
            change.apply(scope)
            outputs = self.evaluate_outputs(scope)
        except Exception as error:
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
        self.failure = str(error) or type(error).__name__
        if not isinstance(error, EXPECTED):
            log.warning("stack %s: %s", self.name, traceback.format_exc())
        prefix = "" if verb == "CREATE" else "UPDATE_"
        self.become(f"{prefix}ROLLBACK_IN_PROGRESS", self.failure)
        try:
            change.undo()
        except Exception as second:
            self.become(f"{prefix}ROLLBACK_FAILED", str(second))
            return
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

    def delete(self):
        self.become("DELETE_IN_PROGRESS", "User Initiated")
        change = Change(self)
        change.gone = [resource for resource in self.resources.values() if resource.deletion_policy != "Retain"]
        failures = change.clean_up()
        if failures:
            self.failure = "; ".join(failures)
            self.become("DELETE_FAILED", f"The following resource(s) failed to delete: {self.failure}")
            return
        self.publish([])
        self.resources = {}
        self.become("DELETE_COMPLETE")


class Change:
    """One change of a stack, and how to take it back."""

    def __init__(self, stack):
        self.stack = stack
        self.before = dict(stack.resources)
        self.undoing = []  # functions, the latest last
        self.gone = []  # what to delete when all the rest has succeeded

    def apply(self, scope):
        wanted = scope.wanted()
        for name, body in wanted.items():
            new = self.resource(scope, name, body)
            old = self.before.get(name)
            if old is None:
                self.create(new)
            elif old.cf_resource_type != new.cf_resource_type:
                raise ResourceError(f"Update of resource type is not permitted: {name}")
            elif old.properties == new.properties:
                new = old
            else:
                new = self.update(old, new)
            scope.resources[name] = self.stack.resources[name] = new
        self.gone += [resource for name, resource in self.before.items() if name not in wanted]
        self.stack.resources = dict(scope.resources)

    def resource(self, scope, name, body):
        kind = kind_of(body["Type"])
        if kind is None:
            raise ResourceError(f"Unrecognized resource types: [{body['Type']}]; kinds.py has those of this endpoint")
        properties = scope.resolve(body.get("Properties", {}))
        return Resource(name, body["Type"], kind, properties, deletion_policy=body.get("DeletionPolicy", "Delete"))

    def create(self, resource):
        # Also what fails halfway can leave something, and then has an id.
        self.undoing.append(lambda: resource.physical_resource_id and self.delete(resource))
        self.do("CREATE", resource, lambda: resource.kind.create(self.stack, resource))

    def update(self, old, new):
        kind = new.kind
        if any(old.properties.get(key) != new.properties.get(key) for key in kind.replaces):
            self.create(new)
            self.gone.append(old)
            return new
        self.undoing.append(lambda: self.change(new, old))
        self.change(old, new)
        if kind.updates and new.physical_resource_id != old.physical_resource_id:
            self.gone.append(old)
        return new

    def change(self, old, new):
        """Turns one resource into the other, of the same kind."""
        if old.kind.updates:
            new.physical_resource_id, new.facts = old.physical_resource_id, dict(old.facts)
            self.do("UPDATE", new, lambda: new.kind.update(self.stack, new, old.properties))
        else:
            self.do("UPDATE", new, lambda: self.remake(old, new))

    def remake(self, old, new):
        if old.physical_resource_id:  # what failed to be made isn't there
            old.kind.delete(self.stack, old)
        new.kind.create(self.stack, new)

    def delete(self, resource):
        self.do("DELETE", resource, lambda: resource.kind.delete(self.stack, resource))

    def do(self, verb, resource, action):
        self.stack.event(resource, f"{verb}_IN_PROGRESS")
        try:
            action()
        except Exception as error:
            self.stack.event(resource, f"{verb}_FAILED", str(error) or type(error).__name__)
            raise
        self.stack.event(resource, f"{verb}_COMPLETE")

    def undo(self):
        for step in reversed(self.undoing):
            step()
        self.stack.resources = self.before

    def clean_up(self):
        """Deletes what is gone, each before what it refers to, and returns
        the ids of what couldn't be deleted."""
        failures = []
        for resource in reversed(self.gone):
            if resource.deletion_policy == "Retain":
                continue
            name = resource.logical_resource_id
            try:
                self.delete(resource)
            except Exception:
                failures.append(name)
                continue
            if self.stack.resources.get(name) is resource:  # and not what replaced it
                del self.stack.resources[name]
        return failures
