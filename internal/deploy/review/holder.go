package review

import (
	"slices"
	"strings"
)

// rights are the permissions in a world.
type rights struct {
	world *world
	*symbols
	// identities are roles, users and groups, by id. One to which the template
	// only refers has its name as id.
	identities map[string]*identity
	functions  map[string][]variant // by id: the roles that each function can have
	havers     map[string][]string  // by id of a role: the functions with that role, sorted
	holders    map[string]*holder   // by key: what has a policy of its own
}

// identity is a role, a user or a group.
type identity struct {
	id, logicalID string
	permits       []*permit
	boundary      any // the permissions boundary; nil: none
	onlyFunctions bool
}

// holder is something with a policy of its own, such as a bucket, a function
// that others can invoke, or a role that others can assume.
type holder struct {
	logicalID string // of the resource with the policy
	name      string // of the subject of the policy
	permits   []*permit
}

// newRights reads the policies of a world.
func newRights(w *world, s *symbols) *rights {
	r := &rights{world: w, symbols: s, identities: map[string]*identity{}, functions: map[string][]variant{}, havers: map[string][]string{}, holders: map[string]*holder{}}
	used := map[string]bool{} // roles that something other than a function has
	for _, id := range sortedKeys(w.nodes) {
		n := w.nodes[id]
		switch n.kind {
		case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group":
			r.identity(n)
		case functionType:
			r.functions[id] = variants(n.properties["Role"], nil)
			for _, role := range r.functions[id] {
				r.havers[roleOf(role.v)] = append(r.havers[roleOf(role.v)], id)
			}
		case "AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission":
			r.permission(n)
		}
		if !strings.HasPrefix(n.kind, "AWS::IAM::") {
			r.resourcePolicies(n)
			noteUses(n, used)
		}
	}
	r.attach()
	for id, i := range r.identities {
		i.onlyFunctions = !used[id] && len(r.havers[id]) > 0
	}
	return r
}

// noteUses records the references of a resource, without that to a function's
// role.
func noteUses(n *node, used map[string]bool) {
	for name, property := range n.properties {
		if n.kind != functionType || name != "Role" {
			eachReference(property, func(id string) { used[id] = true })
		}
	}
}

// roleOf returns the id of the role in a function's Role; "" if it isn't in the
// world.
func roleOf(v any) string {
	o, _ := v.(map[string]any)
	id, attribute, _ := getAtt(o["Fn::GetAtt"])
	if attribute != "Arn" {
		return ""
	}
	return id
}

// policies returns a reader of the policy documents of a resource.
func (r *rights) policies(n *node) policies { return policies{symbols: r.symbols, holder: n.logicalID} }

// identity reads a role, a user or a group.
func (r *rights) identity(n *node) {
	i := r.named(n.id)
	i.logicalID = n.logicalID
	i.boundary = n.properties["PermissionsBoundary"]
	for _, policy := range elements(n.properties["Policies"], n.when) {
		i.permits = append(i.permits, r.policies(n).document(object(policy.v)["PolicyDocument"], policy.when)...)
	}
	i.permits = append(i.permits, r.managed(n, n.properties["ManagedPolicyArns"], n.when)...)
	for _, group := range elements(n.properties["Groups"], n.when) {
		i.permits = append(i.permits, r.policies(n).opaque(group.v, group.when))
	}
	if n.kind == "AWS::IAM::Role" {
		trust := r.holder("trust of "+n.id, n, n.logicalID)
		trust.permits = r.policies(n).document(n.properties["AssumeRolePolicyDocument"], n.when)
	}
}

// managed reads managed policies, as far as they are in the template.
func (r *rights) managed(n *node, arns any, when []string) []*permit {
	var all []*permit
	for _, arn := range elements(arns, when) {
		id := text(object(arn.v)["Ref"])
		if policy := r.world.nodes[id]; policy != nil && policy.kind == "AWS::IAM::ManagedPolicy" {
			all = append(all, r.policies(policy).document(policy.properties["PolicyDocument"], union(arn.when, policy.when))...)
			continue
		}
		all = append(all, r.policies(n).opaque(arn.v, arn.when))
	}
	return all
}

// named returns an identity, and adds it if it isn't there.
func (r *rights) named(id string) *identity {
	i, ok := r.identities[id]
	if !ok {
		i = &identity{id: id, logicalID: id}
		r.identities[id] = i
	}
	return i
}

// attachments are the properties that name identities, by type of policy.
var attachments = map[string][]string{
	"AWS::IAM::Policy":        {"Roles", "Users", "Groups"},
	"AWS::IAM::ManagedPolicy": {"Roles", "Users", "Groups"},
	"AWS::IAM::RolePolicy":    {"RoleName"},
	"AWS::IAM::UserPolicy":    {"UserName"},
	"AWS::IAM::GroupPolicy":   {"GroupName"},
}

// attach reads the policies that are resources of their own.
func (r *rights) attach() {
	byName := map[string]string{} // identities with names in the template
	for id, i := range r.identities {
		for _, property := range []string{"RoleName", "UserName", "GroupName"} {
			if n := r.world.nodes[i.id]; n != nil && n.properties[property] != nil {
				byName[valueText(n.properties[property])] = id
			}
		}
	}
	for _, id := range sortedKeys(r.world.nodes) {
		n := r.world.nodes[id]
		for _, property := range attachments[n.kind] {
			for _, name := range elements(n.properties[property], n.when) {
				to := text(object(name.v)["Ref"])
				if to == "" {
					to = valueText(name.v)
				}
				if known, ok := byName[to]; ok {
					to = known
				}
				i := r.named(to)
				i.permits = append(i.permits, r.policies(n).document(n.properties["PolicyDocument"], name.when)...)
			}
		}
	}
}

