package cdkconstruct

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	packager "github.com/chalice-go/chalice/package"
)

// apiTypes are those of resources that can have a definition.
var apiTypes = []string{"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"}

const (
	documentBucket = "APIDefinitionBucket"
	documentKey    = "APIDefinitionKey"
)

// addDocument finds the definition of an API that is a file beside the template,
// and lets the template take the file's place in S3 as parameters.
func (p *packaged) addDocument(out packager.Output) error {
	data, err := os.ReadFile(p.file)
	if err != nil {
		return err
	}
	var content map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&content); err != nil {
		return fmt.Errorf("read %s: %w", p.file, err)
	}
	for _, name := range p.names("") {
		if !slices.Contains(apiTypes, p.Resources[name].Type) {
			continue
		}
		api, _ := content["Resources"].(map[string]any)[name].(map[string]any)
		properties, _ := api["Properties"].(map[string]any)
		file, ok := properties["BodyS3Location"].(string)
		if !ok {
			continue
		}
		p.document = filepath.Join(filepath.Dir(out.Template), filepath.FromSlash(file))
		ref := func(id string) any { return map[string]any{"Ref": id} }
		properties["BodyS3Location"] = map[string]any{"Bucket": ref(documentBucket), "Key": ref(documentKey)}
		return p.declare(content, documentBucket, documentKey)
	}
	return nil
}

// declare adds parameters to the template, and writes it.
func (p *packaged) declare(content map[string]any, names ...string) error {
	parameters, ok := content["Parameters"].(map[string]any)
	if !ok {
		parameters = map[string]any{}
		content["Parameters"] = parameters
	}
	for _, name := range names {
		parameters[name] = map[string]any{"Type": "String"}
	}
	var data bytes.Buffer
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(false)
	if err := e.Encode(content); err != nil {
		return err
	}
	return os.WriteFile(p.file, data.Bytes(), 0o644)
}
