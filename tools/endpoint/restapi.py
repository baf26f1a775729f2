"""REST APIs: what CloudFormation makes of the document that describes one.

moto has the resources, methods and authorizers of an API but reads no
document with them, so they are put into it here, as the import does in AWS.
"""

import json

from moto.apigateway.models import apigateway_backends

from resources import Kind, call
from restmodels import Models
from template import parse_document

VERBS = {"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"}


def moto_api(stack, api_id):
    backend = apigateway_backends[stack.account_id][stack.region_name]
    return backend, backend.get_rest_api(api_id)


def document(stack, properties):
    """Returns the document that describes an API, if there is one."""
    if "Body" in properties:
        return properties["Body"]
    if "BodyS3Location" in properties:
        return parse_document(call(stack, "s3", "get_object", properties["BodyS3Location"])["Body"].read())
    return {"paths": {}}


class RestApi(Kind):
    def facts(self, properties):
        return properties

    def create(self, stack, resource):
        body = document(stack, resource.properties)
        facts = {"Name": body.get("info", {}).get("title"), **resource.properties}
        resource.facts = {**facts, **call(stack, self.service, self.calls["create"], facts)}
        self.name(resource)
        Import(*moto_api(stack, resource.physical_resource_id), body).run()

    def update(self, stack, resource, old):
        backend, api = moto_api(stack, resource.physical_resource_id)
        new, body = resource.properties, document(stack, resource.properties)
        resource.facts.update(new)
        api.name = new.get("Name") or body["info"]["title"]
        api.description = new.get("Description", "")
        api.minimum_compression_size = new.get("MinimumCompressionSize")
        api.policy = json.dumps(new["Policy"]) if "Policy" in new else None
        if "EndpointConfiguration" in new:
            api.endpoint_configuration = {"types": new["EndpointConfiguration"].get("Types", ["EDGE"])}
        Import(backend, api, body).run()


class Deployment(Kind):
    def delete(self, stack, resource):
        # A stage goes with the deployment that made it. moto refuses both.
        _, api = moto_api(stack, resource.facts["RestApiId"])
        api.deployments.pop(resource.physical_resource_id)
        for name, stage in list(api.stages.items()):
            if stage.deployment_id == resource.physical_resource_id and name == resource.facts.get("StageName"):
                api.stages.pop(name)


class Stage(Kind):
    def update(self, stack, resource, old):
        operations = [{"op": "replace", "path": "/deploymentId", "value": resource.properties["DeploymentId"]}]
        resource.facts.update(resource.properties)
        call(stack, self.service, self.calls["update"], {**resource.facts, "PatchOperations": operations})


class Import:
    """Makes an API what a document, OpenAPI 2 or 3, says of it."""

    def __init__(self, backend, api, document):
        self.backend, self.api, self.document = backend, api, document
        self.schemes = document.get("securityDefinitions") or document.get("components", {}).get("securitySchemes", {})
        self.authorizers = {}
        self.models = Models(backend, api, document)
        root = api.resources[api.root_resource_id]
        root.resource_methods.clear()
        api.resources = {root.id: root}
        self.resources = {"/": root}

    def run(self):
        endpoint = self.document.get("x-amazon-apigateway-endpoint-configuration", {})
        if "vpcEndpointIds" in endpoint:
            self.api.endpoint_configuration["vpcEndpointIds"] = endpoint["vpcEndpointIds"]
        self.api.disableExecuteApiEndpoint = endpoint.get("disableExecuteApiEndpoint", False)
        self.api.binaryMediaTypes = self.document.get("x-amazon-apigateway-binary-media-types", [])
        self.api.authorizers.clear()
        for name, scheme in sorted(self.schemes.items()):
            self.add_authorizer(name, scheme)
        self.models.run()
        for path, operations in sorted(self.document.get("paths", {}).items()):
            resource = self.resource(path)
            for verb, operation in operations.items():
                if verb.lower() in VERBS:
                    self.add_method(resource, "ANY" if verb.startswith("x-") else verb.upper(), operation)

    def resource(self, path):
        """Returns the resource of a path, made with those above it."""
        if path not in self.resources:
            above, _, part = path.rpartition("/")
            parent = self.resource(above or "/")
            self.resources[path] = self.backend.create_resource(self.api.id, parent.id, part) if part else parent
        return self.resources[path]

    def add_authorizer(self, name, scheme):
        settings = scheme.get("x-amazon-apigateway-authorizer")
        if not settings:
            return
        self.authorizers[name] = self.backend.create_authorizer(
            self.api.id,
            name,
            settings["type"].upper(),
            provider_arns=settings.get("providerARNs"),
            auth_type=scheme.get("x-amazon-apigateway-authtype"),
            authorizer_uri=settings.get("authorizerUri"),
            authorizer_credentials=settings.get("authorizerCredentials"),
            identity_source=settings.get("identitySource", f"method.request.header.{scheme.get('name')}"),
            identiy_validation_expression=settings.get("identityValidationExpression"),
            authorizer_result_ttl=settings.get("authorizerResultTtlInSeconds"),
        )

    def authorization(self, operation):
        """Returns what put_method takes of an operation's security."""
        found = {"authorization_type": "NONE"}
        for requirement in operation.get("security", []):
            for name, scopes in requirement.items():
                kind = self.schemes.get(name, {}).get("x-amazon-apigateway-authtype", "").lower()
                if name in self.authorizers:
                    cognito = self.authorizers[name].type == "COGNITO_USER_POOLS"
                    found["authorization_type"] = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
                    found["authorizer_id"] = self.authorizers[name].id
                    found["authorization_scopes"] = scopes
                elif kind == "awssigv4":
                    found["authorization_type"] = "AWS_IAM"
                else:
                    found["api_key_required"] = True
        return found

    def add_method(self, resource, verb, operation):
        place = (self.api.id, resource.id, verb)
        self.backend.put_method(*place, **self.authorization(operation), **self.models.of_method(operation))
        for status, response in operation.get("responses", {}).items():
            headers = {f"method.response.header.{name}": False for name in response.get("headers", {})}
            self.backend.put_method_response(*place, status, None, headers or None)
        integration = operation.get("x-amazon-apigateway-integration")
        if not integration:
            return
        self.backend.put_integration(
            *place,
            integration["type"].upper(),
            integration.get("uri"),
            integration.get("httpMethod"),
            credentials=integration.get("credentials"),
            request_templates=integration.get("requestTemplates"),
            request_parameters=integration.get("requestParameters"),
            passthrough_behavior=integration.get("passthroughBehavior", "when_no_match").upper(),
            content_handling=integration.get("contentHandling"),
        )
        for pattern, response in integration.get("responses", {}).items():
            self.backend.put_integration_response(
                *place,
                response.get("statusCode", "200"),
                None if pattern == "default" else pattern,
                response.get("responseTemplates"),
                response.get("responseParameters"),
            )
