"""Tests of change sets."""

import json
import unittest

from harness import ROLE, EndpointTest, queue

LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"


class ChangeSetTest(EndpointTest):
    def prepare(self, template, kind="UPDATE", name="changes", **more):
        """Makes a change set for this test's stack."""
        capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        return self.client("cloudformation").create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateBody=json.dumps(template),
            Capabilities=capabilities,
            **more,
        )

    def described(self, name="changes", values=True):
        return self.client("cloudformation").describe_change_set(
            StackName=self.name, ChangeSetName=name, IncludePropertyValues=values
        )

    def changes(self, template, **more):
        """Returns the changes that a template makes, by their resources."""
        self.prepare(template, **more)
        changes = self.described()["Changes"]
        self.client("cloudformation").delete_change_set(StackName=self.name, ChangeSetName="changes")
        return {change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in changes}

    def test_property_values(self):
        timeout = {"Properties": {"VisibilityTimeout": 30, "RedriveAllowPolicy": {"redrivePermission": "denyAll"}}}
        self.deploy({"Resources": {"A": queue("values-a") | timeout, "B": queue("values-b")}})
        template = {
            "Resources": {
                "A": queue() | {"Properties": {"VisibilityTimeout": 45, "DelaySeconds": 1}},
                "C": queue() | {"Properties": {"QueueName": {"Fn::Sub": "${A.QueueName}-c"}}},
            }
        }
        changes = self.changes(template)
        found = {
            detail["Target"]["Path"]: [
                detail["Target"].get(key) for key in ("Name", "AttributeChangeType", "BeforeValue", "AfterValue")
            ]
            for detail in changes["A"]["Details"]
        }
        self.assertEqual(
            found,
            {
                "/Properties/DelaySeconds": ["DelaySeconds", "Add", None, "1"],
                "/Properties/RedriveAllowPolicy": [
                    "RedriveAllowPolicy",
                    "Remove",
                    '{"redrivePermission":"denyAll"}',
                    None,
                ],
                "/Properties/VisibilityTimeout": ["VisibilityTimeout", "Modify", "30", "45"],
            },
        )
        self.assertEqual((changes["A"]["Action"], changes["A"]["Replacement"]), ("Modify", "False"))
        self.assertEqual(json.loads(changes["A"]["BeforeContext"])["Properties"]["VisibilityTimeout"], "30")
        self.assertEqual(json.loads(changes["A"]["AfterContext"])["Properties"]["VisibilityTimeout"], "45")
        self.assertEqual((changes["B"]["Action"], changes["B"]["PolicyAction"]), ("Remove", "Delete"))
        self.assertEqual(changes["C"]["Action"], "Add")
        # A changes, so that nobody can tell its attributes.
        self.assertEqual(json.loads(changes["C"]["AfterContext"]), {"Properties": {"QueueName": f"{LATER}-c"}})

    def test_part_of_what_is_not_known(self):
        part = {"Fn::Select": [6, {"Fn::Split": [":", {"Fn::GetAtt": ["A", "Arn"]}]}]}
        tagged = {**queue("parts-b"), "DependsOn": "A"}
        tagged["Properties"]["Tags"] = [{"Key": "of", "Value": part}]
        changes = self.changes({"Resources": {"A": queue("parts-a"), "B": tagged}}, kind="CREATE")
        self.assertEqual(
            json.loads(changes["B"]["AfterContext"])["Properties"],
            {"QueueName": "parts-b", "Tags": [{"Key": "of", "Value": LATER}]},
        )

    def test_without_values(self):
        self.deploy({"Resources": {"A": queue("without")}})
        self.prepare({"Resources": {"A": queue("without-2")}})
        [change] = self.described(values=False)["Changes"]
        target = {"Attribute": "Properties", "Name": "QueueName", "RequiresRecreation": "Always"}
        self.assertEqual(change["ResourceChange"]["Details"][0]["Target"], target)
        self.assertNotIn("AfterContext", change["ResourceChange"])

    def test_replacement(self):
        def template(role_path, bucket="replaced", policy="Delete"):
            role = {**ROLE, "Properties": {**ROLE["Properties"], "Path": role_path}}
            arn = {"Fn::GetAtt": ["Role", "Arn"]}
            function = {"Runtime": "python3.12", "Handler": "a.b", "Role": arn, "Code": {"ZipFile": "a"}}
            permission = {"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
            permission["FunctionName"] = {"Fn::GetAtt": ["Function", "Arn"]}
            return {
                "Resources": {
                    "Role": role,
                    "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
                    "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
                    "Bucket": {
                        "Type": "AWS::S3::Bucket",
                        "UpdateReplacePolicy": policy,
                        "Properties": {"BucketName": bucket},
                    },
                }
            }

        self.deploy(template("/"))
        changes = self.changes(template("/p/"))
        found = {name: (change["Replacement"], change.get("PolicyAction")) for name, change in changes.items()}
        self.assertEqual(
            found,
            {
                "Role": ("True", "ReplaceAndDelete"),
                "Function": ("False", None),
                "Permission": ("Conditional", "ReplaceAndDelete"),
            },
        )
        [detail] = changes["Permission"]["Details"]
        self.assertEqual(
            (detail["Evaluation"], detail["ChangeSource"], detail["CausingEntity"], detail["Target"]["AfterValue"]),
            ("Dynamic", "ResourceAttribute", "Function.Arn", LATER),
        )
        changes = self.changes(template("/", "replaced-2", "Retain"))
        bucket = changes["Bucket"]
        self.assertEqual((bucket["Replacement"], bucket["PolicyAction"]), ("True", "ReplaceAndRetain"))
        self.assertEqual(changes["Bucket"]["Scope"], ["Properties", "UpdateReplacePolicy"])
        # What a change set says is done: what is replaced gets another physical id.
        before = self.physical_ids()
        self.deploy(template("/p/"))
        after = self.physical_ids()
        self.assertEqual([name for name in before if after[name] != before[name]], ["Role"])

    def physical_ids(self):
        resources = self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    def test_parameters_and_tags(self):
        template = {
            "Parameters": {
                "Delay": {"Type": "Number", "Default": 1},
                "Name": {"Type": "String"},
                "Secret": {"Type": "String", "NoEcho": True},
            },
            "Resources": {
                "A": queue() | {"Properties": {"QueueName": {"Ref": "Name"}, "DelaySeconds": {"Ref": "Delay"}}},
                "T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Secret"}}},
            },
        }
        given = [
            {"ParameterKey": "Name", "ParameterValue": "given"},
            {"ParameterKey": "Secret", "ParameterValue": "hush"},
        ]
        self.deploy(template, Parameters=given)
        previous = [
            {"ParameterKey": "Name", "UsePreviousValue": True},
            {"ParameterKey": "Secret", "ParameterValue": "hush2"},
            {"ParameterKey": "Delay", "ParameterValue": "2"},
        ]
        tags = [{"Key": "team", "Value": "blue"}]
        self.prepare(template, Parameters=previous, Tags=tags, Description="me@here")
        made = self.described()
        values = {one["ParameterKey"]: one["ParameterValue"] for one in made["Parameters"]}
        self.assertEqual(values, {"Delay": "2", "Name": "given", "Secret": "****"})
        self.assertEqual((made["Description"], made["Tags"]), ("me@here", tags))
        changes = [change["ResourceChange"] for change in made["Changes"]]
        changes = {change["LogicalResourceId"]: change for change in changes}
        details = changes["A"]["Details"]
        why = [(one["ChangeSource"], one.get("CausingEntity"), one["Target"]["Path"]) for one in details]
        self.assertEqual(
            why,
            [
                ("ParameterReference", "Delay", "/Properties/DelaySeconds"),
                ("DirectModification", None, "/Properties/Tags"),
            ],
        )
        self.assertEqual(changes["A"]["Scope"], ["Properties", "Tags"])
        self.assertNotIn("hush", json.dumps(changes))
        self.assertEqual(self.execute(), "UPDATE_COMPLETE", self.reasons(self.stack(self.name)))
        self.assertEqual(self.stack(self.name)["Tags"], tags)

    def execute(self, name="changes"):
        self.client("cloudformation").execute_change_set(StackName=self.name, ChangeSetName=name)
        return self.stack(self.name)["StackStatus"]

    def test_life(self):
        cloudformation = self.client("cloudformation")
        template = {"Resources": {"A": queue("life"), "B": queue("life-b")}}
        first = self.prepare(template, "CREATE")
        self.assertEqual(self.stack(self.name)["StackStatus"], "REVIEW_IN_PROGRESS")
        second = self.prepare(template, "CREATE", "second")
        self.assertEqual(first["StackId"], second["StackId"])
        with self.assertRaises(cloudformation.exceptions.AlreadyExistsException):
            self.prepare(template, "CREATE")
        names = [one["ChangeSetName"] for one in cloudformation.list_change_sets(StackName=self.name)["Summaries"]]
        self.assertEqual(names, ["changes", "second"])
        self.assertEqual(self.execute(), "CREATE_COMPLETE")
        self.assertEqual(self.described()["ExecutionStatus"], "EXECUTE_COMPLETE")
        with self.assertRaises(cloudformation.exceptions.ChangeSetNotFoundException):
            self.described("second")
        with self.assertRaisesRegex(Exception, "InvalidChangeSetStatus.*EXECUTE_COMPLETE"):
            self.execute()
        self.prepare(template, name="same")
        made = self.described("same")
        self.assertEqual((made["Status"], made["ExecutionStatus"]), ("FAILED", "UNAVAILABLE"))
        self.assertEqual(
            made["StatusReason"],
            "The submitted information didn't contain changes. Submit different information to create a change set.",
        )
        self.conditions(page=1)
        self.prepare({"Resources": {"A": queue("life-2"), "C": queue()}}, name="paged")
        pages = cloudformation.get_paginator("describe_change_set").paginate(StackName=self.name, ChangeSetName="paged")
        found = [[change["ResourceChange"]["LogicalResourceId"] for change in page["Changes"]] for page in pages]
        self.assertEqual(found, [["A"], ["C"], ["B"]])

    def test_nested_change_sets(self):
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        s3.create_bucket(Bucket="nested-changes")

        def template(version, delay):
            inner = {"Resources": {"Q": queue() | {"Properties": {"DelaySeconds": delay}}}}
            s3.put_object(Bucket="nested-changes", Key=version, Body=json.dumps(inner))
            properties = {"TemplateURL": f"{self.endpoint.url}/nested-changes/{version}"}
            return {"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}}

        def inner_change():
            [change] = self.described()["Changes"]
            inner = cloudformation.describe_change_set(
                ChangeSetName=change["ResourceChange"]["ChangeSetId"], IncludePropertyValues=True
            )
            self.assertEqual(inner["ParentChangeSetId"], self.described()["ChangeSetId"])
            return inner["Changes"][0]["ResourceChange"]

        self.prepare(template("v1", 1), "CREATE", IncludeNestedStacks=True)
        self.assertEqual(inner_change()["Action"], "Add")
        self.assertEqual(self.execute(), "CREATE_COMPLETE")
        cloudformation.delete_change_set(StackName=self.name, ChangeSetName="changes")
        self.prepare(template("v2", 2), IncludeNestedStacks=True)
        [detail] = inner_change()["Details"]
        self.assertEqual((detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]), ("1", "2"))
        self.assertEqual(self.execute(), "UPDATE_COMPLETE")
        cloudformation.delete_change_set(StackName=self.name, ChangeSetName="changes")
        [inner] = [stack for stack in cloudformation.describe_stacks()["Stacks"] if stack.get("ParentId")]
        self.assertEqual(inner["RootId"], self.stack(self.name)["StackId"])
        self.prepare(template("v2", 2), IncludeNestedStacks=True)
        self.assertEqual(self.described()["Status"], "FAILED")
        # Who doesn't look into nested stacks can't tell that nothing changes.
        self.prepare(template("v2", 2), name="shallow")
        [change] = self.described("shallow")["Changes"]
        self.assertEqual([one["ChangeSource"] for one in change["ResourceChange"]["Details"]], ["Automatic"])


if __name__ == "__main__":
    unittest.main()
