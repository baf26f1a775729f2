package sdk

import (
	"reflect"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Prefix starts the import paths of all packages of the SDK, and ServicePrefix
// those of its clients.
const (
	Prefix        = "github.com/aws/aws-sdk-go-v2/"
	ServicePrefix = Prefix + "service/"
)

// The import paths of this module's packages that the analysis knows, and the
// names of package app's types that handlers are registered with.
var (
	AppType       = reflect.TypeFor[app.App]().Name()
	BlueprintType = reflect.TypeFor[app.Blueprint]().Name()

	AppPath       = reflect.TypeFor[app.App]().PkgPath()
	ChalicePrefix = strings.TrimSuffix(AppPath, "app")
	AdapterPath   = ChalicePrefix + "httpadapter"
	WebsocketPath = ChalicePrefix + "websocket"
	DeployPath    = ChalicePrefix + "codedeploy"
)

// knownPackages are never looked into: what they do is known.
var knownPackages = []string{
	Prefix, "github.com/aws/smithy-go", "github.com/aws/aws-lambda-go",
	AppPath, AdapterPath, WebsocketPath, DeployPath, ChalicePrefix + "dispatch", ChalicePrefix + "apptest", ChalicePrefix + "internal",
}

// IsKnown reports whether a package is one of those, or below one, or calls AWS in
// another way.
func IsKnown(path string) bool {
	for _, prefix := range knownPackages {
		if isBelow(path, strings.TrimSuffix(prefix, "/")) {
			return true
		}
	}
	return isOther(path)
}
