"""Stacks as resources of stacks."""

from urllib.parse import urlparse

from moto.cloudformation.models import cloudformation_backends

from resources import Kind, ResourceError, call, unique


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


class Nested(Kind):
    def __init__(self):
        super().__init__(None, None, None, None)
        self.updates = True

    def create(self, stack, resource):
        template, parameters = self.read(stack, resource)
        nested = cloudformation_backends[stack.account_id][stack.region_name].create_stack(
            name=unique(stack.name, resource.logical_resource_id, limit=128),
            template=template,
            parameters=parameters,
            tags=stack.tags,
            role_arn=stack.role_arn,
        )
        resource.facts = {"stack": nested}
        resource.physical_resource_id = nested.stack_id
        self.check(nested, "CREATE_COMPLETE")

    def update(self, stack, resource, old):
        template, parameters = self.read(stack, resource)
        resource.facts["stack"].deploy("UPDATE", template, parameters)
        self.check(resource.facts["stack"], "UPDATE_COMPLETE")

    def delete(self, stack, resource):
        nested = resource.facts["stack"]
        cloudformation_backends[stack.account_id][stack.region_name].delete_stack(nested.stack_id)
        self.check(nested, "DELETE_COMPLETE")

    def read(self, stack, resource):
        given = resource.properties.get("Parameters", {})
        parameters = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in given.items()}
        return text_at(stack, resource.properties["TemplateURL"]), parameters

    def check(self, nested, status):
        if nested.status != status:
            raise ResourceError(f"Embedded stack {nested.stack_id} ended in {nested.status}: {nested.failure}")

    def attribute(self, resource, name):
        outputs = {output["OutputKey"]: output["OutputValue"] for output in resource.facts["stack"].output_values}
        return outputs.get(name.removeprefix("Outputs."))
