// Package synth turns an application model into infrastructure templates.
//
//	app.Model + config.Stage --Build--> Graph --SAM--> Template --Files--> bytes
//
//	graph, err := synth.Build(synth.Input{Model: model, Stage: stage})
//	template, err := synth.SAM(graph)
//	files, err := template.Files(synth.Layout{File: "sam.yaml"})
//
// [Build] checks an app and its configuration, and makes the [Graph] of all that it needs
// in AWS. [SAM], [CloudFormation] and [Terraform] render it as a [Template], into which
// [Template.Merge] puts another part, and [Template.Files] makes one or several files of
// it. Build and the renderers are pure: they read no files, no clock and no
// network, so equal inputs give equal bytes. Package packager reads what they need.
//
// # How it is made
//
// A kind of resource is one file: its type implements [Resource], which has a
// method for every format and one for drawings, so the compiler asks for what is
// missing. Callers see resources as nodes of the graph, and need none of the types.
// The SAM renderer makes goformation's resource types and turns them into a
// [Template] itself, since goformation's own output evaluates intrinsic
// functions and rewrites strings of the user's; see tree.go.
//
// Three things make this up, each of which knows nothing of those after it:
//
//   - documents: package ordered has objects, JSON and YAML, and package cfn what
//     CloudFormation's documents refer to;
//   - the division of a rendered template that CloudFormation has too little room
//     for into nested stacks, by which resource belongs to which function and what
//     refers to what: package nest;
//   - the graph, and the renderers: this package.
package synth
