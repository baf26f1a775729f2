package synth

import (
	"encoding/base64"
	"encoding/hex"

	"github.com/chalice-go/chalice/internal/ordered"
)

// Variables of a module for what is left open about the code.
const (
	tfBucketVariable = "code_bucket"
	tfKeyVariable    = "code_key"
)

// TerraformIn is [Terraform] for a program that will be in S3, from where Lambda takes
// it. What is left empty of its place becomes a variable of the module, code_bucket or
// code_key; an empty place is a file beside the module. Lambda is told of another program
// under the same key by the digest that the graph was built with.
func TerraformIn(g *Graph, code Code) (*Template, error) {
	m := newTFModule(g)
	if code == (Code{}) || len(g.Functions()) == 0 {
		return m.of(g)
	}
	m.code = &tfCode{m.given(code.Bucket, tfBucketVariable, "Bucket that holds "), m.given(code.Key, tfKeyVariable, "Key in the bucket of ")}
	return m.of(g)
}

// tfCode is where the program is in S3, as a module has it.
type tfCode struct{ bucket, key string }

// given returns a part of the place, or the variable that asks for it.
func (m *tfModule) given(part, variable, description string) string {
	if part != "" {
		return tfText(part)
	}
	m.variables.Add(variable, ordered.New("type", "string", "description", description+codeArchive))
	return "${var." + variable + "}"
}

// place adds to a function where its program is, and how Lambda sees another one.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
func (m *tfModule) place(body *ordered.Object, sha256 string) {
	if m.code == nil {
		body.Add("source_code_hash", `${filebase64sha256("${path.module}/`+codeArchive+`")}`)
		body.Add("filename", "${path.module}/"+codeArchive)
		return
	}
	if digest, err := hex.DecodeString(sha256); err == nil && len(digest) > 0 {
		body.Add("source_code_hash", base64.StdEncoding.EncodeToString(digest))
	}
	body.Add("s3_bucket", m.code.bucket)
	body.Add("s3_key", m.code.key)
}
