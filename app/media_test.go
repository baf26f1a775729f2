package app_test

import (
	"testing"

	"github.com/chalice-go/chalice/app"
)

func TestDecodesBase64(t *testing.T) {
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for name, tc := range map[string]struct {
		types  []string
		accept string
		want   bool
	}{
		"the type":                         {[]string{"image/gif", "image/png"}, "image/png", true},
		"another type":                     {[]string{"image/png"}, "image/gif", false},
		"the type first":                   {[]string{"image/png"}, "image/png, text/html", true},
		"the type second":                  {[]string{"image/png"}, "text/html, image/png", false},
		"parameters":                       {[]string{"image/png"}, "image/png;q=0.5, */*", true},
		"case and space":                   {[]string{"image/PNG"}, " Image/png ", true},
		"no header":                        {[]string{"image/png"}, "", false},
		"no types":                         {nil, "image/png", false},
		"a browser":                        {[]string{"application/pdf"}, browser, false},
		"a browser's first type is binary": {[]string{"text/html"}, browser, true},
		"whatever":                         {[]string{"image/png"}, "*/*", false},
		"a wildcard is binary":             {[]string{"image/*"}, "image/png", true},
		"another wildcard is binary":       {[]string{"image/*"}, "imagery/png", false},
		"everything":                       {[]string{"image/png", "*/*"}, browser, true},
		"everything without a header":      {[]string{"*/*"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := app.DecodesBase64(tc.types, tc.accept); got != tc.want {
				t.Errorf("DecodesBase64(%q, %q) is %v", tc.types, tc.accept, got)
			}
		})
	}
}
