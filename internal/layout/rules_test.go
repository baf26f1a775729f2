package layout_test

// A rule says what a folder owns, and what its packages may import. Packages of
// ours are named by their folder, others by a prefix of their import path. The
// standard library is free for all.
type rule struct {
	// dir is the folder; one that ends with /... covers what is below it too.
	dir string
	// owns goes into the table of docs/architecture.md.
	owns   string
	ours   []string
	beyond []string
	// tests is what the package's tests may import besides, ours or not.
	tests []string
}

// rules is the layout. A package that no rule covers is a mistake, and so is
// a rule, or an arrow of one, that no package needs.
var rules = []rule{
	{
		dir:   "app",
		owns:  "what users write; the model; events",
		ours:  []string{"internal/apidoc", "internal/errtext", "internal/lifecycle", "internal/schema"},
		tests: []string{"apptest", "codedeploy"},
	},
	{
		dir:    "dispatch",
		owns:   "which handler gets this event; `Start`",
		ours:   []string{"app", "internal/cause", "internal/errtext", "internal/outlet", "internal/runtimeapi"},
		beyond: []string{awsLambda},
	},
	{
		dir:    "apptest",
		owns:   "a client that calls an app in process",
		ours:   []string{"app", "config", "dispatch", "internal/apidoc", "internal/awsrules", "internal/cause", "internal/delivery", "internal/gateway", "internal/jwt", "internal/openapi", "internal/outlet", "internal/requestid", "internal/sample"},
		beyond: []string{awsLambda},
		tests:  []string{"apptest/internal/shop", "codedeploy", joseModule},
	},
	{
		dir:    "apptest/internal/shop",
		owns:   "the app of apptest's own tests",
		ours:   []string{"app"},
		beyond: []string{awsLambda},
	},
	{
		dir:  "apptest/internal/shop/local",
		owns: "the same app as a program",
		ours: []string{"apptest/internal/shop", "dispatch"},
	},
	{
		dir:   "httpadapter",
		owns:  "an `http.Handler` as a subtree of routes",
		ours:  []string{"app"},
		tests: []string{"apptest", "dispatch"},
	},
	{
		dir:   "codedeploy",
		owns:  "what tells CodeDeploy what a hook found, and a hook what is deployed; for programs that have one",
		ours:  []string{"internal/lifecycle", "internal/partition"},
		tests: []string{"app", "dispatch", awsSDK},
	},
	{
		dir:   "docs",
		owns:  "what the command takes from the documentation, so that both say the same; and the tests that keep its pages true",
		tests: []string{"config", "internal/docstest"},
	},
	{
		dir:  "internal/docstest",
		owns: "pages of documentation run in tests: their commands, programs and outputs",
		ours: []string{"app", "internal/child", "internal/gateway"},
	},
	{
		dir:    "internal/doctor",
		owns:   "what a project needs to be deployed, and what to do about what is missing",
		ours:   []string{"config", "internal/child", "internal/deploy/account", "internal/deploy/artifact", "internal/smallfile"},
		beyond: []string{"golang.org/x/mod"},
	},
	{
		dir:    "internal/pipeline",
		owns:   "pipelines of AWS CodePipeline and workflows of GitHub Actions that deploy an app",
		ours:   []string{"config", "docs", "internal/ordered", "internal/smallfile", "internal/templatefile"},
		beyond: []string{"golang.org/x/mod", "go.yaml.in/yaml/v3"},
	},
	{
		dir:    "websocket",
		owns:   "a client for the connections of a websocket API",
		ours:   []string{"app"},
		beyond: []string{awsSDK},
		tests:  []string{"dispatch", "github.com/gobwas/ws", "internal/gateway"},
	},
	{
		dir:  "config",
		owns: "the configuration file, merged into one stage",
		ours: []string{"app", "internal/awsrules", "internal/jsontext", "internal/lazyregexp", "internal/nearest", "internal/smallfile", "internal/standin", "internal/tftext"},
	},
	{
		dir:    "synth",
		owns:   "the graph, a file for each kind of resource, the renderers",
		ours:   []string{"app", "config", "internal/awsrules", "internal/eventpattern", "internal/lazyregexp", "internal/nearest", "internal/ordered", "internal/standin", "internal/templatefile", "internal/tftext", "synth/internal/cfn", "synth/internal/draft4", "synth/internal/nest"},
		beyond: []string{"github.com/awslabs/goformation/v7"},
		tests:  []string{"dispatch"},
	},
	{
		dir:  "synth/internal/cfn",
		owns: "how templates of CloudFormation refer to themselves: intrinsic functions, references, dependencies",
		ours: []string{"internal/ordered", "internal/standin"},
	},
	{
		dir:  "synth/internal/draft4",
		owns: "models of API Gateway made of JSON Schemas: draft 4, and never stricter",
		ours: []string{"internal/ordered"},
	},
	{
		dir:   "synth/internal/nest",
		owns:  "the division of a template into nested stacks, by references alone",
		ours:  []string{"internal/ordered", "synth/internal/cfn"},
		tests: []string{"internal/templatefile"},
	},
	{
		dir:    "internal/templatefile",
		owns:   "the files of templates, read as JSON or YAML",
		ours:   []string{"internal/ordered"},
		beyond: []string{yaml},
	},
	{
		dir:   "internal/ordered",
		owns:  "JSON objects that keep their order, which templates are made of, as JSON and YAML",
		ours:  []string{"internal/jsontext"},
		tests: []string{yaml},
	},
	{
		dir:  "internal/openapi",
		owns: "the OpenAPI document of an app's routes, for people and programs that call them",
		ours: []string{"app", "config", "internal/apidoc", "internal/ordered"},
	},
	{
		dir:  "internal/openapi/comments",
		owns: "doc comments in the source of a program, for its OpenAPI document",
		ours: []string{"app", "internal/golist", "internal/lazyregexp", "internal/openapi"},
	},
	{
		dir:    "cdkconstruct",
		owns:   "an app as a construct of the AWS CDK",
		ours:   []string{"config", "internal/child", "internal/standin", "internal/termtext", "package"},
		beyond: cdk,
	},
	{
		dir:    "package",
		owns:   "build, zip, synthesize, write",
		ours:   []string{"app", "config", "internal/apidoc", "internal/awsrules", "internal/child", "internal/deflate", "internal/golist", "internal/jsontext", "internal/lazyregexp", "internal/nearest", "internal/openapi", "internal/openapi/comments", "internal/ordered", "internal/policy", "internal/policy/arn", "internal/scratch", "internal/shellenv", "internal/smallfile", "internal/standin", "internal/tail", "internal/templatefile", "internal/timing", "internal/unchanged", "synth"},
		beyond: []string{"golang.org/x/mod"},
		tests:  []string{"internal/migrate"},
	},
	{
		dir:    "internal/deflate",
		owns:   "one compressed stream, made on all processors",
		beyond: []string{"github.com/klauspost/compress"},
	},
	{
		dir:    "internal/gateway",
		owns:   "API Gateway on loopback, with REST APIs, HTTP APIs and websockets, and likewise function URLs and load balancers, in front of functions wherever they run",
		ours:   []string{"app", "internal/jwt", "internal/outlet", "internal/requestid"},
		beyond: []string{"github.com/gobwas/ws"},
		tests:  []string{"dispatch", "internal/lambdarun", joseModule},
	},
	{
		dir:    "internal/jwt",
		owns:   "whether a JSON Web Token is a valid one of an issuer's, and the issuer's keys",
		beyond: []string{joseModule},
	},
	{
		dir:  "internal/lambdarun",
		owns: "the Lambda runtime API on loopback, and the program behind it",
		ours: []string{"internal/child", "internal/outlet", "internal/requestid", "internal/tail"},
	},
	{
		dir:    "internal/devserver",
		owns:   "what `chalice local` does: build, serve, watch, and a journal of all that happens",
		ours:   []string{"app", "config", "internal/delivery", "internal/gateway", "internal/jwt", "internal/lambdarun", "internal/poller", "internal/requestid", "internal/schedule", "internal/scratch", "internal/shellenv", "internal/smallfile", "internal/termtext", "internal/timing", "package", "synth"},
		beyond: []string{"github.com/fatih/color", "github.com/fsnotify/fsnotify"},
		tests:  []string{"github.com/gobwas/ws", "internal/devserver/devservertest"},
	},
	{
		dir:   "internal/devserver/console",
		owns:  "the page of local mode, and what it asks",
		ours:  []string{"app", "config", "internal/devserver", "internal/diagram", "internal/gateway", "package"},
		tests: []string{"internal/devserver/devservertest"},
	},
	{
		dir:   "internal/devserver/invokeapi",
		owns:  "Lambda's Invoke API for the functions that run here, what of EventBridge and SNS leads to them, and what of CodeDeploy their hooks ask",
		ours:  []string{"config", "internal/delivery", "internal/devserver", "internal/gateway", "internal/lambdarun", "internal/requestid"},
		tests: []string{"internal/devserver/devservertest"},
	},
	{
		dir:  "internal/devserver/devservertest",
		owns: "servers of local mode in tests",
		ours: []string{"internal/devserver"},
	},
	{
		dir:  "internal/delivery",
		owns: "what AWS would deliver to whom: which functions get an event, what each of them gets, and why the others don't",
		ours: []string{"app", "internal/eventpattern", "internal/inputpath", "internal/logpattern"},
	},
	{
		dir:  "internal/schedule",
		owns: "when the time of a schedule comes",
	},
	{
		dir:    "internal/poller",
		owns:   "Lambda's event source mappings: it polls queues and streams, and hands batches to functions, wherever these run",
		ours:   []string{"app", "config", "internal/awsrules", "internal/delivery", "internal/eventpattern", "internal/requestid"},
		beyond: []string{awsSDK, smithy},
	},
	{
		dir:  "internal/deploy/endpointtest",
		owns: "the AWS on loopback, in tests",
		ours: []string{"internal/deploy/account"},
	},
	{
		dir:    "internal/deploy/account",
		owns:   "who calls AWS, and where; how patient calls are, and what is said when they fail",
		tests:  []string{"internal/deploy/endpointtest"},
		beyond: []string{awsSDK, smithy},
	},
	{
		dir:    "internal/deploy/artifact",
		owns:   "the bucket with programs and templates, and what of them is still needed",
		tests:  []string{"internal/deploy/endpointtest"},
		ours:   []string{"internal/deploy/account", "internal/deploy/stack"},
		beyond: []string{"golang.org/x/sync", awsSDK, smithy},
	},
	{
		dir:    "internal/deploy/stack",
		owns:   "CloudFormation's stacks: change sets, operations, their events, and why they failed",
		beyond: []string{awsSDK, smithy},
		tests:  []string{"internal/deploy/account", "internal/deploy/endpointtest"},
	},
	{
		dir:    "internal/deploy/signed",
		owns:   "calls of services of which too little is used for the SDK's client of all of it",
		ours:   []string{"internal/partition"},
		beyond: []string{awsSDK, smithy},
		tests:  []string{"internal/deploy/account", "internal/deploy/endpointtest"},
	},
	{
		dir:    "internal/deploy/function",
		owns:   "deployed functions: their code, how they are, and calls of them",
		ours:   []string{"internal/deploy/signed"},
		beyond: []string{awsSDK},
		tests:  []string{"internal/deploy/account", "internal/deploy/endpointtest", smithy},
	},
	{
		dir:    "internal/deploy/apisdk",
		owns:   "the client libraries that API Gateway generates, got and unpacked",
		ours:   []string{"internal/deploy/signed"},
		beyond: []string{awsSDK, smithy},
	},
	{
		dir:    "internal/deploy/logs",
		owns:   "what functions logged, read in pages and followed",
		ours:   []string{"internal/deploy/signed"},
		beyond: []string{awsSDK, smithy},
		tests:  []string{"internal/deploy/account", "internal/deploy/endpointtest"},
	},
	{
		dir:   "internal/awsrules",
		owns:  "what AWS takes of an app's registrations, and of the ARNs that a configuration names",
		ours:  []string{"app", "internal/eventpattern", "internal/inputpath", "internal/lazyregexp", "internal/logpattern", "internal/nearest"},
		tests: []string{"config", "httpadapter", "synth"},
	},
	{
		dir:   "internal/eventpattern",
		owns:  "the pattern languages: EventBridge's event patterns, Lambda's filters, SNS's filter policies",
		ours:  []string{"app", "internal/lazyregexp", "internal/nearest"},
		tests: []string{"internal/docstest"},
	},
	{
		dir:  "internal/inputpath",
		owns: "the paths by which a rule of EventBridge selects a part of each event",
	},
	{
		dir:  "internal/standin",
		owns: "texts that stand for values which are known only when an app is deployed",
		ours: []string{"app", "internal/lazyregexp", "internal/tftext"},
	},
	{
		dir:  "internal/jsontext",
		owns: "what a JSON text says that encoding/json would change without a word",
	},
	{
		dir:  "internal/smallfile",
		owns: "how files are read whose names a user gives: regular ones, of a size that they can have",
	},
	{
		dir:  "internal/scratch",
		owns: "folders for unfinished work, which go with the run that they belong to",
	},
	{
		dir:  "internal/unchanged",
		owns: "what files and folders were like, and whether they are still so",
	},
	{
		dir:  "internal/child",
		owns: "processes that end with ours",
	},
	{
		dir:   "internal/golist",
		owns:  "what the go command says of the packages that a program links",
		tests: []string{"golang.org/x/tools"},
	},
	{
		dir:   "internal/policy",
		owns:  "which IAM actions the source needs, on which resources, and why: the steps of the analysis, in order",
		ours:  []string{"internal/golist", "internal/policy/arn", "internal/policy/callgraph", "internal/policy/functions", "internal/policy/load", "internal/policy/parallel", "internal/policy/sdk", "internal/policy/seen", "internal/policy/source", "internal/policy/ssaform", "internal/policy/values", "internal/timing"},
		tests: []string{"app"},
	},
	{
		dir:    "internal/policy/load",
		owns:   "packages as they are read: syntax and types from source, or types from the compiler's files",
		ours:   []string{"internal/golist", "internal/policy/parallel"},
		beyond: []string{"golang.org/x/tools"},
	},
	{
		dir:  "internal/policy/parallel",
		owns: "calls side by side, as many as there are processors",
	},
	{
		dir:  "internal/policy/programtest",
		owns: "small programs for tests of the analysis",
		ours: []string{"internal/golist", "internal/policy/load", "internal/policy/source", "internal/policy/ssaform"},
	},
	{
		dir:    "internal/policy/source",
		owns:   "a program as it is read: what each piece of code mentions, and what it registers with the app",
		ours:   []string{"app", "internal/child", "internal/golist", "internal/lazyregexp", "internal/policy/gotypes", "internal/policy/load", "internal/policy/parallel", "internal/policy/sdk", "internal/policy/seen"},
		beyond: []string{"golang.org/x/tools"},
		tests:  []string{"internal/policy/programtest"},
	},
	{
		dir:  "internal/policy/functions",
		owns: "the Lambda functions of a program, and where their handlers are",
		ours: []string{"app", "internal/policy/gotypes", "internal/policy/sdk", "internal/policy/source"},
	},
	{
		dir:    "internal/policy/ssaform",
		owns:   "a program in SSA form, with an index of its instructions",
		ours:   []string{"internal/policy/gotypes", "internal/policy/load", "internal/policy/parallel", "internal/policy/sdk", "internal/policy/seen"},
		beyond: []string{"golang.org/x/tools"},
		tests:  []string{"internal/policy/programtest"},
	},
	{
		dir:   "internal/policy/outside",
		owns:  "what packages without source can call of the program's methods",
		ours:  []string{"internal/golist", "internal/policy/gotypes", "internal/policy/sdk", "internal/policy/source"},
		tests: []string{"internal/policy/programtest"},
	},
	{
		dir:   "internal/policy/rta",
		owns:  "rapid type analysis, on what code mentions",
		ours:  []string{"internal/policy/gotypes", "internal/policy/outside", "internal/policy/sdk", "internal/policy/source"},
		tests: []string{"internal/policy/programtest"},
	},
	{
		dir:    "internal/policy/flow",
		owns:   "the flow of functions and types to where they are called: a points-to analysis",
		ours:   []string{"internal/policy/gotypes", "internal/policy/source", "internal/policy/ssaform"},
		beyond: []string{"golang.org/x/tools"},
		tests:  []string{"internal/policy/programtest"},
	},
	{
		dir:    "internal/policy/callgraph",
		owns:   "what each Lambda function can run: what rapid type analysis and the flow of values both reach",
		ours:   []string{"app", "internal/policy/flow", "internal/policy/functions", "internal/policy/gotypes", "internal/policy/rta", "internal/policy/sdk", "internal/policy/source", "internal/policy/ssaform"},
		beyond: []string{"golang.org/x/tools"},
	},
	{
		dir:    "internal/policy/values",
		owns:   "what the fields of the SDK's inputs can be: strings followed back to where they come from",
		ours:   []string{"internal/policy/arn", "internal/policy/gotypes", "internal/policy/sdk", "internal/policy/seen", "internal/policy/ssaform"},
		beyond: []string{"golang.org/x/tools"},
		tests:  []string{"internal/policy/programtest"},
	},
	{
		dir:  "internal/policy/arn",
		owns: "from the names of resources in a program to ARNs, and statements with these",
		ours: []string{"internal/policy/sdk"},
	},
	{
		dir:  "internal/policy/sdk",
		owns: "the operations of the AWS SDK, and which actions they need: by types and a table",
		ours: []string{"app", "internal/lazyregexp", "internal/policy/gotypes"},
	},
	{
		dir:  "internal/policy/seen",
		owns: "which texts of a program the analysis has looked at",
	},
	{
		dir:  "internal/policy/gotypes",
		owns: "questions about types and signatures that go/types doesn't answer itself",
	},
	{
		dir:   "internal/diagram",
		owns:  "drawings of the graph: text formats, and a picture as SVG",
		ours:  []string{"internal/layered", "synth"},
		tests: []string{"app", "config"},
	},
	{
		dir:  "internal/layered",
		owns: "where boxes and edges of a picture go",
	},
	{
		dir:   "internal/deploy",
		owns:  "from a package to a stack and back: in what order, and what is asked before",
		tests: []string{awsSDK, "internal/deploy/endpointtest"},
		ours:  []string{"app", "config", "internal/deploy/account", "internal/deploy/artifact", "internal/deploy/function", "internal/deploy/record", "internal/deploy/review", "internal/deploy/signed", "internal/deploy/stack", "internal/lazyregexp", "internal/nearest", "internal/ordered", "internal/scratch", "internal/templatefile", "internal/timing", "package", "synth"},
	},
	{
		dir:  "internal/deploy/record",
		owns: "what a project remembers of a stage's stack: a file, and the template beside it",
		ours: []string{"internal/scratch", "internal/smallfile"},
	},
	{
		dir:  "internal/deploy/review",
		owns: "what a change of a stack means to a person: changes, permissions that widen, what becomes public; no AWS",
		ours: []string{"app", "internal/lazyregexp", "internal/templatefile", "package"},
	},
	{
		dir:    "internal/deploy/terminal",
		owns:   "what people see of `deploy`, `diff`, `delete`, `status` and `logs`, and what programs read of them",
		ours:   []string{"app", "internal/deploy/review", "internal/termtext"},
		beyond: []string{"github.com/charmbracelet/x/ansi", "github.com/fatih/color", "golang.org/x/term"},
		tests:  []string{"internal/deploy/terminal/terminaltest"},
	},
	{
		dir:    "internal/deploy/terminal/terminaltest",
		owns:   "a person in front of a terminal, in tests",
		beyond: []string{"github.com/charmbracelet/x/ansi", "github.com/charmbracelet/x/vt", "github.com/creack/pty"},
	},
	{
		dir:    "internal/termtext",
		owns:   "text fit for a terminal: colors, foreign text made harmless, lines of logs",
		ours:   []string{"internal/lazyregexp"},
		beyond: []string{"github.com/fatih/color", "golang.org/x/term"},
	},
	{
		dir:   "internal/sample",
		owns:  "events as AWS sends them, for trying a function by hand",
		ours:  []string{"app", "internal/delivery", "internal/eventpattern", "internal/gateway", "internal/logpattern"},
		tests: []string{"apptest", "dispatch"},
	},
	{
		dir:    "internal/scaffold",
		owns:   "what `new-project` writes",
		ours:   []string{"config", "internal/child", "internal/smallfile"},
		beyond: []string{"golang.org/x/mod"},
	},
	{
		dir:   "internal/migrate",
		owns:  "a Go project of an app that is written with Chalice for Python",
		ours:  []string{"app", "config", "internal/awsrules", "internal/child", "internal/ordered", "internal/scaffold", "internal/scratch", "internal/shellenv", "internal/smallfile", "internal/tail", "internal/templatefile"},
		tests: []string{"internal/docstest"},
	},
	{
		dir:  "internal/runtimeapi",
		owns: "a client of Lambda's runtime API, without net/http",
	},
	{
		dir:  "internal/schema",
		owns: "what the JSON of a Go type is like, in JSON Schema's words: its members, and what tags ask of values",
	},
	{
		dir:  "internal/lifecycle",
		owns: "what hooks of CodeDeploy's and what tells it of them know of each other",
	},
	{
		dir:  "internal/partition",
		owns: "the domain under which AWS's services of a region are",
	},
	{
		dir:  "internal/errtext",
		owns: "what a log tells of an error: its text, its chain, the stack of a panic",
	},
	{
		dir:  "internal/apidoc",
		owns: "where a program finds the OpenAPI document of its app",
	},
	{
		dir:  "internal/cause",
		owns: "what a function's answer doesn't tell who invokes it in its own process",
	},
	{
		dir:  "internal/outlet",
		owns: "where the answer to a request goes that is sent piece by piece, and its form",
	},
	{
		dir:  "internal/lazyregexp",
		owns: "regular expressions that no command compiles which doesn't need them",
	},
	{
		dir:   "internal/layout",
		owns:  "this table, and the test that holds it; and that whoever lists the app's registrations has all of them",
		tests: []string{"app", "apptest", "config", "docs", "golang.org/x/tools", "internal/awsrules", "internal/docstest", "internal/policy/source", "internal/sample", "internal/standin", "synth"},
	},
	{
		dir:  "internal/logpattern",
		owns: "the filter patterns of CloudWatch Logs: what is wrong with one, and which events match it",
	},
	{
		dir:  "internal/nearest",
		owns: "what a misspelt name was meant to be",
	},
	{
		dir:  "internal/requestid",
		owns: "ids of requests",
	},
	{
		dir:  "internal/shellenv",
		owns: "which of the developer's environment variables a program sees that runs here",
		ours: []string{"internal/nearest"},
	},
	{
		dir:  "internal/tail",
		owns: "the end of what a program prints",
		ours: []string{"internal/termtext"},
	},
	{
		dir:  "internal/timing",
		owns: "what took how long, as a table and as a trace",
	},
	{
		dir:  "internal/tftext",
		owns: "where the expressions are in a text of Terraform's",
	},
	{
		dir:    "cmd/chalice",
		owns:   "flags, wiring, printing",
		ours:   []string{"app", "config", "internal/child", "internal/deploy", "internal/deploy/account", "internal/deploy/apisdk", "internal/deploy/function", "internal/deploy/logs", "internal/deploy/record", "internal/deploy/review", "internal/deploy/stack", "internal/deploy/terminal", "internal/devserver", "internal/devserver/console", "internal/devserver/invokeapi", "internal/diagram", "internal/doctor", "internal/lazyregexp", "internal/migrate", "internal/openapi", "internal/ordered", "internal/pipeline", "internal/sample", "internal/scaffold", "internal/scratch", "internal/smallfile", "internal/templatefile", "internal/termtext", "internal/timing", "package", "synth"},
		beyond: []string{"github.com/fatih/color", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/mod"},
		tests:  []string{"internal/deploy/endpointtest", "internal/deploy/terminal/terminaltest", "internal/docstest"},
	},
	{
		dir:    "examples/...",
		owns:   "whole programs, each with a test",
		ours:   []string{"app", "dispatch", "websocket"},
		beyond: []string{awsSDK},
		tests:  []string{"apptest"},
	},
	{
		dir:    "examples/cdk",
		owns:   "an app in a stack of the AWS CDK",
		ours:   []string{"cdkconstruct"},
		beyond: cdk,
	},
	{
		dir:   "tools/...",
		owns:  "programs for the repository itself",
		ours:  []string{"app", "dispatch", "internal/lambdarun", "internal/policy/sdk", "package"},
		tests: []string{yaml},
	},
}

// cdk is what the AWS CDK is in Go.
var cdk = []string{"github.com/aws/aws-cdk-go", "github.com/aws/constructs-go", "github.com/aws/jsii-runtime-go"}

const (
	awsLambda  = "github.com/aws/aws-lambda-go"
	awsSDK     = "github.com/aws/aws-sdk-go-v2"
	smithy     = "github.com/aws/smithy-go"
	yaml       = "go.yaml.in/yaml/v3"
	joseModule = "github.com/go-jose/go-jose/v4"
)
