package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Code is where the functions' program is in S3. What is left empty becomes a
// parameter of the template, CodeBucket or CodeKey; of Terraform, see [TerraformIn].
type Code struct {
	Bucket string
	Key    string
}

// CloudFormation renders the graph as a template without SAM: the same
// resources as SAM makes of the SAM template, with the same logical ids.
func CloudFormation(g *Graph, code Code) (*Template, error) {
	t := &cfnTemplate{stack: newStack(), code: code}
	t.each(g, func(r Resource) error { return r.cloudformation(t) })
	if p := t.parameters(g); p.Len() > 0 {
		return t.template("Parameters", p)
	}
	return t.template()
}

// cfnTemplate is a CloudFormation template in the making.
type cfnTemplate struct {
	*stack
	code Code
}

const (
	bucketParameter = "CodeBucket"
	keyParameter    = "CodeKey"
)

// parameters asks for what is left open about the code.
func (t *cfnTemplate) parameters(g *Graph) *ordered.Object {
	parameters := &ordered.Object{}
	if len(g.Functions()) == 0 {
		return parameters
	}
	if t.code.Bucket == "" {
		parameters.Add(bucketParameter, ordered.New("Type", "String", "Description", "Bucket that holds "+codeArchive))
	}
	if t.code.Key == "" {
		parameters.Add(keyParameter, ordered.New("Type", "String", "Description", "Key of "+codeArchive+" in the bucket"))
	}
	return parameters
}

func (t *cfnTemplate) functionCode() *lambda.Function_Code {
	code := &lambda.Function_Code{S3Bucket: &t.code.Bucket, S3Key: &t.code.Key}
	if t.code.Bucket == "" {
		code.S3Bucket = new(t.text(cfn.Ref(bucketParameter)))
	}
	if t.code.Key == "" {
		code.S3Key = new(t.text(cfn.Ref(keyParameter)))
	}
	return code
}
