package account

// failure is a call that failed.
type failure struct {
	service, operation string
	input              any // the operation's
	err                error
}

func (s *Session) explain(f failure) error {
	return &Error{Service: f.service, Operation: f.operation, Code: Code(f.err), Message: f.err.Error(), Err: f.err}
}
