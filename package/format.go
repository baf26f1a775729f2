package packager

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/templatefile"
	"github.com/chalice-go/chalice/synth"
)

// settleFormats checks which formats are asked for, and fills in those that
// aren't.
func (in *Input) settleFormats() error {
	in.PackageFormat, in.TemplateFormat = strings.ToLower(in.PackageFormat), strings.ToLower(in.TemplateFormat)
	switch in.TemplateFormat {
	case "", YAML, JSON:
	default:
		return in.wrong("TemplateFormat", "is %q: use yaml or json", in.TemplateFormat)
	}
	if in.MaxResources < 0 || in.MaxResources > synth.MaxResources {
		return in.wrong("MaxResources", "%d: it has to be from 1 to the %d that CloudFormation takes", in.MaxResources, synth.MaxResources)
	}
	if err := in.Target.Check(); err != nil {
		return err
	}
	if in.Artifact != nil && in.PackageFormat != CloudFormation {
		return in.wrong("Artifact", "is for CloudFormation only")
	}
	switch in.PackageFormat {
	case "":
		in.PackageFormat = SAM
	case SAM, CloudFormation:
	case Terraform:
		return in.settleTerraform()
	default:
		return in.wrong("PackageFormat", "is %q: use sam, cloudformation or terraform", in.PackageFormat)
	}
	if in.PackageFormat == SAM && in.Code != (synth.Code{}) {
		return in.wrong("Code", "is not for SAM, which uploads the zip itself: leave it out, or package for cloudformation or terraform (%s)", in.Names.Of("PackageFormat"))
	}
	if err := in.checkCode(in.Code); err != nil {
		return err
	}
	if in.TemplateFormat == JSON && templatefile.IsYAML(in.MergeTemplate) {
		return in.wrong("TemplateFormat", "json doesn't go with %s %s: what is merged with YAML is YAML (leave out the format, or merge a template in JSON)", in.Names.Of("MergeTemplate"), in.MergeTemplate)
	}
	if in.TemplateFormat == "" {
		in.TemplateFormat = YAML
	}
	return nil
}

// bucketName matches names of S3 buckets.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func (in *Input) checkCode(c synth.Code) error {
	if c.Bucket != "" && !bucketName.MatchString(c.Bucket) {
		return in.wrong("Code.Bucket", "%s: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and nothing before or behind it", c.Bucket)
	}
	if strings.HasPrefix(c.Key, "/") {
		return in.wrong("Code.Key", "%s: a key in S3 starts without a slash", c.Key)
	}
	return nil
}

func (in *Input) settleTerraform() error {
	if in.MergeTemplate != "" {
		return in.wrong("MergeTemplate", "is not for Terraform: put what you would merge into a .tf file of its own, beside the module's")
	}
	if err := in.checkCode(in.Code); err != nil {
		return err
	}
	if in.SingleFile {
		return in.wrong("SingleFile", "is not for Terraform, which reads a module from a folder: leave it out")
	}
	if in.MaxResources > 0 {
		return in.wrong("MaxResources", "is not for Terraform, which has no such limit and no nested stacks: leave it out")
	}
	if in.TemplateFormat == YAML {
		return in.wrong("TemplateFormat", "yaml is not for Terraform, which reads no YAML: leave it out")
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
		return nil, b.wrong("MergeTemplate", "%s: %w", b.MergeTemplate, err)
	}
	b.warnOfTemplate(template.Warnings())
	return template, nil
}

func (b *build) warnOfTemplate(warnings []synth.Warning) { b.warnOf(TemplateWarning, warnings) }

func (b *build) warnOf(kind WarningKind, warnings []synth.Warning) {
	for _, w := range warnings {
		b.addWarnings(Warning{Kind: kind, Message: w.Message, Functions: []string{w.Function}})
	}
}

func (b *build) renderFormat(graph *synth.Graph, code synth.Code) (*synth.Template, error) {
	switch b.PackageFormat {
	case CloudFormation:
		return synth.CloudFormation(graph, code)
	case Terraform:
		return synth.TerraformIn(graph, code)
	}
	return synth.SAM(graph)
}

// needsDigest reports whether a template has the digest of the zip: to tell versions of a
// function apart, or to tell Terraform of another program in S3.
func (b *build) needsDigest(model *app.Model) bool {
	if b.PackageFormat == Terraform {
		return b.Code != (synth.Code{})
	}
	return synth.Versions(model, b.stage)
}
