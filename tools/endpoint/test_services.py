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

    def methods(self, api):
        found = self.client("apigateway").get_resources(restApiId=api, embed=["methods"])["items"]
        return {
            (resource["path"], verb): (method["authorizationType"], method["apiKeyRequired"])
            for resource in found
            for verb, method in resource.get("resourceMethods", {}).items()
        }


if __name__ == "__main__":
    unittest.main()
