// Package logpattern has the language of the filter patterns of Amazon CloudWatch Logs.
//
//	pattern --Compile--> Matcher --Match--> whether an event passes
//
// There are three kinds of patterns: terms, conditions about an event that is JSON, and
// conditions about the words of an event. What is refused is what AWS documents; where it
// documents nothing, a pattern passes, since nobody can do without a check. Matching takes
// time in proportion to the event's length.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package logpattern
