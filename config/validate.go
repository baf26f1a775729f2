package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/nearest"
)

// Check reports what is wrong with the configuration of these Lambda
// functions, which are all that the app has: half a VPC, a role of the user's
// own without its ARN, or a function that is neither among them nor among those
// ignored. Only someone who knows the app can name its functions, so [Load]
// can't check this. All mistakes come at once, joined; one that many functions
// share is reported for the first of them.
func (s *Stage) Check(functions, ignored []string) error {
	ms := s.mistakes()
	s.checkNames(&ms, functions, ignored)
	s.checkFront(&ms)
	s.checkDomains(&ms)
	s.checkAPISettings(&ms)
	s.checkOpenAPI(&ms)
	s.checkRolePath(&ms)
	reported := map[*member]bool{}
	for _, name := range functions {
		r := functionReport{s, &ms, name, functions, reported}
		for _, check := range functionChecks {
			check(r, s.Function(name))
		}
	}
	return ms.err()
}

// functionChecks find what is wrong with the configuration of one function, each with
// some of its keys.
var functionChecks = []func(functionReport, Function){
	checkTags,
	checkLayers,
	checkVPC,
	checkOwnRole,
	checkLogging,
	checkManagedPolicies,
	checkResourceTags,
	checkIPv6,
	checkAsync,
	checkProvisioned,
	checkDeployment,
}

// functionReport takes mistakes in the configuration of a function. One that many
// functions share is reported for the first of them.
type functionReport struct {
	stage     *Stage
	mistakes  *mistakes
	function  string
	functions []string // of the app
	reported  map[*member]bool
}

// add reports a mistake at a key. The message follows the key.
func (r functionReport) add(key, format string, values ...any) {
	mistake := r.mistakes.at(r.stage.source.line(r.function, key), keyPath{key})
	mistake.Message = fmt.Sprintf(format, values...) + " (function " + r.function + ")"
	r.take(key, mistake)
}

// take reports a mistake that knows its place, at a key or within it.
func (r functionReport) take(key string, mistake *Mistake) {
	m := r.stage.source.lookup(r.function, key)
	if m == nil {
		m = &member{} // a Stage that no file gave
	}
	if !r.reported[m] {
		r.mistakes.list = append(r.mistakes.list, mistake)
	}
	r.reported[m] = true
}

// beside reports a mistake at a key that is about another key, whose name is %s in the
// format.
func (r functionReport) beside(key, format, other string) {
	r.add(key, format, r.stage.called(r.function, key, other))
}

func checkTags(r functionReport, f Function) {
	if n := len(f.Tags) + 1; n > maxTags {
		r.add("tags", "are %d with chalice's own, %d more than the %d that Lambda takes", n, n-maxTags, maxTags)
	}
}

func checkLayers(r functionReport, f Function) {
	if n := f.Layers.certain(); n > maxLayers {
		r.add("layers", "are %d, %d more than the %d that Lambda takes", n, n-maxLayers, maxLayers)
	}
}

func checkVPC(r functionReport, f Function) {
	switch {
	case len(f.SubnetIDs.Items) > 0 && len(f.SecurityGroupIDs.Items) == 0:
		r.beside("subnet_ids", "needs %s beside it: a VPC takes both", "security_group_ids")
	case len(f.SubnetIDs.Items) == 0 && len(f.SecurityGroupIDs.Items) > 0:
		r.beside("security_group_ids", "needs %s beside it: a VPC takes both", "subnet_ids")
	}
}

func checkOwnRole(r functionReport, f Function) {
	if parts := strings.Split(f.RoleARN.Text, ":"); len(parts) > 5 && !holdsExpression(f.RoleARN.Text) && (parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/")) {
		r.add("iam_role_arn", "is %q, which is not the ARN of a role, arn:aws:iam::account:role/name", f.RoleARN.Text)
	}
	if !r.stage.source.flag(r.function, "manage_iam_role", true) && f.RoleARN.IsZero() {
		r.beside("manage_iam_role", "false needs %s beside it, the role to use", "iam_role_arn")
	}
}

// maxTags is how many tags a function or a domain can have; one of a function's is
// chalice's own.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
const maxTags = 50

// maxLayers is how many layers a function can have.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxLayers = 5

