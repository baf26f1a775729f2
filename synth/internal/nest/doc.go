// Package nest divides a template that CloudFormation has too little room for into
// that of a root stack and those of stacks nested in it.
//
// It works on what is rendered: on documents, on which resource belongs to which
// function, and on references. So no kind of resource knows of it, and it of none. A
// reference to what is in another stack becomes a parameter, and an output where that
// is a nested stack. What belongs to no function stays in the root.
//
// Where a function goes is up to its logical id alone (shard.go), and to which
// functions it refers to (level.go), so that a new function moves no other.
package nest
