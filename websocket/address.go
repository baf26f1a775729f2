package websocket

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// endpointVariable is the SDK's own variable for another address of this
// service: that of local mode, for instance.
const endpointVariable = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"

// address says where an API's connections are: at a domain, or at the domain
// that API Gateway made of the API's id.
type address struct{ apiID, domain, stage string }

func (a address) isZero() bool { return a.apiID == "" && a.domain == "" }

// region returns the region of the API, "" if it isn't known. With a domain the
// region matters for the signature only, so the configuration's region wins,
// since the credentials belong to that.
func (a address) region(config aws.Config) string {
	region := cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	if a.domain != "" {
		return cmp.Or(config.Region, region)
	}
	return cmp.Or(region, config.Region)
}

// endpoint returns the URL below which the connections are.
func (a address) endpoint(region string) string {
	if url := os.Getenv(endpointVariable); url != "" {
		return url
	}
	domain := a.domain
	if domain == "" {
		domain = a.apiID + ".execute-api." + region + ".amazonaws.com"
		if strings.HasPrefix(region, "cn-") {
			domain += ".cn"
		}
	}
	return strings.TrimSuffix("https://"+domain+"/"+a.stage, "/")
}

// isLocal reports whether an endpoint is on this machine, as that of local
// mode.
func isLocal(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" {
		return false
	}
	host := u.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// standIn returns credentials for an endpoint that doesn't check them.
func standIn(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local", Source: "local mode"}, nil
}
