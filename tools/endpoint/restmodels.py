"""Models and request validators of REST APIs, as an import makes them of a document.

What AWS says that an import leaves out of a model isn't in it, and of a value of several
types it keeps one:

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
https://github.com/hashicorp/terraform-provider-aws/issues/27344
"""

import json
import re

from jsonschema import Draft4Validator, SchemaError

from resources import ResourceError

VALIDATORS = "x-amazon-apigateway-request-validators"
VALIDATOR = "x-amazon-apigateway-request-validator"
DROPPED = {"default", "discriminator", "example", "examples", "nullable", "oneOf", "readOnly"}
PLACES = {"query": "querystring", "header": "header", "path": "path"}


def fail(name, why):
    raise ResourceError(f"Errors found during import:\n\tUnable to create model for '{name}': {why}")


class Models:
    """The models of an API, and what its methods ask of requests by them."""

    def __init__(self, backend, api, document):
        self.backend, self.api, self.document = backend, api, document
        self.schemas = document.get("definitions") or document.get("components", {}).get("schemas", {})
        self.validators = {}

    def run(self):
        self.api.models.clear()
        self.api.request_validators.clear()
        for name, schema in sorted(self.schemas.items()):
            self.add(name, schema)
        for name, rules in sorted(self.document.get(VALIDATORS, {}).items()):
            flags = [rules.get(key, False) for key in ("validateRequestBody", "validateRequestParameters")]
            self.validators[name] = self.backend.create_request_validator(self.api.id, name, *flags)

    def add(self, name, schema):
        if not re.fullmatch("[A-Za-z0-9]+", name):
            fail(name, "Model name must be alphanumeric")
        self.follow(name, schema, (name,))
        schema = self.imported(name, schema)
        try:
            Draft4Validator.check_schema(schema)
        except SchemaError as error:
            fail(name, f"Validation Result: warnings : [], errors : [Invalid model schema specified] ({error.message})")
        self.backend.create_model(self.api.id, name, "application/json", "", json.dumps(schema))

    def follow(self, name, schema, above):
        """Refuses references to nothing, and those in a circle."""
        if isinstance(schema, list):
            for part in schema:
                self.follow(name, part, above)
        if not isinstance(schema, dict):
            return
        reference = schema.get("$ref")
        if isinstance(reference, str):
            target = self.target(name, reference)
            if target in above:
                fail(name, f"circular reference to {target}")
            self.follow(name, self.schemas[target], (*above, target))
        for key, part in schema.items():
            if key not in ("enum", "required", "$ref"):
                self.follow(name, part, above)

    def target(self, name, reference):
        target = reference.rsplit("/", 1)[-1]
        if target not in self.schemas:
            fail(name, f"Invalid reference: {reference}")
        return target

    def imported(self, name, schema):
        """Returns what an import keeps of a schema."""
        if "$ref" in schema:
            target = self.target(name, schema["$ref"])
            return {"$ref": f"https://apigateway.amazonaws.com/restapis/{self.api.id}/models/{target}"}
        kept = {key: value for key, value in schema.items() if key not in DROPPED and not key.startswith("x-")}
        if isinstance(kept.get("type"), list):
            [kept["type"], *_] = [kind for kind in kept["type"] if kind != "null"] or ["null"]
        for key in ("items", "additionalProperties", "not"):
            if isinstance(kept.get(key), dict):
                kept[key] = self.imported(name, kept[key])
        for key in ("properties", "patternProperties"):
            if isinstance(kept.get(key), dict):
                kept[key] = {member: self.imported(name, part) for member, part in kept[key].items()}
        for key in ("anyOf", "allOf"):
            if isinstance(kept.get(key), list):
                kept[key] = [self.imported(name, part) for part in kept[key]]
        return kept

    def of_method(self, operation):
        """Returns what put_method takes of an operation's parameters, body and validator."""
        asked, bodies = {}, {}
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "body":
                model = self.body(parameter.get("schema", {}))
                bodies = dict.fromkeys(operation.get("consumes") or ["application/json"], model)
            elif parameter["in"] in PLACES:
                place = f"method.request.{PLACES[parameter['in']]}.{parameter['name']}"
                asked[place] = parameter.get("required", False)
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            bodies[kind] = self.body(body.get("schema", {}))
        name = operation.get(VALIDATOR, self.document.get(VALIDATOR))
        if name is not None and name not in self.validators:
            raise ResourceError(f"Errors found during import:\n\tInvalid request validator: {name}")
        return {
            "request_parameters": asked or None,
            "request_models": bodies or None,
            "request_validator_id": self.validators[name].id if name else None,
        }

    def body(self, schema):
        """Returns the name of a body's model, which is made for a schema without a name."""
        if "$ref" in schema:
            return self.target("the body of a request", schema["$ref"])
        name = f"Model{len(self.api.models)}"
        self.add(name, schema)
        return name
