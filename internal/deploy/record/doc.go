// Package record keeps what deploy remembers of a stage, in the project:
//
//	.chalice/deployed/STAGE.json               the record, see [Record]
//	.chalice/deployed/STAGE.template-DIGEST/   the template and its parts
//
// The record names the folder of its template. So a record and a template
// appear together: the folder is complete before the record that names it takes
// the place of the last one, in one step. Of two processes that write at once,
// the one that finishes last wins, and a process that is killed leaves the
// record as it was.
//
// A record saves a search, and tells what has changed since. Whoever has none
// asks CloudFormation for the stack.
package record
