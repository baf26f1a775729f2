package app

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stdForm reads a form with mime/multipart. It reports false for what that doesn't take, and
// for what it undoes of encodings that forms don't have.
func stdForm(contentType string, data []byte) (fields []formField, ok bool) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, false
	}
	reader := multipart.NewReader(bytes.NewReader(data), params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return fields, true
		}
		if err != nil {
			return nil, false
		}
		all, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil || part.FormName() == "" {
			return nil, false
		}
		f := formField{name: part.FormName()}
		if name, isFile := disposition["filename"]; isFile {
			f.file = &File{Name: name, ContentType: part.Header.Get("Content-Type"), Data: all}
		} else {
			f.value = string(all)
		}
		fields = append(fields, f)
	}
}

// formOf writes a form with mime/multipart.
func formOf(t testing.TB, boundary string, fields []formField) (contentType string, data []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if boundary != "" {
		if err := w.SetBoundary(boundary); err != nil {
			t.Skip(err)
		}
	}
	for _, f := range fields {
		escape := strings.NewReplacer("\\", "\\\\", `"`, "\\\"", "\r", "%0D", "\n", "%0A").Replace
		header := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + escape(f.name) + `"`}}
		body := []byte(f.value)
		if f.file != nil {
			header["Content-Disposition"][0] += `; filename="` + escape(f.file.Name) + `"`
			header["Content-Type"] = []string{f.file.ContentType}
			body = f.file.Data
		}
		part, err := w.CreatePart(header)
		if err == nil {
			_, err = part.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

var compareForms = cmp.AllowUnexported(formField{})

func TestMultipart(t *testing.T) {
	file := func(name, contentType, data string) *File { return &File{name, contentType, []byte(data)} }
	text := func(name, value string) formField { return formField{name: name, value: value} }
	const boundary = "multipart/form-data; boundary=b"
	for name, tc := range map[string]struct {
		contentType, data string
		want              []formField
		problem           string
	}{
		"two": {boundary, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n--b--\r\n",
			[]formField{text("a", "1"), {name: "f", file: file("x.png", "image/png", "\x00\xff")}}, ""},
		"no line break at the end":        {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", []formField{text("a", "1")}, ""},
		"text before and after":           {boundary, "preamble\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\nepilogue", []formField{text("a", "1")}, ""},
		"empty body":                      {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b--", []formField{text("a", "")}, ""},
		"spaces behind a boundary":        {boundary, "--b  \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\t\r\nContent-Disposition: form-data; name=c\r\n\r\n2\r\n--b-- \r\n", []formField{text("a", "1"), text("c", "2")}, ""},
		"a boundary within a line":        {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx--b\r\n--bc\r\n --b--\r\n--b--", []formField{text("a", "x--b\r\n--bc\r\n --b--")}, ""},
		"line breaks at the ends":         {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n1\r\n\r\n--b--", []formField{text("a", "\r\n1\r\n")}, ""},
		"quoted boundary":                 {`multipart/form-data; charset=x; boundary="a b"`, "--a b\r\ncontent-disposition:form-data; name=a\r\n\r\n1\r\n--a b--", []formField{text("a", "1")}, ""},
		"escapes":                         {boundary, "--b\r\nContent-Disposition: form-data; name=\"a\\\"\"; filename=\"C:\\x\\\\y.txt\"\r\n\r\n\r\n--b--", []formField{{name: `a"`, file: file(`C:\x\y.txt`, "", "")}}, ""},
		"semicolon in quotes":             {boundary, "--b\r\nContent-Disposition: form-data; name=\"a;filename=x\"\r\n\r\n1\r\n--b--", []formField{text("a;filename=x", "1")}, ""},
		"folded header":                   {boundary, "--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n--b--", []formField{text("a", "1")}, ""},
		"line breaks of one character":    {boundary, "--b\nContent-Disposition: form-data; name=a\n\n1\r\n--b--", []formField{text("a", "1\r")}, ""},
		"empty body without a line break": {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--", []formField{text("a", "")}, ""},
		"empty form":                      {boundary, "--b--\r\n", nil, ""},
		"no boundary":                     {"multipart/form-data", "", nil, "has no boundary"},
		"long boundary":                   {"multipart/form-data; boundary=" + strings.Repeat("b", 71), "", nil, "has no boundary"},
		"empty":                           {boundary, "", nil, "the first boundary is missing"},
		"cut":                             {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1", nil, "the last boundary is missing"},
		"cut in headers":                  {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n", nil, "no end of its headers"},
		"no name":                         {boundary, "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", nil, "without a name"},
		"attachment":                      {boundary, "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--", nil, "without a name"},
		"no headers":                      {boundary, "--b\r\n\r\n1\r\n--b--", nil, "without a name"},
		"base64":                          {boundary, "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--", nil, "Content-Transfer-Encoding"},
		"large headers":                   {boundary, "--b\r\nContent-Disposition: form-data; name=a; x=" + strings.Repeat("x", maxPartHeaders) + "\r\n\r\n1\r\n--b--", nil, "no end of its headers"},
		"many":                            {boundary, strings.Repeat("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n", maxParts+1) + "--b--", nil, tooManyFields},
	} {
		t.Run(name, func(t *testing.T) {
			got, problem := parseMultipart(tc.contentType, []byte(tc.data))
			if diff := cmp.Diff(tc.want, got, compareForms); diff != "" || tc.problem == "" != (problem == "") || !strings.Contains(problem, tc.problem) {
				t.Errorf("it is %q, want %q\n%s", problem, tc.problem, diff)
			}
		})
	}
}

// FuzzMultipart: what mime/multipart writes is read as it was, and what it reads of any bytes
// is read the same, if it is read at all.
func FuzzMultipart(f *testing.F) {
	f.Add("b", "a", "1", "x.png", "image/png", []byte("\r\n--b"), []byte("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--"))
	f.Add("a b", "\"", "", "", "text/plain", []byte{0xff}, []byte("--a b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\"\r\nX: y\r\n z\r\n\r\n1\r\n--a b --a b--\r\n--a b--\r\n"))
	f.Add("--", "é", "\r\n", `C:\x`, "", []byte("--"), []byte("x\r\n----\r\n\r\n\r\n------"))
	f.Fuzz(func(t *testing.T, boundary, name, value, fileName, fileType string, fileData, any []byte) {
		if got, problem := parseMultipart("multipart/form-data; boundary="+boundary, any); problem == "" {
			if want, ok := stdForm("multipart/form-data; boundary="+boundary, any); ok {
				if diff := cmp.Diff(want, got, compareForms, emptyIsNil); diff != "" {
					t.Errorf("of any bytes mime/multipart reads the first, this the second:\n%s", diff)
				}
			}
		}
		contentType, data := formOf(t, boundary, []formField{{name: name, value: value}, {name: name, file: &File{fileName, fileType, fileData}}})
		want, ok := stdForm(contentType, data)
		if !ok || strings.ContainsAny(name+fileName+fileType, "\r\n\x00") || strings.TrimSpace(fileType) != fileType {
			return
		}
		got, problem := parseMultipart(contentType, data)
		if diff := cmp.Diff(want, got, compareForms, emptyIsNil); diff != "" || problem != "" {
			t.Errorf("mime/multipart reads the first, this (%s) the second:\n%s", problem, diff)
		}
	})
}

// emptyIsNil takes files without bytes for the same.
var emptyIsNil = cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) })

// FuzzURLEncoded: what net/url reads is read the same.
func FuzzURLEncoded(f *testing.F) {
	for _, seed := range []string{"a=1&b=2", "a=%20+&a=", "=x&&b", "%61=%zz", "a=1;b=2", "a=%ff", "a=b=c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		fields, problem := parseURLEncoded(data)
		if problem != "" {
			if strings.Count(data, "&") < maxParts {
				t.Error(problem)
			}
			return
		}
		want, err := url.ParseQuery(data)
		if err != nil {
			return
		}
		got := url.Values{}
		for _, f := range fields {
			got.Add(f.name, f.value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
