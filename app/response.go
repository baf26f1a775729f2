package app

// Response is what a route's handler returns to choose status and headers.
type Response struct {
	// Body is sent as it is if it is a string or []byte, piece by piece if it is a
	// [StreamBody], and as JSON otherwise.
	Body any
	// Headers and MultiValueHeaders keep the case of their names. A Set-Cookie
	// header that has several values belongs in the latter.
	Headers           map[string]string
	MultiValueHeaders map[string][]string
	StatusCode        int // 0: 200
}

// ErrorBody is the body of a response that is made of an error, as middleware
// sees it.
type ErrorBody struct {
	Code    string
	Message string
}
