package synth

// ref is CloudFormation's {"Ref": id}.
func ref(id string) *Object { return object("Ref", id) }

// getAtt is an attribute of a resource.
func getAtt(id, attribute string) *Object {
	return object("Fn::GetAtt", []any{id, attribute})
}

// sub is text with ${...} in it. Text of the user's must be passed through
// literal first.
func sub(text string) *Object { return object("Fn::Sub", text) }

// subWith is sub with variables of its own.
func subWith(text string, variables *Object) *Object {
	return object("Fn::Sub", []any{text, variables})
}

// join is CloudFormation's Fn::Join.
func join(separator string, parts ...any) *Object {
	return object("Fn::Join", []any{separator, parts})
}
