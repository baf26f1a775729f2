"""Tests of who may send requests: expired, unknown and wrong keys, clocks, accounts."""

import io
import json
import unittest
import urllib.request
from datetime import UTC, datetime, timedelta

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from harness import EndpointTest, queue

ONCE = Config(retries={"total_max_attempts": 1})
OTHER = "210987654321"


class CredentialsTest(EndpointTest):
    def control(self, method, path, **body):
        request = urllib.request.Request(
            f"{self.endpoint.url}/_endpoint/{path}", json.dumps(body).encode(), method=method
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def keys(self, **wanted):
        made = self.control("POST", "credentials", **wanted)
        return made["AccessKeyId"], made["SecretAccessKey"], made.get("SessionToken")

    def as_whom(self, service, key, secret, token=None, region="us-east-1"):
        return boto3.client(
            service,
            region,
            endpoint_url=self.endpoint.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=ONCE,
        )

    def codes(self, *credentials):
        """Returns the error's code of each kind of protocol."""
        found = {}
        for service, call in {
            "cloudformation": lambda client: client.describe_stacks(),
            "sts": lambda client: client.get_caller_identity(),
            "logs": lambda client: client.describe_log_groups(),
            "lambda": lambda client: client.list_functions(),
            "cloudwatch": lambda client: client.list_metrics(),
            "s3": lambda client: client.list_buckets(),
        }.items():
            try:
                call(self.as_whom(service, *credentials))
                found[service] = "allowed"
            except Exception as error:
                found[service] = error.response["Error"]["Code"]
        return [found[name] for name in ("cloudformation", "sts", "logs", "lambda", "s3", "cloudwatch")]

    def test_expired(self):
        self.assertEqual(
            self.codes(*self.keys(account=OTHER, expired=True)),
            ["ExpiredToken"] * 2 + ["ExpiredTokenException"] * 2 + ["ExpiredToken", "ExpiredTokenException"],
        )

    def test_unknown(self):
        query, others = "InvalidClientTokenId", "UnrecognizedClientException"
        self.assertEqual(
            self.codes("AKIAIOSFODNN7NOBODYS", "secret"), [query, query, others, others, "InvalidAccessKeyId", others]
        )

    def test_wrong_secret(self):
        key = self.endpoint.access_key.access_key_id
        query, others = "SignatureDoesNotMatch", "InvalidSignatureException"
        self.assertEqual(self.codes(key, "wrong"), [query, query, others, others, query, others])

    def test_right_and_nobodys(self):
        key = self.endpoint.access_key
        allowed = ["allowed"] * 6
        self.assertEqual(self.codes(key.access_key_id, key.secret_access_key), allowed)
        self.assertEqual(self.codes("test", "test"), allowed)

    def test_clock(self):
        self.addCleanup(self.control, "PUT", "clock", ahead=0)
        key = self.endpoint.access_key
        credentials = (key.access_key_id, key.secret_access_key)
        self.control("PUT", "clock", ahead=3600, hidden=True)
        query, others = "SignatureDoesNotMatch", "InvalidSignatureException"
        self.assertEqual(self.codes(*credentials), [query, query, others, others, "RequestTimeTooSkewed", others])
        with self.assertRaisesRegex(Exception, r"Signature expired: \w+ is now earlier than \w+ \(\w+ - 5 min.\)"):
            self.as_whom("sts", *credentials).get_caller_identity()
        self.control("PUT", "clock", ahead=-3600)
        try:
            self.as_whom("sts", *credentials).get_caller_identity()
            self.fail("it was allowed")
        except Exception as error:
            self.assertIn("Signature not yet current", str(error))
            date = error.response["ResponseMetadata"]["HTTPHeaders"]["date"]
        told = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        self.assertLess(abs(datetime.now(UTC) - timedelta(hours=1) - told), timedelta(minutes=1))

    def test_what_is_signed(self):
        """Odd names and large bodies have a signature like any other."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket="signed")
        for key in ("a b", "a+b", "ä/ü", "a%20b", "a=b&c", "x//y", "t~d:e,f"):
            with self.subTest(key):
                s3.put_object(Bucket="signed", Key=key, Body=b"body")
                self.assertEqual(s3.get_object(Bucket="signed", Key=key)["Body"].read(), b"body")
                [found] = s3.list_objects_v2(Bucket="signed", Prefix=key)["Contents"]
                self.assertEqual(found["Key"], key)
        s3.upload_fileobj(io.BytesIO(bytes(9 << 20)), "signed", "large")
        self.assertEqual(s3.head_object(Bucket="signed", Key="large")["ContentLength"], 9 << 20)
        with self.assertRaises(ClientError):  # its name has what a path encodes
            self.client("lambda").get_function(FunctionName="arn:aws:lambda:us-east-1:123456789012:function:no:$LATEST")

    def test_two_accounts(self):
        other = self.keys(account=OTHER)
        self.assertEqual(self.as_whom("sts", *other).get_caller_identity()["Account"], OTHER)
        self.deploy({"Resources": {"A": queue("mine")}})
        cloudformation = self.as_whom("cloudformation", *other)
        self.assertNotIn(self.name, [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]])
        cloudformation.create_stack(StackName=self.name, TemplateBody=json.dumps({"Resources": {"A": queue("mine")}}))
        [stack] = cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        self.assertEqual((stack["StackStatus"], stack["StackId"].split(":")[4]), ("CREATE_COMPLETE", OTHER))
        [url] = self.as_whom("sqs", *other).list_queues()["QueueUrls"]
        self.assertTrue(url.endswith(f"/{OTHER}/mine"))
        role = self.as_whom("iam", *other).create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        assumed = self.as_whom("sts", *other).assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
        session = (assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
        self.assertEqual(self.as_whom("sts", *session).get_caller_identity()["Account"], OTHER)


if __name__ == "__main__":
    unittest.main()
