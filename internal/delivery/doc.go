// Package delivery says what AWS would deliver to whom: which functions of an app
// get an event, and what each of them gets.
//
//	app.Model --New--> App
//	App + event as its source has it --Route--> Delivery for each function
//	App + function + event --Explain--> why AWS wouldn't deliver that
//
// Package apptest and local mode do by it what AWS does: patterns, filter policies,
// filters of event source mappings, Input and InputPath, and batches.
package delivery
