// Package logs reads what functions have logged, from CloudWatch Logs.
//
//	groups --Read, Follow--> events, those of several groups in the order of time
//
// CloudWatch Logs gives the events of a group from a time on, in pages, sorted by
// their own time. To follow a group is to ask again and again. Three things would
// lose or repeat events then, and don't:
//
//   - Several events have the same time. So the next question starts at the time
//     of the last event, and events are known by their ids.
//   - Events arrive late, after others with a later time. So the next question
//     starts a little earlier, by [Overlap].
//   - An event has a time in the future, since a program chooses the time. Then the
//     time at which it arrived counts.
//
// A question that fails in the middle is asked again from the last event on.
package logs
