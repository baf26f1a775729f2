package signed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/chalice-go/chalice/internal/partition"
)

// What the sources of a configuration can be asked: the environment, the profile.
type (
	fipsSource interface {
		GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error)
	}
	dualSource interface {
		GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error)
	}
	ignoreSource interface {
		GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
	}
	endpointSource interface {
		GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
	}
)

// setting returns what the first source says that says something; the zero value: none does.
func setting[S, T any](cfg aws.Config, get func(S, context.Context) (T, bool, error)) (T, error) {
	for _, source := range cfg.ConfigSources {
		if s, ok := source.(S); ok {
			if value, found, err := get(s, context.Background()); found || err != nil {
				return value, err
			}
		}
	}
	return *new(T), nil
}

// endpoint returns the URL of a service, as the SDK's clients find it.
func endpoint(cfg aws.Config, s Service) (*url.URL, error) {
	fips, err := setting(cfg, fipsSource.GetUseFIPSEndpoint)
	if err != nil {
		return nil, err
	}
	dual, err := setting(cfg, dualSource.GetUseDualStackEndpoint)
	if err != nil {
		return nil, err
	}
	useFIPS, useDual := fips == aws.FIPSEndpointStateEnabled, dual == aws.DualStackEndpointStateEnabled
	own, err := configured(cfg, s)
	switch {
	case err != nil:
		return nil, err
	case own == "":
		return regional(cfg.Region, s, useFIPS, useDual)
	case useFIPS || useDual:
		return nil, fmt.Errorf("the configuration has %s as the endpoint of %s and asks for one with FIPS or dual stack, which exclude each other", own, s.ID)
	}
	at, err := url.Parse(own)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("the endpoint of %s in the configuration, %q, is no URL", s.ID, own)
	}
	return at, nil
}

// configured returns the endpoint that somebody chose, for the service or for all;
// empty: nobody did. AWS_ENDPOINT_URL takes precedence over a profile's endpoint for
// the service, not over the environment's.
func configured(cfg aws.Config, s Service) (string, error) {
	_, all := os.LookupEnv("AWS_ENDPOINT_URL")
	_, one := os.LookupEnv("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(s.ID, " ", "_")))
	ignored, _ := setting(cfg, ignoreSource.GetIgnoreConfiguredEndpoints)
	if !ignored && (one || !all) {
		own, err := setting(cfg, func(from endpointSource, ctx context.Context) (string, bool, error) {
			return from.GetServiceBaseEndpoint(ctx, s.ID)
		})
		if own != "" || err != nil {
			return own, err
		}
	}
	return aws.ToString(cfg.BaseEndpoint), nil
}

// regional returns AWS's own endpoint in a region.
func regional(region string, s Service, fips, dual bool) (*url.URL, error) {
	switch {
	case region == "":
		return nil, errors.New("there is no AWS region")
	case !smithyhttp.ValidHostLabel(region):
		return nil, fmt.Errorf("%q is no AWS region", region)
	}
	plain := s.PlainGov
	if dual {
		plain = s.PlainGovDual
	}
	host := s.Name
	if fips && !(plain && strings.HasPrefix(region, "us-gov-")) {
		host += "-fips"
	}
	return &url.URL{Scheme: "https", Host: host + "." + region + "." + partition.Suffix(region, dual)}, nil
}
