package packager

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
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
	if in.MaxResources < 0 || in.MaxResources > synth.MaxResources {
		return fmt.Errorf("--max-resources %d: it has to be from 1 to the %d that CloudFormation takes", in.MaxResources, synth.MaxResources)
	}
	if err := in.Target.Check(); err != nil {
		return err
	}
	if in.Artifact != nil && in.PackageFormat != CloudFormation {
		return errors.New("the place of the zip (Artifact) can be given for CloudFormation only")
	}
	switch in.PackageFormat {
	case "":
		in.PackageFormat = SAM
	case SAM, CloudFormation:
	case Terraform:
		return in.settleTerraform()
	default:
		return fmt.Errorf("unknown package format %q: use sam, cloudformation or terraform", in.PackageFormat)
	}
	if in.PackageFormat == SAM && in.Code != (synth.Code{}) {
		return errors.New("--code-bucket and --code-key are not for SAM, which uploads the zip itself: leave them out, or use --pkg-format cloudformation")
	}
	if err := checkCode(in.Code); err != nil {
		return err
	}
	if in.TemplateFormat == JSON && synth.IsYAML(in.MergeTemplate) {
		return fmt.Errorf("--template-format json doesn't go with --merge-template %s: what is merged with YAML is YAML (leave out --template-format, or merge a template in JSON)", in.MergeTemplate)
	}
	if in.TemplateFormat == "" {
		in.TemplateFormat = YAML
	}
	return nil
}

// bucketName matches names of S3 buckets.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func checkCode(c synth.Code) error {
	if c.Bucket != "" && !bucketName.MatchString(c.Bucket) {
		return fmt.Errorf("--code-bucket %s: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and nothing before or behind it", c.Bucket)
	}
	if strings.HasPrefix(c.Key, "/") {
		return fmt.Errorf("--code-key %s: a key in S3 starts without a slash", c.Key)
	}
	return nil
}

func (in *Input) settleTerraform() error {
	if in.MergeTemplate != "" {
		return errors.New("--merge-template is not for Terraform: put what you add into a .tf file of its own, beside the module's")
	}
	if in.Code != (synth.Code{}) {
		return errors.New("--code-bucket and --code-key are not for Terraform, which uploads the zip itself: leave them out")
	}
	if in.SingleFile {
		return errors.New("--single-file is not for Terraform, which reads a module from a folder: leave it out")
	}
	if in.MaxResources > 0 {
		return errors.New("--max-resources is not for Terraform, which has no such limit and no nested stacks: leave it out")
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
	if b.PackageFormat == Terraform {
		return terraformName, nil
	}
	base := "sam"
	if b.PackageFormat == CloudFormation {
		base = "template"
	}
	if b.TemplateFormat == JSON {
		return base + ".json", []string{base + ".yaml"}
	}
	return base + ".yaml", []string{base + ".json"}
}

// render makes the template of a graph, with what is to be merged into it, for a
// zip that will be in a place.
func (b *build) render(graph *synth.Graph, code synth.Code) (*synth.Template, error) {
	template, err := b.renderFormat(graph, code)
	if err != nil || b.merge == nil {
		return template, err
	}
	template.Merge(b.merge)
	if err := template.Check(b.merge); err != nil {
		return nil, fmt.Errorf("--merge-template %s: %w", b.MergeTemplate, err)
	}
	return template, nil
}

func (b *build) renderFormat(graph *synth.Graph, code synth.Code) (*synth.Template, error) {
	switch b.PackageFormat {
	case CloudFormation:
		return synth.CloudFormation(graph, code)
	case Terraform:
		return synth.Terraform(graph)
	}
	return synth.SAM(graph)
}
