package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
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
			"pulljob": {"name": "PullJob", "accessLevel": "Read", "resourceTypes": [{"name": "Job"}]},
			"startjob": {"name": "StartJob", "accessLevel": "Write", "resourceTypes": []}}`,
		"package/data/resourceTypes/jobs.json": `{"job": {"key": "job", "arn": "arn:${Partition}:jobs:${Region}:${Account}:job/${Name}"}}`,
		"package/data/actions/iam.json":        `{"passrole": {"name": "PassRole", "accessLevel": "Write", "resourceTypes": []}}`,
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

func someOperations(module, version string) ([]string, error) {
	return []string{"GetJob", "PauseJob", "PullJob", "Run"}, nil
}

func TestBuild(t *testing.T) {
	f := &facts{
		ResourceTypes: map[string][]string{"jobs": {"job"}},
		Services:      map[string]*service{"jobs": {Module: "v1.0.0", IAM: "jobs", Actions: map[string][]string{"Run": {"jobs:StartJob"}}}},
	}
	table, err := build(f, someLists(t), someOperations)
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
"on": {
 "jobs": {"job":["GetJob","PullJob"]}
},
"prefixes": {

},
"reads": {
 "jobs": {"PullJob":true}
},
"services": {
 "jobs": {"iam":"jobs","actions":{"Run":["jobs:StartJob"]},"unlisted":["PauseJob"]}
},
"unlimited": {
 "iam": ["PassRole"],
 "jobs": ["StartJob"]
}
}
`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// TestWrongFacts has facts that contradict the sources.
func TestWrongFacts(t *testing.T) {
	for name, tc := range map[string]struct {
		facts facts
		want  string
	}{
		"an action that AWS doesn't list": {
			facts{Services: map[string]*service{"jobs": {Module: "v1", IAM: "jobs", Actions: map[string][]string{"Run": {"jobs:RunJob"}}}}},
			"jobs.Run: AWS's lists have no action jobs:RunJob",
		},
		"an action in other letters": {
			facts{Services: map[string]*service{"jobs": {Module: "v1", IAM: "jobs", Actions: map[string][]string{"Run": {"jobs:startJob"}}}}},
			"no action jobs:startJob",
		},
		"an operation that the SDK doesn't have": {
			facts{Services: map[string]*service{"jobs": {Module: "v1", IAM: "jobs", NoPermission: []string{"Stop"}}}},
			"jobs: the SDK has no operation Stop",
		},
		"an action of a condition": {
			facts{Services: map[string]*service{"jobs": {Module: "v1", IAM: "jobs", When: map[string][]condition{"Run": {{Actions: []string{"jobs:TagJob"}}}}}}},
			"no action jobs:TagJob",
		},
		"a helper of no service": {
			facts{Features: map[string]map[string]any{"p": {"F": map[string]any{"ops": []any{"other.Get"}}}}},
			"p.F: there is no service other",
		},
		"an action that can't be limited": {facts{Unlimited: []string{"jobs:Stop"}}, "unlimited: AWS's lists have no action jobs:Stop"},
		"a prefix":                        {facts{Prefixes: map[string]string{"p": "nothing"}}, `no service "nothing"`},
		"a type of resource":              {facts{ResourceTypes: map[string][]string{"jobs": {"queue"}}}, "no actions on queue of jobs"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := build(&tc.facts, someLists(t), someOperations)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
