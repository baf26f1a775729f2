"""Deploys one app behind each kind of API, and asks the AWS CLI what is there.

    fronts.py CHALICE

runs where the AWS of the environment is an endpoint for tests, and sam and aws
are on the path. CHALICE is our command. Nothing but the key api_type changes, and that
a REST API checks requests, whose models are held against what the program takes: as a
SAM template the app is deployed by the SAM CLI, as a CloudFormation template by the
AWS CLI. The endpoint has no addresses at which APIs answer, moto routes no request to
a function; so the function gets the events that its front would send, by lambda
invoke. Exits with 1 at the first difference.
"""

import json
import shutil
import tempfile
from pathlib import Path

import aws
import requestchecks
from aws import Failure
from deploy import BUCKET, ROOT, SAM, CloudFormation, Steps, expect, run, start

WORK = ROOT / ".tools" / "fronts"  # in the module, and in no package pattern of Go's
MAIN = """// Command fronts answers the same behind every front.
package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("fronts")
	keys := a.Authorizer(check)
	a.Route("/", index)
	a.Route("/items/{id}", item, app.Methods("GET", "PUT"), app.CORS())
	a.Route("/files/{path+}", index)
	a.Route("/private", index, app.Auth(keys))
	app.TypedRoute(a, "/orders", order, app.Methods("POST"))
	return a
}

type line struct {
	SKU   string `json:"sku" pattern:"^[A-Z]{2}-[0-9]+$" maxLength:"9"`
	Count int    `json:"count" exclusiveMinimum:"0" maximum:"99"`
	Gift  bool   `json:"gift,omitempty"`
}

type newOrder struct {
	Tenant string   `header:"X-Tenant" minLength:"1"`
	Dry    bool     `query:"dry"`
	Lines  []line   `json:"lines" minItems:"1"`
	Weight float64  `json:"weight,omitzero" minimum:"0" maximum:"30.5"`
	Kind   string   `json:"kind" enum:"book,toy" default:"book"`
	Note   *string  `json:"note" maxLength:"5"`
	Tags   []string `json:"tags" uniqueItems:"true"`
}

type placed struct {
	Count int `json:"count"`
}

func order(ctx context.Context, in *newOrder) (*placed, error) {
	p := &placed{}
	for _, l := range in.Lines {
		p.Count += l.Count
	}
	return p, nil
}

func index(ctx context.Context, r *app.Request) (any, error) { return "index", nil }

func item(ctx context.Context, r *app.Request) (any, error) { return r.Param("id"), nil }

func check(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	if r.Token() != "good" {
		return &app.AuthResponse{}, nil
	}
	return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: "somebody"}, nil
}
"""

METHODS = {
    "GET /": "APIHandler",
    "GET /items/{id}": "APIHandler",
    "PUT /items/{id}": "APIHandler",
    "OPTIONS /items/{id}": "MOCK",
    "GET /files/{path+}": "APIHandler",
    "GET /private": "APIHandler",
    "POST /orders": "APIHandler",
}
KEYS = {
    "GET /": "NONE",
    "GET /items/{id}": "NONE",
    "PUT /items/{id}": "NONE",
    "GET /files/{path+}": "NONE",
    "GET /private": "CUSTOM",
    "POST /orders": "NONE",
}
API = ("APIHandlerArn", "APIHandlerName", "EndpointURL")


def rest(outputs):
    expect("methods", aws.methods(), METHODS)
    api = outputs["RestAPIId"]
    expect("URL", outputs["EndpointURL"], f"https://{api}.execute-api.{aws.REGION}.amazonaws.com/api/")
    return f"{len(METHODS)} methods; {requestchecks.look(api, lambda body: post(outputs['APIHandlerName'], body))}"


def http(outputs):
    [api] = aws.look("apigatewayv2", "get-apis")["Items"]
    place = ("--api-id", api["ApiId"])
    routes = aws.look("apigatewayv2", "get-routes", *place)["Items"]
    expect("routes", {route["RouteKey"]: route["AuthorizationType"] for route in routes}, KEYS)
    [integration] = aws.look("apigatewayv2", "get-integrations", *place)["Items"]
    called = (
        integration["IntegrationType"],
        integration["PayloadFormatVersion"],
        "APIHandler" in integration["IntegrationUri"],
    )
    expect("integration", called, ("AWS_PROXY", "2.0", True))
    [stage] = aws.look("apigatewayv2", "get-stages", *place)["Items"]
    expect("stage", (stage["StageName"], stage["AutoDeploy"]), ("$default", True))
    expect("CORS", api["CorsConfiguration"]["AllowOrigins"], ["*"])
    expect("URL", outputs["EndpointURL"], f"https://{api['ApiId']}.execute-api.{aws.REGION}.amazonaws.com/")
    [guarded] = [route for route in routes if route["AuthorizationType"] != "NONE"]
    command = ("apigatewayv2", "get-authorizer", *place, "--authorizer-id", guarded["AuthorizerId"])
    authorizer = aws.look(*command)
    found = (authorizer["AuthorizerType"], authorizer["AuthorizerPayloadFormatVersion"], authorizer["IdentitySource"])
    expect("authorizer", found, ("REQUEST", "2.0", ["$request.header.Authorization"]))
    return f"{len(KEYS)} routes, one integration"


