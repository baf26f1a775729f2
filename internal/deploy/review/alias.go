package review

// unaliased returns a world in which an alias of a function is the function itself. For
// permissions it makes no difference which of the two is called: what an alias points
// to is a version of the function's code, with the function's role. So nobody gets
// anything new when what calls a function calls its alias from then on, or the other way
// round.
func (w *world) unaliased() *world {
	functions := map[string]any{} // references to functions, by the ids of their aliases
	for id, n := range w.nodes {
		if n.kind != aliasType {
			continue
		}
		of := functionOf(n.properties["FunctionName"])
		if f := w.nodes[of]; f != nil && f.kind == functionType {
			functions[id] = map[string]any{"Fn::GetAtt": []any{of, "Arn"}}
		}
	}
	if len(functions) == 0 {
		return w
	}
	same := *w
	same.nodes = map[string]*node{}
	for id, n := range w.nodes {
		of := *n
		of.properties = object(dealiased(n.properties, functions))
		of.document = object(dealiased(n.document, functions))
		same.nodes[id] = &of
	}
	return &same
}

// dealiased returns a canonical value with references to functions for those to their
// aliases.
func dealiased(v any, functions map[string]any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			all[i] = dealiased(element, functions)
		}
		return all
	case map[string]any:
		if v == nil {
			return v
		}
		if name, argument, ok := intrinsic(v); ok && name == "Ref" {
			if f, is := functions[text(argument)]; is {
				return f
			}
			return v
		}
		all := make(map[string]any, len(v))
		for key, value := range v {
			all[key] = dealiased(value, functions)
		}
		return all
	}
	return v
}

// Types of resources that make up a function with versions.
const (
	functionType = "AWS::Lambda::Function"
	aliasType    = "AWS::Lambda::Alias"
	versionType  = "AWS::Lambda::Version"
)

// published makes one row of the two of a function whose new version takes the place of
// the one before, which stays with the function. Where a version leaves the stack without
// another, nobody is asked either, unless it is deleted.
func (c *comparison) published(rows []Row) []Row {
	versions := map[string]int{} // new ones, by function
	for i, row := range rows {
		if of := c.versionOf(row); of != "" && row.Action == Added {
			rows[i].Publishes = of
			versions[of] = i
		}
	}
	var left []Row
	for _, row := range rows {
		if of := c.versionOf(row); of != "" && row.Action == Removed && row.Kept {
			row.Superseded = true
			if _, another := versions[of]; another {
				continue
			}
		}
		left = append(left, row)
	}
	return left
}

// versionOf returns the id of the function of which a row's resource is a version; ""
// if it is none.
func (c *comparison) versionOf(row Row) string {
	if row.Type != versionType {
		return ""
	}
	n := c.lookUp(row.Stack, row.LogicalID)
	if n == nil || n.any() == nil {
		return ""
	}
	return functionOf(n.any().properties["FunctionName"])
}
