package gateway_test

//lint:file-ignore SA1008 header names are compared as API Gateway spells them

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// answering returns a gateway whose only route, for GET and HEAD, returns this
// output.
func answering(output string) *gateway.Gateway {
	open := route("/", "GET", "HEAD")
	open.CORS = &app.CORSModel{Enabled: true}
	return gateway.New(gateway.API{
		Model:     &app.Model{Name: "answers", Routes: []app.RouteModel{open}},
		Functions: functions{app.RESTHandler: returns(output)},
	})
}

func TestResponse(t *testing.T) {
	const plain = "text/plain"
	for name, tc := range map[string]struct {
		output string
		want   gateway.Response
	}{
		"as dispatch writes it": {
			`{"headers":{},"multiValueHeaders":{},"statusCode":201,"body":"{}"}`,
			gateway.Response{Status: 201, Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"2"}}, Body: []byte("{}")},
		},
		"no body": {
			`{"statusCode":200,"body":null}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Length": {"0"}}},
		},
		"an empty body": {
			`{"statusCode":200,"body":""}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"0"}}},
		},
		"bytes are counted": {
			`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"✓"}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Type": {plain}, "Content-Length": {"3"}}, Body: []byte("✓")},
		},
		"base64": {
			`{"statusCode":200,"headers":{"content-type":"image/png"},"body":"/u0=","isBase64Encoded":true}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Type": {"image/png"}, "Content-Length": {"4"}}, Body: []byte("/u0=")},
		},
		"a status that is the text of one": {
			`{"statusCode":"201"}`,
			gateway.Response{Status: 201, Header: http.Header{"Content-Length": {"0"}}},
		},
		"headers of all kinds": {
			`{"statusCode":200,"headers":{"x-lower":"a","X-Count":7,"X-Yes":true,"X-None":null,"X-Both":"1","X-More":"0"},
			  "multiValueHeaders":{"Set-Cookie":["a=1","b=2",null],"X-Both":["1","2"],"X-More":["1"],"X-Empty":[]}}`,
			gateway.Response{Status: 200, Header: http.Header{
				"x-lower": {"a"}, "X-Count": {"7"}, "X-Yes": {"true"}, "X-Both": {"1", "2"}, "X-More": {"0", "1"},
				"Set-Cookie": {"a=1", "b=2"}, "Content-Length": {"0"},
			}},
		},
		"two content types": {
			`{"statusCode":200,"headers":{"Content-Type":"text/html"},"multiValueHeaders":{"content-type":["text/css","text/plain"]},"body":""}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Type": {plain}, "Content-Length": {"0"}}},
		},
		"headers of the connection": {
			`{"statusCode":200,"headers":{"Connection":"close","content-length":"99","Transfer-Encoding":"chunked","Trailer":"X","Keep-Alive":"1"},"body":"a"}`,
			gateway.Response{Status: 200, Header: http.Header{
				"Content-Type": {"application/json"}, "Content-Length": {"1"}, "x-amzn-Remapped-Connection": {"close"},
				"x-amzn-Remapped-content-length": {"99"}, "x-amzn-Remapped-Trailer": {"X"},
			}, Body: []byte("a")},
		},
		"headers that API Gateway renames": {
			`{"statusCode":401,"headers":{"WWW-Authenticate":"Basic","Date":"now","Server":"me","Via":"x"},"multiValueHeaders":{"Host":["a","b"]}}`,
			gateway.Response{Status: 401, Header: http.Header{
				"x-amzn-Remapped-WWW-Authenticate": {"Basic"}, "x-amzn-Remapped-Date": {"now"}, "x-amzn-Remapped-Server": {"me"},
				"x-amzn-Remapped-Host": {"a", "b"}, "Via": {"x"}, "Content-Length": {"0"},
			}},
		},
		"no content": {
			`{"statusCode":204,"body":"null"}`,
			gateway.Response{Status: 204, Header: http.Header{"Content-Type": {"application/json"}}},
		},
		"not modified": {
			`{"statusCode":304,"body":"x"}`,
			gateway.Response{Status: 304, Header: http.Header{"Content-Type": {"application/json"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(answering(tc.output), "GET", "/", "", nil)
			if len(got.Body) == 0 {
				got.Body = nil
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFailures: the client gets a response to everything that a function can
// do.
func TestFailures(t *testing.T) {
	header := func(name, value string) func([]byte) ([]byte, error) {
		data, _ := json.Marshal(map[string]any{"statusCode": 200, "headers": map[string]string{name: value}})
		return returns(string(data))
	}
	for name, tc := range map[string]struct {
		function func([]byte) ([]byte, error)
		want     string // a part of the error
	}{
		"an error":                 {func([]byte) ([]byte, error) { return nil, errors.New("out of order") }, "api_handler failed: out of order"},
		"nothing":                  {returns(""), "unexpected end of JSON input"},
		"null":                     {returns("null"), "no statusCode"},
		"a text":                   {returns(`"hello"`), "cannot unmarshal string"},
		"an object":                {returns(`{"hello": "world"}`), "no statusCode"},
		"a status that is a text":  {returns(`{"statusCode": "ok"}`), "statusCode"},
		"a status that is none":    {returns(`{"statusCode": 999}`), "999"},
		"an interim status":        {returns(`{"statusCode": 103}`), "103"},
		"a body that is an object": {returns(`{"statusCode": 200, "body": {"a": 1}}`), "body"},
		"base64 that is none":      {returns(`{"statusCode": 200, "body": "%", "isBase64Encoded": true}`), "no base64"},
		"a header that is a list":  {returns(`{"statusCode": 200, "headers": {"A": ["b"]}}`), "a list"},
		"too much":                 {returns(`{"statusCode": 200, "body": "` + strings.Repeat("a", 6<<20+100) + `"}`), "larger than"},
		"a line break":             {header("A", "b\r\nC: d"), "control character"},
		"a name with a space":      {header("A b", "c"), "name of a header"},
		"a name for trailers":      {header(http.TrailerPrefix+"A", "c"), "name of a header"},
		"an empty name":            {header("", "c"), "name of a header"},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			g := gateway.New(gateway.API{
				Model:     &app.Model{Name: "fails", Routes: []app.RouteModel{route("/")}},
				Functions: functions{app.RESTHandler: tc.function},
				Log:       func(line string) { lines = append(lines, line) },
			})
			got := do(g, "GET", "/?secret", "", http.Header{"Accept": {"image/png"}})
			if want := `{"message": "Internal server error"}`; got.Status != 502 || string(got.Body) != want {
				t.Errorf("got %d %s, want 502 %s", got.Status, got.Body, want)
			}
			if got.Err == nil || !strings.Contains(got.Err.Error(), tc.want) {
				t.Errorf("got error %v, want %q in it", got.Err, tc.want)
			}
			if want := []string{fmt.Sprintf("GET /: %v", got.Err)}; !cmp.Equal(want, lines) {
				t.Errorf("logged %q, want %q", lines, want)
			}
		})
	}
}

// TestWire compares what is sent over the network.
func TestWire(t *testing.T) {
	for name, tc := range map[string]struct {
		method, output string
		status         string
		want           []string // header lines, without the date
		body           string
	}{
		"names keep their case": {
			"GET", `{"statusCode":200,"headers":{"x-lower":"a","content-type":"text/plain"},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]},"body":"✓"}`,
			"HTTP/1.1 200 OK",
			[]string{"Content-Length: 3", "Content-Type: text/plain", "Set-Cookie: a=1", "Set-Cookie: b=2", "x-lower: a"},
			"✓",
		},
		"HEAD": {
			"HEAD", `{"statusCode":200,"body":"hello"}`,
			"HTTP/1.1 200 OK", []string{"Content-Length: 5", "Content-Type: application/json"}, "",
		},
		"no content": {
			"GET", `{"statusCode":204,"body":"x"}`,
			"HTTP/1.1 204 No Content", []string{"Content-Type: application/json"}, "",
		},
		"a preflight": {
			"OPTIONS", "", "HTTP/1.1 200 OK", []string{
				"Access-Control-Allow-Headers: Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
				"Access-Control-Allow-Methods: GET,HEAD,OPTIONS", "Access-Control-Allow-Origin: *", "Content-Length: 0",
			}, "",
		},
		"bytes": {
			"GET", `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"/u0=","isBase64Encoded":true}`,
			"HTTP/1.1 200 OK", []string{"Content-Length: 2", "Content-Type: image/png"}, "\xfe\xed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answering(tc.output))
			defer server.Close()
			status, lines, body := exchange(t, server.Listener.Addr().String(), tc.method+" / HTTP/1.1\r\nHost: h\r\nAccept: image/png\r\nConnection: close\r\n\r\n")
			if status != tc.status || body != tc.body {
				t.Errorf("got %s, body %q\nwant %s, body %q", status, body, tc.status, tc.body)
			}
			if diff := cmp.Diff(tc.want, lines); diff != "" {
				t.Errorf("header lines (-want +got):\n%s", diff)
			}
		})
	}
}

// exchange sends a request and splits the response, without a client, which
// would change names.
func exchange(t *testing.T, address, request string) (status string, lines []string, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	r := textproto.NewReader(bufio.NewReader(conn))
	if status, err = r.ReadLine(); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := r.ReadLine()
		if err != nil {
			t.Fatal(err)
		}
		if line == "" {
			break
		}
		if !strings.HasPrefix(line, "Date: ") && line != "Connection: close" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	rest, err := io.ReadAll(r.R)
	if err != nil {
		t.Fatal(err)
	}
	return status, lines, string(rest)
}

// TestChunkedRequest: a body without a length reaches the function, and the
// event has what is known from the connection.
func TestChunkedRequest(t *testing.T) {
	server := httptest.NewServer(echoing(route("/", "POST")))
	defer server.Close()
	r, err := http.NewRequest("POST", server.URL+"/?a=1", io.MultiReader(strings.NewReader("one "), strings.NewReader("two")))
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var e struct {
		Body    string
		Headers map[string]string
	}
	if err := json.NewDecoder(response.Body).Decode(&e); err != nil {
		t.Fatal(err)
	}
	if e.Body != "one two" || e.Headers["X-Forwarded-For"] != "127.0.0.1" || e.Headers["Host"] != server.Listener.Addr().String() {
		t.Errorf("got %+v", e)
	}
}
