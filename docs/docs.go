// Package docs has what the command takes from the documentation, so that both say
// the same: the policies of docs/deploying.md for those who deploy.
package docs

import _ "embed"

// DeployingResources is the policy document, in JSON, with what CloudFormation has to
// be allowed to make the resources of an app called myapp; see deploying.md.
//
//go:embed deploying-resources.json
var DeployingResources []byte
