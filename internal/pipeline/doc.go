// Package pipeline writes what deploys an app by itself, whenever its source changes:
// a pipeline of AWS CodePipeline, as a template of CloudFormation, or a workflow of
// GitHub Actions with the template of the roles that it has in AWS.
//
//	Input --CodePipeline--> template, buildspec
//	Input --GitHub--> workflow, template of its roles
//
// Both are data before they are text. The shell commands that they share are in
// commands.go; what CloudFormation may do for the app is in access.go, and comes from
// the documentation's policy for deployers.
package pipeline
