"""Tests of what templates mean."""

import unittest

from template import Scope, TemplateError, dependency_order


class TemplateTest(unittest.TestCase):
    def scope(self, template, **given):
        return Scope(template, given, {"AWS::Region": "us-east-1"}, {}, {"/path": "found"}.get)

    def test_functions(self):
        scope = self.scope(
            {
                "Parameters": {
                    "Name": {"Type": "String", "Default": "x"},
                    "List": {"Type": "CommaDelimitedList", "Default": "a, b"},
                    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
                },
                "Conditions": {"Is": {"Fn::Equals": [{"Ref": "Name"}, "y"]}, "Not": {"Fn::Not": [{"Condition": "Is"}]}},
                "Mappings": {"Map": {"us-east-1": {"key": "mapped"}}},
            },
            Name="y",
        )
        for value, want in (
            ({"Ref": "Name"}, "y"),
            ({"Ref": "Stored"}, "found"),
            ({"Fn::Join": ["-", {"Ref": "List"}]}, "a-b"),
            ({"Fn::Select": ["1", {"Ref": "List"}]}, "b"),
            ({"Fn::Split": ["/", "p/q"]}, ["p", "q"]),
            ({"Fn::Sub": "${Name}/${AWS::Region}/${!Name}"}, "y/us-east-1/${Name}"),
            ({"Fn::Sub": ["${A}", {"A": {"Ref": "Name"}}]}, "y"),
            ({"Fn::If": ["Is", 1, 2]}, 1),
            ({"Fn::If": ["Not", 1, 2]}, 2),
            ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "key"]}, "mapped"),
            ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 3]}, {"b": [3]}),
            ({"Fn::Base64": "hi"}, "aGk="),
        ):
            with self.subTest(value):
                self.assertEqual(scope.resolve(value), want)

    def test_mistakes(self):
        scope = self.scope({})
        for value, message in (
            ({"Ref": "Ghost"}, "Unresolved resource dependencies"),
            ({"Fn::GetAtt": "Ghost.Arn"}, "undefined resource"),
            ({"Fn::Nothing": 1}, "doesn't know"),
        ):
            with self.subTest(value), self.assertRaisesRegex(TemplateError, message):
                scope.resolve(value)
        with self.assertRaisesRegex(TemplateError, "must have values"):
            self.scope({"Parameters": {"Needed": {"Type": "String"}}})

    def test_order(self):
        order = dependency_order(
            {"A": {"P": {"Fn::Sub": "${B.Arn}"}}, "B": {"P": {"Ref": "C"}}, "C": {"DependsOn": ["D"]}, "D": {}}
        )
        self.assertEqual(order, ["D", "C", "B", "A"])
        with self.assertRaisesRegex(TemplateError, "Circular"):
            dependency_order({"A": {"P": {"Ref": "B"}}, "B": {"DependsOn": "A"}})


if __name__ == "__main__":
    unittest.main()