// edgeRegion is where the certificates of EDGE domains are.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html
const edgeRegion = "us-east-1"

// checkDomains reports what API Gateway would refuse of the domains.
func (s *Stage) checkDomains(ms *mistakes) {
	const rest, websocket = "api_gateway_custom_domain", "websocket_api_custom_domain"
	s.checkDomain(ms, rest, s.APIDomain)
	s.checkDomain(ms, websocket, s.WebsocketDomain)
	if d := s.APIDomain; d != nil {
		region := certificateRegion(d.CertificateARN.Text)
		switch {
		case s.APIType != REST: // see frontLimits
		case s.EndpointType == Private:
			ms.add(s.source.line("", rest), keyPath{rest}, "is for an API that is PRIVATE, whose domains are not supported here yet: remove it, or make the API REGIONAL")
		case s.EndpointType == Edge && region != "" && region != edgeRegion:
			ms.add(s.source.line("", rest), keyPath{rest, "certificate_arn"}, "is of %s, but the certificate of an EDGE domain has to be of %s: use one of there, or make the API REGIONAL", region, edgeRegion)
		}
	}
	if a, b := s.APIDomain, s.WebsocketDomain; a != nil && b != nil && s.APIType != FunctionURL && (a.Name.Equal(b.Name) || a.Name.Text != "" && strings.EqualFold(a.Name.Text, b.Name.Text)) {
		ms.add(s.source.line("", websocket), keyPath{websocket}, "has the domain_name of %s, %s: API Gateway takes one domain for %s or for websockets, not both; use another", rest, a.Name, strings.ToUpper(s.APIType))
	}
}

// checkDomain reports what API Gateway would refuse of either domain.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains-prerequisites.html
func (s *Stage) checkDomain(ms *mistakes, key string, d *Domain) {
	if d == nil {
		return
	}
	line := s.source.line("", key)
	arn := d.CertificateARN.Text
	if parts := strings.Split(arn, ":"); len(parts) > 5 && !holdsExpression(arn) && (parts[2] != "acm" || !strings.HasPrefix(parts[5], "certificate/")) {
		ms.add(line, keyPath{key, "certificate_arn"}, "is %q, but API Gateway takes a certificate of Certificate Manager's, arn:aws:acm:region:account:certificate/id", arn)
	}
	n, also := len(d.Tags), ""
	if s.TagResources {
		n, also = len(s.DomainTags(d))+1, " with the app's and chalice's own"
	}
	if n > maxTags {
		ms.add(line, keyPath{key, "tags"}, "are %d%s, %d more than the %d that API Gateway takes", n, also, n-maxTags, maxTags)
	}
}

// certificateRegion returns the region of a certificate's ARN; "" is not known.
func certificateRegion(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) <= 3 || holdsExpression(arn) {
		return ""
	}
	return parts[3]
}

// maxListed is how many functions a message lists.
const maxListed = 10

// checkNames reports the functions that the app doesn't have, wherever they are
// configured: what is said of a misspelt name would be dropped in silence. What
// is said of the routes' function counts for the app as a whole, so there need
// be no routes.
func (s *Stage) checkNames(ms *mistakes, functions, ignored []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		if name == app.RESTHandler || slices.Contains(functions, name) || slices.Contains(ignored, name) {
			continue
		}
		hint := nearest.Question(name, functions)
		if hint == "" && 0 < len(functions) && len(functions) <= maxListed {
			hint = "; it has " + strings.Join(functions, ", ")
		}
		for _, place := range s.source.functionPlaces(s.Name, name) {
			ms.add(place.line, place.key, "configures a function that the app doesn't have%s", hint)
		}
	}
}

// called returns what a message about one key calls another: as in the file, if
// that gave the one.
func (s *Stage) called(function, key, other string) string {
	if s.source.line(function, key) > 0 {
		return other
	}
	return s.Names.Of(other)
}

// Where returns the place of a function's key in the configuration, such as
// ".chalice/config.json:12", for messages. It is empty for a value that no
// file gave. The function "" stands for the app.
func (s *Stage) Where(function, key string) string {
	if line := s.source.line(function, key); line > 0 {
		return fmt.Sprintf("%s:%d", s.File(), line)
	}
	return ""
}
