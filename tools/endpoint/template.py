"""Reads templates, and resolves what they refer to.

A Scope is what the intrinsic functions of one template are resolved against:
its parameters, pseudo parameters, conditions and mappings, and the resources
that exist so far.
"""

import base64
import copy
import functools
import json
import os
import re

from moto.cloudformation.exceptions import ValidationError
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# The translator asks the SDK for a region and for nothing else.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

SAM = "AWS::Serverless-2016-10-31"
ABSENT = object()  # what AWS::NoValue stands for


class TemplateError(ValidationError):
    """A template, or what was given for its parameters, is wrong."""

    def __init__(self, message):
        super().__init__(message=message)

    def __str__(self):
        return self.message


class TransformError(TemplateError):
    """A macro can't do its work on a template."""


class NoManagedPolicies:
    """Templates name managed policies by their ARN here, so none are loaded."""

    def load(self):
        return {}


def parse_document(text):
    """Returns a YAML or JSON document as plain data."""
    return json.loads(as_json(text))


@functools.lru_cache(maxsize=8)
def as_json(text):
    # Reading a large template as YAML takes seconds, and a request does it often.
    try:
        json.loads(text)
        return text
    except ValueError:
        # YAML makes dates of what looks like one, and a policy's version does.
        return json.dumps(yaml_parse(text), default=str)


