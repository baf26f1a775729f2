// Package ordered has JSON objects that keep the order of their members, which
// templates are made of, reads them as JSON, and writes them as JSON and YAML.
//
// Of CloudFormation it knows how intrinsic functions are written: YAML has short forms
// of them, and a merge takes each for one value.
package ordered
