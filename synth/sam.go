package synth

// SAM renders the graph as a template for the AWS Serverless Application
// Model. It fails where two resources would have one logical id, and names
// both.
func SAM(g *Graph) (*Template, error) {
	t := newSAMTemplate()
	t.each(g, func(r Resource) error { return r.sam(t) })
	return t.template(t.made, "Transform", "AWS::Serverless-2016-10-31")
}

// samTemplate is a SAM template in the making.
type samTemplate struct {
	*stack
	made int // resources that SAM makes of those in the template
}

func newSAMTemplate() *samTemplate { return &samTemplate{stack: newStack()} }
