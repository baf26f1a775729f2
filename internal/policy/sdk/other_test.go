package sdk_test

import (
	"go/types"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// otherSamples has for each module by which AWS is called in another way what some of
// its functions look like: those that make a call have a parameter named call.
var otherSamples = map[string]struct{ folder, source string }{
	sdk.Prefix + "aws/signer/v4":                   {"", signers},
	"github.com/aws/aws-sdk-go/aws/signer/v4":      {"", signers},
	"github.com/smartystreets/go-aws-auth":         {"", signers},
	"github.com/smartystreets-archive/go-aws-auth": {"", signers},
	"github.com/sha1sum/aws_signing_client":        {"", "package p; func New(call int) int"},
	"github.com/aws/aws-sdk-go": {"/service/s3", `package s3
type GetObjectInput struct{}
func (*GetObjectInput) Validate() error
func (*GetObjectInput) SetBucket(string) *GetObjectInput
type GetObjectOutput struct{}
func (*GetObjectOutput) SetBody(string) *GetObjectOutput
type S3 struct{}
func New() *S3
func (*S3) GetObject(call *GetObjectInput) (*GetObjectOutput, error)
func (*S3) WaitUntilObjectExists(call *GetObjectInput) error
func (*S3) Last(call int) *GetObjectOutput
func (*S3) Name() string
type API interface { GetObject(call *GetObjectInput) (*GetObjectOutput, error); Name() string }`},
	"github.com/aws/aws-dax-go":    {"/dax", daxes},
	"github.com/aws/aws-dax-go-v2": {"/dax", daxes},
	"github.com/minio/minio-go": {"/v7", `package minio
type Options struct{}
type Client struct{}
func New(string, *Options) (*Client, error)
func (*Client) PutObject(call int, o Options) error
func (*Client) FGetObject(call int)
func (*Client) GetCreds() int
func (*Client) EndpointURL() string
func (*Client) TraceOff()
type Core struct{ *Client }
func (Core) ListObjects(call int)
func IsValid(string) bool`},
	"github.com/rlmcpherson/s3gof3r": {"", "package p; type S3 struct{}; type Bucket struct{}; func (*S3) Bucket() *Bucket; func (*Bucket) GetReader(call string)"},
	"github.com/goamz/goamz":         {"/s3", goamz},
	"github.com/mitchellh/goamz":     {"/ec2", goamz},
	"github.com/crowdmob/goamz":      {"/sqs", goamz},
	"github.com/AdRoll/goamz":        {"/dynamodb", goamz},
	"launchpad.net/goamz":            {"/s3", goamz},
	"gopkg.in/amz.v1":                {"/s3", goamz},
	"gopkg.in/amz.v2":                {"/exp/sns", goamz},
	"gopkg.in/amz.v3":                {"/s3", goamz},
}

const (
	signers = `package p
type Signer struct{}
func NewSigner() *Signer
func (*Signer) SignHTTP(call int)
func (*Signer) Presign(call int)
func Sign4(call int)
func Credentials() int`
	daxes = `package dax
type Dax struct{}
func New() *Dax
func (*Dax) GetItem(call int)
func (*Dax) ScanPages(call int)
func (*Dax) Close() error`
	goamz = `package p
type Client struct{}
func New() *Client
func (*Client) Get(call string)`
)

// TestOther: which functions call AWS without the SDK's clients, of each module that can.
func TestOther(t *testing.T) {
	for _, root := range sdk.OtherRoots() {
		if _, ok := otherSamples[root]; !ok {
			t.Errorf("there is no sample of %s", root)
		}
	}
	for root, sample := range otherSamples {
		path := root + sample.folder
		pkg := check(t, path, sample.source)
		f := sdk.NewFinder(map[string]*types.Package{path: pkg})
		if !slices.Contains(sdk.OtherRoots(), root) || !sdk.IsKnown(path) || !sdk.LeadsToCalls(path) {
			t.Errorf("%s isn't known to call AWS", path)
		}
		var want, got []string
		calls := 0
		for _, fn := range functionsOf(pkg) {
			if p := fn.Signature().Params(); p.Len() > 0 && p.At(0).Name() == "call" {
				want = append(want, fn.FullName())
				calls++
			}
			if f.Other(fn) != nil {
				got = append(got, fn.FullName())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || calls == 0 {
			t.Errorf("%s: functions that call AWS (-want +got):\n%s", path, diff)
		}
	}
	for _, path := range []string{"github.com/aws/aws-sdk-go/aws/session", "github.com/aws/aws-sdk-go/aws"} {
		if !sdk.IsKnown(path) || sdk.LeadsToCalls(path) {
			t.Errorf("%s is known, and alone calls nothing", path)
		}
	}
	if sdk.IsKnown("github.com/minio/minio-gopher") {
		t.Error("a module isn't another one whose path it begins with")
	}
}

// functionsOf returns the exported functions and methods of a package.
func functionsOf(pkg *types.Package) []*types.Func {
	var all []*types.Func
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			all = append(all, o)
		case *types.TypeName:
			named := o.Type().(*types.Named)
			for m := range named.Methods() {
				all = append(all, m)
			}
			if i, ok := named.Underlying().(*types.Interface); ok {
				for m := range i.ExplicitMethods() {
					all = append(all, m)
				}
			}
		}
	}
	return all
}

// TestOtherOfInterface: an interface of the user's that a client implements.
func TestOtherOfInterface(t *testing.T) {
	client := check(t, "github.com/minio/minio-go/v7", otherSamples["github.com/minio/minio-go"].source)
	options := client.Scope().Lookup("Options").Type()
	own := types.NewPackage("example.com/own", "own")
	f := sdk.NewFinder(map[string]*types.Package{client.Path(): client, own.Path(): own})
	param := func(t types.Type) *types.Var { return types.NewParam(0, own, "", t) }
	i, failed := types.Typ[types.Int], types.Universe.Lookup("error").Type()
	for name, tc := range map[string]struct {
		method string
		params []*types.Var
		want   bool
	}{
		"the client's method":                {"PutObject", []*types.Var{param(i), param(options)}, true},
		"one with another name":              {"Store", []*types.Var{param(i), param(options)}, false},
		"one with other types":               {"PutObject", []*types.Var{param(options)}, false},
		"one that mentions nothing of minio": {"FGetObject", []*types.Var{param(i)}, false},
	} {
		var results []*types.Var
		if tc.method == "PutObject" {
			results = append(results, param(failed))
		}
		sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(tc.params...), types.NewTuple(results...), false)
		iface := types.NewInterfaceType([]*types.Func{types.NewFunc(0, own, tc.method, sig)}, nil).Complete()
		types.NewNamed(types.NewTypeName(0, own, "I", nil), iface, nil)
		if got := f.Other(iface.Method(0)) != nil; got != tc.want {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

// TestOtherInText: which texts are those of a Lambda extension.
func TestOtherInText(t *testing.T) {
	for text, want := range map[string]*sdk.Other{
		"http://localhost:2773/secretsmanager/get?secretId=x": sdk.SecretsExtension,
		"/secretsmanager/get":                             sdk.SecretsExtension,
		"http://%s:%d/systemsmanager/parameters/get?name": sdk.SecretsExtension,
		"X-AWS-Parameters-Secrets-Token":                  sdk.SecretsExtension,
		"PARAMETERS_SECRETS_EXTENSION_HTTP_PORT":          sdk.SecretsExtension,
		"http://127.0.0.1:2772/applications/":             sdk.ConfigExtension,
		"AWS_APPCONFIG_EXTENSION_HTTP_PORT":               sdk.ConfigExtension,
		"http://localhost:27731":                          nil,
		"/secretsmanager/getters":                         nil,
		"localhost":                                       nil,
	} {
		if got := sdk.OtherInText(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}
