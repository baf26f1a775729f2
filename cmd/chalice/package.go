package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	packager "github.com/chalice-go/chalice/package"
)

func packageCommand() *cobra.Command {
	var in packager.Input
	c := &cobra.Command{
		Use:   "package OUT",
		Short: "Write a template and a zip that AWS takes",
		Long: `package compiles the app, asks it what it consists of, and writes into the folder
OUT a template of everything that it needs in AWS and a zip with the program. An
app that is too large for one template has more of them, in nested stacks; see
docs/large-apps.md. With --single-file, OUT is one zip that holds all of this.

Where the program will be in S3 is up to what deploys the template: SAM uploads
the zip that CodeUri names; a CloudFormation template has what --code-bucket and
--code-key say, or parameters of the stack. A Terraform module uploads the zip beside
it; with one of these two it takes the zip from S3, and has a variable for the other.

If it fails, OUT is as it was before.`,
		Example: `  chalice package out
  chalice package --stage prod --template-format json out
  chalice package --pkg-format cloudformation out
  chalice package --pkg-format cloudformation --code-bucket artifacts --code-key shop/1.zip out
  chalice package --pkg-format terraform out
  chalice package --pkg-format terraform --code-bucket artifacts --code-key shop/1.zip out
  chalice package --single-file out.zip
  chalice package --region eu-central-1 --account-id 123456789012 out
  chalice package --merge-template extra.yaml out`,
		Args: wantArgs("OUT, the folder to write to,"),
		RunE: func(c *cobra.Command, args []string) error {
			in.Out = args[0]
			out, err := packager.Build(c.Context(), in)
			printWarnings(c, out.Warnings)
			if err != nil {
				return err
			}
			return printPackage(c, in, out)
		},
	}
	appFlags(c, &in)
	c.Flags().StringVar(&in.PackageFormat, "pkg-format", packager.SAM, "what to write: sam, cloudformation or terraform")
	c.Flags().StringVar(&in.TemplateFormat, "template-format", "", "format of a SAM or CloudFormation template: yaml (the default) or json")
	c.Flags().StringVar(&in.Code.Bucket, "code-bucket", "", "bucket of the zip, for CloudFormation and Terraform; otherwise the parameter CodeBucket, or the variable code_bucket")
	c.Flags().StringVar(&in.Code.Key, "code-key", "", "key of the zip, for CloudFormation and Terraform; otherwise the parameter CodeKey, or the variable code_key")
	layoutFlags(c, &in)
	c.Flags().BoolVar(&in.SingleFile, "single-file", false, "write one zip, OUT, that holds template and zip")
	policyFlags(c, &in)
	c.Flags().BoolVar(&in.TemplateOnly, "template-only", false, "write no zip of the program")
	return c
}

// printPackage prints the files for whoever pipes them on and, apart from
// them, what a person does next.
func printPackage(c *cobra.Command, in packager.Input, out packager.Output) error {
	files := append([]string{out.Template}, out.Parts...)
	switch {
	case out.SingleFile != "":
		files = []string{out.SingleFile}
	case out.Zip != "":
		files = append(files, out.Zip)
	}
	if err := printLines(c.OutOrStdout(), files...); err != nil {
		return err
	}
	if out.Unchanged {
		if err := printLines(c.ErrOrStderr(), "nothing has changed: "+shellWord(in.Out)+" is as it was written (--force writes it again)"); err != nil {
			return err
		}
	}
	if next := nextStep(in, out); next != "" {
		return printLines(c.ErrOrStderr(), "next: "+next)
	}
	return nil
}

// nextStep is the command that deploys a package.
func nextStep(in packager.Input, out packager.Output) string {
	switch {
	case out.Zip == "":
		return ""
	case out.SingleFile != "":
		unzip := "unzip -d FOLDER " + shellWord(out.SingleFile)
		out.SingleFile, out.Template, out.Zip = "", "FOLDER/"+out.Template, "FOLDER/"+out.Zip
		return unzip + " && " + nextStep(in, out)
	case in.PackageFormat == packager.Terraform:
		return uploadAndApply(in, out)
	case in.PackageFormat == packager.CloudFormation:
		return uploadAndDeploy(in, out)
	default:
		return "sam deploy --guided --capabilities " + capabilities(out) + " --template-file " + shellWord(out.Template)
	}
}

