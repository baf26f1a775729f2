package synth

import "fmt"

// Limits of AWS that an app can reach. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	maxTemplateResources = 500
	maxTemplateSize      = 1 << 20 // bytes
	maxEnvironmentSize   = 4 << 10 // bytes, of a function's names and values
	maxBinaryTypes       = 25
)

// checkSize refuses a template that is too large for CloudFormation.
func checkSize(template []byte) error {
	if n := len(template); n > maxTemplateSize {
		return fmt.Errorf("the template has %d bytes, %d more than the %d that CloudFormation takes", n, n-maxTemplateSize, maxTemplateSize)
	}
	return nil
}

// checkCount refuses more resources than CloudFormation takes. SAM makes
// further ones of what a template says.
func checkCount(written, made int) error {
	if n := written + made; n > maxTemplateResources {
		return fmt.Errorf("the app needs %d resources (%d in the template and %d that SAM makes of them), %d more than the %d that a stack of CloudFormation's can have",
			n, written, made, n-maxTemplateResources, maxTemplateResources)
	}
	return nil
}

// limits finds what Lambda and API Gateway have too little room for.
func (v *validator) limits() {
	if n := len(v.Model.BinaryTypes()); n > maxBinaryTypes {
		v.fail(nil, "the app has %d binary types, %d more than the %d that API Gateway takes", n, n-maxBinaryTypes, maxBinaryTypes)
	}
	for _, name := range functionNames(v.Model) {
		size := 0
		for variable, value := range v.Stage.Function(name).Environment {
			text, _ := value.(string) // how long an intrinsic function's is, only AWS knows
			size += len(variable) + len(text)
		}
		if size > maxEnvironmentSize {
			v.fail(functionSource(v.Model, name), "the environment variables of function %s have %d bytes, %d more than the %d that Lambda takes", name, size, size-maxEnvironmentSize, maxEnvironmentSize)
		}
	}
}
