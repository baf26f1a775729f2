package synth

import "fmt"

// SAM renders the graph as a template for the AWS Serverless Application
// Model. It fails where two resources would have one logical id, and names
// both.
func SAM(g *Graph) (*Template, error) {
	t := newSAMTemplate()
	for _, r := range g.resources {
		if err := r.sam(t); err != nil {
			t.fail(fmt.Errorf("%s: %w", r.ID(), err))
		}
	}
	if err := checkCount(len(t.resources), t.made); err != nil {
		t.fail(err)
	}
	return t.template("Transform", "AWS::Serverless-2016-10-31")
}

// samTemplate is a SAM template in the making.
type samTemplate struct {
	*stack
	made int // resources that SAM makes of those in the template
}

func newSAMTemplate() *samTemplate { return &samTemplate{stack: newStack()} }
