// Package packager turns the source of an app into what AWS takes: a template
// and a zip with the compiled program.
//
//	source --compile--> bootstrap --zip--> deployment.zip
//	source --describe--> app.Model + config.Stage --synth--> template
//
//	out, err := packager.Build(ctx, packager.Input{ProjectDir: "shop", Stage: "prod", Out: "dist"})
//	if err != nil {
//		return err
//	}
//	fmt.Println(out.Template, out.Zip)
//
// It is what chalice package does, as a library. Both lines run side by side. Nothing reaches the output folder before both
// have succeeded, and the same source gives the same bytes.
//
// The folder is called package, for that is what it does, but Go keeps that
// word for itself; so it is imported as
//
//	packager "github.com/chalice-go/chalice/package"
//
// # Apart from Build
//
// Whoever packages an app needs [Input], [Build] and [Output], and of errors
// [InputError], [CompileError], [CgoError], [GoError] and [DescribeError], beside
// app.Mistakes and config.Mistake for the app and its configuration. The rest are single
// steps, for other commands than chalice package: [Describe], [DescribeForEvents],
// [Graph], [OpenAPI], [Validate] and [FindPolicies] write nothing, [BuildProgram] and
// [FindSources] are for running an app on this machine, and [Archive] is for replacing
// deployed code.
package packager
