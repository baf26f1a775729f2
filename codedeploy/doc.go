// Package codedeploy tells AWS CodeDeploy what the hooks of an app find, the functions that
// [app.TrafficHook] makes: a program that has one imports it.
//
//	import _ "github.com/chalice-go/chalice/codedeploy"
//
// [ShiftOf] says to a hook what is being deployed, for instance to call the new version:
//
//	shift, err := codedeploy.ShiftOf(ctx)
//	// ...
//	out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(shift.Target())})
//
// It is a package of its own because it needs net/http, which other programs don't link. Of
// AWS's SDK it needs nothing: credentials, region and endpoint are those that Lambda puts
// into the environment of each function, with AWS_ENDPOINT_URL_CODEDEPLOY,
// AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_USE_FIPS_ENDPOINT and
// AWS_USE_DUALSTACK_ENDPOINT as the SDK takes them.
//
//	hook's context --deployment's id--> GetDeployment --revision--> GetApplicationRevision --> Shift
//	hook's outcome --PutLifecycleEventHookExecutionStatus--> CodeDeploy
//
// [app.TrafficHook]: https://pkg.go.dev/github.com/chalice-go/chalice/app#TrafficHook
package codedeploy
