// Package record keeps in the project what is known of a deployed stage:
//
//	.chalice/deployed/STAGE.json               the record, see [Record]
//	.chalice/deployed/STAGE.template-DIGEST/   the template and its parts
//
// The record names the folder of its template. So a record and a template
// change together: first the folder is completed, then the record that names it
// replaces the last one in one step. If two processes write at the same time,
// the one that finishes last wins. A process that is killed leaves the last
// record as it was.
//
// A record saves a search, and shows what has changed since. Without one,
// commands ask CloudFormation for the stack.
package record
