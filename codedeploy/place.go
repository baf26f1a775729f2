package codedeploy

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/chalice-go/chalice/internal/partition"
)

// place is where CodeDeploy is, and who calls it there.
type place struct {
	url    string
	region string
	keyID  string
	secret string
	token  string // of a session; "" if the key is no session's
}

// findPlace reads the environment, which Lambda fills.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func findPlace() (*place, error) {
	p := &place{
		region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		keyID:  os.Getenv("AWS_ACCESS_KEY_ID"),
		secret: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		token:  os.Getenv("AWS_SESSION_TOKEN"),
	}
	switch {
	case p.region == "":
		return nil, errors.New("AWS_REGION isn't set")
	case !isHostLabel(p.region):
		return nil, fmt.Errorf("AWS_REGION is %q, which is no region", p.region)
	}
	p.url = configured()
	switch own := os.Getenv("AWS_ENDPOINT_URL_CODEDEPLOY"); {
	case p.keyID != "" && p.secret != "":
	case own == "" || p.url != own: // what stands in for CodeDeploy alone may do without
		return nil, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY aren't set")
	}
	if p.url == "" {
		p.url = regional(p.region, isTrue("AWS_USE_FIPS_ENDPOINT"), isTrue("AWS_USE_DUALSTACK_ENDPOINT"))
	}
	if u, err := url.Parse(p.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the endpoint in the environment, %q, is no URL", p.url)
	}
	return p, nil
}

func isTrue(variable string) bool { return strings.EqualFold(os.Getenv(variable), "true") }

// configured returns the endpoint that somebody chose, "" if nobody did.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func configured() string {
	if isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
		return ""
	}
	return cmp.Or(os.Getenv("AWS_ENDPOINT_URL_CODEDEPLOY"), os.Getenv("AWS_ENDPOINT_URL"))
}

// regional returns AWS's own endpoint in a region.
func regional(region string, fips, dualStack bool) string {
	host := "codedeploy"
	if fips {
		host += "-fips"
	}
	return "https://" + host + "." + region + "." + partition.Suffix(region, dualStack)
}

// isHostLabel reports whether a text can be a part of a host's name.
func isHostLabel(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' && i > 0) {
			return false
		}
	}
	return text != "" && len(text) < 64
}
