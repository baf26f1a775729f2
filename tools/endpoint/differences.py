"""What a change set says of each resource: what changes, why, and what it takes."""

import json

import schemas
from custom import texts
from template import Scope, as_list

# What stands for a value that comes to be while the change set is executed.
LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
SECRET = "****"
STACK = "AWS::CloudFormation::Stack"

# The attributes of a resource beside its properties that a change set compares.
ATTRIBUTES = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")


class Plan(Scope):
    """A scope before the change: what isn't there yet is known later."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.fates = {}  # what becomes of the resources: Add, or what Replacement says
        self.causes = []  # of what was resolved last: (source, entity)

    def ref(self, name):
        if self.fates.get(name) in ("Add", "True", "Conditional"):
            self.causes.append(("ResourceReference", name))
            return LATER
        return super().ref(name)

    def get_att(self, argument):
        name, _, attribute = (argument if isinstance(argument, str) else ".".join(argument)).partition(".")
        if name in self.fates:
            self.causes.append(("ResourceAttribute", f"{name}.{attribute}"))
            return LATER
        return super().get_att(argument)

    def resolve(self, value):
        known = len(self.causes)
        try:
            return super().resolve(value)
        except (IndexError, KeyError, TypeError, ValueError):
            if len(self.causes) == known:
                raise
            return LATER  # a part of what isn't known, such as Fn::Select of it

    def outlook(self, value):
        """Returns what a value will be, as far as can be told, and what it waits for."""
        self.causes = []
        resolved = self.resolve(value)
        return resolved, self.causes


class Differences:
    """Compares what a template wants with the resources that a stack has."""

    def __init__(self, stack, plan, nested=None):
        """nested(name, properties) makes the change set of a nested stack, and returns its id, or
        None if nothing changes in it. Without it any nested stack may change."""
        self.stack, self.plan, self.nested = stack, plan, nested
        plan.resources = dict(stack.resources)
        self.changed_parameters = {
            name
            for name, value in plan.resolved_parameters.items()
            if stack.resource_map.resolved_parameters.get(name) != value
        }
        self.secrets = [
            value
            for scope in (plan, stack.resource_map)
            for name, value in scope.resolved_parameters.items()
            if name in scope.no_echo_parameter_keys and value
        ]

    def changes(self):
        """Returns what the API calls ResourceChange, for each resource that changes."""
        wanted, found = self.plan.wanted(), []
        for name, body in wanted.items():
            old = self.plan.resources.get(name)
            change = self.modification(old, body) if old else self.addition(name, body)
            if change:
                found.append(change)
                self.plan.fates[name] = change.get("Replacement", "Add")
        return found + [self.removal(old) for name, old in self.stack.resources.items() if name not in wanted]

    def addition(self, name, body):
        properties = self.with_tags(body["Type"], self.plan.outlook(body.get("Properties", {}))[0])
        change = {"Action": "Add", "LogicalResourceId": name, "ResourceType": body["Type"], "Scope": [], "Details": []}
        if self.nested and body["Type"] == STACK:
            change["ChangeSetId"] = self.nested(name, properties)
        return {**change, "AfterContext": self.context(properties, body)}

    def removal(self, old):
        return {
            "PolicyAction": "Delete" if old.deletion_policy != "Retain" else "Retain",
            "Action": "Remove",
            **identity(old),
            "Scope": [],
            "Details": [],
            "BeforeContext": self.context(old.properties, old.body),
        }

    def modification(self, old, body):
        properties, details = self.property_details(old, body)
        for attribute in ATTRIBUTES:
            before, after = old.body.get(attribute), body.get(attribute)
            if before != after:
                details.append(self.detail(attribute, None, (), before, after))
        change_set = self.nested(old.logical_resource_id, properties) if self.nested and body["Type"] == STACK else None
        if body["Type"] == STACK and (change_set or not self.nested):
            target = {"Attribute": "Properties", "RequiresRecreation": "Never"}
            details.append({"Target": target, "Evaluation": "Dynamic", "ChangeSource": "Automatic"})
        if not details:
            return None
        replacement = self.replacement(details)
        policy = "Retain" if body.get("UpdateReplacePolicy") == "Retain" else "Delete"
        return {
            **({"PolicyAction": f"ReplaceAnd{policy}"} if replacement != "False" else {}),
            "Action": "Modify",
            **identity(old),
            "Replacement": replacement,
            "Scope": sorted({detail["Target"]["Attribute"] for detail in details}),
            "Details": details,
            **({"ChangeSetId": change_set} if change_set else {}),
            "BeforeContext": self.context(old.properties, old.body),
            "AfterContext": self.context(properties, body),
        }

    def replacement(self, details):
        """Returns whether a resource is replaced: True, False, or Conditional."""
        needs = {(detail["Target"]["RequiresRecreation"], detail["Evaluation"]) for detail in details}
        if ("Always", "Static") in needs:
            return "True"
        return "Conditional" if any(need != "Never" for need, _ in needs) else "False"

    def property_details(self, old, body):
        """Returns the properties as they will be, and the details of those that change."""
        kind, raw, properties, details = body["Type"], body.get("Properties", {}), {}, []
        causes = {}
        for name in raw:
            properties[name], causes[name] = self.plan.outlook(raw[name])
        properties = self.with_tags(kind, {name: value for name, value in properties.items() if value is not None})
        for name in sorted(old.properties.keys() | properties.keys()):
            for path, before, after in unequal(kind, (name,), old.properties.get(name), properties.get(name)):
                attribute = "Tags" if name == "Tags" else "Properties"
                target = self.detail(attribute, name, path, before, after, old)["Target"]
                why = self.reasons(name, old.body.get("Properties", {}), raw, causes.get(name, []))
                details += [{"Target": target, **reason} for reason in why]
        return properties, details

    def reasons(self, name, before, after, causes):
        """Returns why a property changes: its text does, or what the text refers to."""
        if before.get(name) != after.get(name):
            return [{"Evaluation": "Static", "ChangeSource": "DirectModification"}]
        parameters = sorted(self.changed_parameters & set(mentioned(after.get(name), self.plan.resolved_parameters)))
        found = [("Static", "ParameterReference", parameter) for parameter in parameters]
        found += [("Dynamic", source, entity) for source, entity in sorted(set(causes))]
        if not found:  # the stack's own tags
            return [{"Evaluation": "Static", "ChangeSource": "DirectModification"}]
        return [dict(zip(("Evaluation", "ChangeSource", "CausingEntity"), reason, strict=False)) for reason in found]

    def detail(self, attribute, name, path, before, after, old=None):
        kind = "Add" if before is None else "Remove" if after is None else "Modify"
        way = ("Properties", *path) if name else (attribute,)
        target = {
            "Attribute": attribute,
            **({"Name": name} if name and attribute == "Properties" else {}),
            "RequiresRecreation": old.kind.recreation(old.cf_resource_type, path) if old else "Never",
            "Path": "/" + "/".join(way),
            **({"BeforeValue": self.shown(before)} if before is not None else {}),
            **({"AfterValue": self.shown(after)} if after is not None else {}),
            "AttributeChangeType": kind,
        }
        return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}

    def with_tags(self, kind, properties):
        return self.stack.tagged(kind, properties, self.plan.tags)

    def context(self, properties, body):
        attributes = {name: body[name] for name in ATTRIBUTES if name in body}
        return self.shown({"Properties": properties, **attributes})

    def shown(self, value):
        """Returns a value as text, without what isn't to be seen."""
        value = texts(value)
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))
        for secret in self.secrets:
            text = text.replace(secret, SECRET)
        return text


def identity(old):
    return {
        "LogicalResourceId": old.logical_resource_id,
        "PhysicalResourceId": old.physical_resource_id,
        "ResourceType": old.cf_resource_type,
    }


def unequal(kind, path, before, after):
    """Yields the paths at which two properties differ, each with both values."""
    if texts(before) == texts(after):
        return
    both = (before, after)
    if not schemas.is_document(kind, path):
        if all(isinstance(value, dict) for value in both):
            for name in sorted(before.keys() | after.keys()):
                yield from unequal(kind, (*path, name), before.get(name), after.get(name))
            return
        if all(isinstance(value, list) for value in both) and len(before) == len(after):
            for number, (old, new) in enumerate(zip(*both, strict=True)):
                yield from unequal(kind, (*path, str(number)), old, new)
            return
    yield path, before, after


def mentioned(value, names):
    """Yields those of the names that Ref or Fn::Sub mention in a value."""
    if isinstance(value, list):
        for item in value:
            yield from mentioned(item, names)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield from [item] if item in names else []
            elif key == "Fn::Sub":
                text = as_list(item)[0]
                yield from (name for name in names if "${" + name + "}" in text)
            else:
                yield from mentioned(item, names)
