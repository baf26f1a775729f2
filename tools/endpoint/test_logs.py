"""Tests of CloudWatch's logs."""

import json
import time
import unittest

from harness import EndpointTest


class LogTest(EndpointTest):
    def setUp(self):
        """Makes two streams whose events alternate, a second apart."""
        self.logs, self.start = self.client("logs"), int(time.time() * 1000) - 60_000
        self.logs.create_log_group(logGroupName=self.name)
        for stream in "a", "b":
            self.logs.create_log_stream(logGroupName=self.name, logStreamName=stream)
        self.put("a", 0, "ERROR one", 2, json.dumps({"level": "ERROR", "n": 3, "deep": {"list": [7]}}))
        self.put("b", 1, "plain two", 3, "ERROR three two")

    def put(self, stream, *offsets_and_messages):
        pairs = zip(offsets_and_messages[::2], offsets_and_messages[1::2], strict=True)
        events = [{"timestamp": self.start + at * 1000, "message": message} for at, message in pairs]
        self.logs.put_log_events(logGroupName=self.name, logStreamName=stream, logEvents=events)

    def pages(self, **more):
        """Returns the offsets of the events in each page."""
        found, token = [], {}
        while True:
            page = self.logs.filter_log_events(logGroupName=self.name, **more, **token)
            found.append([(event["timestamp"] - self.start) // 1000 for event in page["events"]])
            if "nextToken" not in page:
                return found
            token = {"nextToken": page["nextToken"]}

    def test_order_and_time(self):
        self.assertEqual(self.pages(), [[0, 1, 2, 3]])
        self.assertEqual(self.pages(startTime=self.start + 1000, endTime=self.start + 2000), [[1, 2]])
        self.assertEqual(self.pages(logStreamNames=["b"]), [[1, 3]])

    def test_pages(self):
        self.assertEqual(self.pages(limit=3), [[0, 1, 2], [3]])
        self.assertEqual(self.pages(limit=1, filterPattern="ERROR"), [[0], [2], [3]])
        self.conditions("*", page=1)
        self.assertEqual(self.pages(filterPattern="two"), [[], [1], [], [3]])

    def test_a_page_while_lines_come_in(self):
        first = self.logs.filter_log_events(logGroupName=self.name, limit=2)
        self.put("a", 1, "late", 4, "new")
        rest = self.logs.filter_log_events(logGroupName=self.name, nextToken=first["nextToken"])["events"]
        self.assertEqual([rest[at]["message"] for at in (0, -1)], ["late", "new"])

    def test_patterns(self):
        for pattern, want in {
            "ERROR": [0, 2, 3],
            "ERROR two": [3],
            "?one ?plain": [0, 1],
            "two -plain": [3],
            '"three two"': [3],
            '{ $.level = "ERR*" }': [2],
            "{ $.n > 2 && $.deep.list[0] = 7 }": [2],
            '{ $.n = 4 || $.level != "INFO" }': [2],
        }.items():
            with self.subTest(pattern):
                self.assertEqual(self.pages(filterPattern=pattern), [want])

    def test_no_such_group(self):
        with self.assertRaises(self.logs.exceptions.ResourceNotFoundException):
            self.logs.filter_log_events(logGroupName="none")


if __name__ == "__main__":
    unittest.main()
