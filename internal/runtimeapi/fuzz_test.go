package runtimeapi

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"
)

// FuzzAnswer compares our reading of answers with net/http's: an answer that we
// accept is one that net/http accepts, with the same result.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
		"HTTP/1.0 202 Accepted\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n01\r\n}\r\n0\r\nA: b\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readAnswer(bufio.NewReaderSize(bytes.NewReader(data), bufferSize))
		if err != nil {
			return
		}
		in := bufio.NewReader(bytes.NewReader(data))
		var r *http.Response
		for r == nil || r.StatusCode < 200 {
			if r, err = http.ReadResponse(in, &http.Request{Method: "GET"}); err != nil {
				t.Skip(err) // net/http is stricter about headers, which don't matter here
			}
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Skip(err)
		}
		if r.StatusCode != a.status || !bytes.Equal(body, a.body) {
			t.Errorf("net/http finds %d %q, we find %d %q", r.StatusCode, body, a.status, a.body)
		}
	})
}
