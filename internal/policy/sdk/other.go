package sdk

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// Other is a way to call AWS without the clients of the SDK for Go v2. The analysis sees
// that a function goes it, and not which actions it needs.
type Other struct {
	// Does says what a function does that goes this way.
	Does string
	// Instead is what can be done beside allowing by hand what it needs; it may be empty.
	Instead string
	// Needs are the actions that it is about, as far as they are known without a look at
	// the call.
	Needs string

	// roots are the modules, or folders of packages, that go this way. Their source isn't
	// read.
	roots []string
	// clients are those below the roots that call, nil for all. Others only prepare that.
	clients []string
	// calls matches the functions that make calls, by their qualified names. Others only
	// prepare them.
	calls lazyregexp.Regexp
	// byInput: whoever takes an input of a service makes a call, or returns an output.
	byInput bool
	// texts are in the string constants of programs that go this way.
	texts []string
}

// The ways that code shows by what it says, not by which function it calls.
var (
	// SecretsExtension is the Lambda extension that answers with secrets and parameters.
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
	SecretsExtension = &Other{
		Does:  "asks the AWS Parameters and Secrets Lambda Extension",
		Needs: "secretsmanager:GetSecretValue for secrets, ssm:GetParameter for parameters, and kms:Decrypt where a key of your own encrypts them",
		texts: []string{
			"localhost:2773", "127.0.0.1:2773", "[::1]:2773", "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
			"arameters-Secrets-Token", "arameters-secrets-token", "ARAMETERS-SECRETS-TOKEN",
			"secretsmanager/get", "systemsmanager/parameters/get",
		},
	}
	// ConfigExtension is the Lambda extension that answers with AppConfig's configurations.
	// https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html
	ConfigExtension = &Other{
		Does:  "asks the AWS AppConfig Agent Lambda extension",
		Needs: "appconfig:StartConfigurationSession and appconfig:GetLatestConfiguration",
		texts: []string{"localhost:2772", "127.0.0.1:2772", "[::1]:2772", "AWS_APPCONFIG_EXTENSION_"},
	}
	// CommandLine is the AWS CLI.
	CommandLine = &Other{Does: "runs the AWS CLI", Instead: "call the AWS SDK for Go v2 in its place"}
)

// others are all ways that code can go.
var others = []*Other{
	{
		Does: "signs requests to AWS by hand",
		roots: []string{
			Prefix + "aws/signer/v4", "github.com/aws/aws-sdk-go/aws/signer/v4",
			"github.com/smartystreets/go-aws-auth", "github.com/smartystreets-archive/go-aws-auth",
			"github.com/sha1sum/aws_signing_client",
		},
		calls: lazyregexp.New(`\.(Sign|Presign)\w*$|aws_signing_client\.New$`),
	},
	{
		Does: "calls AWS with aws-sdk-go v1", Instead: "move that to aws-sdk-go-v2",
		roots:   []string{"github.com/aws/aws-sdk-go"},
		clients: []string{"github.com/aws/aws-sdk-go/service", "github.com/aws/aws-sdk-go/aws/credentials/stscreds"},
		calls: lazyregexp.New(`/s3manager(/s3manageriface)?\.(Uploader|Downloader|BatchDelete)\w*\.|/s3manager\.GetBucketRegion|` +
			`/stscreds\.(New|AssumeRoleProvider\.Retrieve|WebIdentityRoleProvider\.Retrieve)|/rdsutils\.(BuildAuthToken|ConnectionStringBuilder\.)`),
		byInput: true,
	},
	{
		Does: "calls DynamoDB through a DAX cluster", Needs: "dax:GetItem and the like, on the cluster",
		roots: []string{"github.com/aws/aws-dax-go", "github.com/aws/aws-dax-go-v2"},
		calls: lazyregexp.New(`\.Dax\.\w*(Item|Query|Scan|Pages|Statement)`),
	},
	{
		Does: "calls S3 with minio-go", Instead: "move that to aws-sdk-go-v2 if it is AWS that it calls",
		roots: []string{"github.com/minio/minio-go"},
		calls: lazyregexp.New(`\.(Client|Core)\.(Abort|Append|BucketExists|Complete|Compose|Copy|Disable|Enable|FGet|FPut|Get[^C]|List|Make|New|Presign|Prompt|Put|Remove|Restore|Select|SetB|SetO|Stat)`),
	},
	{
		Does: "calls S3 with s3gof3r", Instead: "move that to aws-sdk-go-v2",
		roots: []string{"github.com/rlmcpherson/s3gof3r"},
		calls: lazyregexp.New(`\.Bucket\.`),
	},
	{
		Does: "calls AWS with goamz", Instead: "move that to aws-sdk-go-v2",
		roots: []string{
			"github.com/goamz/goamz", "github.com/mitchellh/goamz", "github.com/crowdmob/goamz", "github.com/AdRoll/goamz",
			"launchpad.net/goamz", "gopkg.in/amz.v1", "gopkg.in/amz.v2", "gopkg.in/amz.v3",
		},
		calls: lazyregexp.New(`(goamz|amz\.v\d)/(exp/)?(autoscaling|cloudformation|cloudfront|cloudwatch|dynamodb|ec2|ecs|elb|iam|kinesis|mturk|rds|route53|s3|sdb|sns|sqs|sts)\.[A-Z]\w*\.`),
	},
}

