"""What AWS says of its resource types: the schemas that cfn-lint brings along."""

import functools
import importlib.util
import json
import runpy
from pathlib import Path


@functools.cache
def folder():
    # Importing cfn-lint takes two seconds, and its files are all that's needed.
    return Path(importlib.util.find_spec("cfnlint").origin).parent / "data" / "schemas"


@functools.cache
def index():
    return runpy.run_path(folder() / "providers" / "us_east_1.py")["types"]


@functools.cache
def schema(resource_type):
    """Returns the schema of a resource type, which is empty if AWS has no such type."""
    name = index().get(resource_type)
    return json.loads((folder() / "resources" / f"{name}.json").read_text()) if name else {}


def recreation(resource_type, path):
    """Returns whether a change of a property, by the names on the way to it, takes a new resource."""
    here = schema(resource_type)
    for kind, answer in (("createOnlyProperties", "Always"), ("conditionalCreateOnlyProperties", "Conditionally")):
        for pointer in here.get(kind, []):
            fixed = pointer.split("/")[2:]
            # An object is replaced as a whole when it has a part that is fixed.
            length = min(len(fixed), len(path))
            if fixed[:length] == list(path[:length]):
                return answer
    return "Never"


def is_document(resource_type, path):
    """Reports whether a property is JSON of any form, such as a policy."""
    here = root = schema(resource_type)
    for name in path:
        here = dereferenced(root, here)
        below = here.get("properties", {})
        patterns = [*here.get("patternProperties", {}).values()]
        here = here.get("items") if name.isdigit() else below.get(name) or (patterns[0] if patterns else None)
        if not here:
            return True
    here = dereferenced(root, here)
    return here.get("type") != "array" and not here.keys() & {"properties", "patternProperties", "oneOf", "anyOf"}


def dereferenced(root, here):
    while "$ref" in here:
        found = root
        for name in here["$ref"].split("/")[1:]:
            found = found[name]
        here = found
    return here


def form_of_tags(resource_type):
    """Returns the JSON type of a resource type's property Tags if the tags of stacks are put there, or None."""
    here = schema(resource_type)
    tagging = here.get("tagging", {})
    if not tagging.get("taggable") or tagging.get("tagProperty", "/properties/Tags") != "/properties/Tags":
        return None
    return dereferenced(here, here["properties"].get("Tags", {})).get("type")
