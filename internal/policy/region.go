package policy

import "github.com/chalice-go/chalice/internal/policy/source"

// regionVariables are the environment variables that name the SDK's region.
var regionVariables = []string{"AWS_REGION", "AWS_DEFAULT_REGION"}

// setsRegion reports whether a node sets a region: in the SDK's own words, or as an
// environment variable.
func (c *collector) setsRegion(n *source.Node) bool {
	return n.SetsRegion || n.SetsVariables && (c.v == nil || c.v.CanSet(regionVariables))
}
