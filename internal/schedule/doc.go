// Package schedule says when a schedule's time comes: that of a rule of
// EventBridge, in UTC, or one of EventBridge Scheduler, in a time zone.
//
//	rate, cron or at + time zone --Parse--> Schedule --Next--> time, time, ...
//
// It evaluates what AWS takes; package awsrules says what AWS refuses.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
package schedule
