// Package awsrules knows what AWS accepts of an app's registrations: names and
// ARNs, schedules, event patterns, paths. AWS itself refuses the rest mostly
// after minutes, when it has made other resources already.
//
//	app.Model --Check, CheckREST, CheckHTTP--> app.Mistakes
//
// Each rule exists once and checks a model. So a mistake has the same message
// whether the model comes from a program, from a file or through the AWS CDK.
// Programs don't link this package: what is deployed has passed the rules, and
// in Lambda the value of a registration can differ from the one that was
// described.
//
// A rule refuses what AWS's documentation, or AWS's own code, refuses. Where
// these leave a doubt, it accepts. Text with ${ in it passes every rule, since
// Terraform, CloudFormation or the CDK fills it in.
package awsrules
