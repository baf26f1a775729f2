package apptest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

type paging struct {
	Page int `query:"page" default:"1" minimum:"1"`
}

type typedIn struct {
	paging
	ID      string         `path:"id" minLength:"2"`
	Numbers []int          `query:"n,omitzero" maximum:"9" maxItems:"3" uniqueItems:"true"`
	Exact   bool           `query:"exact,omitzero"`
	Wait    time.Duration  `query:"wait,omitzero" maximum:"1m"`
	Since   *time.Time     `query:"since"`
	From    netip.Addr     `query:"from,omitzero"`
	Back    *url.URL       `query:"back"`
	Ratio   float32        `query:"ratio,omitzero"`
	Tenant  string         `header:"X-Tenant,omitzero" pattern:"^[a-z]+$"`
	Tags    []string       `header:"X-Tags,omitzero"`
	Session string         `cookie:"session,omitzero"`
	Request *app.Request   `json:"-"`
	Name    string         `json:"name" maxLength:"4"`
	Extra   map[string]int `json:"extra,omitempty"`
}

func (in *typedIn) Validate() error {
	if in.Name == "both" {
		return errors.Join(errors.New("it is one"), app.Violations{{In: "body", Name: "/name", Problem: "it is another"}})
	}
	if in.Name == "gone" {
		return app.NewError(410, "Gone", "no more")
	}
	return nil
}

type typedOut struct {
	Status   int      `status:"201,202"`
	Location string   `header:"Location"`
	Cookies  []string `header:"Set-Cookie,omitzero"`
	Left     string   `header:"X-Left,omitzero"`
	Text     string   `json:"text"`
}

func typedPut(_ context.Context, in *typedIn) (*typedOut, error) {
	since, back := "", ""
	if in.Since != nil {
		since = in.Since.Format(time.RFC3339)
	}
	if in.Back != nil {
		back = in.Back.Host
	}
	text := strings.Join(strings.Fields(fmt.Sprintln(in.ID, in.Page, in.Numbers, in.Exact, in.Wait, since, in.From.IsValid(), back, in.Ratio, in.Tenant, in.Tags, in.Session, in.Name, in.Extra, in.Request.Method())), " ")
	out := &typedOut{Location: "/" + in.ID, Text: text}
	if in.Exact {
		out.Status = 202
	}
	if in.Page == 99 {
		out.Status = 203 // which the tag doesn't list
	}
	return out, nil
}

type formIn struct {
	Title string   `form:"title" minLength:"2"`
	Tags  []string `form:"tag,omitzero" maxLength:"3"`
	Count int      `form:"count" default:"7"`
}

type uploadIn struct {
	Title string     `form:"title"`
	Image app.File   `form:"image"`
	More  []app.File `form:"more,omitzero" maxItems:"2"`
}

type rawIn struct{ Body []byte }

type rawOut struct {
	Type string `header:"Content-Type"`
	Body []byte
}

type formOut struct {
	Body string // as JSON, since there is no type beside it
}

// typedApp is an app of typed routes that runs behind all fronts.
func typedApp(options ...app.Option) *app.App {
	a := app.New("typed", append(options, app.BinaryTypes("multipart/form-data", "image/png"), app.MaxBody(2000))...)
	b := app.NewBlueprint()
	app.TypedRoute(b, "/{id}", typedPut, app.Methods("PUT"))
	a.RegisterBlueprint(b, app.URLPrefix("/things"))
	app.TypedRoute(a, "/form", func(_ context.Context, in *formIn) (*formOut, error) {
		return &formOut{strings.TrimSpace(fmt.Sprintln(in.Title, in.Tags, in.Count))}, nil
	}, app.Methods("POST"), app.Name("form"), app.ContentTypes("application/x-www-form-urlencoded"))
	app.TypedRoute(a, "/upload", func(_ context.Context, in *uploadIn) (*formOut, error) {
		return &formOut{fmt.Sprintf("%s %s %s %x %d", in.Title, in.Image.Name, in.Image.ContentType, in.Image.Data, len(in.More))}, nil
	}, app.Methods("POST"), app.Name("upload"))
	app.TypedRoute(a, "/raw", func(_ context.Context, in *rawIn) (*rawOut, error) {
		return &rawOut{Type: "text/csv", Body: bytes.ToUpper(in.Body)}, nil
	}, app.Methods("POST"), app.Name("raw"), app.ContentTypes("text/csv"))
	app.TypedRoute(a, "/noresult", func(_ context.Context, in *struct{}) (*struct{ A int }, error) { return nil, nil }, app.Name("noresult"))
	app.TypedRoute(a, "/nothing", func(_ context.Context, in *struct{}) (*struct{}, error) { return nil, nil }, app.Name("nothing"))
	app.TypedRoute(a, "/empty", func(_ context.Context, in *struct{}) (*struct{}, error) { return &struct{}{}, nil }, app.Name("empty"))
	app.TypedRoute(a, "/refuses", func(_ context.Context, in *struct{}) (*struct{}, error) {
		return nil, fmt.Errorf("about it: %w", app.Violations{{In: "request", Problem: "is refused"}})
	}, app.Name("refuses"))
	return a
}

