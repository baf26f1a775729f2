"""Tests of S3: what stacks say of buckets, uploads in parts, versions, regions and owners."""

import base64
import hashlib
import json
import unittest
import urllib.error
import urllib.request

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from harness import EndpointTest

PART = 5 << 20  # the smallest that a part can be but for the last


class BucketTest(EndpointTest):
    def bucket(self, **more):
        self.client("s3").create_bucket(Bucket=self.name, **more)
        return self.client("s3")

    def test_properties_in_a_stack(self):
        def template(**properties):
            statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
            tls = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
            policy = {"Version": "2012-10-17", "Statement": [{**statement, **tls}]}
            return {
                "Resources": {
                    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": self.name, **properties}},
                    "Policy": {
                        "Type": "AWS::S3::BucketPolicy",
                        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy},
                    },
                },
                "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}}},
            }

        names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        block = dict.fromkeys(names, True)
        aes = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        abort = {"Id": "parts", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
        stack = self.deploy(
            template(
                BucketEncryption={"ServerSideEncryptionConfiguration": [aes]},
                PublicAccessBlockConfiguration=block,
                VersioningConfiguration={"Status": "Enabled"},
                LifecycleConfiguration={"Rules": [abort]},
                Tags=[{"Key": "made", "Value": "here"}],
            )
        )
        self.assertEqual(stack["Outputs"]["Arn"], f"arn:aws:s3:::{self.name}", self.reasons(stack))
        s3, bucket = self.client("s3"), {"Bucket": self.name}
        self.assertEqual(s3.get_bucket_versioning(**bucket)["Status"], "Enabled")
        self.assertEqual(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"], block)
        [rule] = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"})
        [rule] = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"]
        self.assertEqual(rule["AbortIncompleteMultipartUpload"], {"DaysAfterInitiation": 7})
        self.assertIn("SecureTransport", s3.get_bucket_policy(**bucket)["Policy"])
        s3.put_object(**bucket, Key="k", Body=b"1")
        stack = self.deploy(template())
        self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE", self.reasons(stack))
        self.assertEqual(s3.get_bucket_versioning(**bucket)["Status"], "Suspended")
        with self.assertRaisesRegex(Exception, "NoSuchPublicAccessBlockConfiguration"):
            s3.get_public_access_block(**bucket)
        self.assertEqual(self.delete(stack), "DELETE_FAILED")

    def test_parts(self):
        s3 = self.bucket()
        upload = s3.create_multipart_upload(Bucket=self.name, Key="k", ChecksumAlgorithm="SHA256")
        place = {"Bucket": self.name, "Key": "k", "UploadId": upload["UploadId"]}
        bodies, parts = [b"a" * PART, b"b" * 10], []
        for number, body in enumerate(bodies, 1):
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            made = s3.upload_part(**place, PartNumber=number, Body=body, ChecksumSHA256=digest)
            parts.append({"PartNumber": number, "ETag": made["ETag"], "ChecksumSHA256": digest})
        [found] = s3.list_multipart_uploads(Bucket=self.name)["Uploads"]
        self.assertEqual((found["Key"], found["UploadId"]), ("k", upload["UploadId"]))
        listed = s3.list_parts(**place)["Parts"]
        self.assertEqual([(one["PartNumber"], one["Size"]) for one in listed], [(1, PART), (2, 10)])
        self.assertEqual([one.get("ChecksumSHA256") for one in listed], [one["ChecksumSHA256"] for one in parts])
        s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        self.assertEqual(s3.get_object(Bucket=self.name, Key="k")["Body"].read(), b"".join(bodies))
        self.assertNotIn("Uploads", s3.list_multipart_uploads(Bucket=self.name))
        upload = s3.create_multipart_upload(Bucket=self.name, Key="other")
        place = {"Bucket": self.name, "Key": "other", "UploadId": upload["UploadId"]}
        s3.abort_multipart_upload(**place)
        with self.assertRaisesRegex(Exception, "NoSuchUpload"):
            s3.list_parts(**place)

    def test_body_in_chunks_with_a_trailer(self):
        self.bucket()
        key, body = self.endpoint.access_key, b"x" * 70_000
        digest = base64.b64encode(hashlib.sha256(body).digest())
        sent = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:65536], body[65536:]))
        sent += b"0\r\nx-amz-checksum-sha256:" + digest + b"\r\n\r\n"
        headers = {
            "Content-Encoding": "aws-chunked",
            "Content-Type": "application/octet-stream",
            "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "X-Amz-Decoded-Content-Length": str(len(body)),
            "X-Amz-Sdk-Checksum-Algorithm": "SHA256",
            "X-Amz-Trailer": "x-amz-checksum-sha256",
        }
        request = AWSRequest("PUT", f"{self.endpoint.url}/{self.name}/k", data=sent, headers=headers)
        request.context["payload_signing_enabled"] = False
        signer = S3SigV4Auth(Credentials(key.access_key_id, key.secret_access_key), "s3", "us-east-1")
        signer.payload = lambda request: headers["X-Amz-Content-Sha256"]
        signer.add_auth(request)
        signed = dict(request.headers.items())
        with urllib.request.urlopen(urllib.request.Request(request.url, sent, signed, method="PUT")) as answer:
            self.assertEqual(answer.status, 200)
        found = self.client("s3").get_object(Bucket=self.name, Key="k", ChecksumMode="ENABLED")
        self.assertEqual((found["Body"].read(), found["ChecksumSHA256"]), (body, digest.decode()))
        self.assertNotIn("aws-chunked", found.get("ContentEncoding", ""))

    def test_events_to_eventbridge(self):
        s3 = self.bucket()
        self.assertNotIn("EventBridgeConfiguration", s3.get_bucket_notification_configuration(Bucket=self.name))
        for configuration in ({"EventBridgeConfiguration": {}}, {}):
            s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=configuration)
            found = s3.get_bucket_notification_configuration(Bucket=self.name)
            del found["ResponseMetadata"]
            self.assertEqual(found, configuration)

    def test_put_where_nothing_is(self):
        s3 = self.bucket()
        s3.put_object(Bucket=self.name, Key="k", Body=b"1", IfNoneMatch="*")
        with self.assertRaisesRegex(Exception, "PreconditionFailed"):
            s3.put_object(Bucket=self.name, Key="k", Body=b"2", IfNoneMatch="*")
        self.assertEqual(s3.get_object(Bucket=self.name, Key="k")["Body"].read(), b"1")

    def test_versions(self):
        s3 = self.bucket()
        s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        for body in b"1", b"2":
            s3.put_object(Bucket=self.name, Key="k", Body=body)
        s3.delete_object(Bucket=self.name, Key="k")
        found = s3.list_object_versions(Bucket=self.name, Prefix="k")
        self.assertEqual((len(found["Versions"]), len(found["DeleteMarkers"])), (2, 1))
        with self.assertRaisesRegex(Exception, "BucketNotEmpty"):
            s3.delete_bucket(Bucket=self.name)
        gone = [{"Key": "k", "VersionId": one["VersionId"]} for one in found["Versions"] + found["DeleteMarkers"]]
        s3.delete_objects(Bucket=self.name, Delete={"Objects": gone})
        self.assertNotIn("Versions", s3.list_object_versions(Bucket=self.name))
        s3.delete_bucket(Bucket=self.name)

    def test_owners(self):
        s3, other = self.bucket(), self.another("us-east-1", account="210987654321")
        s3.put_object(Bucket=self.name, Key="k", Body=b"1", ExpectedBucketOwner="123456789012")
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            s3.get_object(Bucket=self.name, Key="k", ExpectedBucketOwner="210987654321")
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            other.get_object(Bucket=self.name, Key="k")
        with self.assertRaisesRegex(Exception, "403"):
            other.head_bucket(Bucket=self.name)
        with self.assertRaisesRegex(Exception, "BucketAlreadyExists"):
            other.create_bucket(Bucket=self.name)
        self.assertEqual(other.list_buckets()["Buckets"], [])

    def another(self, region, account="123456789012"):
        """Returns a client of another region or account."""
        body = json.dumps({"account": account}).encode()
        request = urllib.request.Request(f"{self.endpoint.url}/_endpoint/credentials", body, method="POST")
        with urllib.request.urlopen(request) as answer:
            made = json.load(answer)
        return boto3.client(
            "s3",
            region,
            endpoint_url=self.endpoint.url,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def test_regions(self):
        here = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
        self.another("eu-west-1").create_bucket(Bucket=self.name, **here)
        self.assertEqual(self.client("s3").get_bucket_location(Bucket=self.name)["LocationConstraint"], "eu-west-1")
        for region, status, code in (
            ("us-east-1", 400, "AuthorizationHeaderMalformed"),
            ("us-west-2", 301, "PermanentRedirect"),
        ):
            with self.subTest(region):
                key = self.endpoint.access_key
                request = AWSRequest("GET", f"{self.endpoint.url}/{self.name}?list-type=2")
                S3SigV4Auth(Credentials(key.access_key_id, key.secret_access_key), "s3", region).add_auth(request)
                with self.assertRaises(urllib.error.HTTPError) as caught:
                    urllib.request.build_opener(Still).open(
                        urllib.request.Request(request.url, headers=dict(request.headers.items()))
                    )
                answer = caught.exception
                self.assertEqual((answer.code, answer.headers["x-amz-bucket-region"]), (status, "eu-west-1"))
                self.assertIn(f"<Code>{code}</Code>", answer.read().decode())
        self.another("eu-west-1").put_object(Bucket=self.name, Key="k", Body=b"1")


class Still(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *arguments):
        return None


if __name__ == "__main__":
    unittest.main()
