"""One change of a stack: what is done to its resources, and how it is taken back.

Resources are changed one after the other, but the events say what CloudFormation
does at once: a resource is begun as soon as all that it refers to is there, and
what has begun when another fails is cancelled.
"""

import dataclasses
import logging
import traceback

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from custom import texts
from kinds import kind_of
from resources import INITIATED, Resource, ResourceError
from template import references

log = logging.getLogger("endpoint")

# How templates and services say no. All else is a mistake of this program.
EXPECTED = (ResourceError, ServiceException, ClientError, HTTPException)

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class Cancelled(Exception):
    """Someone has asked to stop."""


class Failed(Exception):
    """Resources couldn't be created or updated."""

    def __init__(self, names):
        super().__init__(" ".join(failures(names)))


def failures(names):
    """Says which resources failed, given their names by what was tried: create, update, delete."""
    return [f"The following resource(s) failed to {verb}: [{', '.join(names[verb])}]." for verb in names if names[verb]]


def reason_of(error):
    """Returns what an event says of an error."""
    if isinstance(error, Cancelled):
        return "User Initiated"
    if not isinstance(error, EXPECTED):
        log.warning("%s", traceback.format_exc())
    if isinstance(error, ResourceError) or not isinstance(error, ClientError):
        return str(error) or type(error).__name__
    said = error.response["Error"]
    text, handler = said.get("Message", str(error)), handler_error(error)
    status, request = (error.response["ResponseMetadata"].get(key) for key in ("HTTPStatusCode", "RequestId"))
    where = f"Service: {getattr(error, 'service', 'AWS')}, Status Code: {status}, Request ID: {request}"
    ids = f"RequestToken: {request}, HandlerErrorCode: {handler}"
    return f'Resource handler returned message: "{text} ({where})" ({ids})'


def handler_error(error):
    """Returns CloudFormation's word for the error of a service."""
    code = error.response["Error"].get("Code", "")
    return next((name for part, name in HANDLER_ERRORS.items() if part in code), "InvalidRequest")


# The words that CloudFormation has for the errors of services, by parts of their codes.
HANDLER_ERRORS = {
    "AccessDenied": "AccessDenied",
    "NotFound": "NotFound",
    "NoSuch": "NotFound",
    "AlreadyExist": "AlreadyExists",
    "ResourceConflict": "AlreadyExists",
    "Throttl": "Throttling",
    "LimitExceeded": "ServiceLimitExceeded",
}


@dataclasses.dataclass
class Step:
    """What a change does to one resource."""

    verb: str  # of its events
    resource: Resource
    action: object  # a function
    creates: bool


