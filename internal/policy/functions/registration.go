package functions

// Registration is a handler that an app registered, as its model tells.
type Registration struct {
	// Function is the name of the Lambda function; all routes share one.
	Function string
	// File, relative to the module's root, and Line are where it was registered.
	File string
	Line int
	// Handler is the handler's symbol, as runtime.FuncForPC gives it.
	Handler string
	// Checks: it is no handler, but the check of which app.TrafficHook makes one.
	Checks bool
	// Decides: it is no handler, but decides about records that can't be decoded.
	Decides bool
}
