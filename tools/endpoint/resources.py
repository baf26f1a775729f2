"""What a stack consists of, and how a kind of resource is made by API calls."""

import json
import uuid
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

import schemas

# The reason of the event from which on a new resource has an id.
INITIATED = "Resource creation Initiated"


class ResourceError(Exception):
    """A resource couldn't be made, changed or deleted."""


@dataclass
class Resource:
    """A resource of a stack as it is now, under the names that moto reads."""

    logical_resource_id: str
    cf_resource_type: str
    kind: "Kind"
    properties: dict
    physical_resource_id: str = ""
    # What the template says of it.
    body: dict = field(default_factory=dict)
    # How it is to be updated, by the template.
    update_policy: dict = field(default_factory=dict)
    # Of its last event.
    status: str = ""
    reason: str = None
    timestamp: object = None
    # What its creation answered: attributes, and what later calls need.
    facts: dict = field(default_factory=dict)

    @property
    def deletion_policy(self):
        return self.body.get("DeletionPolicy", "Delete")

    @property
    def replacement_policy(self):
        """What becomes of the resource whose place this one takes."""
        return self.body.get("UpdateReplacePolicy", "Delete")

    def attribute(self, name):
        """Returns what Fn::GetAtt gives."""
        value = self.kind.attribute(self, name)
        if value is None:
            what = f"resource {self.logical_resource_id} does not support attribute type {name} in Fn::GetAtt"
            raise ResourceError(f"Template error: {what}")
        return value


def unique(*parts, limit=64):
    """Returns a name that nothing else has."""
    tail = uuid.uuid4().hex[:12].upper()
    return "-".join(parts)[: limit - len(tail) - 1] + "-" + tail


def fit(value, shape):
    """Returns a property in the form that an API takes.

    The API spells some names otherwise, has texts where a template has
    objects, and has a map where a template has a list of tags. What the API
    doesn't know is left out.
    """
    match shape.type_name:
        case "structure":
            given = {key.lower(): item for key, item in value.items() if item is not None}
            return {
                name: fit(given[name.lower()], member)
                for name, member in shape.members.items()
                if name.lower() in given
            }
        case "list":
            return [fit(item, shape.member) for item in value]
        case "map":
            if isinstance(value, list):
                value = {tag["Key"]: tag["Value"] for tag in value}
            return {key: fit(item, shape.value) for key, item in value.items()}
        case "integer" | "long":
            return int(value)
        case "boolean":
            return str(value).lower() == "true"
        case "string" if isinstance(value, (dict, list)):
            return json.dumps(value)
        case "string":
            return str(value)
    return value


def call(stack, service, method, facts):
    """Calls the endpoint's own API with those of the facts that it takes."""
    client = stack.client(service)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    try:
        answer = getattr(client, method)(**fit(facts, model.input_shape))
    except ClientError as error:
        error.service = client.meta.service_model.service_id  # events name it
        raise
    answer.pop("ResponseMetadata", None)
    return answer


class Kind:
    """A kind of resource whose calls go by the names of its properties.

    A call gets what it needs from the properties and from what the creation
    answered, by name. Without an update call a change deletes the resource and
    makes it anew.
    """

    def __init__(self, service, create, delete, ref, update=None, named=None, attributes=None, replaces=()):
        self.service = service
        self.calls = {"create": create, "update": update, "delete": delete}
        self.ref = ref  # the fact that is the physical id
        self.named = named  # the property that gets a name if it has none
        self.attributes = attributes or {}  # of Fn::GetAtt, by the facts they are
        # Properties whose change takes a new resource.
        self.replaces = {*replaces, named} - {None}
        self.updates = update is not None

    def recreation(self, resource_type, path):
        """Returns whether a change at a path of properties takes a new resource: Always, Conditionally or Never."""
        return "Always" if path[0] in self.replaces else schemas.recreation(resource_type, path)

    def differs(self, stack, old, new):
        """Reports whether a resource has to be updated although its properties are the same."""
        return False

    def facts(self, properties):
        """Returns the properties as the calls take them."""
        return dict(properties)

    def attribute(self, resource, name):
        """Returns an attribute, or None if there is no such."""
        return next((fact for key, fact in resource.facts.items() if key.lower() == name.lower()), None)

    def create(self, stack, resource):
        facts = self.facts(resource.properties)
        if self.named and self.named not in facts:
            facts[self.named] = unique(stack.name, resource.logical_resource_id)
        resource.facts = {**facts, **call(stack, self.service, self.calls["create"], facts)}
        self.name(resource)

    def name(self, resource):
        resource.physical_resource_id = str(resource.attribute(self.ref))
        for attribute, fact in self.attributes.items():
            resource.facts[attribute] = resource.attribute(fact)

    def update(self, stack, resource, old):
        """Changes what exists; the resource has the new properties already."""
        facts = {**self.kept(resource), **self.facts(resource.properties)}
        resource.facts = {**facts, **call(stack, self.service, self.calls["update"], facts)}
        self.name(resource)

    def kept(self, resource):
        """Returns the facts that stay when the properties change: names and ids."""
        return {key: value for key, value in resource.facts.items() if isinstance(value, str)}

    def delete(self, stack, resource):
        call(stack, self.service, self.calls["delete"], resource.facts)