// has reports whether a package is one of those that go this way.
func (o *Other) has(path string) bool {
	return slices.ContainsFunc(o.roots, func(root string) bool { return isBelow(path, root) })
}

// isBelow reports whether an import path is a root's, or below it.
func isBelow(path, root string) bool {
	rest, ok := strings.CutPrefix(path, root)
	return ok && (rest == "" || rest[0] == '/')
}

// makesCall reports whether a function of the way's own packages makes a call.
func (o *Other) makesCall(fn *types.Func) bool {
	path, sig := fn.Pkg().Path(), fn.Signature()
	name := fn.Name()
	recv := ""
	if sig.Recv() != nil {
		recv = gotypes.ReceiverName(sig.Recv().Type())
		name = recv + "." + name
	}
	if o.calls.MatchString(path + "." + name) {
		return true
	}
	if !o.byInput || isStructure(recv) {
		return false // it sets a field
	}
	for v := range sig.Params().Variables() {
		if o.isOfService(v.Type(), "Input") {
			return true
		}
	}
	for v := range sig.Results().Variables() {
		if o.isOfService(v.Type(), "Output") {
			return true
		}
	}
	return false
}

// isStructure reports whether a type is an input or an output by its name.
func isStructure(name string) bool {
	return strings.HasSuffix(name, "Input") || strings.HasSuffix(name, "Output")
}

// isOfService reports whether a type is that of pointers to a service's structure.
func (o *Other) isOfService(t types.Type, suffix string) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && o.has(named.Obj().Pkg().Path()) &&
		strings.Contains(named.Obj().Pkg().Path(), "/service/") && strings.HasSuffix(named.Obj().Name(), suffix)
}

// Other returns the way by which a function calls AWS, nil if it doesn't, or by the
// SDK's clients. It can be a method of an interface that a client has.
func (f *Finder) Other(fn *types.Func) *Other {
	fn = fn.Origin()
	o, known := f.other[fn]
	if !known {
		o = f.findOther(fn)
		f.other[fn] = o
	}
	return o
}

// findOther is Other without what is known already.
func (f *Finder) findOther(fn *types.Func) *Other {
	if fn.Pkg() == nil {
		return nil
	}
	for _, o := range others {
		if o.has(fn.Pkg().Path()) && o.makesCall(fn) {
			return o
		}
	}
	if recv := fn.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) || IsKnown(fn.Pkg().Path()) {
		return nil
	}
	for _, m := range f.otherMethods()[fn.Name()] {
		if gotypes.IdenticalCalls(m.Signature(), fn.Signature()) {
			return f.findOther(m)
		}
	}
	return nil
}

// otherMethods returns the methods that make calls in another way, by their names. Those
// whose signatures mention nothing of the library could be of anything.
func (f *Finder) otherMethods() map[string][]*types.Func {
	if f.otherOf != nil {
		return f.otherOf
	}
	f.otherOf = map[string][]*types.Func{}
	for _, path := range slices.Sorted(maps.Keys(f.packages)) {
		for _, o := range others {
			if o.has(path) {
				f.addMethods(o, f.packages[path].Scope())
			}
		}
	}
	return f.otherOf
}

// addMethods adds the methods of a package's types that make calls.
func (f *Finder) addMethods(o *Other, scope *types.Scope) {
	for _, name := range scope.Names() {
		object, _ := scope.Lookup(name).(*types.TypeName)
		if object == nil || !object.Exported() || isStructure(name) {
			continue
		}
		named, ok := object.Type().(*types.Named)
		if !ok {
			continue
		}
		for m := range named.Methods() {
			if m.Exported() && o.makesCall(m) && o.isMentioned(m.Signature()) {
				f.otherOf[m.Name()] = append(f.otherOf[m.Name()], m)
			}
		}
	}
}

// isMentioned reports whether a signature mentions a type of the way's packages.
func (o *Other) isMentioned(s *types.Signature) bool {
	found := false
	types.TypeString(s, func(p *types.Package) string {
		found = found || o.has(p.Path())
		return p.Path()
	})
	return found
}

// isOther reports whether a package is one of those that call AWS in another way.
func isOther(path string) bool {
	return slices.ContainsFunc(others, func(o *Other) bool { return o.has(path) })
}

// LeadsToCalls reports whether a package has something in it that calls AWS: one of the
// SDK, or of another way, or this module's own without either. With a session of aws-sdk-go v1 alone nothing is called.
func LeadsToCalls(path string) bool {
	return strings.HasPrefix(path, Prefix) || path == DeployPath || slices.ContainsFunc(others, func(o *Other) bool {
		return o.has(path) && (o.clients == nil || slices.ContainsFunc(o.clients, func(c string) bool { return isBelow(path, c) }))
	})
}

// OtherInText returns the way that a string constant shows, or the source that has one;
// nil if it shows none.
func OtherInText(text string) *Other {
	for _, o := range []*Other{SecretsExtension, ConfigExtension} {
		for _, t := range o.texts {
			if at := strings.Index(text, t); at >= 0 && !continues(text[at+len(t):], t) {
				return o
			}
		}
	}
	return nil
}

// continues reports whether the last word of a text goes on in what follows it.
func continues(after, text string) bool {
	if after == "" || strings.HasSuffix(text, "_") {
		return false
	}
	c := after[0]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
