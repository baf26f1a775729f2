package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
)

// Exposure is something that becomes reachable without credentials.
type Exposure struct {
	LogicalID string   `json:"logical_id"`
	Type      string   `json:"type"`
	Stack     []string `json:"stack,omitempty"` // the nested stacks around it
	What      string   `json:"what"`            // a sentence without its full stop
	// Details are the parts that are reachable, such as "GET /orders", with their
	// registrations.
	Details []string    `json:"details,omitempty"`
	Source  *app.Source `json:"source,omitempty"` // nil: not known
}

// opening is one thing that is reachable without credentials.
type opening struct {
	what   string
	detail string // which part of the resource; empty: all of it
}

// openings find what is reachable without credentials, by type of resource. If
// that depends on other resources, the function is in the entry of their type.
var openings = map[string]func(*rights, *node) []opening{
	"AWS::ApiGateway::RestApi":                  openRestAPI,
	"AWS::ApiGateway::Method":                   openMethod,
	"AWS::ApiGatewayV2::Api":                    openHTTPAPI,
	"AWS::ApiGatewayV2::Route":                  openRoute,
	"AWS::Lambda::Url":                          property("AuthType", "anyone can call the function by its URL", "NONE"),
	"AWS::S3::Bucket":                           openBucket,
	"AWS::S3::AccessPoint":                      openBucket,
	"AWS::RDS::DBInstance":                      property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::Redshift::Cluster":                    property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::DocDB::DBInstance":                    property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::Neptune::DBInstance":                  property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::DMS::ReplicationInstance":             property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::AmazonMQ::Broker":                     property("PubliclyAccessible", "it has an address in the internet", "true"),
	"AWS::ElasticLoadBalancingV2::LoadBalancer": openBalancer,
	"AWS::ElasticLoadBalancing::LoadBalancer":   openBalancer,
	"AWS::Cognito::IdentityPool":                property("AllowUnauthenticatedIdentities", "anyone can get credentials of its role", "true"),
	"AWS::CloudFront::Distribution":             func(*rights, *node) []opening { return []opening{{what: "it serves anyone"}} },
	"AWS::EC2::SecurityGroup":                   openGroup,
	"AWS::EC2::SecurityGroupIngress":            openIngress,
	"AWS::ECR::PublicRepository":                func(*rights, *node) []opening { return []opening{{what: "anyone can pull from it"}} },
}

// property returns a function for a property one of whose values makes
// something reachable.
func property(name, what, value string) func(*rights, *node) []opening {
	return func(_ *rights, n *node) []opening {
		if valueText(n.properties[name]) == value {
			return []opening{{what: what}}
		}
		return nil
	}
}

// exposed returns what is reachable after a change, and wasn't before it.
func exposed(before, after *rights, origins Origins) []Exposure {
	var all []Exposure
	for _, id := range sortedKeys(after.world.nodes) {
		n, old := after.world.nodes[id], before.world.nodes[id]
		var had []opening
		if old != nil && old.kind == n.kind {
			had = before.openings(old)
		}
		for _, o := range append(after.openings(n), uncovered(old, n)...) {
			if !slices.Contains(had, o) {
				all = add(all, n, o, origins)
			}
		}
	}
	for _, key := range sortedKeys(after.holders) {
		h := after.holders[key]
		had := before.openTo(before.holders[key])
		for _, o := range after.openTo(h) {
			if !slices.Contains(had, o) {
				all = add(all, after.byLogicalID(h.logicalID), o, origins)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Exposure) int {
		return cmp.Or(slices.Compare(a.Stack, b.Stack), cmp.Compare(a.LogicalID, b.LogicalID), cmp.Compare(a.What, b.What))
	})
	return all
}

func (r *rights) openings(n *node) []opening {
	if check, ok := openings[n.kind]; ok {
		return check(r, n)
	}
	return nil
}

// byLogicalID returns a resource by its logical id.
func (r *rights) byLogicalID(id string) *node {
	for _, key := range sortedKeys(r.world.nodes) {
		if n := r.world.nodes[key]; n.logicalID == id {
			return n
		}
	}
	return &node{logicalID: id}
}

// add adds an opening to the exposure with the same resource and text.
func add(all []Exposure, n *node, o opening, origins Origins) []Exposure {
	detail, source := oneLine(o.detail), origins.Resources[n.logicalID].Source
	if route := origins.Routes[o.detail]; route != nil { // the route's place says more than the API's
		detail, source = fmt.Sprintf("%s (%s:%d)", detail, route.File, route.Line), nil
	}
	i := slices.IndexFunc(all, func(e Exposure) bool {
		return e.LogicalID == n.logicalID && e.What == o.what && slices.Equal(e.Stack, n.stack)
	})
	if i < 0 {
		i = len(all)
		all = append(all, Exposure{LogicalID: n.logicalID, Type: n.kind, Stack: n.stack, What: o.what, Source: source})
	}
	if detail != "" {
		all[i].Details = append(all[i].Details, detail)
	}
	return all
}

// openTo returns what a policy allows anyone.
func (r *rights) openTo(h *holder) []opening {
	if h == nil {
		return nil
	}
	var all []opening
	for _, p := range h.permits {
		if !p.isPublic() {
			continue
		}
		resource := r.setText(p.resource)
		if resource == "*" || resource == "" {
			resource = h.name
		}
		o := opening{what: "its policy lets anyone do that", detail: r.setText(p.shown) + " on " + resource}
		if !slices.Contains(all, o) {
			all = append(all, o)
		}
	}
	return all
}

// isPublic reports whether a permit is for anyone, from anywhere.
func (p *permit) isPublic() bool {
	everyone := p.principal.not || p.principal.covers(set{patterns: []pattern{pattern("*")}})
	return !p.deny && p.policy == nil && everyone && !slices.ContainsFunc(p.conditions, restriction.isAboutCaller)
}
