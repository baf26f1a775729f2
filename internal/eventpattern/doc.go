// Package eventpattern knows AWS's pattern languages: EventBridge's event patterns,
// the filters of Lambda's event source mappings, and SNS's filter policies.
//
//	pattern --Check--> what AWS would refuse of it
//	pattern --Compile--> Matcher --Match--> whether an event is one of its
//	Filters, Policy: the same for records as Lambda's events have them
//
// The three look alike, but each has operators, limits and rules of its own: they are
// in one table, [Language]. They are AWS's documented ones. What the pages don't say
// is what the code of EventBridge's rules does, which is public; where both disagree,
// a comment says which is followed.
// https://github.com/aws/event-ruler
//
// A pattern is compiled into what is required of each member of an object, and a
// formula of which of these requirements have to be met. An event is read once, and
// only those of its values are looked at that the pattern names.
package eventpattern
