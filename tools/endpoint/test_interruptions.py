"""Tests of stacks that are slow, interrupted, refused, or left half-way."""

import json
import time
import unittest

from botocore.exceptions import ClientError

from harness import EndpointTest, queue


def chain(prefix, *names, **properties):
    """Returns queues of which each waits for the one before."""
    resources, before = {}, None
    for name in names:
        more = {"DependsOn": before} if before else {}
        resources[name] = {**queue(), **more, "Properties": {"QueueName": f"{prefix}-{name.lower()}", **properties}}
        before = name
    return {"Resources": resources}


class InterruptionTest(EndpointTest):
    def update(self, template):
        body = json.dumps(template)
        self.client("cloudformation").update_stack(StackName=self.name, TemplateBody=body, ClientRequestToken="mine")

    def pages(self, method, key, **parameters):
        pages = self.client("cloudformation").get_paginator(method).paginate(**parameters)
        return [page[key] for page in pages]

    def test_slow_and_refused(self):
        self.deploy(chain("slow", "A", "B"))
        self.conditions(seconds=0.5)
        start = time.monotonic()
        self.update(chain("slow", "A", "B", DelaySeconds=1))
        self.assertLess(time.monotonic() - start, 0.5)
        cloudformation = self.client("cloudformation")
        arn = self.stack(self.name)["StackId"]
        refused = f"ValidationError.*Stack:{arn} is in UPDATE_IN_PROGRESS state and can not be updated."
        with self.assertRaisesRegex(Exception, refused):
            self.update(chain("slow", "A"))
        with self.assertRaisesRegex(Exception, refused):
            cloudformation.create_change_set(
                StackName=self.name, ChangeSetName="c", TemplateBody=json.dumps(chain("slow", "A"))
            )
        with self.assertRaisesRegex(Exception, "cannot be deleted while in status UPDATE_IN_PROGRESS"):
            cloudformation.delete_stack(StackName=self.name)
        states = {one["LogicalResourceId"]: one["ResourceStatus"] for one in self.resources()}
        self.assertEqual(states["A"], "UPDATE_IN_PROGRESS")
        self.wait("UPDATE_COMPLETE")

    def resources(self):
        return self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]

    def test_two_change_sets(self):
        self.deploy(chain("two", "A"))
        cloudformation = self.client("cloudformation")
        for name in "first", "second":
            template = chain("two", "A", DelaySeconds=len(name))
            cloudformation.create_change_set(
                StackName=self.name, ChangeSetName=name, TemplateBody=json.dumps(template), ChangeSetType="UPDATE"
            )
        self.conditions(seconds=0.5)
        cloudformation.execute_change_set(StackName=self.name, ChangeSetName="first")
        with self.assertRaisesRegex(Exception, "is in UPDATE_IN_PROGRESS state and can not be updated"):
            cloudformation.execute_change_set(StackName=self.name, ChangeSetName="second")
        self.wait("UPDATE_COMPLETE")
        with self.assertRaises(cloudformation.exceptions.ChangeSetNotFoundException):
            cloudformation.execute_change_set(StackName=self.name, ChangeSetName="second")

    def test_cancelled_update(self):
        self.deploy(chain("cancelled", "A", "B"))
        self.conditions(seconds=0.4)
        self.update(chain("cancelled", "A", "B", "C", DelaySeconds=1))
        time.sleep(0.2)
        self.client("cloudformation").cancel_update_stack(StackName=self.name)
        self.wait("UPDATE_ROLLBACK_COMPLETE")
        events = self.events()
        self.assertIn(("A", "UPDATE_FAILED"), events)
        self.assertNotIn(("C", "CREATE_COMPLETE"), events)
        url = self.client("sqs").get_queue_url(QueueName="cancelled-a")["QueueUrl"]
        attributes = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
        self.assertEqual(attributes["Attributes"]["DelaySeconds"], "0")
        with self.assertRaisesRegex(Exception, "CancelUpdateStack cannot be called from current stack status"):
            self.client("cloudformation").cancel_update_stack(StackName=self.name)

    def test_creation_is_stopped_by_deletion(self):
        self.conditions(seconds=0.4)
        body = json.dumps(chain("stopped", "A", "B", "C"))
        made = self.client("cloudformation").create_stack(StackName=self.name, TemplateBody=body)
        time.sleep(0.6)
        self.client("cloudformation").delete_stack(StackName=self.name)
        self.wait("DELETE_COMPLETE", name=made["StackId"])
        self.assertEqual(self.queues("stopped"), [])
        events = self.events(made["StackId"])
        self.assertIn(("A", "DELETE_COMPLETE"), events)
        self.assertNotIn(("C", "CREATE_COMPLETE"), events)

    def test_rollback_fails_and_goes_on(self):
        self.deploy(chain("stuck", "A", "B"))
        self.conditions(fail={"B": ["UPDATE"], "A": ["ROLLBACK"]})
        self.update(chain("stuck", "A", "B", DelaySeconds=1))
        self.wait("UPDATE_ROLLBACK_FAILED")
        with self.assertRaisesRegex(Exception, "UPDATE_ROLLBACK_FAILED state and can not be updated"):
            self.update(chain("stuck", "A"))
        go_on = self.client("cloudformation").continue_update_rollback
        go_on(StackName=self.name)
        self.assertEqual(self.stack(self.name)["StackStatus"], "UPDATE_ROLLBACK_FAILED")
        go_on(StackName=self.name, ResourcesToSkip=["A"])
        self.assertEqual(self.stack(self.name)["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        with self.assertRaisesRegex(Exception, "ValidationError"):
            go_on(StackName=self.name)

    def test_first_cause_and_cascade(self):
        resources = {"A": queue("cause-a"), "B": queue("not a name"), "C": queue("cause-c")}
        stack = self.deploy({"Resources": {**resources, "D": queue("cause-d", DependsOn="B")}})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        events = self.client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"][::-1]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        failed = [(event["LogicalResourceId"], event["ResourceStatusReason"]) for event in failed]
        self.assertRegex(failed[0][1], "alphanumeric")
        self.assertEqual((failed[0][0], failed[1:]), ("B", [("C", "Resource creation cancelled")]))
        [reason] = [e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"]
        self.assertEqual(reason, "The following resource(s) failed to create: [B, C]. Rollback requested by user.")
        self.assertNotIn("D", [e["LogicalResourceId"] for e in events])
        for refused in (self.update, lambda template: self.prepare("UPDATE"), lambda template: self.prepare("CREATE")):
            with self.assertRaises(ClientError):
                refused({"Resources": resources})
        self.assertEqual(self.delete(stack), "DELETE_COMPLETE")

    def prepare(self, kind):
        return self.client("cloudformation").create_change_set(
            StackName=self.name, ChangeSetName="c", TemplateBody='{"Resources": {}}', ChangeSetType=kind
        )

    def test_events(self):
        self.deploy(chain("events", "A"))
        self.update(chain("events", "A", "B", VisibilityTimeout=7))
        self.conditions(page=3)
        pages = self.pages("describe_stack_events", "StackEvents", StackName=self.name)
        events = [event for page in pages for event in page]
        self.assertEqual({len(page) for page in pages[:-1]}, {3})
        self.assertEqual(len({event["EventId"] for event in events}), len(events))
        self.assertEqual(events, sorted(events, key=lambda event: event["Timestamp"], reverse=True))
        tokens = [event.get("ClientRequestToken") for event in events[::-1]]
        self.assertEqual(sorted({*tokens}, key=str), [None, "mine"])
        [made] = [e for e in events if (e["LogicalResourceId"], e["ResourceStatus"]) == ("B", "CREATE_COMPLETE")]
        self.assertEqual(json.loads(made["ResourceProperties"])["VisibilityTimeout"], "7")
        self.assertTrue(made["PhysicalResourceId"].endswith("events-b"))
        self.conditions(page=1)
        pages = self.pages("list_stack_resources", "StackResourceSummaries", StackName=self.name)
        found = [(one["LogicalResourceId"], one["ResourceStatus"]) for [one] in pages]
        self.assertEqual(found, [("A", "UPDATE_COMPLETE"), ("B", "CREATE_COMPLETE")])
        pages = self.pages("list_stacks", "StackSummaries", StackStatusFilter=["UPDATE_COMPLETE"])
        self.assertIn(self.name, [one["StackName"] for page in pages for one in page])

    def test_nested_stack_is_cancelled(self):
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        s3.create_bucket(Bucket="interrupted")

        def template(version, **properties):
            s3.put_object(Bucket="interrupted", Key=version, Body=json.dumps(chain("inner", "A", "B", **properties)))
            properties = {"TemplateURL": f"{self.endpoint.url}/interrupted/{version}"}
            return {"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}}

        self.deploy(template("v1"))
        [inner] = [one["PhysicalResourceId"] for one in self.resources()]
        self.conditions(seconds=0.4)
        self.update(template("v2", DelaySeconds=1))
        time.sleep(0.6)
        cloudformation.cancel_update_stack(StackName=self.name)
        self.wait("UPDATE_ROLLBACK_COMPLETE")
        self.assertIn(self.stack(inner)["StackStatus"], ("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"))
        self.assertIn("UPDATE_FAILED", [status for _, status in self.events(inner)])
        self.assertEqual(self.stack(inner)["ParentId"], self.stack(self.name)["StackId"])

    def test_protected(self):
        cloudformation = self.client("cloudformation")
        self.deploy(chain("protected", "A"))
        cloudformation.update_termination_protection(StackName=self.name, EnableTerminationProtection=True)
        with self.assertRaisesRegex(Exception, "cannot be deleted while TerminationProtection is enabled"):
            cloudformation.delete_stack(StackName=self.name)
        cloudformation.update_termination_protection(StackName=self.name, EnableTerminationProtection=False)
        self.assertEqual(self.delete(self.stack(self.name)), "DELETE_COMPLETE")

    def test_deletion_fails_and_leaves_what_is_retained(self):
        stack = self.deploy(chain("undeletable", "A", "B"))
        self.conditions(fail={"A": ["DELETE"]})
        self.assertEqual(self.delete(stack), "DELETE_FAILED")
        reason = self.stack(self.name)["StackStatusReason"]
        self.assertEqual(reason, "The following resource(s) failed to delete: [A].")
        self.client("cloudformation").delete_stack(StackName=self.name, RetainResources=["A"])
        self.assertEqual(self.stack(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.assertEqual(self.queues("undeletable"), ["undeletable-a"])


if __name__ == "__main__":
    unittest.main()
