// Package draft4 makes models of API Gateway of JSON Schemas: draft 4 of JSON Schema in
// place of 2020-12, and of that what survives the import of an OpenAPI 2.0 document.
//
// A model is never stricter than its schema, so that API Gateway refuses nothing that the
// program takes; what a model can't say is listed as gaps, for the program to check. Four
// things of API Gateway shape the models:
//
//   - An import knows one type a value. Of a value that can be null, it keeps the other
//     type and refuses null. So a model says nothing of values that can be null.
//     https://github.com/hashicorp/terraform-provider-aws/issues/27344
//   - It knows no references in a circle. So a model says nothing of a value whose type is
//     one that the value is in.
//     https://github.com/amazon-archives/aws-apigateway-importer/issues/135
//   - It leaves out oneOf, discriminator, example, default, nullable and readOnly, and may
//     leave out exclusiveMinimum, minItems and maxItems.
//     https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
//   - What format means is its own affair: a date-time of Go's can be none of Java's.
//
// What can't be said of a value is left out together with the value's name, never replaced
// by a schema that says nothing: what the import makes of one isn't documented.
package draft4
