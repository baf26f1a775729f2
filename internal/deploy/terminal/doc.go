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
// docs/deploying.md describes the objects of JSON. Members and kinds can be added;
// those that are there stay.
package terminal
