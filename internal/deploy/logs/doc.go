// Package logs reads what functions have logged, from CloudWatch Logs.
//
//	groups --Read, Follow--> events, those of several groups in the order of time
//
// CloudWatch Logs returns the events of a group from a time on, in pages,
// sorted by their own time. To follow a group means to request them again and
// again. Three things would make that lose or repeat events:
//
//   - Several events have the same time. So the next request starts at the
//     time of the last event, and events are recognized by their ids.
//   - Events arrive late, after others with a later time. So the next request
//     starts a little earlier, by [Overlap].
//   - An event has a time in the future, since programs choose the time. Then
//     the time at which it arrived is used.
//
// If a request fails, reading continues after the last event.
package logs
