package sdk

// OtherRoots returns the modules by which AWS is called without the SDK.
func OtherRoots() []string {
	var roots []string
	for _, o := range others {
		roots = append(roots, o.roots...)
	}
	return roots
}
