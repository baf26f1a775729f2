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

// endpointVariable is the SDK's own way to send the calls of this service
// elsewhere: to what stands for API Gateway on a laptop.
const endpointVariable = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"

// address is where an API's connections are found: at a domain, or at the one
// that API Gateway gives to the API's id.
type address struct{ apiID, domain, stage string }

func (a address) isZero() bool { return a.apiID == "" && a.domain == "" }

// region returns the region of the API, "" if none is known. Of a domain it only
// matters for the signature, so there the configuration wins that belongs to
// the credentials.
func (a address) region(config aws.Config) string {
	region := cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	if a.domain != "" {
		return cmp.Or(config.Region, region)
	}
	return cmp.Or(region, config.Region)
}

// endpoint returns the URL that connections are below of.
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

// isLocal reports whether an endpoint is on this machine: local mode's.
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

// standIn are credentials for who checks none.
func standIn(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local", Source: "local mode"}, nil
}
