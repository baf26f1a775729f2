"""Stacks as resources of stacks."""

from urllib.parse import urlparse

from moto.cloudformation import models
from moto.cloudformation.utils import generate_stack_id

from custom import texts
from resources import INITIATED, Kind, ResourceError, call, unique

TYPE = "AWS::CloudFormation::Stack"


def text_at(stack, url):
    """Returns what is at a URL of S3: of AWS's, or of this endpoint."""
    parts = urlparse(url)
    host, path = parts.hostname or "", parts.path.lstrip("/")
    bucket, separator, _ = host.rpartition(".s3")
    if not separator:  # the bucket is in the path
        bucket, _, path = path.partition("/")
    try:
        return call(stack, "s3", "get_object", {"Bucket": bucket, "Key": path})["Body"].read().decode()
    except stack.client("s3").exceptions.ClientError as error:
        raise ResourceError(f"S3 error for TemplateURL {url}: {error}") from None


def backend_of(stack):
    return models.cloudformation_backends[stack.account_id][stack.region_name]


def new_stack(stack, logical_id, template, parameters):
    """Returns a new nested stack, of which nothing is made yet."""
    name = unique(stack.name, logical_id, limit=128)
    nested = models.Stack(
        stack_id=generate_stack_id(name, stack.region_name, stack.account_id),
        name=name,
        template=template,
        parameters=parameters,
        account_id=stack.account_id,
        region_name=stack.region_name,
        tags=stack.tags,
        role_arn=stack.role_arn,
        parent=stack,
    )
    backend_of(stack).stacks[nested.stack_id] = nested
    return nested


def parameters_of(properties):
    given = properties.get("Parameters", {})
    return {key: ",".join(value) if isinstance(value, list) else texts(value) for key, value in given.items()}


class Nested(Kind):
    def __init__(self):
        super().__init__(None, None, None, None)
        self.updates = True

    def create(self, stack, resource):
        template, parameters = self.read(stack, resource)
        nested = stack.reviewed.pop(resource.logical_resource_id, None)
        nested = nested or new_stack(stack, resource.logical_resource_id, template, parameters)
        resource.facts = {"stack": nested}
        resource.physical_resource_id = nested.stack_id
        stack.event(resource, "CREATE_IN_PROGRESS", INITIATED)  # those who follow the parent look there from now on
        nested.begin("CREATE")
        nested.deploy("CREATE", template, parameters, stack.tags)
        if nested.status != "CREATE_COMPLETE":
            raise ResourceError(f"Embedded stack {nested.stack_id} was not successfully created: {nested.failure}")

    def update(self, stack, resource, old):
        template, parameters = self.read(stack, resource)
        nested = resource.facts["stack"]
        if nested.is_already(template, parameters, stack.tags):
            return  # it has taken its own change back
        nested.begin("UPDATE")
        nested.deploy("UPDATE", template, parameters, stack.tags)
        if nested.status != "UPDATE_COMPLETE":
            raise ResourceError(
                f"Embedded stack {nested.stack_id} was not successfully updated. "
                f"Currently in {nested.status} with reason: {nested.failure}"
            )

    def delete(self, stack, resource):
        nested = resource.facts["stack"]
        nested.become("DELETE_IN_PROGRESS")
        nested.delete()
        if nested.status != "DELETE_COMPLETE":
            raise ResourceError(f"Embedded stack {nested.stack_id} was not successfully deleted: {nested.failure}")
        backend = backend_of(stack)
        backend.deleted_stacks[nested.stack_id] = backend.stacks.pop(nested.stack_id)

    def differs(self, stack, old, new):
        return not old.facts["stack"].is_already(*self.read(stack, new), stack.tags)

    def read(self, stack, resource):
        return text_at(stack, resource.properties["TemplateURL"]), parameters_of(resource.properties)

    def attribute(self, resource, name):
        outputs = {output["OutputKey"]: output["OutputValue"] for output in resource.facts["stack"].output_values}
        return outputs.get(name.removeprefix("Outputs."))