def function_url(outputs):
    name = outputs["APIHandlerName"]
    url = aws.look("lambda", "get-function-url-config", "--function-name", name)
    expect("URL", (url["AuthType"], url["FunctionUrl"]), ("NONE", outputs["EndpointURL"]))
    policy = json.loads(aws.look("lambda", "get-policy", "--function-name", name)["Policy"])
    actions = sorted(statement["Action"] for statement in policy["Statement"])
    expect("actions of everybody", actions, ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"])
    expect("functions", [one["Handler"] for one in aws.look("lambda", "list-functions")["Functions"]], ["api_handler"])
    return "a URL with both permissions, and no function for the authorizer"


FRONTS = {"rest": rest, "http": http, "function_url": function_url}


def rest_event(path, resource, parameters, **authorizer):
    context = {"resourcePath": resource, "httpMethod": "GET", "stage": "api", **authorizer}
    return {"path": path, "headers": {}, "pathParameters": parameters, "requestContext": context, "body": None}


def http_event(path, route, parameters, domain, **authorizer):
    context = {"http": {"method": "GET", "path": path}, "stage": "$default", "domainName": domain, **authorizer}
    event = {"version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "", "headers": {}}
    return {**event, "requestContext": context, "pathParameters": parameters, "isBase64Encoded": False}


def invoke(name, event):
    with tempfile.NamedTemporaryFile("r") as answer:
        done = aws.aws("lambda", "invoke", "--function-name", name, "--payload", json.dumps(event), answer.name)
        if "FunctionError" in done:
            raise Failure(f"{name} failed: {answer.read()}")
        return json.loads(Path(answer.name).read_text())


def post(name, body):
    event = rest_event("/orders", "/orders", None, httpMethod="POST")
    headers = {"X-Tenant": ["t"], "Content-Type": ["application/json"]}
    query = {"dry": ["true"]}
    event |= {"multiValueHeaders": headers, "multiValueQueryStringParameters": query, "body": json.dumps(body)}
    return invoke(name, {**event, "httpMethod": "POST"})["statusCode"]


def call(front, name):
    """Sends the function what its front would send, and looks at the answers."""
    if front == "rest":
        answer = invoke(name, rest_event("/items/7", "/items/{id}", {"id": "7"}))
        expect("answer", (answer["statusCode"], answer["body"]), (200, "7"))
        return
    url = front == "function_url"
    domain = "abc.lambda-url.us-east-1.on.aws" if url else "abc.execute-api.us-east-1.amazonaws.com"

    def get(path, route, parameters=None, **authorizer):
        answer = invoke(name, http_event(path, "$default" if url else f"GET {route}", parameters, domain, **authorizer))
        return answer["statusCode"], answer["body"]

    expect("answer", get("/items/7", "/items/{id}", {"id": "7"}), (200, "7"))
    expect("status without a token", get("/private", "/private")[0], 401)
    if not url:
        allowed = get("/private", "/private", authorizer={"lambda": {"principalId": "somebody"}})
        expect("answer with an authorizer's word", allowed, (200, "index"))


def go_through(chalice, front, way):
    steps = Steps(f"{front}, {way.title}")
    name = "fronts" + front.replace("_", "")
    project = WORK / f"{name}-{way.title}"
    (project / ".chalice").mkdir(parents=True)
    (project / "main.go").write_text(MAIN)
    config = {
        "version": "2.0",
        "app_name": "fronts",
        "lambda_architecture": "x86_64",
        "stages": {"dev": {"api_type": front, "request_validation": front == "rest"}},
    }
    (project / ".chalice" / "config.json").write_text(json.dumps(config))
    way.package(chalice, project, steps)
    way.create(name, project, steps)
    aws.look.cache_clear()
    outputs = aws.outputs(name)
    expect("outputs that every front has", [key for key in sorted(outputs) if key in API], sorted(API))
    there = FRONTS[front](outputs)
    call(front, outputs["APIHandlerName"])
    steps.done(f"{there}; it answers")
    how = way.delete(name)
    aws.look.cache_clear()
    left = {what: aws.look(*command)[key] for what, command, key in LISTS}
    expect("what is left", left, {what: [] for what, _, _ in LISTS})
    steps.done(f"{how}: nothing is left")


LISTS = (
    ("functions", ("lambda", "list-functions"), "Functions"),
    ("HTTP APIs", ("apigatewayv2", "get-apis"), "Items"),
    ("REST APIs", ("apigateway", "get-rest-apis"), "items"),
)


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run("aws", "s3", "mb", f"s3://{BUCKET}")
    for front in FRONTS:
        for way in (SAM(), CloudFormation()):
            try:
                go_through(chalice, front, way)
            except Failure as failure:
                raise Failure(f"{front}, {way.title}: {failure}") from None
    shutil.rmtree(WORK)


if __name__ == "__main__":
    start(main, __doc__)
