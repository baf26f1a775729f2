package cdkconstruct_test

import (
	"testing"

	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

func TestSmoke(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(nil))
	c.GetFunction(jsii.String("APIHandler"))
	got := synthesized(stack)
	t.Log(text(got))
}
