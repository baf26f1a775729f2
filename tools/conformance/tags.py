"""Holds the tags and roles of our templates against the schemas of AWS's types.

In a case that is to tag everything, each resource has tags whose type can have some,
as the schemas of CloudFormation say that cfn-lint has; and in one with a boundary, each
role has it. What a case merges into its template is the user's, and left alone.
"""

import json

from cfnlint.schema._exceptions import ResourceNotFoundError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

REGION = "us-east-1"


def taggable(kind):
    """Tells whether resources of a type can have tags."""
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    except ResourceNotFoundError:
        return False  # a custom resource, say
    return "Tags" in schema["properties"]


def has_tags(properties):
    """Tells whether a resource has tags: an HTTP API has them in its document."""
    document = properties.get("Body", {})
    return bool(properties.get("Tags") or (isinstance(document, dict) and document.get("tags")))


def asked(folder, key):
    """Returns what a case's configuration has under a key."""
    file = folder / "config.json"
    return json.loads(file.read_text()).get(key) if file.exists() else None


def lacking(folder, resources, merged):
    """Lists what the resources of a case's template lack."""
    ours = {name: resource for name, resource in resources.items() if name not in merged}
    if asked(folder, "tag_resources"):
        for name, resource in ours.items():
            if taggable(resource["Type"]) and not has_tags(resource.get("Properties", {})):
                yield f"{name}, an {resource['Type']}, has no tags"
    if asked(folder, "permissions_boundary"):
        for name, resource in ours.items():
            if resource["Type"] == "AWS::IAM::Role" and "PermissionsBoundary" not in resource["Properties"]:
                yield f"the role {name} has no boundary"


class Kinds:
    """The types of resources that cases have which can have tags."""

    def __init__(self):
        self.all, self.tagged = set(), set()

    def note(self, folder, resources, merged):
        kinds = {resource["Type"] for name, resource in resources.items() if name not in merged}
        kinds = {kind for kind in kinds if taggable(kind)}
        self.all |= kinds
        if asked(folder, "tag_resources"):
            self.tagged |= kinds

    def untried(self):
        """Lists the types that no case has tags for, if any case has them for all."""
        return sorted(self.all - self.tagged) if self.tagged else []