class Change:
    """One change of a stack, and how to take it back."""

    def __init__(self, stack):
        self.stack = stack
        self.before = dict(stack.resources)
        self.undoing = []  # (resource, function), the latest last
        self.made = []  # what to delete when the change is taken back
        self.gone = []  # what to delete when all the rest has succeeded

    def apply(self, scope):
        wanted = scope.wanted()
        needs = {name: set(references(body, wanted)) - {name} for name, body in wanted.items()}
        begun, done = {}, set()
        for name in wanted:
            for ready in [other for other in wanted if other not in begun and needs[other] <= done]:
                begun[ready] = self.begin(scope, ready, wanted[ready], begun, done)
            if begun[name]:
                try:
                    self.perform(begun[name])
                except Exception as error:
                    raise self.failure(begun, done, name, error) from error
            done.add(name)
        self.gone += [resource for name, resource in self.before.items() if name not in wanted]
        self.stack.resources = dict(scope.resources)

    def failure(self, begun, done, name, error):
        """Cancels what has begun, and returns the exception that says what failed."""
        names = {"create": [], "update": []}
        for other, step in begun.items():
            if step is None or other in done:
                continue
            if other != name or isinstance(error, Cancelled):
                what = "creation" if step.verb == "CREATE" else "update"
                self.stack.event(step.resource, f"{step.verb}_FAILED", f"Resource {what} cancelled")
            names["create" if step.verb == "CREATE" else "update"].append(other)
        return error if isinstance(error, Cancelled) else Failed(names)

    def begin(self, scope, name, body, begun, done):
        """Says what is to be done to a resource, and returns it as a step, or None."""
        old = self.before.get(name)
        verb = "UPDATE" if old else "CREATE"
        kind = kind_of(body["Type"])
        new = Resource(name, body["Type"], kind, {}, body=body)
        try:
            if kind is None:
                known = "kinds.py has those of this endpoint"
                raise ResourceError(f"Unrecognized resource types: [{body['Type']}]; {known}")
            if old and old.cf_resource_type != body["Type"]:
                raise ResourceError(f"Update of resource type is not permitted: {name}")
            properties = scope.resolve(body.get("Properties", {}))
            new.properties = self.stack.tagged(body["Type"], properties, self.stack.tags)
            new.update_policy = scope.resolve(body.get("UpdatePolicy", {}))
            unchanged = old and old.properties == new.properties and not kind.differs(self.stack, old, new)
        except Exception as error:
            self.stack.event(new, f"{verb}_FAILED", reason_of(error))
            step = Step(verb, new, None, False)
            raise self.failure({**begun, name: step}, done, name, error) from error
        if unchanged:
            new = dataclasses.replace(old, body=body, update_policy=new.update_policy)
        scope.resources[name] = self.stack.resources[name] = new
        return None if unchanged else self.step(old, new)

    def step(self, old, new):
        kind = new.kind
        if old is None or replaces(old, new):
            step = Step("UPDATE" if old else "CREATE", new, lambda: self.create(old, new), True)
        else:
            new.physical_resource_id = old.physical_resource_id
            step = Step("UPDATE", new, lambda: self.update(old, new), not kind.updates)
        reason = REPLACING if old and replaces(old, new) else None
        self.stack.event(new, f"{step.verb}_IN_PROGRESS", reason)
        return step

    def perform(self, step):
        resource = step.resource
        try:
            self.stack.obstruct(step.verb, resource)
            step.action()
            if step.creates and resource.reason != INITIATED:
                self.stack.event(resource, f"{step.verb}_IN_PROGRESS", INITIATED)
            self.stack.pause()
        except Cancelled:
            raise
        except Exception as error:
            if self.stack.root.cancelling.is_set():  # a nested stack was
                raise Cancelled from None
            self.stack.event(resource, f"{step.verb}_FAILED", reason_of(error))
            raise
        self.stack.event(resource, f"{step.verb}_COMPLETE")

    def create(self, old, new):
        new.physical_resource_id = ""
        self.made.append(new)  # also what fails halfway can leave something
        new.kind.create(self.stack, new)
        if old:
            self.gone.append(old)

    def update(self, old, new):
        self.undoing.append((old, lambda: self.revert(new, old)))
        change(self.stack, old, new)
        if new.kind.updates and new.physical_resource_id != old.physical_resource_id:
            self.gone.append(old)

    def revert(self, new, old):
        """Turns a resource back into what it was."""
        self.stack.event(old, "UPDATE_IN_PROGRESS")
        made = new.physical_resource_id
        self.stack.obstruct("ROLLBACK", old)
        change(self.stack, new, old)
        self.stack.rest()
        self.stack.event(old, "UPDATE_COMPLETE")
        if new.kind.updates and old.physical_resource_id != made:
            self.made.append(new)

    def undo(self, skipped=()):
        """Takes the change back but for what it made, and returns the ids of what couldn't be."""
        failed, left = [], []
        for resource, step in reversed(self.undoing):
            name = resource.logical_resource_id
            if name in skipped:
                self.stack.event(resource, "UPDATE_COMPLETE")
                continue
            try:
                step()
            except Exception as error:
                self.stack.event(resource, "UPDATE_FAILED", reason_of(error))
                failed.append(name)
                left.insert(0, (resource, step))
        undone = {resource.logical_resource_id: resource for resource, _ in self.undoing}
        self.undoing = left
        self.stack.resources.update(undone)  # whose status tells what has failed
        if not failed:
            self.gone = self.made
            self.stack.resources = dict(self.before)
        return failed

    def clean_up(self, retained=()):
        """Deletes what is gone, each before what it refers to, and returns
        the ids of what couldn't be deleted."""
        failed = []
        for resource in reversed(self.gone):
            name = resource.logical_resource_id
            if not resource.physical_resource_id:
                pass  # it never was
            elif (self.stays(resource) and (self.stack.root.keeps or self.gone is not self.made)) or name in retained:
                self.stack.event(resource, "DELETE_SKIPPED")
            elif not self.delete(resource):
                failed.append(name)
                continue
            if self.stack.resources.get(name) is resource:  # and not what replaced it
                del self.stack.resources[name]
        return failed

    def stays(self, resource):
        """Reports whether the template has a resource stay that the stack gives up."""
        successor = self.stack.resources.get(resource.logical_resource_id, resource)
        if successor is resource:
            return resource.deletion_policy == "Retain"
        return successor.replacement_policy == "Retain"

    def delete(self, resource):
        self.stack.event(resource, "DELETE_IN_PROGRESS")
        try:
            self.stack.obstruct("DELETE", resource)
            resource.kind.delete(self.stack, resource)
            self.stack.rest()
        except Exception as error:
            # What somebody else has deleted is gone, and that is what was wanted.
            if not isinstance(error, ClientError) or handler_error(error) != "NotFound":
                self.stack.event(resource, "DELETE_FAILED", reason_of(error))
                return False
        self.stack.event(resource, "DELETE_COMPLETE")
        return True


def replaces(old, new):
    """Reports whether a change takes a new resource."""
    names = set(old.properties.keys() | new.properties.keys())
    return any(
        texts(old.properties.get(name)) != texts(new.properties.get(name))
        and fixed(new, (name,), old.properties.get(name), new.properties.get(name))
        for name in names
    )


def fixed(resource, path, before, after):
    """Reports whether the part of a property that changes can't change in place."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(
            fixed(resource, (*path, name), before.get(name), after.get(name))
            for name in before.keys() | after.keys()
            if texts(before.get(name)) != texts(after.get(name))
        )
    return resource.kind.recreation(resource.cf_resource_type, path) == "Always"


def change(stack, old, new):
    """Turns one resource into the other, of the same kind."""
    if old.kind.updates:
        new.physical_resource_id, new.facts = old.physical_resource_id, dict(old.facts)
        new.kind.update(stack, new, old.properties)
        return
    if old.physical_resource_id:  # what failed to be made isn't there
        old.kind.delete(stack, old)
    new.kind.create(stack, new)
