package packager

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/chalice-go/chalice/synth"
)

// settleFormats checks which formats are asked for, and fills in those that
// aren't.
func (in *Input) settleFormats() error {
	in.PackageFormat, in.TemplateFormat = strings.ToLower(in.PackageFormat), strings.ToLower(in.TemplateFormat)
	switch in.TemplateFormat {
	case "", YAML, JSON:
	default:
		return fmt.Errorf("unknown template format %q: use yaml or json", in.TemplateFormat)
	}
	switch in.PackageFormat {
	case "", SAM:
		in.PackageFormat = SAM
	case Terraform:
		return in.settleTerraform()
	default:
		return fmt.Errorf("unknown package format %q: use sam or terraform", in.PackageFormat)
	}
	if in.TemplateFormat == "" || synth.IsYAML(in.MergeTemplate) {
		in.TemplateFormat = YAML
	}
	return nil
}

func (in *Input) settleTerraform() error {
	if in.MergeTemplate != "" {
		return errors.New("--merge-template is not for Terraform: put what you add into a .tf file of its own, beside the module's")
	}
	if in.TemplateFormat == YAML {
		return errors.New("--template-format yaml is not for Terraform, which reads no YAML: leave it out")
	}
	in.TemplateFormat = JSON
	return nil
}

// templateName names the file to write, and those that would be stale beside
// it.
func (b *build) templateName() (name string, stale []string) {
	switch {
	case b.PackageFormat == Terraform:
		return terraformName, nil
	case b.TemplateFormat == JSON:
		return jsonName, []string{yamlName}
	}
	return yamlName, []string{jsonName}
}

// render makes the template of a graph, with what is to be merged into it.
func (b *build) render(graph *synth.Graph) (*synth.Template, error) {
	if b.PackageFormat == Terraform {
		return synth.Terraform(graph)
	}
	template, err := synth.SAM(graph)
	if err != nil || b.MergeTemplate == "" {
		return template, err
	}
	data, err := os.ReadFile(b.MergeTemplate)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--merge-template: there is no file %s", b.MergeTemplate)
	}
	if err != nil {
		return nil, fmt.Errorf("--merge-template: %w", err)
	}
	part, err := synth.ParseTemplate(b.MergeTemplate, data)
	if err != nil {
		return nil, fmt.Errorf("--merge-template: %w", err)
	}
	template.Merge(part)
	return template, nil
}
