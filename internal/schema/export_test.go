package schema

// Conform is the check of defaults and examples.
var Conform = conform

// FormatNames are the formats that are checked.
func FormatNames() (names []string) {
	for _, f := range formats {
		if f.check != nil {
			names = append(names, f.name)
		}
	}
	return names
}
