// Package terminal shows a deployment to people, and to programs. It knows
// neither AWS's SDK nor the engine: its caller passes plain values, in the
// order in which things happen.
//
//	steps, review, question, events, result --Screen--> a terminal, a CI's log, or JSON
//
// A [Screen] has three ways to show this. In a terminal, steps and the tree of
// resources are redrawn in place. Without a terminal, or with a dumb one, each
// thing that happens is a line. With JSON, each is an object in a line. Results
// go to standard output, progress and questions to standard error; JSON goes to
// standard output only.
//
// Names, reasons and log lines come from other programs. Their control
// characters are replaced before they are written to a terminal.
//
// docs/deploying.md describes the objects of JSON. Members and kinds of objects
// can be added; existing ones stay.
package terminal
