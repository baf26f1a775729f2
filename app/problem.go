package app

import "strings"

// ProblemType is the media type of [Problem].
const ProblemType = "application/problem+json"

// Problem is the body of a response that is made of an error in an app with
// [ProblemDetails], as middleware sees it.
// https://www.rfc-editor.org/rfc/rfc9457#section-3
type Problem struct {
	// Type is always about:blank: the status says what kind of problem it is, and Code may
	// say more.
	Type   string `json:"type"`
	Title  string `json:"title,omitempty"` // the status in words
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"` // the error's message
	Code   string `json:"code,omitempty"`   // the error's code
	// Errors are the violations of a request to a typed route.
	Errors []ProblemDetail `json:"errors,omitempty"`
}

// ProblemDetail is one thing that is wrong with a request.
type ProblemDetail struct {
	Detail string `json:"detail"` // what is wrong
	// Pointer leads to a value in the body, as the fragment of a URI: #/items/0/count.
	// https://www.rfc-editor.org/rfc/rfc6901#section-6
	Pointer string `json:"pointer,omitempty"`
	// In is the part of the request that is wrong, if it isn't the body: path, query, header,
	// cookie or request; and Parameter the name of a parameter there.
	In        string `json:"in,omitempty"`
	Parameter string `json:"parameter,omitempty"`
}

// NewProblem returns the problem that an error is.
func NewProblem(status int, code, message string, violations Violations) *Problem {
	p := &Problem{Type: "about:blank", Title: titles.of(status), Status: status, Detail: message, Code: code}
	for _, v := range violations {
		p.Errors = append(p.Errors, v.detail())
	}
	return p
}

// detail returns a violation in a problem's form.
func (v Violation) detail() ProblemDetail {
	if v.In == "body" {
		return ProblemDetail{Detail: v.Problem, Pointer: "#" + escapeFragment(v.Name)}
	}
	return ProblemDetail{Detail: v.Problem, In: v.In, Parameter: v.Name}
}

// escapeFragment writes a text as the fragment of a URI.
// https://www.rfc-editor.org/rfc/rfc3986#section-3.5
func escapeFragment(text string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if letter || strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&0xf])
	}
	return b.String()
}

// statusTable has words for statuses. Unlike a map it needs no code that fills it when a
// program starts.
type statusTable []struct {
	status int
	words  string
}

// of returns the words for a status, "" for one that isn't in the table.
func (t statusTable) of(status int) string {
	for _, row := range t {
		if row.status == status {
			return row.words
		}
	}
	return ""
}

// titles are the statuses of errors in words.
// https://www.iana.org/assignments/http-status-codes/http-status-codes.xhtml
var titles = statusTable{
	{400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
	{405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"}, {408, "Request Timeout"},
	{409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Content Too Large"},
	{414, "URI Too Long"}, {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"}, {417, "Expectation Failed"},
	{421, "Misdirected Request"}, {422, "Unprocessable Content"}, {423, "Locked"}, {424, "Failed Dependency"}, {425, "Too Early"},
	{426, "Upgrade Required"}, {428, "Precondition Required"}, {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	{451, "Unavailable For Legal Reasons"},
	{500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"}, {506, "Variant Also Negotiates"}, {507, "Insufficient Storage"}, {508, "Loop Detected"},
	{511, "Network Authentication Required"},
}
