package app_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestCORSHeaders(t *testing.T) {
	type fields = []app.HeaderField
	needed := app.HeaderField{Name: "Access-Control-Allow-Headers", Value: "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"}
	vary := app.HeaderField{Name: "Vary", Value: "Origin"}
	all := app.HeaderField{Name: "Access-Control-Allow-Origin", Value: "*"}
	for name, tc := range map[string]struct {
		config app.CORSConfig
		want   fields
	}{
		"default": {app.CORSConfig{}, fields{all, needed}},
		"headers": {
			app.CORSConfig{AllowHeaders: []string{"x-z", "X-A", "Content-Type", "x-api-key"}},
			fields{all, {Name: needed.Name, Value: "Authorization,Content-Type,X-A,X-Amz-Date,X-Amz-Security-Token,X-Api-Key,x-api-key,x-z"}},
		},
		"everything": {
			app.CORSConfig{AllowOrigin: "https://a.test", ExposeHeaders: []string{"X-B", "X-A"}, MaxAge: new(600), AllowCredentials: true},
			fields{
				{Name: all.Name, Value: "https://a.test"}, needed, {Name: "Access-Control-Expose-Headers", Value: "X-B,X-A"},
				{Name: "Access-Control-Max-Age", Value: "600"}, {Name: "Access-Control-Allow-Credentials", Value: "true"},
			},
		},
		"several, for no origin": {app.AllowOrigins("https://a.test", "https://b.test"), fields{vary}},
		"one in the list":        {app.AllowOrigins("https://a.test"), fields{{Name: all.Name, Value: "https://a.test"}, needed}},
		"all in the list":        {app.AllowOrigins("*"), fields{all, needed}},
		"age zero":               {app.CORSConfig{MaxAge: new(0), ExposeHeaders: []string{}}, fields{all, needed, {Name: "Access-Control-Max-Age", Value: "0"}}},
	} {
		if diff := cmp.Diff(tc.want, tc.config.Headers()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCORSEqual(t *testing.T) {
	a, b := app.CORSConfig{AllowHeaders: []string{"A", "B"}}, app.CORSConfig{AllowOrigin: "*", AllowHeaders: []string{"B", "A"}}
	if !a.Equal(b) || a.Equal(app.CORSConfig{}) {
		t.Error("Equal compares something else than the headers")
	}
	if (app.CORSConfig{ExposeHeaders: []string{"A", "B"}}).Equal(app.CORSConfig{ExposeHeaders: []string{"B", "A"}}) {
		t.Error("the order of exposed headers doesn't count")
	}
}

// TestEqualOrigins: how they are written doesn't count.
func TestEqualOrigins(t *testing.T) {
	ab, ba := app.AllowOrigins("https://a.test", "https://b.test"), app.AllowOrigins("https://b.test", "https://a.test")
	credentials := ab
	credentials.AllowCredentials = true
	for name, tc := range map[string]struct {
		a, b app.CORSConfig
		want bool
	}{
		"in another order":  {ab, ba, true},
		"one as a list":     {app.AllowOrigins("https://a.test"), app.CORSConfig{AllowOrigin: "https://a.test"}, true},
		"all as a list":     {app.AllowOrigins("*"), app.CORSConfig{}, true},
		"one less":          {ab, app.AllowOrigins("https://a.test"), false},
		"a pattern":         {app.AllowOrigins("https://*.test"), ab, false},
		"with credentials":  {ab, credentials, false},
		"several, and none": {ab, app.CORSConfig{}, false},
	} {
		if tc.a.Equal(tc.b) != tc.want || tc.b.Equal(tc.a) != tc.want {
			t.Errorf("%s: equal is %v", name, !tc.want)
		}
	}
}

// TestOriginsMatch: which of several origins a request comes from, and what only
// looks like one of them.
func TestOriginsMatch(t *testing.T) {
	allowed := []string{"https://a.example", "https://*.b.example", "http://*.c.example:8443", "http://localhost:3000", "capacitor://localhost"}
	config := app.AllowOrigins(allowed...)
	config.AllowCredentials = true
	for _, origin := range []string{
		"https://a.example", "https://x.b.example", "https://x.y.b.example", "https://xn--bcher-kva.b.example", "https://x-1.b.example",
		"https://under_score.b.example", "http://x.c.example:8443", "http://localhost:3000", "capacitor://localhost",
	} {
		want := append(append([]app.HeaderField{{Name: "Access-Control-Allow-Origin", Value: origin}}, (app.CORSConfig{}).Headers()[1]),
			app.HeaderField{Name: "Access-Control-Allow-Credentials", Value: "true"}, app.HeaderField{Name: "Vary", Value: "Origin"})
		if diff := cmp.Diff(want, config.HeadersFor(origin)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", origin, diff)
		}
	}
	for _, origin := range []string{
		"", "null", "*", "https://*.b.example", "https://a.example.", "https://A.example", "HTTPS://a.example", "http://a.example",
		"https://a.example:443", "https://a.example:8443", "https://a.example/", "https://a.example.evil.com", "https://evil-a.example",
		"https://evila.example", "https://x.a.example", "https://a.example,https://evil.com", "https://a.example https://evil.com", " https://a.example",
		"https://b.example", "https://.b.example", "https://..b.example", "https://x..b.example", "https://evil-b.example", "https://evilb.example",
		"https://x.b.example.", "https://x.b.example.evil.com", "https://X.b.example", "https://x.B.example", "http://x.b.example", "https://x.b.example:8443",
		"https://evil.com/.b.example", "https://evil.com?.b.example", "https://evil.com#.b.example", "https://evil.com:.b.example", "https://evil.com@x.b.example",
		"https://u:p@x.b.example", "https://evil.com\\.b.example", "https://evil.com\n.b.example", "https://evil.com\x00.b.example", "https://evil.com%2f.b.example",
		"https://bücher.b.example", "https://[::1].b.example", "https://x.b.example/", "xhttps://x.b.example", "https://https://x.b.example", "//x.b.example",
		"http://x.c.example", "http://x.c.example:80", "http://x.c.example:84430", "http://x.c.example:8443:8443", "http://localhost", "http://localhost:30000",
	} {
		if diff := cmp.Diff([]app.HeaderField{{Name: "Vary", Value: "Origin"}}, config.HeadersFor(origin)); diff != "" {
			t.Errorf("%q is taken for one of %q:\n%s", origin, allowed, diff)
		}
	}
}

// FuzzOrigin: what a pattern matches is a URL of the pattern's own scheme, port
// and domain, whoever parses it.
func FuzzOrigin(f *testing.F) {
	config := app.AllowOrigins("https://*.b.example:8443")
	for _, origin := range []string{"https://x.b.example:8443", "https://evil.com/.b.example:8443", "https://u@x.b.example:8443", "null"} {
		f.Add(origin)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		if len(config.HeadersFor(origin)) == 1 {
			return
		}
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" || u.Port() != "8443" || !strings.HasSuffix(u.Hostname(), ".b.example") ||
			u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme+"://"+u.Host != origin {
			t.Errorf("%q is taken for an origin: %v %v", origin, u, err)
		}
	})
}

// TestOriginsInModel: a list of origins, and none at all, are the same when they
// are read again.
func TestOriginsInModel(t *testing.T) {
	for text, want := range map[string]app.CORSConfig{
		`{"allow_origins":["https://a.test","https://*.b.test"]}`: app.AllowOrigins("https://a.test", "https://*.b.test"),
		`{"allow_origin":"https://a.test"}`:                       {AllowOrigin: "https://a.test"},
		`{}`:                                                      {AllowOrigin: "*"},
		`{"allow_origins":[]}`:                                    {AllowOrigins: []string{}},
	} {
		var got app.CORSConfig
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	a := app.New("origins")
	a.Route("/", index, app.CORS(app.AllowOrigins("https://a.test", "https://b.test")))
	data, err := json.Marshal(model(t, a).Routes[0].CORS)
	if err != nil || string(data) != `{"allow_origins":["https://a.test","https://b.test"]}` {
		t.Errorf("the model has %s, %v", data, err)
	}
}

// TestCORSResolution: a route's own configuration, even the default one, wins
// over the app's.
func TestCORSResolution(t *testing.T) {
	a := app.New("cors", app.DefaultCORS(app.CORSConfig{AllowOrigin: "https://a.test"}))
	a.Route("/app", index)
	a.Route("/own", index, app.CORS())
	a.Route("/none", index, app.NoCORS())
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range registry.Routes() {
		if r.CORS != nil {
			got[r.Path] = r.CORS.AllowOrigin
		}
	}
	if diff := cmp.Diff(map[string]string{"/app": "https://a.test", "/own": "*"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
