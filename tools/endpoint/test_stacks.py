"""Tests of stacks."""

import json
import unittest

from harness import ROLE, EndpointTest, custom, queue


class StackTest(EndpointTest):
    def test_what_fails_is_taken_back(self):
        stack = self.deploy({"Resources": {"A": queue("back-a"), "B": queue("not a name", DependsOn="A")}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("alphanumeric", self.reasons(stack)[0])
        self.assertEqual(self.queues("back"), [])

    def test_an_update_that_fails_is_taken_back(self):
        before = {"Resources": {"A": queue("before-a"), "B": queue("before-b")}}
        self.deploy(before)
        after = {"Resources": {"A": queue("before-new"), "C": queue("not a name", DependsOn="A")}}
        stack = self.deploy(after)
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues("before"), ["before-a", "before-b"])
        self.deploy({"Resources": {"A": queue("before-new")}})
        self.assertEqual(self.queues("before"), ["before-new"])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("before"), [])

    def test_retained(self):
        stack = self.deploy({"Resources": {"A": queue("kept-a", DeletionPolicy="Retain"), "B": queue("kept-b")}})
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("kept"), ["kept-a"])

    def test_retained_when_replaced(self):
        for before, after, policy, want in (
            ("stays-1", "stays-2", "Retain", ["stays-1", "stays-2"]),
            ("leaves-1", "leaves-2", "Delete", ["leaves-2"]),
        ):
            with self.subTest(policy):
                # What becomes of what goes is up to what comes.
                self.deploy({"Resources": {"A": queue(before, DeletionPolicy="Retain")}})
                stack = self.deploy({"Resources": {"A": queue(after, UpdateReplacePolicy=policy)}})
                self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE")
                self.assertEqual(self.queues(before[:-2]), want)
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("leaves"), [])

    def test_a_replacement_that_fails_leaves_nothing(self):
        self.deploy({"Resources": {"A": queue("tried-1")}})
        after = {"A": queue("tried-2", UpdateReplacePolicy="Retain"), "B": queue("not a name", DependsOn="A")}
        self.assertEqual(self.deploy({"Resources": after})["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues("tried"), ["tried-1"])

    def test_a_deletion_that_fails_goes_on_later(self):
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
        stack = self.deploy({"Resources": {"Bucket": bucket, "A": queue("later")}})
        self.client("s3").put_object(Bucket="full", Key="key", Body="")
        self.assertEqual(self.delete(stack), "DELETE_FAILED")
        self.assertEqual(self.queues("later"), [])
        self.client("s3").delete_object(Bucket="full", Key="key")
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_what_is_gone_is_deleted(self):
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "gone-already"}}
        stack = self.deploy({"Resources": {"Bucket": bucket}})
        self.client("s3").delete_bucket(Bucket="gone-already")
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_no_change(self):
        template = {"Resources": {"A": queue("same")}}
        self.deploy(template)
        with self.assertRaisesRegex(Exception, "No updates are to be performed"):
            self.deploy(template)

    def test_unknown_type(self):
        stack = self.deploy({"Resources": {"A": {"Type": "AWS::No::Such"}}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")

    def test_capabilities(self):
        create = self.client("cloudformation").create_stack
        with self.assertRaisesRegex(Exception, "CAPABILITY_IAM"):
            create(StackName="capable", TemplateBody=json.dumps({"Resources": {"Role": ROLE}}))
        serverless = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": queue()}}
        with self.assertRaisesRegex(Exception, "CAPABILITY_AUTO_EXPAND"):
            create(StackName="capable", TemplateBody=json.dumps(serverless))

    def test_exports(self):
        self.deploy(
            {
                "Resources": {"A": queue("exported")},
                "Outputs": {"Q": {"Value": {"Ref": "A"}, "Export": {"Name": "queue"}}},
            }
        )
        [export] = self.client("cloudformation").list_exports()["Exports"]
        self.assertEqual(export["Name"], "queue")
        self.assertTrue(export["Value"].endswith("/exported"))

    def test_nested_stacks(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="templates")
        inner = {
            "Parameters": {"Name": {"Type": "String"}},
            "Resources": {"Q": queue({"Ref": "Name"})},
            "Outputs": {"Made": {"Value": {"Fn::GetAtt": ["Q", "QueueName"]}}},
        }
        s3.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner))

        def outer(name, url):
            properties = {"TemplateURL": url, "Parameters": {"Name": name}}
            return {
                "Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}},
                "Outputs": {"Made": {"Value": {"Fn::Sub": "${Inner.Outputs.Made}"}}},
            }

        stack = self.deploy(outer("nested-a", "https://templates.s3.us-east-1.amazonaws.com/inner.json"))
        self.assertEqual((stack["StackStatus"], stack["Outputs"]), ("CREATE_COMPLETE", {"Made": "nested-a"}))
        stack = self.deploy(outer("nested-b", self.endpoint.url + "/templates/inner.json"))
        self.assertEqual((stack["StackStatus"], stack["Outputs"]), ("UPDATE_COMPLETE", {"Made": "nested-b"}))
        self.assertEqual(self.queues("nested"), ["nested-b"])
        stack = self.deploy(outer("not a name", self.endpoint.url + "/templates/inner.json"))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues("nested"), ["nested-b"])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertEqual(self.queues("nested"), [])

    def test_custom_resource(self):
        stack = self.deploy(custom("a"))
        self.assertEqual(stack["Outputs"], {"Saw": '["Create", "7", null]', "Id": "thing-a"})
        stack = self.deploy(custom("b"))
        self.assertEqual(stack["Outputs"], {"Saw": '["Update", "7", "thing-a"]', "Id": "thing-b"})
        stack = self.deploy(custom("fail"))
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("told to fail", self.reasons(stack)[0])
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def test_custom_resource_without_answer(self):
        for do, reason in {"exit": "no answer", "typed": "without a content type"}.items():
            with self.subTest(do):
                stack = self.deploy(custom(do))
                self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
                self.assertIn(reason, self.reasons(stack)[-1])
                self.delete(stack)

    def test_role(self):
        def policies(name):
            inline = self.client("iam").list_role_policies(RoleName=name)["PolicyNames"]
            attached = self.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            return inline, [policy["PolicyName"] for policy in attached]

        stack = self.deploy({"Resources": {"Role": ROLE}, "Outputs": {"Name": {"Value": {"Ref": "Role"}}}})
        name = stack["Outputs"]["Name"]
        self.assertEqual(policies(name), (["Buckets"], []))
        properties = {key: value for key, value in ROLE["Properties"].items() if key != "Policies"}
        properties["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        stack = self.deploy({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}})
        self.assertEqual(policies(name), ([], ["ReadOnlyAccess"]))
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")
        self.assertNotIn(name, [role["RoleName"] for role in self.client("iam").list_roles()["Roles"]])


if __name__ == "__main__":
    unittest.main()
