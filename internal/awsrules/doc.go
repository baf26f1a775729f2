// Package awsrules knows what AWS takes of an app's registrations: names and
// ARNs, schedules, event patterns, paths. AWS says no to the rest, mostly after
// minutes, and after other things have been made.
//
//	app.Model --Check, CheckREST--> app.Mistakes
//
// Each rule is here once and looks at a model. So a mistake reads the same
// whether the model comes from a program, from a file or through the AWS CDK.
// Programs don't link this package: what is deployed has passed, and in Lambda a
// registration's value can be another than when the app was described.
//
// A rule refuses what AWS's documentation, or AWS's own code, refuses; where
// these leave a doubt, it lets pass. Text with ${ in it passes every rule:
// Terraform, CloudFormation or the CDK fills it in.
package awsrules
