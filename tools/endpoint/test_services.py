"""Tests of services beside CloudFormation, and of what stacks make in them."""

import json
import unittest

from harness import ROLE, EndpointTest, custom


class ServiceTest(EndpointTest):
    def test_order_of_groups(self):
        sqs = self.client("sqs")
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "1"}
        url = sqs.create_queue(QueueName="ordered.fifo", Attributes=attributes)["QueueUrl"]
        for n in range(4):
            sqs.send_message(QueueUrl=url, MessageBody=str(n), MessageGroupId="g", MessageDeduplicationId=str(n))

        def receive(most, wait):
            got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait)
            return [message["Body"] for message in got.get("Messages", [])]

        self.assertEqual(receive(3, 0), ["0", "1", "2"])
        self.assertEqual(receive(3, 0), [])
        self.assertEqual(receive(3, 5), ["0", "1", "2"])

    def test_function_is_run(self):
        answer = "[event, os.environ['COLOR'], 1 / event['by']]"
        code = f"import os\ndef handler(event, context):\n  print('seen')\n  return {answer}"
        properties = {
            **custom("")["Resources"]["Function"]["Properties"],
            "FunctionName": "divide",
            "Code": {"ZipFile": code},
            "Environment": {"Variables": {"COLOR": "red"}},
        }
        self.deploy({"Resources": {"Role": ROLE, "F": {"Type": "AWS::Lambda::Function", "Properties": properties}}})
        invoke = self.client("lambda").invoke
        answer = invoke(FunctionName="divide", Payload='{"by": 2}')
        self.assertEqual(json.load(answer["Payload"]), [{"by": 2}, "red", 0.5])
        answer = invoke(FunctionName="divide", Payload='{"by": 0}')
        self.assertIn("FunctionError", answer)
        self.assertEqual(json.load(answer["Payload"])["errorType"], "ZeroDivisionError")

    def test_websocket_api(self):
        def template(route, description):
            parts = {
                "Api": (
                    "Api",
                    {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.a"},
                ),
                "Call": (
                    "Integration",
                    {"ApiId": {"Ref": "Api"}, "IntegrationType": "MOCK", "Description": description},
                ),
                "Route": (
                    "Route",
                    {"ApiId": {"Ref": "Api"}, "RouteKey": route, "Target": {"Fn::Sub": "integrations/${Call}"}},
                ),
                "Deployment": ("Deployment", {"ApiId": {"Ref": "Api"}}),
                "Stage": ("Stage", {"ApiId": {"Ref": "Api"}, "StageName": "api", "Description": description}),
            }
            made = {
                name: {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": part} for name, (kind, part) in parts.items()
            }
            return {"Resources": made, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}}

        gateway = self.client("apigatewayv2")
        for route, description in ("$connect", "first"), ("$default", "second"):
            stack = self.deploy(template(route, description))
            api = {"ApiId": stack["Outputs"]["Id"]}
            [made] = gateway.get_routes(**api)["Items"]
            [call] = gateway.get_integrations(**api)["Items"]
            [stage] = gateway.get_stages(**api)["Items"]
            self.assertEqual((made["RouteKey"], made["Target"]), (route, f"integrations/{call['IntegrationId']}"))
            self.assertEqual((call["Description"], stage["Description"]), (description, description))
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(gateway.get_apis()["Items"], [])

    def test_a_usage_plan(self):
        """A REST API with keys, a plan for them and a web ACL, which is disabled under its own name."""
        call = {"type": "mock", "responses": {"default": {"statusCode": "204"}}, "passthroughBehavior": "never"}
        body = {
            "swagger": "2.0",
            "info": {"title": "planned"},
            "paths": {"/": {"get": {"responses": {"204": {}}, "x-amazon-apigateway-integration": call}}},
            "x-amazon-apigateway-endpoint-configuration": {
                "vpcEndpointIds": ["vpce-1"],
                "disableExecuteApiEndpoint": True,
            },
        }
        visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
        firewall = self.client("wafv2")
        acl = firewall.create_web_acl(
            Name="shield", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility
        )["Summary"]["ARN"]

        def ref(name):
            return {"Ref": name}

        parts = {
            "Api": ("RestApi", {"Body": body}),
            "Deployment": ("Deployment", {"RestApiId": ref("Api")}),
            "Stage": (
                "Stage",
                {
                    "RestApiId": ref("Api"),
                    "DeploymentId": ref("Deployment"),
                    "StageName": "v1",
                    "Variables": {"color": "blue"},
                },
            ),
            "Plan": (
                "UsagePlan",
                {
                    "UsagePlanName": "plan",
                    "ApiStages": [{"ApiId": ref("Api"), "Stage": ref("Stage")}],
                    "Quota": {"Limit": 10, "Period": "DAY"},
                },
            ),
            "Key": ("ApiKey", {"Name": "partner", "Enabled": True}),
            "PlanKey": ("UsagePlanKey", {"KeyId": ref("Key"), "KeyType": "API_KEY", "UsagePlanId": ref("Plan")}),
        }
        made = {name: {"Type": f"AWS::ApiGateway::{kind}", "Properties": part} for name, (kind, part) in parts.items()}
        stage = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}"}
        made["Shield"] = {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {"ResourceArn": stage, "WebACLArn": acl},
        }
        outputs = {name: {"Value": ref(name)} for name in ("Api", "Key", "Plan")}
        stack = self.deploy({"Resources": made, "Outputs": outputs})
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.reasons(stack))
        gateway, ids = self.client("apigateway"), stack["Outputs"]
        key = gateway.get_api_key(apiKey=ids["Key"], includeValue=True)
        self.assertTrue(key["enabled"] and key["value"])
        [accepted] = gateway.get_usage_plan_keys(usagePlanId=ids["Plan"])["items"]
        plan = gateway.get_usage_plan(usagePlanId=ids["Plan"])
        self.assertEqual(accepted["id"], ids["Key"])
        self.assertEqual((plan["name"], plan["quota"]["limit"]), ("plan", 10))
        self.assertEqual(plan["apiStages"], [{"apiId": ids["Api"], "stage": "v1"}])
        api = gateway.get_rest_api(restApiId=ids["Api"])
        self.assertEqual(api["endpointConfiguration"]["vpcEndpointIds"], ["vpce-1"])
        self.assertTrue(api["disableExecuteApiEndpoint"])
        self.assertEqual(gateway.get_stage(restApiId=ids["Api"], stageName="v1")["webAclArn"], acl)
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(gateway.get_api_keys()["items"], [])

    def test_rest_api(self):
        call = {"type": "mock", "responses": {"default": {"statusCode": "204"}}, "passthroughBehavior": "never"}

        def operation(*security):
            return {"security": list(security), "responses": {"204": {}}, "x-amazon-apigateway-integration": call}

        authorizer = {"type": "token", "authorizerUri": "arn:aws:apigateway:::x", "authorizerResultTtlInSeconds": 30}
        body = {
            "openapi": "3.0.1",
            "info": {"title": "documented"},
            "paths": {
                "/": {"get": operation(), "parameters": []},
                "/a/{b+}": {
                    "x-amazon-apigateway-any-method": operation({"key": []}),
                    "post": operation({"check": ["read"]}),
                },
            },
            "components": {
                "securitySchemes": {
                    "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
                    "check": {
                        "name": "Token",
                        "x-amazon-apigateway-authtype": "custom",
                        "x-amazon-apigateway-authorizer": authorizer,
                    },
                }
            },
        }

        def template(**properties):
            api = {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}
            return {"Resources": {"Api": api}, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}}

        stack = self.deploy(template(Body=body))
        gateway, api = self.client("apigateway"), stack["Outputs"]["Id"]
        [check] = gateway.get_authorizers(restApiId=api)["items"]
        self.assertEqual(
            (check["name"], check["type"], check["identitySource"]), ("check", "TOKEN", "method.request.header.Token")
        )
        self.assertEqual(
            self.methods(api),
            {("/", "GET"): ("NONE", False), ("/a/{b+}", "ANY"): ("NONE", True), ("/a/{b+}", "POST"): ("CUSTOM", False)},
        )
        # A document can also lie in a bucket.
        del body["paths"]["/a/{b+}"]
        self.client("s3").create_bucket(Bucket="documents")
        self.client("s3").put_object(Bucket="documents", Key="api.json", Body=json.dumps(body))
        self.deploy(template(BodyS3Location={"Bucket": "documents", "Key": "api.json"}))
        self.assertEqual(self.methods(api), {("/", "GET"): ("NONE", False)})

    def test_checked_requests(self):
        """The models, the validators and the parameters of a document."""
        call = {"type": "mock", "responses": {"default": {"statusCode": "204"}}}
        order = {
            "type": "object",
            "properties": {"lines": {"type": ["null", "array"], "items": {"$ref": "#/definitions/Line"}}},
            "additionalProperties": {"type": "string", "default": "x"},
        }
        parameters = [
            {"name": "page", "in": "query", "required": True, "type": "integer"},
            {"name": "X-Tenant", "in": "header", "type": "string"},
            {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Order"}},
        ]
        operation = {
            "consumes": ["application/json", "application/x+json"],
            "parameters": parameters,
            "x-amazon-apigateway-request-validator": "all",
            "x-amazon-apigateway-integration": call,
        }
        body = {
            "swagger": "2.0",
            "info": {"title": "checked"},
            "paths": {"/": {"post": operation, "get": {"x-amazon-apigateway-integration": call}}},
            "definitions": {"Order": order, "Line": {"type": "integer", "minimum": 1}},
            "x-amazon-apigateway-request-validators": {
                "all": {"validateRequestBody": True, "validateRequestParameters": True},
                "none": {},
            },
        }

        def template():
            return {
                "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}},
                "Outputs": {"Id": {"Value": {"Ref": "Api"}}},
            }

        stack = self.deploy(template())
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", self.reasons(stack))
        gateway, api = self.client("apigateway"), {"restApiId": stack["Outputs"]["Id"]}
        models = {model["name"]: json.loads(model["schema"]) for model in gateway.get_models(**api)["items"]}
        line = f"https://apigateway.amazonaws.com/restapis/{api['restApiId']}/models/Line"
        kept = {
            "type": "object",
            "properties": {"lines": {"type": "array", "items": {"$ref": line}}},
            "additionalProperties": {"type": "string"},
        }
        self.assertEqual(models, {"Order": kept, "Line": {"type": "integer", "minimum": 1}})
        validators = {one["name"]: one for one in gateway.get_request_validators(**api)["items"]}
        flags = {name: (v["validateRequestBody"], v["validateRequestParameters"]) for name, v in validators.items()}
        self.assertEqual(flags, {"all": (True, True), "none": (False, False)})
        [root] = gateway.get_resources(**api, embed=["methods"])["items"]
        post = gateway.get_method(**api, resourceId=root["id"], httpMethod="POST")
        self.assertEqual(post["requestValidatorId"], validators["all"]["id"])
        self.assertEqual(post["requestModels"], {"application/json": "Order", "application/x+json": "Order"})
        asked = {"method.request.querystring.page": True, "method.request.header.X-Tenant": False}
        self.assertEqual(post["requestParameters"], asked)
        self.assertNotIn("requestValidatorId", gateway.get_method(**api, resourceId=root["id"], httpMethod="GET"))
        for name, schema, why in (
            ("a-b", {"type": "string"}, "alphanumeric"),
            ("Circle", {"type": "array", "items": {"$ref": "#/definitions/Circle"}}, "circular reference to Circle"),
            ("Nowhere", {"$ref": "#/definitions/No"}, "Invalid reference"),
            ("Later", {"type": "integer", "exclusiveMinimum": 1}, "Invalid model schema specified"),
            ("Needless", {"type": "object", "required": []}, "Invalid model schema specified"),
        ):
            body["definitions"] = {"Order": {}, name: schema}
            failed = self.deploy(template())
            self.assertIn("ROLLBACK", failed["StackStatus"])
            reasons = self.reasons(failed)
            self.assertTrue([one for one in reasons if f"'{name}'" in one and why in one], (name, reasons))

    def test_http_api(self):
        called = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:lambda:::f", "payloadFormatVersion": "2.0"}
        shared = {"$ref": "#/components/x-amazon-apigateway-integrations/handler"}
        jwt = {
            "type": "jwt",
            "identitySource": "$request.header.Authorization",
            "jwtConfiguration": {"issuer": "https://issuer.example", "audience": ["us"]},
        }

        def operation(**more):
            return {"x-amazon-apigateway-integration": shared, **more}

        body = {
            "openapi": "3.0.1",
            "info": {"title": "documented", "version": "1"},
            "paths": {
                "/": {"get": operation()},
                "/a/{b+}": {
                    "x-amazon-apigateway-any-method": operation(security=[{"pool": ["read"]}]),
                    "post": operation(**{"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}),
                },
                "/$default": {"x-amazon-apigateway-any-method": operation()},
            },
            "components": {
                "x-amazon-apigateway-integrations": {"handler": called},
                "securitySchemes": {"pool": {"type": "oauth2", "x-amazon-apigateway-authorizer": jwt}},
            },
            "x-amazon-apigateway-cors": {"allowOrigins": ["*"]},
        }

        def template(limit):
            settings = {"ThrottlingBurstLimit": limit, "ThrottlingRateLimit": 1.5}
            stage = {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True}
            made = {
                "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": body}},
                "Stage": {
                    "Type": "AWS::ApiGatewayV2::Stage",
                    "Properties": {**stage, "DefaultRouteSettings": settings},
                },
            }
            return {"Resources": made, "Outputs": {"Id": {"Value": {"Ref": "Api"}}}}

        gateway = self.client("apigatewayv2")
        stack = self.deploy(template(5))
        api = {"ApiId": stack["Outputs"]["Id"]}
        self.assertEqual(gateway.get_api(**api)["Name"], "documented")
        [integration] = gateway.get_integrations(**api)["Items"]
        self.assertEqual(integration["PayloadFormatVersion"], "2.0")
        routes = {
            route["RouteKey"]: (route["AuthorizationType"], route["AuthorizationScopes"])
            for route in gateway.get_routes(**api)["Items"]
        }
        want = {"GET /": ("NONE", []), "ANY /a/{b+}": ("JWT", ["read"]), "POST /a/{b+}": ("AWS_IAM", [])}
        self.assertEqual(routes, {**want, "$default": ("NONE", [])})
        [guarded] = [route for route in gateway.get_routes(**api)["Items"] if route["AuthorizationType"] == "JWT"]
        authorizer = gateway.get_authorizer(**api, AuthorizerId=guarded["AuthorizerId"])
        self.assertEqual(authorizer["JwtConfiguration"]["Issuer"], "https://issuer.example")
        del body["paths"]["/a/{b+}"]
        self.deploy(template(9))
        [stage] = gateway.get_stages(**api)["Items"]
        self.assertEqual(stage["DefaultRouteSettings"]["ThrottlingBurstLimit"], 9)
        self.assertEqual(len(gateway.get_routes(**api)["Items"]), 2)
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(gateway.get_apis()["Items"], [])

    def test_function_url(self):
        properties = {**custom("")["Resources"]["Function"]["Properties"], "FunctionName": "reached"}

        def template(auth):
            url = {"TargetFunctionArn": {"Ref": "F"}, "AuthType": auth, "InvokeMode": "RESPONSE_STREAM"}
            permission = {
                "FunctionName": {"Ref": "F"},
                "Action": "lambda:InvokeFunctionUrl",
                "Principal": "*",
                "FunctionUrlAuthType": auth,
            }
            made = {
                "Role": ROLE,
                "F": {"Type": "AWS::Lambda::Function", "Properties": properties},
                "Url": {"Type": "AWS::Lambda::Url", "Properties": url},
                "Open": {"Type": "AWS::Lambda::Permission", "Properties": permission},
            }
            return {"Resources": made, "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}}}

        functions = self.client("lambda")
        for auth in "NONE", "AWS_IAM":
            stack = self.deploy(template(auth))
            found = functions.get_function_url_config(FunctionName="reached")
            self.assertEqual((found["AuthType"], found["InvokeMode"]), (auth, "RESPONSE_STREAM"))
            self.assertEqual(found["FunctionUrl"], stack["Outputs"]["Url"])
        [statement] = json.loads(functions.get_policy(FunctionName="reached")["Policy"])["Statement"]
        self.assertEqual(statement["Action"], "lambda:InvokeFunctionUrl")
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_schedules_and_rules(self):
        """A schedule of EventBridge Scheduler, and a rule on a bus of its own."""
        arn = "arn:aws:lambda:us-east-1:123456789012:function:tick"
        role = "arn:aws:iam::123456789012:role/schedules"

        def template(schedule, target):
            invoked = {"Arn": arn, "RoleArn": role, **target}
            parts = {
                "Schedule": ("Scheduler::Schedule", {"Target": invoked, **schedule}),
                "Bus": ("Events::EventBus", {"Name": "orders"}),
                "Rule": (
                    "Events::Rule",
                    {
                        "EventBusName": {"Ref": "Bus"},
                        "EventPattern": {"source": ["shop"]},
                        "Targets": [{"Arn": arn, "Id": "tick", **target}],
                    },
                ),
            }
            made = {name: {"Type": f"AWS::{kind}", "Properties": part} for name, (kind, part) in parts.items()}
            outputs = {"Name": {"Value": {"Ref": "Schedule"}}, "Arn": {"Value": {"Fn::GetAtt": ["Schedule", "Arn"]}}}
            return {"Resources": made, "Outputs": outputs}

        noon = {
            "ScheduleExpression": "cron(0 12 * * ? *)",
            "ScheduleExpressionTimezone": "Europe/Paris",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
            "EndDate": "2099-01-01T00:00:00Z",
        }
        dead = {
            "Input": '{"kind": "noon"}',
            "RetryPolicy": {"MaximumRetryAttempts": 3},
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"},
        }
        once = {"ScheduleExpression": "at(2099-01-01T00:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"}}
        scheduler, events = self.client("scheduler"), self.client("events")
        for schedule, target in (noon, dead), (once, {}):
            stack = self.deploy(template(schedule, target))
            self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.reasons(stack))
            found = scheduler.get_schedule(Name=stack["Outputs"]["Name"])
            self.assertEqual(found["Arn"], stack["Outputs"]["Arn"])
            zone = schedule.get("ScheduleExpressionTimezone", "UTC")
            self.assertEqual(
                (found["ScheduleExpression"], found["FlexibleTimeWindow"], found["ScheduleExpressionTimezone"]),
                (schedule["ScheduleExpression"], schedule["FlexibleTimeWindow"], zone),
            )
            self.assertEqual("EndDate" in found, "EndDate" in schedule)
            self.assertEqual(target, {key: found["Target"][key] for key in target})
            [rule] = events.list_rules(EventBusName="orders")["Rules"]
            [pointed] = events.list_targets_by_rule(Rule=rule["Name"], EventBusName="orders")["Targets"]
            self.assertEqual(pointed, {"Arn": arn, "Id": "tick", **target})
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(scheduler.list_schedules()["Schedules"], [])
        self.assertNotIn("orders", [bus["Name"] for bus in events.list_event_buses()["EventBuses"]])

    def test_alarms(self):
        """An alarm keeps its name and its ARN, and loses what its template no longer has."""
        topic = "arn:aws:sns:us-east-1:123456789012:pager"

        def template(**properties):
            alarm = {
                "Namespace": "AWS/Lambda",
                "MetricName": "Errors",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 3,
                "ComparisonOperator": "GreaterThanThreshold",
                "Threshold": 0,
                **properties,
            }
            outputs = {"Name": {"Ref": "Alarm"}, "Arn": {"Fn::GetAtt": ["Alarm", "Arn"]}}
            return {
                "Resources": {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm}},
                "Outputs": {name: {"Value": value} for name, value in outputs.items()},
            }

        watch, first = self.client("cloudwatch"), None
        for properties in (
            {"AlarmActions": [topic], "AlarmDescription": "it fails", "Tags": [{"Key": "team", "Value": "a"}]},
            {"Threshold": 5, "TreatMissingData": "notBreaching", "Tags": [{"Key": "owner", "Value": "b"}]},
        ):
            stack = self.deploy(template(**properties))
            self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.reasons(stack))
            first = first or stack["Outputs"]
            self.assertEqual(stack["Outputs"], first)
            [found] = watch.describe_alarms()["MetricAlarms"]
            self.assertEqual((found["AlarmName"], found["AlarmArn"]), (first["Name"], first["Arn"]))
            self.assertEqual(found["AlarmActions"], properties.get("AlarmActions", []))
            self.assertEqual(found.get("AlarmDescription"), properties.get("AlarmDescription"))
            self.assertEqual(found["Threshold"], properties.get("Threshold", 0))
            self.assertEqual(watch.list_tags_for_resource(ResourceARN=first["Arn"])["Tags"], properties["Tags"])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(watch.describe_alarms()["MetricAlarms"], [])

    def methods(self, api):
        found = self.client("apigateway").get_resources(restApiId=api, embed=["methods"])["items"]
        return {
            (resource["path"], verb): (method["authorizationType"], method["apiKeyRequired"])
            for resource in found
            for verb, method in resource.get("resourceMethods", {}).items()
        }


if __name__ == "__main__":
    unittest.main()