// holder returns the holder with a key, and adds it if it isn't there. The name
// is for people.
func (r *rights) holder(key string, n *node, name string) *holder {
	h, ok := r.holders[key]
	if !ok {
		h = &holder{logicalID: n.logicalID, name: name}
		r.holders[key] = h
	}
	return h
}

// functionOf returns a key for a function, however it is named: its id, or the
// template's text for a function of another stack.
func functionOf(v any) string {
	o, _ := v.(map[string]any)
	if id := text(o["Ref"]); id != "" && len(o) == 1 {
		return id
	}
	if id, attribute, ok := getAtt(o["Fn::GetAtt"]); ok && attribute == "Arn" {
		return id
	}
	return valueText(v)
}

// permission reads who may invoke a function, or use a layer.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
func (r *rights) permission(n *node) {
	of := n.properties["FunctionName"]
	if of == nil {
		of = n.properties["LayerVersionArn"]
	}
	function := functionOf(of)
	kind := "AWS"
	if strings.Contains(valueText(n.properties["Principal"]), ".amazonaws.com") {
		kind = "Service"
	}
	conditions := map[string]any{}
	for property, condition := range map[string][2]string{
		"SourceArn":             {"ArnLike", "aws:SourceArn"},
		"SourceAccount":         {"StringEquals", "aws:SourceAccount"},
		"EventSourceToken":      {"StringEquals", "lambda:EventSourceToken"},
		"FunctionUrlAuthType":   {"StringEquals", "lambda:FunctionUrlAuthType"},
		"InvokedViaFunctionUrl": {"Bool", "lambda:InvokedViaFunctionUrl"},
		"PrincipalOrgID":        {"StringEquals", "aws:PrincipalOrgID"},
		"OrganizationId":        {"StringEquals", "aws:PrincipalOrgID"},
	} {
		if value, ok := n.properties[property]; ok {
			operator := object(conditions[condition[0]])
			if operator == nil {
				operator = map[string]any{}
				conditions[condition[0]] = operator
			}
			operator[condition[1]] = value
		}
	}
	statement := map[string]any{
		"Effect": "Allow", "Principal": map[string]any{kind: n.properties["Principal"]},
		"Action": n.properties["Action"], "Condition": conditions,
	}
	h := r.holder("function "+function, n, function)
	h.permits = append(h.permits, r.policies(n).statement(variant{statement, n.when})...)
}

// targets are the properties that name the subject of a policy, by type of
// policy. So a policy with another logical id is still that of the same
// subject.
var targets = map[string]string{
	"AWS::S3::BucketPolicy":               "Bucket",
	"AWS::SQS::QueuePolicy":               "Queues",
	"AWS::SNS::TopicPolicy":               "Topics",
	"AWS::SecretsManager::ResourcePolicy": "SecretId",
	"AWS::Events::EventBusPolicy":         "EventBusName",
	"AWS::DynamoDB::Table":                "",
}

// resourcePolicies reads the policies in the properties of a resource of any
// type.
func (r *rights) resourcePolicies(n *node) {
	var documents []any
	if n.kind == "AWS::Events::EventBusPolicy" && n.properties["Statement"] == nil {
		documents = []any{map[string]any{"Statement": map[string]any{
			"Effect": "Allow", "Action": n.properties["Action"], "Principal": map[string]any{"AWS": n.properties["Principal"]},
			"Condition": n.properties["Condition"],
		}}}
	} else {
		findDocuments(n.properties, 0, &documents)
	}
	if len(documents) == 0 {
		return
	}
	about := []any{map[string]any{"Ref": n.id}}
	if property := targets[n.kind]; property != "" && n.properties[property] != nil {
		about = asList(n.properties[property])
	}
	for _, one := range about {
		name := functionOf(one)
		h := r.holder("policy of "+name, n, name)
		for _, document := range documents {
			h.permits = append(h.permits, r.policies(n).document(document, n.when)...)
		}
	}
}

// findDocuments collects everything that has the form of a policy: an object
// with statements, or such an object as JSON in a text.
func findDocuments(v any, depth int, found *[]any) {
	if s, ok := wholeText(v); ok {
		if o, ok := parsed(s).(map[string]any); ok && strings.Contains(s, `"Statement"`) {
			findDocuments(o, depth+1, found)
		}
		return
	}
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			findDocuments(element, depth+1, found)
		}
	case map[string]any:
		if isStatement(v["Statement"]) {
			*found = append(*found, v)
			return
		}
		for _, key := range sortedKeys(v) {
			if depth < maxDepth {
				findDocuments(v[key], depth+1, found)
			}
		}
	}
}

// wholeText returns a text, with references in the form of Fn::Sub.
func wholeText(v any) (string, bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	parts := concatenated(v)
	var b strings.Builder
	for _, part := range parts {
		if s, ok := part.(string); ok {
			b.WriteString(s)
		} else {
			b.WriteString(valueText(part))
		}
	}
	return b.String(), len(parts) > 1
}

// isStatement reports whether a value with that name is the statements of a
// policy.
func isStatement(v any) bool {
	return slices.ContainsFunc(elements(v, nil), func(e variant) bool { return text(object(e.v)["Effect"]) != "" })
}
