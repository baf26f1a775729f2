package config

// Names says how messages call what their reader can set: a key of the
// configuration, such as "nested_stacks", or a field of the input that packages
// an app, such as "MaxResources". It returns "" for what the reader has no way
// to set. So the command's messages name flags, and those of the CDK's construct
// its properties.
type Names func(name string) string

// Of returns what a message calls a name; without Names, the name itself.
func (n Names) Of(name string) string {
	if n == nil {
		return name
	}
	return n(name)
}

// Key is Of for a key of the configuration, in the middle of a sentence.
func (n Names) Key(key string) string {
	if called := n.Of(key); called != key {
		return called
	}
	return key + " in the configuration"
}

// Advice returns the end of a message that tells what to do, after its format
// got what the name is called; "" for what the reader has no way to set.
func (n Names) Advice(before, name, after string) string {
	if called := n.Of(name); called != "" {
		return before + called + after
	}
	return ""
}
