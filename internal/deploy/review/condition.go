package review

// choice resolves a Fn::If. If the value of its condition isn't known, it
// replaces the condition's name by its definition, so that a changed condition
// makes a difference.
func (c *scope) choice(argument any) (any, bool) {
	three, _ := argument.([]any)
	if len(three) != 3 {
		return nil, false
	}
	name, ok := three[0].(string)
	if !ok {
		return nil, false
	}
	switch holds, told := c.condition(name); {
	case !told:
		return map[string]any{"Fn::If": []any{c.conditionText(name), c.canonical(three[1]), c.canonical(three[2])}}, true
	case holds:
		return c.canonical(three[1]), true
	}
	return c.canonical(three[2]), true
}

// condition returns whether a condition is true, and reports whether that is
// known.
func (c *scope) condition(name string) (holds, told bool) {
	definition, ok := object(c.stack.Template["Conditions"])[name]
	if !ok {
		return false, false
	}
	return c.evaluate(definition)
}

func (c *scope) evaluate(definition any) (holds, told bool) {
	defer c.leave()
	if !c.enter() {
		return false, false
	}
	o := object(definition)
	if name, ok := o["Condition"].(string); ok {
		return c.condition(name)
	}
	function, argument, ok := intrinsic(o)
	if !ok {
		return false, false
	}
	arguments, _ := argument.([]any)
	switch function {
	case "Fn::Equals":
		if len(arguments) == 2 {
			a, aKnown := c.canonical(arguments[0]).(string)
			b, bKnown := c.canonical(arguments[1]).(string)
			return a == b, aKnown && bKnown
		}
	case "Fn::Not":
		if len(arguments) == 1 {
			holds, told = c.evaluate(arguments[0])
			return !holds, told
		}
	case "Fn::And":
		return c.all(arguments, true)
	case "Fn::Or":
		holds, told = c.all(arguments, false)
		return !holds, told
	}
	return false, false
}

// all returns whether all conditions have a value, and reports whether that is
// known.
func (c *scope) all(definitions []any, want bool) (are, told bool) {
	told = true
	for _, d := range definitions {
		switch holds, known := c.evaluate(d); {
		case known && holds != want:
			return false, true
		case !known:
			told = false
		}
	}
	return true, told
}

// conditionText returns the definition of a condition as text.
func (c *scope) conditionText(name string) string {
	definition, ok := object(c.stack.Template["Conditions"])[name]
	if !ok {
		return name
	}
	return valueText(c.definition(definition))
}

// definition returns the definition of a condition, with the conditions to
// which it refers replaced by theirs.
func (c *scope) definition(v any) any {
	defer c.leave()
	if !c.enter() {
		return v
	}
	switch v := v.(type) {
	case []any:
		var all []any
		for _, element := range v {
			all = append(all, c.definition(element))
		}
		return all
	case map[string]any:
		if name, ok := v["Condition"].(string); ok && len(v) == 1 {
			return c.definition(object(c.stack.Template["Conditions"])[name])
		}
		if name, argument, ok := intrinsic(v); ok && name != "Ref" && name != "Fn::GetAtt" {
			if _, isList := argument.([]any); isList {
				return map[string]any{name: c.definition(argument)}
			}
		}
	}
	return c.canonical(v)
}
