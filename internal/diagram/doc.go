// Package diagram draws the graph of an app's resources.
//
//	synth.Graph --Of--> Graph --Draw--> text, JSON, Mermaid, DOT or SVG
//
// The text formats list the resources as they are in the graph. The picture
// shows what triggers what: a box for each function, with all that belongs to
// it as rows of the box, and boxes for what invokes it: a resource of the app,
// such as an API, or one that exists already, such as a queue.
package diagram