def processed(text, parameters=None):
    """Returns a template as CloudFormation works with it: transforms are done."""
    template = parse_document(text)
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    transforms = as_list(template.get("Transform"))
    if set(transforms) - {SAM}:
        raise TransformError(f"this endpoint has no transforms but {SAM}: {transforms}")
    if transforms:
        try:
            template = transform(copy.deepcopy(template), dict(parameters or {}), NoManagedPolicies())
        except InvalidDocumentException as error:
            causes = "; ".join(cause.message for cause in error.causes)
            raise TransformError(f"Transform {SAM} failed with: {error.message} {causes}") from None
        template.pop("Transform", None)
    return template


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def references(value, names):
    """Yields those of the names that a part of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item, names)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("Ref", "DependsOn"):
                yield from (name for name in as_list(item) if name in names)
            elif key == "Fn::GetAtt":
                name = item.split(".", 1)[0] if isinstance(item, str) else item[0]
                yield from [name] if name in names else []
            elif key == "Fn::Sub":
                for name in re.findall(r"\${([^!}.]+)", as_list(item)[0]):
                    yield from [name] if name in names else []
                yield from references(as_list(item)[1:], names)
            else:
                yield from references(item, names)


def dependency_order(resources):
    """Returns the ids of resources, each after those that it refers to."""
    order, visiting = [], set()

    def visit(name):
        if name in order:
            return
        if name in visiting:
            raise TemplateError(f"Circular dependency between resources: {sorted(visiting)}")
        visiting.add(name)
        for other in sorted(set(references(resources[name], resources)) - {name}):
            visit(other)
        visiting.discard(name)
        order.append(name)

    for name in resources:
        visit(name)
    return order


class Scope:
    """Resolves the intrinsic functions of a template."""

    def __init__(self, template, given, pseudo, exports, lookup):
        """lookup(name) is the value of an SSM parameter; exports maps the
        names that other stacks export to their values."""
        self.template = template
        self.exports = exports
        self.resources = {}
        declared = template.get("Parameters", {})
        self.parameters = {name: parameter(name, slot, given, lookup) for name, slot in declared.items()}
        # What moto shows as the stack's parameters.
        self.resolved_parameters = {name: str(given.get(name, slot.get("Default"))) for name, slot in declared.items()}
        self.no_echo_parameter_keys = [name for name, slot in declared.items() if slot.get("NoEcho")]
        self.values = {**pseudo, "AWS::NoValue": ABSENT, **self.parameters}

    def wanted(self):
        """Returns the resources whose conditions hold, in dependency order."""
        resources = {
            name: body for name, body in self.template.get("Resources", {}).items() if self.holds(body.get("Condition"))
        }
        return {name: resources[name] for name in dependency_order(resources)}

    def holds(self, condition):
        """Says whether a condition holds, given its name or what it is."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        [(function, arguments)] = condition.items()
        match function:
            case "Condition":
                return self.holds(arguments)
            case "Fn::Equals":
                first, second = (str(self.resolve(argument)) for argument in arguments)
                return first == second
            case "Fn::Not":
                return not self.holds(arguments[0])
            case "Fn::And":
                return all(self.holds(argument) for argument in arguments)
            case "Fn::Or":
                return any(self.holds(argument) for argument in arguments)
        raise TemplateError(f"Template error: {function} is no condition")

    def resolve(self, value):
        """Returns a part of the template with all functions replaced."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            if function in FUNCTIONS:
                return FUNCTIONS[function](self, argument)
            if function.startswith("Fn::"):
                raise TemplateError(f"Template error: this endpoint doesn't know {function}")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not ABSENT}

    def ref(self, name):
        if name in self.values:
            return self.values[name]
        if name in self.resources:
            return self.resources[name].physical_resource_id
        raise TemplateError(f"Template format error: Unresolved resource dependencies [{name}]")

    def get_att(self, argument):
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else (argument[0], ".".join(argument[1:]))
        if name not in self.resources:
            raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
        return self.resources[name].attribute(self.resolve(attribute))

    def sub(self, argument):
        text, values = argument if isinstance(argument, list) else (argument, {})

        def replace(match):
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in values:
                return str(self.resolve(values[name]))
            return str(self.get_att(name) if "." in name else self.ref(name))

        return re.sub(r"\${([^}]*)}", replace, text)

    def find_in_map(self, argument):
        found = self.template.get("Mappings", {})
        for key in map(self.resolve, argument[:3]):
            if key not in found:
                raise TemplateError(f"Template error: Unable to get mapping for {argument}")
            found = found[key]
        return found

    def import_value(self, argument):
        name = self.resolve(argument)
        if name not in self.exports:
            raise TemplateError(f"No export named {name} found.")
        return self.exports[name].value


FUNCTIONS = {
    "Ref": lambda scope, argument: scope.ref(argument),
    "Fn::GetAtt": lambda scope, argument: scope.get_att(argument),
    "Fn::Sub": Scope.sub,
    "Fn::FindInMap": Scope.find_in_map,
    "Fn::ImportValue": Scope.import_value,
    "Fn::If": lambda scope, argument: scope.resolve(argument[1] if scope.holds(argument[0]) else argument[2]),
    "Fn::Join": lambda scope, argument: argument[0].join(map(str, scope.resolve(argument[1]))),
    "Fn::Split": lambda scope, argument: scope.resolve(argument[1]).split(argument[0]),
    "Fn::Select": lambda scope, argument: scope.resolve(argument[1])[int(scope.resolve(argument[0]))],
    "Fn::Base64": lambda scope, argument: base64.b64encode(scope.resolve(argument).encode()).decode(),
    "Fn::GetAZs": lambda scope, argument: [
        (scope.resolve(argument) or scope.ref("AWS::Region")) + zone for zone in "abc"
    ],
}


def parameter(name, slot, given, lookup):
    """Returns the value of a parameter: what was given, or its default."""
    value = given.get(name, slot.get("Default"))
    if value is None:
        raise TemplateError(f"Parameters: [{name}] must have values")
    allowed = slot.get("AllowedValues")
    if allowed and str(value) not in map(str, allowed):
        raise TemplateError(f"Parameter '{name}' must be one of AllowedValues")
    kind = slot.get("Type", "String")
    if kind.startswith("AWS::SSM::Parameter::Value"):
        value = lookup(value)
    if "List" in kind:
        return [item.strip() for item in str(value).split(",")] if value != "" else []
    return str(value)