// typedRequest is a request, and what is answered.
type typedRequest struct {
	method, path, body string
	options            []apptest.RequestOption
	status             int
	want               string // the body
	header             http.Header
}

func violations(code, message string, all ...string) string {
	return fmt.Sprintf(`{"Code":%q,"Message":%q,"Violations":[%s]}`, code, message, strings.Join(all, ","))
}

func violation(in, name, problem string) string {
	return fmt.Sprintf(`{"In":%q,"Name":%q,"Problem":%q}`, in, name, problem)
}

const (
	bad           = "BadRequestError"
	unprocessable = "UnprocessableEntityError"
	named         = `{"name":"ada"}`
)

// typedRequests have the same answers behind all fronts.
func typedRequests() map[string]typedRequest {
	form := apptest.Header("Content-Type", "application/x-www-form-urlencoded")
	upload, uploadType := uploadForm()
	return map[string]typedRequest{
		"least": {"PUT", "/things/ab", named, nil, 201, `{"text":"ab 1 [] false 0s false 0 [] ada map[] PUT"}`, http.Header{"Location": {"/ab"}}},
		"all": {"PUT", "/things/a%20b?page=2&n=3&n=4&exact=true&wait=1s&since=2026-01-02T03:04:05Z&from=10.0.0.1&back=https://a.example/b%20c&ratio=1.5e1", `{"name":"ada","extra":{"a":1},"ID":"zz"}`,
			[]apptest.RequestOption{apptest.Header("X-Tenant", "shop"), apptest.Header("X-Tags", "a, b,,c"), apptest.Cookie("session", "s1"), apptest.Cookie("other", "o")}, 202,
			`{"text":"a b 2 [3 4] true 1s 2026-01-02T03:04:05Z true a.example 15 shop [a b c] s1 ada map[a:1] PUT"}`, nil},
		"violations everywhere": {"PUT", "/things/a?page=0&n=10&n=1&n=1&n=2&wait=2m", `{"name":"adalo"}`, []apptest.RequestOption{apptest.Header("X-Tenant", "A")}, 422,
			violations(unprocessable, `query parameter "page" has to be at least 1 (and 7 more)`,
				violation("query", "page", "has to be at least 1"), violation("path", "id", "has to have at least 2 characters"), violation("query", "n", "value 1 has to be at most 9"),
				violation("query", "n", "has to have at most 3 items"), violation("query", "n", "has to have no value twice"), violation("query", "wait", "has to be at most 1m"),
				violation("header", "X-Tenant", "has to match ^[a-z]+$"), violation("body", "/name", "has to have at most 4 characters")), nil},
		"unreadable": {"PUT", "/things/ab?page=+1&n=01&exact=yes&wait=1&since=today&from=x&ratio=1e99&back=%3A%3A", `{"name":1}`, nil, 400,
			violations(bad, `query parameter "page" has to be a whole number (and 8 more)`,
				violation("query", "page", "has to be a whole number"), violation("query", "n", "value 1 has to be a whole number"), violation("query", "exact", "has to be true or false"),
				violation("query", "wait", `has to be a duration such as "1m30s"`), violation("query", "since", `has to be a date and time such as "2006-01-02T15:04:05Z"`),
				violation("query", "from", "has to be an IP address"), violation("query", "back", "has to be a URL"), violation("query", "ratio", "is out of range"),
				violation("body", "/name", "has to be a string, not a number")), nil},
		"twice": {"PUT", "/things/ab?page=1&page=1", named, []apptest.RequestOption{apptest.Header("Cookie", "session=a; session=b")}, 400,
			violations(bad, `query parameter "page" is given more than once (and 1 more)`, violation("query", "page", "is given more than once"), violation("cookie", "session", "is given more than once")), nil},
		"no JSON":        {"PUT", "/things/ab", `{"name"`, nil, 400, "", nil},
		"too large":      {"PUT", "/things/ab", `{"name":"` + strings.Repeat("a", 2000) + `"}`, nil, 413, `{"Code":"PayloadTooLargeError","Message":"the body has more than 2000 bytes"}`, nil},
		"not JSON":       {"PUT", "/things/ab", named, []apptest.RequestOption{apptest.Header("Content-Type", "text/plain")}, 415, `{"Code":"UnsupportedMediaType","Message":"Unsupported media type: text/plain"}`, nil},
		"Validate":       {"PUT", "/things/ab", `{"name":"both"}`, nil, 422, violations(unprocessable, "it is one (and 1 more)", violation("request", "", "it is one"), violation("body", "/name", "it is another")), nil},
		"Validate's own": {"PUT", "/things/ab", `{"name":"gone"}`, nil, 410, `{"Code":"Gone","Message":"no more"}`, nil},
		"another status": {"PUT", "/things/ab?page=99", named, nil, 500, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`, nil},

		"form":              {"POST", "/form", "title=a+%C3%A9&tag=x&tag=y&other=1", []apptest.RequestOption{form}, 200, `"a é [x y] 7"`, nil},
		"form's rules":      {"POST", "/form", "title=a&tag=x&tag=long&count=1", []apptest.RequestOption{form}, 422, violations(unprocessable, `body "/title" has to have at least 2 characters (and 1 more)`, violation("body", "/title", "has to have at least 2 characters"), violation("body", "/tag/1", "has to have at most 3 characters")), nil},
		"form's readable":   {"POST", "/form", "title=ab&count=x&title=cd", []apptest.RequestOption{form}, 400, violations(bad, `body "/title" is given more than once (and 1 more)`, violation("body", "/title", "is given more than once"), violation("body", "/count", "has to be a whole number")), nil},
		"form in UTF-8":     {"POST", "/form", "title=%ffab", []apptest.RequestOption{form}, 400, violations(bad, `body "/title" has to be UTF-8`, violation("body", "/title", "has to be UTF-8")), nil},
		"empty form":        {"POST", "/form", "", []apptest.RequestOption{form}, 422, violations(unprocessable, `body "/title" is missing`, violation("body", "/title", "is missing")), nil},
		"form as JSON":      {"POST", "/form", "{}", nil, 415, `{"Code":"UnsupportedMediaType","Message":"Unsupported media type: application/json"}`, nil},
		"upload":            {"POST", "/upload", upload, []apptest.RequestOption{apptest.Header("Content-Type", uploadType)}, 200, `"a picture x.png image/png 00ff0d0a 2"`, nil},
		"upload of no form": {"POST", "/upload", "x", []apptest.RequestOption{apptest.Header("Content-Type", uploadType)}, 400, violations(bad, `the body is no form: the first boundary is missing`, violation("body", "", "is no form: the first boundary is missing")), nil},

		"raw":       {"POST", "/raw", "a,b", []apptest.RequestOption{apptest.Header("Content-Type", "text/csv")}, 200, "A,B", http.Header{"Content-Type": {"text/csv"}}},
		"raw empty": {"POST", "/raw", "", []apptest.RequestOption{apptest.Header("Content-Type", "text/csv")}, 422, violations(unprocessable, "the body is missing", violation("body", "", "is missing")), nil},
		"nothing":   {"GET", "/nothing", "", nil, 204, "", nil},
		"no result": {"GET", "/noresult", "", nil, 500, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`, nil},
		"empty":     {"GET", "/empty", "", nil, 204, "", nil},
		"refuses":   {"GET", "/refuses", "", nil, 422, violations(unprocessable, "is refused", violation("request", "", "is refused")), nil},
	}
}

