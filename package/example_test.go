package packager_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	packager "github.com/chalice-go/chalice/package"
)

func ExampleBuild() {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`,
		"model.json":           `{"version": 1, "name": "shop", "functions": [{"name": "report", "kind": "lambda"}]}`,
	} {
		file := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(file), 0o755)
		os.WriteFile(file, []byte(text), 0o644)
	}
	// With a saved description and without the zip, nothing is compiled.
	out, err := packager.Build(context.Background(), packager.Input{
		ProjectDir:   dir,
		Out:          filepath.Join(dir, "out"),
		AppModel:     filepath.Join(dir, "model.json"),
		TemplateOnly: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(filepath.Base(out.Template))
	for _, r := range out.Resources {
		fmt.Println(r.ID, r.Type)
	}
	// Output:
	// sam.yaml
	// DefaultRole AWS::IAM::Role
	// Report AWS::Serverless::Function
}