// capabilities are what CloudFormation wants to be told that a SAM template may
// do: make roles and, in nested stacks, use SAM.
func capabilities(out packager.Output) string {
	if out.NestedStacks > 0 {
		return "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"
	}
	return "CAPABILITY_IAM"
}

// uploadAndApply is what applies a Terraform module. It uploads the zip itself, unless
// that is to be in S3.
func uploadAndApply(in packager.Input, out packager.Output) string {
	dir := shellWord(filepath.Dir(out.Template))
	init, apply := fmt.Sprintf("terraform -chdir=%s init", dir), fmt.Sprintf("terraform -chdir=%s apply", dir)
	if in.Code.Bucket == "" && in.Code.Key == "" {
		return init + " && " + apply
	}
	p := placeOf(in, "code_bucket", "code_key")
	for _, open := range p.open {
		apply += " -var " + open
	}
	return strings.Join([]string{p.upload(out), init, apply}, " && ")
}

// zipPlace is where the zip will be, with placeholders for what a template leaves open.
type zipPlace struct {
	bucket, key string
	open        []string // name=placeholder of what it leaves open
}

// placeOf has the names by which the template asks for what it leaves open.
func placeOf(in packager.Input, bucket, key string) zipPlace {
	p := zipPlace{in.Code.Bucket, in.Code.Key, nil}
	for _, part := range []struct {
		given             *string
		name, placeholder string
	}{{&p.bucket, bucket, "BUCKET"}, {&p.key, key, "KEY"}} {
		if *part.given == "" {
			*part.given = part.placeholder
			p.open = append(p.open, part.name+"="+part.placeholder)
		}
	}
	return p
}

// upload is the command that uploads the zip.
func (p zipPlace) upload(out packager.Output) string {
	return fmt.Sprintf("aws s3 cp %s %s", shellWord(out.Zip), shellWord("s3://"+p.bucket+"/"+p.key))
}

// uploadAndDeploy is what deploys a CloudFormation template: what the template
// doesn't say of the code's place, the stack has to be told.
func uploadAndDeploy(in packager.Input, out packager.Output) string {
	p := placeOf(in, "CodeBucket", "CodeKey")
	commands := []string{p.upload(out)}
	template := shellWord(out.Template)
	if len(out.Parts) > 0 {
		var command string
		command, template = uploadParts(in, out, p.bucket)
		commands = append(commands, command)
	}
	if len(out.Parts) > 0 || isLarge(out.Template) {
		template += " --s3-bucket " + shellWord(p.bucket)
	}
	deploy := "aws cloudformation deploy --stack-name NAME --capabilities CAPABILITY_IAM --template-file " + template
	if len(p.open) > 0 {
		deploy += " --parameter-overrides " + strings.Join(p.open, " ")
	}
	return strings.Join(append(commands, deploy), " && ")
}

// isLarge reports whether CloudFormation takes a template from S3 only.
func isLarge(template string) bool {
	info, err := os.Stat(template)
	return err == nil && info.Size() > 51_200
}

// uploadParts is what uploads the files that a template needs beside it, and
// names the template that then knows where they are.
func uploadParts(in packager.Input, out packager.Output, bucket string) (command, template string) {
	dir, name := filepath.Split(out.Template)
	ext := filepath.Ext(name)
	if in.Code.Bucket != "" && in.Code.Key != "" { // the template has said so
		target := "s3://" + path.Join(bucket, path.Dir(in.Code.Key)) + "/"
		return fmt.Sprintf("aws s3 cp --recursive --exclude '*' --include '%s-*' %s %s",
			strings.TrimSuffix(name, ext), shellWord(filepath.Clean(dir)), shellWord(target)), shellWord(out.Template)
	}
	packaged := shellWord(filepath.Join(dir, "packaged.yaml"))
	return fmt.Sprintf("aws cloudformation package --s3-bucket %s --template-file %s --output-template-file %s",
		shellWord(bucket), shellWord(out.Template), packaged), packaged
}