// uploadForm is a form with files, and its media type.
func uploadForm() (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("title", "a picture")
	image, _ := w.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="image"; filename="x.png"`}, "Content-Type": {"image/png"}})
	_, _ = image.Write([]byte{0, 0xff, '\r', '\n'})
	for range 2 {
		more, _ := w.CreateFormFile("more", "y.txt")
		_, _ = more.Write([]byte("more"))
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

// TestTypedFronts: typed routes read and refuse the same behind every front.
func TestTypedFronts(t *testing.T) {
	quiet(t)
	for front, tc := range fronts {
		t.Run(front, func(t *testing.T) {
			opts := append(tc.opts, apptest.ProjectDir(project(t, tc.configuration)))
			client := apptest.NewClient(t, typedApp(), opts...).HTTP
			for name, tc := range typedRequests() {
				t.Run(name, func(t *testing.T) {
					if front == "load balancer" && repeats(tc.path) {
						t.Skip("a load balancer without lists passes on the last value of each name")
					}
					r := apptest.Request{Method: tc.method, Path: tc.path, Body: []byte(tc.body)}
					for _, o := range tc.options {
						o(&r)
					}
					got := client.Do(r)
					if got.Status != tc.status {
						t.Errorf("status %d, want %d: %s", got.Status, tc.status, got.Text())
					}
					if diff := cmp.Diff(tc.want, got.Text()); diff != "" && tc.want != "" {
						t.Error(diff)
					}
					for name, values := range tc.header {
						if diff := cmp.Diff(values, got.Header.Values(name)); diff != "" {
							t.Errorf("%s: %s", name, diff)
						}
					}
				})
			}
		})
	}
}

// repeats reports whether a URL has a parameter twice.
func repeats(target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	for _, values := range u.Query() {
		if len(values) > 1 {
			return true
		}
	}
	return false
}
