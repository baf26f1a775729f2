package config

import "testing"

// SupportEverything lifts the gate for keys that synthesis lacks, so that
// tests reach what lies behind it.
func SupportEverything(t testing.TB) {
	before := keys
	keys = Keys()
	for i := range keys {
		keys[i].support = done
	}
	t.Cleanup(func() { keys = before })
}

// Gate gives the keys that are, or aren't, supported yet.
func Gate(support string) (names []string) {
	for _, k := range keys {
		if [...]string{planned: "planned", onlyDefault: "only default", done: "done"}[k.support] == support && k.Kind != Refused {
			names = append(names, k.Name)
		}
	}
	return names
}
