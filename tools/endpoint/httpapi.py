"""HTTP APIs: what CloudFormation makes of the document that describes one.

moto has the routes, integrations and authorizers of an API, but of a document it
reads little: neither who may call a route, nor integrations that several routes
share. So they are put into it here, as the import does in AWS.
"""

from moto.apigatewayv2.models import apigatewayv2_backends

from resources import Kind, ResourceError, call
from template import parse_document

ANY = "x-amazon-apigateway-any-method"
VERBS = {"get", "put", "post", "delete", "options", "head", "patch", ANY}
INTEGRATION = "x-amazon-apigateway-integration"


class Api(Kind):
    """An API of either protocol; only one for HTTP has a document."""

    def create(self, stack, resource):
        body = document(stack, resource.properties)
        resource.facts = {
            **resource.properties,
            **call(stack, self.service, self.calls["create"], named(resource, body)),
        }
        self.name(resource)
        self.read(stack, resource, body)

    def update(self, stack, resource, old):
        body = document(stack, resource.properties)
        facts = {**self.kept(resource), **named(resource, body)}
        resource.facts = {**facts, **call(stack, self.service, self.calls["update"], facts)}
        self.read(stack, resource, body)

    def read(self, stack, resource, body):
        if body is not None:
            backend = apigatewayv2_backends[stack.account_id][stack.region_name]
            Import(backend.get_api(resource.physical_resource_id), body).run()


def document(stack, properties):
    """Returns the document that describes an API, or None if properties do."""
    if "BodyS3Location" in properties:
        return parse_document(call(stack, "s3", "get_object", properties["BodyS3Location"])["Body"].read())
    return properties.get("Body")


def named(resource, body):
    """Returns properties with what only a document says of an API."""
    if body is None:
        return resource.properties
    return {"Name": body["info"]["title"], "ProtocolType": "HTTP", **resource.properties}


class Import:
    """Makes an API what an OpenAPI 3 document says of it."""

    def __init__(self, api, document):
        self.api, self.document = api, document
        self.authorizers, self.integrations = {}, {}
        for kept in (api.authorizers, api.integrations, api.routes):
            kept.clear()

    def run(self):
        self.api.cors_configuration = self.document.get("x-amazon-apigateway-cors")
        for name, scheme in self.part("securitySchemes").items():
            if "x-amazon-apigateway-authorizer" in scheme:
                self.add_authorizer(name, scheme["x-amazon-apigateway-authorizer"])
        for path, operations in self.document.get("paths", {}).items():
            for verb, operation in operations.items():
                if verb.lower() in VERBS:
                    self.add_route(path, "ANY" if verb == ANY else verb.upper(), operation)

    def part(self, name):
        return self.document.get("components", {}).get(name, {})

    def add_authorizer(self, name, settings):
        self.authorizers[name] = self.api.create_authorizer(
            settings.get("authorizerCredentials"),
            settings.get("authorizerPayloadFormatVersion"),
            settings.get("authorizerResultTtlInSeconds"),
            settings["type"].upper(),
            settings.get("authorizerUri"),
            settings.get("enableSimpleResponses"),
            [source.strip() for source in settings.get("identitySource", "").split(",") if source],
            settings.get("identityValidationExpression"),
            settings.get("jwtConfiguration"),
            name,
        )

    def add_route(self, path, verb, operation):
        # The path of the document's own for what no other route takes.
        key = "$default" if path == "/$default" else f"{verb} {path}"
        integration = self.integration(key, operation)
        self.api.create_route(
            api_key_required=False,
            route_key=key,
            target=f"integrations/{integration.id}",
            **self.authorization(operation),
        )

    def authorization(self, operation):
        """Returns what create_route takes of an operation's security."""
        security = operation.get("security", [])
        for requirement in security:
            for name, scopes in requirement.items():
                if name in self.authorizers:
                    authorizer = self.authorizers[name]
                    kind = "JWT" if authorizer.authorizer_type == "JWT" else "CUSTOM"
                    return {
                        "authorization_type": kind,
                        "authorizer_id": authorizer.id,
                        "authorization_scopes": scopes,
                    }
                raise ResourceError(f"Unable to import the document: security scheme {name} has no authorizer")
        kind = operation.get("x-amazon-apigateway-auth", {}).get("type", "NONE")
        return {"authorization_type": kind, "authorization_scopes": []}

    def integration(self, key, operation):
        """Returns the integration of an operation, which is its own or one of the document's."""
        settings = operation.get(INTEGRATION)
        if not settings:
            raise ResourceError(f"Unable to import the document: {key} has no integration")
        if "$ref" not in settings:
            return self.add_integration(settings)
        name = settings["$ref"].rpartition("/")[2]
        if name not in self.integrations:
            shared = self.part(f"{INTEGRATION}s")
            if name not in shared:
                raise ResourceError(f"Unable to import the document: no integration {settings['$ref']}")
            self.integrations[name] = self.add_integration(shared[name])
        return self.integrations[name]

    def add_integration(self, settings):
        return self.api.create_integration(
            connection_type="INTERNET",
            description=None,
            integration_type=settings["type"].upper(),
            integration_method=settings.get("httpMethod"),
            integration_uri=settings.get("uri"),
            credentials_arn=settings.get("credentials"),
            payload_format_version=settings.get("payloadFormatVersion"),
            timeout_in_millis=settings.get("timeoutInMillis"),
        )


class Stage(Kind):
    def update(self, stack, resource, old):
        # moto has no call that changes a stage, and one that is made again takes its place.
        call(stack, self.service, self.calls["create"], {**resource.facts, **resource.properties})
        resource.facts.update(resource.properties)
