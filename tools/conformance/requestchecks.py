"""What a REST API checks of requests to the typed route of fronts.py, POST /orders."""

import json

from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

import aws
from deploy import expect

LINE = {"sku": "AB-1", "count": 1}
GOOD = (
    {"lines": [LINE], "note": None, "tags": None},
    {
        "lines": [LINE, {**LINE, "gift": True, "more": 1}],
        "weight": 30.5,
        "kind": "toy",
        "note": "\U0001f600" * 5,
        "tags": [],
    },
    {"lines": [LINE], "note": "n", "tags": ["a", "b"], "other": {"a": [None]}},
)
BAD = (  # and whether API Gateway sees it
    ({}, True),
    ([], True),
    ("text", True),
    ({"lines": [], "note": None, "tags": None}, None),  # its documentation says no
    ({"lines": None, "note": None, "tags": None}, True),
    ({"lines": [{"sku": "AB-1"}], "note": None, "tags": None}, True),
    ({"lines": [{**LINE, "count": 0}], "note": None, "tags": None}, True),
    ({"lines": [{**LINE, "count": "1"}], "note": None, "tags": None}, True),
    ({"lines": [{**LINE, "sku": "ab-1"}], "note": None, "tags": None}, True),
    ({"lines": [{**LINE, "sku": "AB-1234567"}], "note": None, "tags": None}, True),
    ({"lines": [{**LINE, "gift": None}], "note": None, "tags": None}, True),
    ({"lines": [LINE], "weight": -1, "note": None, "tags": None}, True),
    ({"lines": [LINE], "kind": "car", "note": None, "tags": None}, True),
    ({"lines": [LINE], "note": "too long", "tags": None}, False),
    ({"lines": [LINE], "note": None, "tags": ["a", "a"]}, False),
)


def look(api, post):
    """Holds what an API checks against what the program takes, whose status post returns."""
    place = ("--rest-api-id", api)
    models = {one["name"]: json.loads(one["schema"]) for one in aws.look("apigateway", "get-models", *place)["items"]}
    [validator] = aws.look("apigateway", "get-request-validators", *place)["items"]
    flags = (validator["name"], validator["validateRequestBody"], validator["validateRequestParameters"])
    expect("validator", flags, ("all", True, True))
    resources = aws.look("apigateway", "get-resources", *place, "--embed", "methods")["items"]
    [method] = [one["resourceMethods"]["POST"] for one in resources if one["path"] == "/orders"]
    expect("the validator of the typed route", method["requestValidatorId"], validator["id"])
    required = {"method.request.header.X-Tenant": True, "method.request.querystring.dry": True}
    expect("required parameters", method["requestParameters"], required)
    expect("types of bodies", list(method["requestModels"]), ["application/json"])
    base = f"https://apigateway.amazonaws.com/restapis/{api}/models/"
    registry = Registry().with_resources([(base + one, DRAFT4.create_resource(models[one])) for one in models])
    model = Draft4Validator(models[method["requestModels"]["application/json"]], registry=registry)
    for body in GOOD:
        expect(f"program's status for {body}", post(body), 200)
        expect(f"mistakes that the model finds in {body}", [error.message for error in model.iter_errors(body)], [])
    for body, seen in BAD:
        expect(f"that the program refuses {body}", post(body) in (400, 422), True)
        if seen is not None:
            expect(f"that the model refuses {body}", not model.is_valid(body), seen)
    refused = sum(not model.is_valid(body) for body, _ in BAD)
    return f"{len(models)} models, which refuse {refused} of {len(BAD)} bodies that the program refuses, and no other"
