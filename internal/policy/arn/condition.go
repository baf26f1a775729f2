package arn

import (
	"strings"
)

// Condition limits a statement to requests in which a key of IAM's has one of some
// values. Without a key there is no limit.
type Condition struct {
	Operator string // such as "StringEquals"
	Key      string // such as "iam:PassedToService"
	Values   []Resource
}

// PassedTo is the condition that a role is handed to one of some services. Without
// services there is none.
func PassedTo(services []string) Condition {
	if len(services) == 0 {
		return Condition{}
	}
	c := Condition{Operator: "StringEquals", Key: "iam:PassedToService"}
	for _, s := range services {
		c.Values = append(c.Values, Resource{text(s)})
	}
	return c
}

// IsZero reports whether there is no condition.
func (c Condition) IsZero() bool { return c.Key == "" }

// CloudFormation returns the condition as templates have it, nil for none.
func (c Condition) CloudFormation() map[string]any {
	return c.Object(Resource.CloudFormation)
}

// Object returns the condition as policies have it, with each value as write gives it;
// nil for none.
func (c Condition) Object(write func(Resource) any) map[string]any {
	if c.IsZero() {
		return nil
	}
	var values any
	switch len(c.Values) {
	case 1:
		values = write(c.Values[0])
	default:
		var all []any
		for _, v := range c.Values {
			all = append(all, write(v))
		}
		values = all
	}
	return map[string]any{c.Operator: map[string]any{c.Key: values}}
}

// String returns the condition as people read it: "kms:RequestAlias is alias/orders";
// "" for none.
func (c Condition) String() string {
	if c.IsZero() {
		return ""
	}
	var values []string
	for _, v := range c.Values {
		values = append(values, v.String())
	}
	return c.Key + " is " + strings.Join(values, " or ")
}

// conditions has the types of resources whose name can be one that ARNs in policies
// can't have: there the ARN stands for more, and the name is a condition.
var conditions = map[string]func(t Target, value Resource) Condition{
	"kms:key":      byAlias,
	"ses:identity": fromAddress,
}
