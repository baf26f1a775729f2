package layout_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestUserModule: a program that needs app and dispatch has nothing of the CDK
// in its go.sum, nor in its build, though our one go.mod requires it.
func TestUserModule(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module user\n\ngo 1.26\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + filepath.ToSlash(root) + "\n",
		"main.go": `package main

import (
	"` + module + `/app"
	"` + module + `/dispatch"
)

func main() { dispatch.Start(app.New("user")) }
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		t.Helper()
		c := exec.Command("go", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("mod", "tidy")
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(sums), awsLambda+" ") {
		t.Errorf("go.sum lacks %s, so this test sees nothing:\n%s", awsLambda, sums)
	}
	for what, text := range map[string]string{
		"go.sum":       string(sums),
		"the build":    run("list", "-deps", "."),
		"the download": run("mod", "download", "-json"),
	} {
		for _, cdk := range []string{"aws-cdk-go", "jsii", "constructs-go", "cdklabs", "goformation"} {
			if strings.Contains(text, cdk) {
				t.Errorf("%s has %s:\n%s", what, cdk, text)
			}
		}
	}
}
