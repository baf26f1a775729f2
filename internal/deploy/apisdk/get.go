package apisdk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// required has the types of libraries, with the options that each needs.
// https://docs.aws.amazon.com/apigateway/latest/api/API_GetSdk.html
var required = map[string][]string{
	"javascript": nil,
	"java":       {"serviceName", "javaPackageName"},
	"android":    {"groupId", "artifactId", "artifactVersion", "invokerPackage"},
	"objectivec": {"classPrefix"},
	"swift":      {"classPrefix"},
	"ruby":       nil,
}

// Types are the types of libraries, as API Gateway names them.
func Types() []string {
	return []string{"javascript", "java", "android", "objectivec", "swift", "ruby"}
}

// Missing returns the options that a type needs and that aren't there.
func Missing(typ string, options map[string]string) (names []string) {
	for _, name := range required[typ] {
		if options[name] == "" {
			names = append(names, name)
		}
	}
	return names
}

// Request says which library to get.
type Request struct {
	API     string // id of the REST API
	Stage   string // of the API
	Type    string // one of [Types]
	Options map[string]string
}

// ErrNoAPI means that API Gateway has no such API, or not that stage of it.
var ErrNoAPI = errors.New("API Gateway has no such API or stage")

// Get has API Gateway generate a library, and returns the zip with it. The error can
// be [ErrNoAPI].
func Get(ctx context.Context, cfg aws.Config, r Request) (zip []byte, err error) {
	options := url.Values{}
	for name, value := range r.Options {
		options.Set(name, value)
	}
	path := []string{"restapis", r.API, "stages", r.Stage, "sdks", r.Type}
	zip, err = signed.New(cfg, signed.APIGateway).Get(ctx, "GetSdk", path, options)
	if said, ok := errors.AsType[smithy.APIError](err); ok && said.ErrorCode() == "NotFoundException" {
		return nil, fmt.Errorf("%w: %s, stage %s", ErrNoAPI, r.API, r.Stage)
	}
	return zip, err
}

// StageOf returns the stage of a REST API by its URL, as the stack's outputs have it.
func StageOf(url string) string {
	parts := strings.Split(strings.TrimSuffix(url, "/"), "/")
	if len(parts) < 4 {
		return ""
	}
	return parts[len(parts)-1]
}

// IsType reports whether there is a type of libraries.
func IsType(typ string) bool { return slices.Contains(Types(), typ) }
