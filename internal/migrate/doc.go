// Package migrate makes a Go project of an app that is written with Chalice for
// Python.
//
//	app.py --describe.py--> description --plan--> calls of app --files--> a Go project
//
// The app describes itself: a script of ours imports it in the user's own Python, with
// the Chalice that is installed there, and notes each registration as it happens. So
// the app may compute what it registers, and nothing here reads Python. The
// app gets no credentials, no network from Python, and limited time; what it prints
// doesn't matter.
//
// Each registration becomes a call twice over: as text of the new program, and as a
// call of package app, right away. The latter says what the new program will consist
// of, and what chalice or AWS will refuse of it.
package migrate
