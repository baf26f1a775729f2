package invokeapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
)

// TestHooks: what a hook of deployments tells CodeDeploy is printed, also where there is an
// AWS for the app.
func TestHooks(t *testing.T) {
	for name, o := range map[string]devserver.Options{"no AWS": {}, "an AWS": {EndpointURL: "http://127.0.0.1:9"}} {
		t.Run(name, func(t *testing.T) {
			o.ProjectDir = "testdata/hooks"
			o.Mounts = func(s *devserver.Server) []devserver.Mount {
				return []devserver.Mount{{Prefix: invokeapi.Prefix, Handler: invokeapi.Handler(s), Takes: invokeapi.Takes}}
			}
			s := devservertest.Serve(t, o)
			testHook(t, s, "smoke", `"status":"Succeeded"`, "of deployment d-1 that the hook succeeded, and go on")
			testHook(t, s, "broken", `"status":"Failed","error":"down"`, "of deployment d-1 that the hook failed, and roll it back")
			if asked := logged(s, "asked for shop-dev-work:$LATEST"); !asked {
				t.Error("the hook wasn't told what is deployed")
			}
		})
	}
}

func testHook(t *testing.T, s *devserver.Server, function, result, line string) {
	t.Helper()
	got := invoke(t, s, invokeapi.Path(function), `{"DeploymentId":"d-1","LifecycleEventHookExecutionId":"e"}`)
	if got.status != 200 || !strings.Contains(got.body, result) {
		t.Errorf("%s: got %d %s, want %s", function, got.status, got.body, result)
	}
	if !slices.ContainsFunc(s.Journal().Lines(), func(l devserver.Line) bool { return strings.HasSuffix(l.Text, line) }) {
		t.Errorf("%s: no line ends with %q", function, line)
	}
}

// logged reports whether an invocation has printed a line.
func logged(s *devserver.Server, line string) bool {
	for _, e := range s.Journal().Entries() {
		for _, i := range e.Invocations {
			if slices.ContainsFunc(i.Log, func(l devserver.Line) bool { return l.Text == line }) {
				return true
			}
		}
	}
	return false
}
