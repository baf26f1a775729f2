package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// someLists are lists in the form of the npm package.
func someLists(t *testing.T) lists {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, data := range map[string]string{
		"package/package.json": `{}`,
		"package/data/actions/jobs.json": `{
			"getjob": {"name": "GetJob", "accessLevel": "Read", "resourceTypes": [{"name": "job"}]},
			"pulljob": {"name": "PullJob", "accessLevel": "Read", "resourceTypes": [{"name": "Job", "required": true}, {"name": "queue", "required": true}]},
			"tagresource": {"name": "TagResource", "accessLevel": "Tagging", "resourceTypes": [{"name": "job", "required": true}, {"name": "queue", "required": true}]},
			"startjob": {"name": "StartJob", "accessLevel": "Write", "resourceTypes": []}}`,
		"package/data/resourceTypes/jobs.json": `{"job": {"key": "job", "arn": "arn:${Partition}:jobs:${Region}:${Account}:job/${Name}"}}`,
		"package/data/actions/iam.json":        `{"passrole": {"name": "PassRole", "accessLevel": "Write", "resourceTypes": []}}`,
		"package/data/actions/kms.json":        `{"decrypt": {"name": "Decrypt", "accessLevel": "Write", "resourceTypes": []}}`,
	} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := readLists(&b)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// someShape is what the SDK says of the service jobs.
func someShape(module, version string) (*shape, error) {
	return &shape{
		operations: []string{"GetJob", "PauseJob", "PullJob", "Run", "TagResource"},
		structs: map[string][]field{
			"GetJobInput":      {{name: "JobName", typ: "string", holds: text}},
			"RunInput":         {{name: "JobName", typ: "string", holds: text}, {name: "Tags", typ: "Tag", holds: structure}, {name: "Output", typ: "Output", holds: structure}},
			"TagResourceInput": {{name: "Tags", typ: "Tag", holds: structure}},
			"Output":           {{name: "RoleArn", typ: "string", holds: text}, {name: "KmsKeyId", typ: "string", holds: text, doc: "The key."}, {name: "Next", typ: "Output", holds: structure}},
			"Tag":              {{name: "Key", typ: "string", holds: text}},
		},
	}, nil
}

// someSources are sources with some facts about the service jobs.
func someSources(t *testing.T, jobs service, rules map[string][]*rule) sources {
	t.Helper()
	jobs.IAM = "jobs"
	if jobs.Module == "" {
		jobs.Module = "v1.0.0"
	}
	return sources{
		facts:      &facts{ResourceTypes: map[string][]string{"jobs": {"job"}}, Services: map[string]*service{"jobs": &jobs}},
		companions: companions{"jobs": rules},
		lists:      someLists(t), shapes: someShape,
	}
}

// someRules speak of the one field that no rule of a kind does.
func someRules() map[string][]*rule {
	return map[string][]*rule{"key": {{Operations: []string{"R*"}, Fields: []string{"Output.*"}, Actions: []string{"kms:Decrypt"}}}}
}

func TestBuild(t *testing.T) {
	from := someSources(t, service{PassedTo: "jobs.amazonaws.com", Actions: map[string][]string{"Run": {"jobs:StartJob"}}, Fields: map[string][]string{"JobName": {"job"}}}, someRules())
	table, census, err := build(from)
	if err != nil {
		t.Fatal(err)
	}
	data, err := encode(table)
	if err != nil {
		t.Fatal(err)
	}
	want := `{
"arns": {
 "jobs": {"job":"arn:${Partition}:jobs:${Region}:${Account}:job/${Name}"}
},
"features": {

},
"kinds": {
 "function": ["function"],
 "key": ["key"],
 "role": ["role"],
 "s3": ["bucket","object"],
 "secret": ["secret"],
 "topic": ["topic"]
},
"on": {
 "jobs": {"job":["GetJob","PullJob","TagResource"]}
},
"optional": {
 "jobs": ["GetJob"]
},
"prefixes": {

},
"reads": {
 "jobs": {"PullJob":true}
},
"services": {
 "jobs": {"iam":"jobs","passedToService":"jobs.amazonaws.com","actions":{"Run":["jobs:StartJob"]},"unlisted":["PauseJob"],"when":{"Run":[{"fields":["Tags"],"actions":["jobs:TagResource"],"kind":"tags"},{"fields":["Output.RoleArn"],"actions":["iam:PassRole"],"kind":"role"},{"fields":["Output.KmsKeyId"],"actions":["kms:Decrypt"],"kind":"key"}]},"fields":{"JobName":["job"]}}
},
"tagging": {
 "TagResource": ["jobs"]
},
"together": {
 "jobs": {"PullJob":["job","queue"]}
},
"unlimited": {
 "iam": ["PassRole"],
 "jobs": ["StartJob"],
 "kms": ["Decrypt"]
}
}
`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	wantCensus := []string{"jobs Run Tags tags jobs:TagResource", "jobs Run Output.RoleArn role iam:PassRole", "jobs Run Output.KmsKeyId key kms:Decrypt"}
	if diff := cmp.Diff(wantCensus, census); diff != "" {
		t.Errorf("census (-want +got):\n%s", diff)
	}
}

// TestWrongFacts has facts that contradict the sources, or each other.
func TestWrongFacts(t *testing.T) {
	for name, tc := range map[string]struct {
		jobs  service
		rules map[string][]*rule // besides someRules
		more  func(*facts)
		want  string
	}{
		"an action that AWS doesn't list":        {jobs: service{Actions: map[string][]string{"Run": {"jobs:RunJob"}}}, want: "jobs.Run: AWS's lists have no action jobs:RunJob"},
		"an action in other letters":             {jobs: service{Actions: map[string][]string{"Run": {"jobs:startJob"}}}, want: "no action jobs:startJob"},
		"an operation that the SDK doesn't have": {jobs: service{NoPermission: []string{"Stop"}}, want: "jobs: the SDK has no operation Stop"},
		"an action of a condition":               {jobs: service{When: map[string][]condition{"Run": {{Actions: []string{"jobs:TagJob"}}}}}, want: "no action jobs:TagJob"},
		"a field of a condition":                 {jobs: service{When: map[string][]condition{"Run": {{Fields: []string{"Output.Role"}}}}}, want: "jobs.Run: the SDK's input has no field Output.Role"},
		"a kind of a condition":                  {jobs: service{When: map[string][]condition{"Run": {{Kind: "roles"}}}}, want: `jobs.Run: when: there is no kind "roles"`},
		"a field of a target":                    {jobs: service{Targets: map[string]map[string]string{"Run": {"*": "Job"}}}, want: "jobs.Run: the SDK's input has no field Job"},
		"a target that names nothing":            {jobs: service{Targets: map[string]map[string]string{"Run": {"*": "JobName"}}}, want: "jobs.Run: targets: fields have no JobName"},
		"a default of nothing":                   {jobs: service{Defaults: map[string]string{"JobName": "x"}}, want: "jobs: defaults: fields have no JobName"},
		"a field that names a resource":          {jobs: service{Unnamed: map[string]string{}}, want: "jobs.GetJob: JobName may name what the operation is about"},
		"an unnamed one that is looked at":       {jobs: service{Fields: map[string][]string{"JobName": {"job"}}, Unnamed: map[string]string{"JobName": "why"}}, want: "jobs: unnamed: JobName is no such field, or is looked at"},
		"a field of one operation":               {jobs: service{Fields: map[string][]string{"Run.Job": {"job"}}}, want: "jobs.Run: the SDK's input has no field Job"},
		"a field within another":                 {jobs: service{Fields: map[string][]string{"GetJob.Group/JobName": {"job"}}}, want: "jobs.GetJob: the SDK's input has no field Group"},
		"one of several targets":                 {jobs: service{Fields: map[string][]string{"JobName": {"job"}}, Targets: map[string]map[string]string{"Run": {"*": "JobName,Job"}}}, want: "jobs.Run: the SDK's input has no field Job"},
		"a type that isn't known":                {jobs: service{Fields: map[string][]string{"JobName": {"jobs"}}}, want: `jobs: fields: JobName: resourceTypes of jobs have no type "jobs"`},
		"a helper of no service":                 {more: helpers(helper{Ops: []string{"other.Get"}}), want: "p.F: there is no service other"},
		"a helper of no operation":               {more: helpers(helper{Ops: []string{"jobs.Stop"}}), want: "p.F: the SDK has no operation jobs.Stop"},
		"a helper's field":                       {more: helpers(helper{Ops: []string{"jobs.Run"}, Field: "Job"}), want: "p.F: fields of jobs have no Job"},
		"a helper of nothing":                    {more: helpers(helper{}), want: "p.F: a helper has either ops or actions"},
		"an action that can't be limited":        {more: func(f *facts) { f.Unlimited = []string{"jobs:Stop"} }, want: "unlimited: AWS's lists have no action jobs:Stop"},
		"an action on one of several types":      {more: func(f *facts) { f.Alternatives = []string{"jobs:Stop"} }, want: "alternatives: AWS's lists have no action jobs:Stop"},
		"a field of an operation":                {jobs: service{Fields: map[string][]string{"Run.Job": {"job"}}}, want: "jobs.Run: the SDK's input has no field Job"},
		"a prefix":                               {more: func(f *facts) { f.Prefixes = map[string]string{"p": "nothing"} }, want: `no service "nothing"`},
		"another name of a service":              {more: func(f *facts) { f.Same = map[string]string{"jobs": "jobs"} }, want: "same: jobs: there has to be a service jobs, and no facts of its own"},
		"another name of nothing":                {more: func(f *facts) { f.Same = map[string]string{"oldjobs": "work"} }, want: "same: oldjobs: there has to be a service work"},
		"a prefix of a service":                  {more: func(f *facts) { f.Prefixes = map[string]string{"jobs": "jobs"} }, want: "prefixes: jobs is among the services"},
		"rules for no service":                   {more: func(f *facts) { f.Services["jobs"].Module = "" }, want: "companions.json: jobs: facts.json has no such service with a module"},
		"a type of resource":                     {more: func(f *facts) { f.ResourceTypes["jobs"] = []string{"line"} }, want: "no actions on line of jobs"},
		"a role without the service that it is passed to": {
			rules: map[string][]*rule{}, want: "jobs.Run: Output.RoleArn is a field for a role: give companions.json the actions that it needs",
		},
		"a rule for no field":        {rules: map[string][]*rule{"key": {{Fields: []string{"Key"}, Why: "x"}}}, want: "companions.json: jobs: rule 1 of key is for no field"},
		"a rule that says nothing":   {rules: map[string][]*rule{"key": {{}}}, want: "companions.json: jobs: rule 1 of key has to have either actions or why"},
		"a rule for a kind of field": {rules: map[string][]*rule{"keys": {{Why: "x"}}}, want: `companions.json: jobs: there is no kind "keys"`},
	} {
		t.Run(name, func(t *testing.T) {
			rules := tc.rules
			if rules == nil {
				rules = someRules()
				tc.jobs.PassedTo = "jobs.amazonaws.com"
			}
			from := someSources(t, tc.jobs, rules)
			if tc.more != nil {
				tc.more(from.facts)
			}
			_, _, err := build(from)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// helpers gives facts the helper F of a package p.
func helpers(h helper) func(*facts) {
	return func(f *facts) { f.Features = map[string]map[string]*helper{"p": {"F": &h}} }
}

// TestUnknownKeys has facts with a key that nothing reads.
func TestUnknownKeys(t *testing.T) {
	for name, text := range map[string]string{
		"of a helper":  `{"features": {"p": {"F": {"operations": ["jobs.Run"]}}}}`,
		"of a service": `{"services": {"jobs": {"field": {}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "facts.json")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := readJSON(file, &facts{}); err == nil || !strings.Contains(err.Error(), "unknown field") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestReadShape reads what the source of a module looks like.
func TestReadShape(t *testing.T) {
	dir := t.TempDir()
	for name, source := range map[string]string{
		"api_op_Run.go": `package jobs

func (c *Client) Run(ctx context.Context, params *RunInput, optFns ...func(*Options)) (*RunOutput, error)
func (c *Client) addMiddleware(stack *middleware.Stack, params *RunInput) error
func NewRunPaginator(client RunAPIClient, params *RunInput) *RunPaginator

type RunInput struct {
	// The place,
	// in Amazon S3.
	Output *types.Output
	Tags   map[string]string
	From   types.Source
	Count  *int32
	noSmithyDocumentSerde
}
`,
		"types/types.go": `package types

type Output struct {
	Paths []string
	Inner []Output
}

type Source interface{ isSource() }

type SourceMemberS3 struct{ Value Output }
`,
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := readShape(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Run"}, s.operations); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	var got []string
	for _, in := range s.inputs("Run") {
		got = append(got, fmt.Sprint(in.path, " ", in.typ, " ", in.holds, " ", in.doc))
	}
	want := []string{
		"Output Output 2 The place, in Amazon S3.", "Output.Paths string 1 ", "Output.Inner Output 2 ", "Tags string 1 ",
		"From Source 2 ", "From.S3 Output 2 ", "From.S3.Paths string 1 ", "From.S3.Inner Output 2 ", "Count int32 0 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// TestKinds has the names and types of fields as services have them.
func TestKinds(t *testing.T) {
	for name, tc := range map[string]struct {
		operation string
		in        input
		want      string
	}{
		"tags":                     {"CreateQueue", input{path: "Tags", field: field{name: "Tags", typ: "string", holds: text}}, "tags"},
		"a list of tags":           {"CreateDBCluster", input{path: "TagList", field: field{name: "TagList", typ: "Tag", holds: structure}}, "tags"},
		"tags of what is made":     {"RunInstances", input{path: "TagSpecifications", field: field{name: "TagSpecifications", typ: "TagSpecification", holds: structure}}, "tags"},
		"tags of a template":       {"CreateLaunchTemplate", input{path: "LaunchTemplateData.TagSpecifications", field: field{name: "TagSpecifications", typ: "LaunchTemplateTagSpecificationRequest", holds: structure}}, "tags"},
		"a secret of a container":  {"RegisterTaskDefinition", input{path: "ContainerDefinitions.Secrets.ValueFrom", field: field{name: "ValueFrom", typ: "string", holds: text}}, "secret"},
		"a profile of an instance": {"RunInstances", input{path: "IamInstanceProfile.Arn", field: field{name: "Arn", typ: "string", holds: text}}, "role"},
		"tags of a message":        {"SendEmail", input{path: "EmailTags", field: field{name: "EmailTags", typ: "MessageTag", holds: structure}}, ""},
		"tagging itself":           {"TagResource", input{path: "Tags", field: field{name: "Tags", typ: "Tag", holds: structure}}, ""},
		"tags that are looked for": {"PutLifecycle", input{path: "Rules.Filter.And.Tags", field: field{name: "Tags", typ: "Tag", holds: structure}}, ""},
		"a role":                   {"CreateFunction", input{path: "Role", field: field{name: "Role", typ: "string", holds: text}}, "role"},
		"a role by its caller":     {"CreateUserPool", input{path: "SmsConfiguration.SnsCallerArn", field: field{name: "SnsCallerArn", typ: "string", holds: text}}, "role"},
		"a role that is listed":    {"ListFindings", input{path: "RoleArn", field: field{name: "RoleArn", typ: "string", holds: text}}, ""},
		"a role for a key":         {"Update", input{path: "KmsAccessRoleArn", field: field{name: "KmsAccessRoleArn", typ: "string", holds: text}}, "role"},
		"a session's name":         {"AssumeRole", input{path: "RoleSessionName", field: field{name: "RoleSessionName", typ: "string", holds: text}}, ""},
		"a key":                    {"PutObject", input{path: "SSEKMSKeyId", field: field{name: "SSEKMSKeyId", typ: "string", holds: text}}, "key"},
		"a key in other letters":   {"PutBucketEncryption", input{path: "Rules.KMSMasterKeyID", field: field{name: "KMSMasterKeyID", typ: "string", holds: text}}, "key"},
		"a key of a structure":     {"ImportTerminology", input{path: "EncryptionKey.Id", field: field{name: "Id", typ: "string", holds: text}}, "key"},
		"a context of encryption":  {"PutObject", input{path: "SSEKMSEncryptionContext", field: field{name: "SSEKMSEncryptionContext", typ: "string", holds: text}}, ""},
		"a secret":                 {"ExecuteStatement", input{path: "SecretArn", field: field{name: "SecretArn", typ: "string", holds: text}}, "secret"},
		"a password":               {"CreateClient", input{path: "ClientSecret", field: field{name: "ClientSecret", typ: "string", holds: text}}, ""},
		"a bucket":                 {"DetectText", input{path: "Image.S3Object.Bucket", field: field{name: "Bucket", typ: "string", holds: text}}, "s3"},
		"a place in S3":            {"StartJob", input{path: "Media.MediaFileUri", field: field{name: "MediaFileUri", typ: "string", holds: text, doc: "The Amazon S3 location of the file."}}, "s3"},
		"another place":            {"CreateClient", input{path: "RedirectUri", field: field{name: "RedirectUri", typ: "string", holds: text, doc: "Where to go."}}, ""},
		"who a bucket belongs to":  {"Export", input{path: "S3BucketOwner", field: field{name: "S3BucketOwner", typ: "string", holds: text}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if k := kindOf(tc.operation, tc.in); k != nil {
				got = k.Name
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
