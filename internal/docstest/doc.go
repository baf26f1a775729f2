// Package docstest runs pages of documentation, for tests: the commands, programs and
// outputs that a page shows are extracted and tried, in their order, in an empty folder.
//
//	Markdown --Parse--> Page --Run--> what isn't so
//
// A block of code means, by its language and its title:
//
//	go title="main.go"          a file, or declarations that replace and extend those of one
//	json title="a.json" etc.    a file
//	console                     commands after "$ ", and what they print
//	text title="chalice local"  lines that the running local mode has printed
//	go, json, yaml              an excerpt of a file or of the last command's output
//
// A line "..." stands for any number of lines. What differs from run to run, such as
// durations and ids, is compared without its value; see normal.go. Commands for AWS run
// where the AWS of the environment is an endpoint for tests.
package docstest
