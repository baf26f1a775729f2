// Package terminal is what people see of a deployment, and what programs read of
// it. It knows neither AWS's SDK nor the engine: whoever calls it hands it plain
// values, in the order in which things happen.
//
//	steps, review, question, events, result --Screen--> a terminal, a CI's log, or JSON
//
// A [Screen] has three ways to show the same. In a terminal, steps and the tree of
// resources are redrawn in place. Where there is no terminal, or a dumb one, each
// thing that happens is a line. With JSON, each is an object in a line. Results go
// to standard output, progress and questions to standard error; JSON goes to
// standard output alone.
//
// Names, reasons and log lines come from elsewhere. Control characters in them are
// replaced before a terminal sees them.
//
// # JSON
//
// Every object has "kind" and "time" (RFC 3339, UTC). What has no value is left out.
// Members and kinds can be added; those that are here stay.
//
//	step      label, text, seconds: a step has ended, and what came of it
//	note      text: what else is worth saying
//	change    action (added, changed, replaced or removed), logical_id, physical_id, type,
//	          path (the nested stacks that it lies in, by their ids), moved and moved_from,
//	          maybe (whether it is replaced shows only during the update), kept (what goes
//	          stays in AWS), function, source (file:line), properties: a list of path,
//	          before, after, replaces, indirect
//	output_change
//	          key, before, after: an output of the stack that changes
//	grant     to, role, action, resource, condition, deny (a prohibition goes), why: a
//	          permission that widens
//	exposure  logical_id, type, what, details, source: what anyone can reach from now on
//	changes   added, changed, replaced, removed: how many there are; after all of these
//	event     stack, path, logical_id, physical_id, type, status, reason: one of
//	          CloudFormation's, with its own time
//	output    key, value, description: one of the stack's outputs
//	url       front, url: where the app is reached
//	row       table, cells: a line of a table; cells has the columns' names
//	log       function, stream, message: a line of a function's log, with its own time
//	result    stack, action, seconds: the command has ended well
//	error     message, and where a resource is to blame stack, status, logical_id, type,
//	          path, reason, source, advice, others
package terminal
