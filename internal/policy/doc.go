// Package policy finds the IAM actions that the Lambda functions of an app need:
// which operations of the AWS SDK for Go v2 each can reach, which actions those are,
// and on which resources.
//
//	Input --source--> code --functions, callgraph--> reached code
//	      --sdk, values--> actions and names of resources --arn--> statements
//
// [Analyze] has the stages in their order, each a package below this one. It errs to
// one side: an action too many is a pity, one too few is a function that fails when it
// runs. So whatever a stage can't follow is widened, to everything of its type and in
// the end to any resource, and a [Warning] says so.
//
// # The stages
//
// Source (package source). The packages that count are those of the user, and those
// of others that stand between them and the SDK; of all the rest only types are read,
// from the compiler's own files, for the code of the SDK tells nothing that its types
// don't. Each piece of code is a node with what it mentions: other nodes, methods of
// interfaces, types, operations. A package that doesn't compile is read as far as that
// goes, with a warning.
//
// Lambda functions (package functions). The app's model names each function's handler
// by its symbol and by the place of its registration. What a registration's
// expressions mention belongs to that handler, so a factory or a middleware that makes
// it is no part of others. Where they don't show which function the handler is, the
// flow of values has to find it; and where that fails, every function of the handler's
// type is taken for it, with a warning.
//
// Call graph, first pass (package rta): rapid type analysis (Bacon and
// Sweeney, "Fast static analysis of C++ virtual function calls", OOPSLA 1996), on
// syntax and types. The lattice is the powerset of nodes, live types, and called
// methods of interfaces; a run from a cold start is shared, and each Lambda function
// goes on from there. A function is reached by whoever mentions it. A method of an
// interface leads to those of all live types, and code out of sight can call whatever
// its interfaces, and conventions such as String, let it call.
//
// The door to code out of sight (package outside, rta/handed.go). A value is handed to a
// package if its type implements one of that package's interfaces, and who calls its methods
// has to know the interface: the packages that import that one, be it through others. So
// a method is reached by a run that calls a function of such a package, if the function calls
// a method of that name. Which it calls is found by the same analysis, on the source of the
// packages that know an interface of which the program has implementations, and with all their
// types live. Where too many know it they aren't read, and each of their functions can call
// all methods of the interfaces that its package knows. A call at a cold start is one of every function. Thus
// sql.Register leads nowhere, and (*sql.DB).Query to the driver's Open and Query, which were
// handed over before. What is told by no interface with a package, such as error, is reached
// at once, and so is a function that is handed over as such.
//
// Call graph, second pass (package flow): a points-to analysis by
// inclusion (Andersen, "Program analysis and specialization for the C programming
// language", 1994) with the coarse memory of variable type analysis (Sundaresan and
// others, "Practical virtual method call resolution for Java", OOPSLA 2000): a
// location for each variable, for each field of a type, and for all elements of slices
// of one type. It runs on SSA form, on the code that the first pass reached, and grows
// its call graph on the way. The lattice is the powerset of functions and concrete
// types for each location, with "anything" at the top, which is what comes from code
// out of sight. A call of anything, and one that nothing gets to, can be of all that
// reached code mentions with the right type. If the pass fails, the first one counts
// alone, with a warning.
//
// Operations (package sdk). Types decide, not names: whoever takes a
// *s3.GetObjectInput or returns a *s3.GetObjectOutput makes that call. A table says
// which actions an operation needs, which of these only if a field of its input is
// set, and which fields name the resources. An operation that isn't in the table needs
// what AWS's rule for names makes of it, with a warning. So has each function that calls
// AWS without the SDK, whatever it needs for that.
//
// Names (package values). Strings are followed backwards through def-use chains, on
// demand, and through memory by searching forward for all aliases of where it was made
// (values/alias.go). The lattice is that of sets of at most 32 names, with "anything" at the
// top; a name is text and environment variables, and may end in "and so on", to which
// one that grows in a loop is widened. An input whose field can be anything, or that
// doesn't set it, names no resource.
//
// ARNs (package arn). A name becomes an ARN with the values that a stage configures
// for the environment variables. An action that one call uses on something unknown is
// allowed on any resource, with a warning unless AWS can't limit it anyway.
//
// # One handler, from source to statement
//
//	type store interface{ save(context.Context, string) error }
//	type table struct { c *dynamodb.Client; name string }
//
//	func (t *table) save(ctx context.Context, id string) error {
//		_, err := t.c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name})
//		return err
//	}
//
//	var orders store = &table{client, "orders-" + os.Getenv("STAGE")}
//
//	func order(ctx context.Context, e *app.SQSEvent) error { return orders.save(ctx, "1") }
//
//	func main() { a := app.New("shop"); a.OnSQSMessage("jobs", order); dispatch.Start(a) }
//
// The call of OnSQSMessage is a [source.Site], and its argument plainly the function
// order, which is the handler of the Lambda function "order". Rapid type analysis
// starts there: order mentions the variable orders and the method store.save. At the
// cold start the type table went live, so (*table).save is reached, and with it the
// sink Client.PutItem, since that takes a *dynamodb.PutItemInput. The flow of values
// agrees: the type *table is put into an interface, goes into the variable orders, and
// from there to the call. By the table PutItem needs dynamodb:PutItem, on what
// TableName names. That field is stored once, as the address of the field name of
// table; what is stored there is "orders-" and the environment variable STAGE. For
// a stage with STAGE=prod the statement allows dynamodb:PutItem on
// arn:PARTITION:dynamodb:REGION:ACCOUNT:table/orders-prod, and its reason is the line
// of PutItem, with the path from order.
//
// # Why not the call graphs of x/tools
//
// Its rta matches function values to calls by signature, and the code around handlers
// has few of these: every func() error that is retried would be each other. It also
// wants bodies of the whole program, of which the SDK's alone take seconds and more
// than a gigabyte. Its vta loses what comes out of a channel with comma-ok, and leaves
// a call without callees where nothing it follows gets there, which here has to mean
// anything. Each pass keeps apart what the other merges: the first two registries of
// one map type, the second the implementations of an interface that are made at a cold
// start. So what both reach is narrower than either, and than what x/tools' reach.
//
// # After an edit
//
// A report is kept, and is that of other source as well if the analysis can't tell that
// from the one it was made of. It can't where only texts differ that it hasn't looked at:
// it would take the same steps. Each look at a constant's text is noted (package seen), and
// what a file has but for such texts is its shape (source/shape.go). A text belongs to the
// shape nevertheless if the type checker may look at it: as part of a larger constant, of a
// type, or of what has to be different from others. So do the lines that things are in, and
// directives; other comments don't.
//
// # Where things are
//
//	analyze.go     the stages in their order
//	policy.go      what goes in and comes out
//	needs.go       actions, targets and reasons of one function
//	uses.go        what each call shows of an action's resources
//	others.go      calls of AWS without the SDK
//	statements.go  needs as statements, with the values of environment variables
//	bynames.go     actions that the names of resources ask for
//	cache.go       reports that are kept
//	like.go        source with which a report is the same
//	warnings.go    warnings of several functions as one
//	load/          load.go, read.go: packages' syntax and types; exports.go, table.go: the
//	               compiler's files
//	source/        packages.go, load.go; target.go, compiler.go: for which machine, and by
//	               which compiler; content.go, shape.go: what a report depends on; node.go, walk.go;
//	               registration.go: what registers handlers; handler.go, exhaustive.go:
//	               which handlers
//	functions/     the Lambda functions, by the model or by the source
//	ssaform/       SSA form and its index; which struct types are one
//	rta/           rta.go; making.go: what runs when a handler is made; interfaces.go: what
//	               they lead to; hierarchy.go; handed.go: what code out of sight calls
//	outside/       which methods code out of sight can call
//	flow/          flow.go, location.go; constraint.go: instructions; call.go
//	callgraph/     graph.go: both passes; entry.go; leaving.go: makers of handlers that
//	               share something; scope.go: what values asks
//	values/        input.go: fields; place.go: where they are set; nothing.go: those
//	               that nobody sets; trace.go: backwards; interface.go: what is in
//	               interfaces; want.go, element.go: in maps and arrays; alias.go:
//	               memory; zero.go: before that is set; known.go, texts.go, format.go,
//	               builder.go: functions whose result is known; readers.go: who only
//	               reads; foreign.go: calls out of sight
//	sdk/           finder.go: operations by types; operation.go: their actions; data/;
//	               other.go: calls of AWS without it
//	arn/           arn.go: names to ARNs; forms.go: those with a form of their own, of
//	               which bucket.go, key.go, parameter.go and partiql.go have the larger;
//	               use.go: names that decide over actions; condition.go; name.go;
//	               statement.go
//	seen/          which texts of the program were looked at
//	gotypes/       what several of these ask of go/types
//	parallel/      calls side by side
//
// docs/architecture.md says where to add what.
package policy
