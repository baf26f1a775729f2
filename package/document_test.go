package packager_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// served is shop with a route that serves the document.
var served = strings.Replace(shop, `app.New("shop")`, `app.New("shop", app.ServeOpenAPI("/docs/openapi.json"))`, 1)

// fileIn returns a file in a zip, and the names of all files there.
func fileIn(t *testing.T, archive []byte, name string) (data string, names []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.Name != name {
			continue
		}
		if f.Mode() != 0o644 || f.Modified.Year() != 1980 {
			t.Errorf("%s has the mode %v and the time %v", name, f.Mode(), f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		data = string(content)
	}
	return data, names
}

// aboutDocument is what a test looks at in a document.
type aboutDocument struct {
	Info    struct{ Title, Description string }
	Servers []struct{ URL string }
	Paths   map[string]map[string]struct{ Summary, Description string }
}

func documentOf(t *testing.T, archive []byte) aboutDocument {
	t.Helper()
	data, names := fileIn(t, archive, "openapi.json")
	if diff := cmp.Diff([]string{"bootstrap", "openapi.json"}, names); diff != "" {
		t.Fatalf("the zip: want -, got +\n%s", diff)
	}
	var d aboutDocument
	if err := json.Unmarshal([]byte(data), &d); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return d
}

// TestServedDocument: the document is in the zip if a route serves it, follows whatever it is
// made of, and is the same however the zip comes about.
func TestServedDocument(t *testing.T) {
	dir := newShop(t, t.TempDir())
	write(t, dir, "main.go", served)
	in := packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), Cache: t.TempDir()}
	build := func(in packager.Input) (string, aboutDocument) {
		t.Helper()
		rest()
		out, err := packager.Build(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		archive := read(t, out.Zip)
		if out.ZipDigest != sha(archive) {
			t.Error("the digest isn't the zip's")
		}
		return out.ZipDigest, documentOf(t, archive)
	}
	commands := logGo(t)
	first, document := build(in)
	if document.Info.Title != "shop" || len(document.Servers) != 1 || document.Servers[0].URL != ".." || document.Paths["/"] == nil || document.Paths["/docs/openapi.json"] == nil {
		t.Errorf("the document is %+v", document)
	}
	if again, _ := build(in); again != first {
		t.Errorf("again: digest %s, want %s", again, first)
	}
	if got := len(commands("build")); got != targets() {
		t.Errorf("compiled %d times for the same source, want %d", got, targets())
	}
	uncached := in
	uncached.Cache = ""
	if plain, _ := build(uncached); plain != first {
		t.Errorf("without a cache: digest %s, want %s", plain, first)
	}
	if digest, _, err := packager.Archive(t.Context(), in, filepath.Join(t.TempDir(), "x.zip")); err != nil || digest != first {
		t.Errorf("the zip alone: digest %s, want %s: %v", digest, first, err)
	}

	// What the program isn't made of changes the document.
	write(t, dir, ".chalice/config.json", `{"version": "2.0", "app_name": "shop", "openapi": {"title": "The shop"}, "stages": {"dev": {}}}`)
	titled, document := build(in)
	if titled == first || document.Info.Title != "The shop" {
		t.Errorf("another title: digest %s, before %s, %+v", titled, first, document.Info)
	}
	if plain, _ := build(uncached); plain != titled {
		t.Errorf("without a cache: digest %s, want %s", plain, titled)
	}
	if digest, _, err := packager.Archive(t.Context(), in, filepath.Join(t.TempDir(), "x.zip")); err != nil || digest != titled {
		t.Errorf("the zip alone: digest %s, want %s: %v", digest, titled, err)
	}

	write(t, dir, "main.go", strings.Replace(served, "func index(", "// index greets whoever calls.\nfunc index(", 1))
	commented, document := build(in)
	if commented == titled || !strings.Contains(document.Paths["/"]["get"].Description, "greets whoever calls") {
		t.Errorf("a comment: digest %s, before %s, %+v", commented, titled, document.Paths["/"])
	}

	write(t, dir, "main.go", shop)
	rest()
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if _, names := fileIn(t, read(t, out.Zip), ""); len(names) != 1 {
		t.Errorf("no route serves it, and the zip has %v", names)
	}
}

// TestDocumentOfEachFormat: whoever packages for others has the same zip, also of a saved
// description.
func TestDocumentOfEachFormat(t *testing.T) {
	dir := newShop(t, t.TempDir())
	write(t, dir, "main.go", served)
	model, _, err := packager.Describe(t.Context(), packager.Input{ProjectDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	data, err := model.JSON()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "model.json", string(data))
	digests := map[string]string{}
	for name, in := range map[string]packager.Input{
		"SAM": {}, "CloudFormation": {PackageFormat: packager.CloudFormation}, "Terraform": {PackageFormat: packager.Terraform},
		"saved": {AppModel: filepath.Join(dir, "model.json")},
	} {
		in.ProjectDir, in.Out = dir, filepath.Join(t.TempDir(), "out")
		out, err := packager.Build(t.Context(), in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		documentOf(t, read(t, out.Zip))
		digests[out.ZipDigest] += name
	}
	if len(digests) != 1 {
		t.Errorf("the zips differ: %v", digests)
	}
}

// TestDocumentOfAnUnknownIssuer: what is known only when the app is deployed is in no
// document, also not by what stands for it meanwhile.
func TestDocumentOfAnUnknownIssuer(t *testing.T) {
	dir := newShop(t, t.TempDir())
	text := strings.Replace(served, `a.Route("/", index)`, `a.Route("/", index, app.Auth(app.CognitoUserPool("people", []string{os.Getenv("POOL")})))`, 1)
	write(t, dir, "main.go", strings.Replace(text, `"encoding/json"`, "\"encoding/json\"\n\t\"os\"", 1))
	write(t, dir, ".chalice/config.json", `{"version": "2.0", "app_name": "shop", "stages": {"dev": {"environment_variables": {"POOL": {"Fn::GetAtt": ["Pool", "Arn"]}}}}}`)
	write(t, dir, "merge.json", `{"Resources": {"Pool": {"Type": "AWS::Cognito::UserPool"}}}`)
	out, err := packager.Build(t.Context(), packager.Input{ProjectDir: dir, Out: filepath.Join(dir, "out"), MergeTemplate: filepath.Join(dir, "merge.json")})
	if err != nil {
		t.Fatal(err)
	}
	document, _ := fileIn(t, read(t, out.Zip), "openapi.json")
	if !strings.Contains(document, `"bearer"`) || strings.Contains(document, "cognito-idp") {
		t.Errorf("the document is %s", document)
	}
}
