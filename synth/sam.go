package synth

// SAM renders the graph as a template for the AWS Serverless Application
// Model. It fails where two resources would have one logical id, and names
// both.
func SAM(g *Graph) (*Template, error) {
	t := newSAMTemplate()
	t.each(g, func(r Resource) error {
		if r, ok := r.(untaggedBySAM); ok && g.tagging != nil {
			return r.cloudformation(&cfnTemplate{stack: t.stack})
		}
		return r.sam(t)
	})
	return t.template("Transform", "AWS::Serverless-2016-10-31")
}

// samTemplate is a SAM template in the making.
type samTemplate struct {
	*stack
}

func newSAMTemplate() *samTemplate {
	t := &samTemplate{stack: newStack()}
	t.facts.isSAM = true
	return t
}

// expand takes note of what SAM makes of the resource with a logical id: so many
// resources beside it and, as we estimate, so many bytes.
func (t *samTemplate) expand(id string, resources, bytes int) {
	e := t.facts.expansions[id]
	t.facts.expansions[id] = expansion{e.resources + resources, e.bytes + bytes}
}
