package draft4

// These are what the tests look at by itself.
var (
	Portable = portable
	GoSyntax = goSyntax
)
