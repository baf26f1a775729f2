// Package cfn knows templates of CloudFormation as far as they refer to themselves:
// the intrinsic functions, the references in them, and what a resource depends on.
// It knows of no type of resource.
package cfn
