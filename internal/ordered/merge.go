package ordered

import "strings"

// Merged returns the base with a part over it, and changes neither. Objects are merged
// member by member, unless one is an intrinsic function; anything else of the part
// replaces what was there.
func Merged(base, part *Object) *Object {
	o := base.Clone()
	places := base.Places()
	for _, m := range part.Members {
		i, there := places[m.Key]
		if !there {
			o.Add(m.Key, m.Value)
			continue
		}
		under, isObject := o.Members[i].Value.(*Object)
		over, isOver := m.Value.(*Object)
		if isObject && isOver && !IsIntrinsic(over) && !IsIntrinsic(under) {
			m.Value = Merged(under, over)
		}
		o.Members[i].Value = m.Value
	}
	return o
}

// IsIntrinsic reports whether an object is a call of an intrinsic function, which
// is one value. Loops and transforms are not: they stand among the members that
// they add to.
func IsIntrinsic(o *Object) bool {
	if len(o.Members) != 1 {
		return false
	}
	m := o.Members[0]
	if m.Key == "Ref" {
		_, ok := m.Value.(string)
		return ok // or else something has that logical id
	}
	return strings.HasPrefix(m.Key, "Fn::") && m.Key != "Fn::Transform" && !strings.HasPrefix(m.Key, "Fn::ForEach")
}
