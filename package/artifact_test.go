package packager_test

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
	"github.com/chalice-go/chalice/synth"
)

// artifactAt packages a project whose zip gets its place once it is known.
func artifactAt(t *testing.T, change func(*packager.Input)) packager.Output {
	t.Helper()
	in := packager.Input{
		ProjectDir: newProject(t, nil), Out: filepath.Join(t.TempDir(), "out"), NoAnalysis: true,
		PackageFormat: packager.CloudFormation, TemplateFormat: packager.JSON,
		Code: synth.Code{Bucket: "not-this-one"},
		Artifact: func(app, digest string) (packager.Place, error) {
			return packager.Place{Code: synth.Code{Bucket: "artifacts", Key: app + "/dev/" + digest + ".zip"}}, nil
		},
	}
	change(&in)
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestArtifact(t *testing.T) {
	out := artifactAt(t, func(*packager.Input) {})
	want := synth.Code{Bucket: "artifacts", Key: "shop/dev/" + out.ZipDigest + ".zip"}
	if out.Code != want {
		t.Errorf("the place is %v, want %v", out.Code, want)
	}
	if text := string(read(t, out.Template)); !strings.Contains(text, want.Key) || strings.Contains(text, "not-this-one") {
		t.Errorf("the template doesn't name %s:\n%s", want.Key, text)
	}
	if out.Model.Name != "shop" || out.Stage.Name != "dev" {
		t.Errorf("got the model of %s and the stage %s", out.Model.Name, out.Stage.Name)
	}
}

// TestPartsOfTwoDeployments: a nested stack's template is where only its own
// content can be, so that a deployment can't change what another one refers to.
func TestPartsOfTwoDeployments(t *testing.T) {
	keys := map[int]string{}
	for _, memory := range []int{128, 256} {
		out := artifactAt(t, func(in *packager.Input) {
			in.Overrides = map[string]any{"nested_stacks": 1, "lambda_memory_size": memory}
		})
		if len(out.Parts) != 1 || len(out.PartKeys) != 1 {
			t.Fatalf("got parts %v with keys %v", out.Parts, out.PartKeys)
		}
		key := out.PartKeys[0]
		if path.Dir(key) != "shop/dev" || path.Ext(key) != ".json" || !strings.Contains(string(read(t, out.Template)), "/artifacts/"+key) {
			t.Errorf("the template doesn't name the part as %s", key)
		}
		keys[memory] = key
	}
	if keys[128] == keys[256] {
		t.Errorf("two templates would be at %s", keys[128])
	}
}

func TestArtifactForOthers(t *testing.T) {
	for format, want := range map[string]string{
		packager.SAM:            "Artifact is for CloudFormation only",
		packager.Terraform:      "Artifact is for CloudFormation only",
		packager.CloudFormation: "the place of the zip (Artifact) has to be a bucket and a key",
	} {
		_, err := packager.Build(t.Context(), packager.Input{
			ProjectDir: newProject(t, nil), Out: filepath.Join(t.TempDir(), "out"), NoAnalysis: true, PackageFormat: format,
			Artifact: func(string, string) (packager.Place, error) {
				return packager.Place{Code: synth.Code{Bucket: "artifacts"}}, nil
			},
		})
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", format, err, want)
		}
	}
}

// TestNoArtifactWithoutZip: nobody asks for the place of what couldn't be made.
func TestNoArtifactWithoutZip(t *testing.T) {
	dir := newProject(t, map[string]string{"model.json": model, "steps.go": "package main\n\nfunc before() { nonsense }\n"})
	_, err := packager.Build(t.Context(), packager.Input{
		ProjectDir: dir, Out: filepath.Join(t.TempDir(), "out"), AppModel: filepath.Join(dir, "model.json"), PackageFormat: packager.CloudFormation,
		Artifact: func(_, digest string) (packager.Place, error) {
			t.Errorf("asked for the place of %q", digest)
			return packager.Place{}, nil
		},
	})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v, want the compiler's error", err)
	}
}

// everything is an app with every kind of event, each registered on a line of its
// own.
const everything = `{"version": 1, "name": "shop",
"authorizers": [{"name": "check", "type": "builtin", "source": {"file": "main.go", "line": 1}}],
"routes": [{"path": "/", "authorizer": "check", "source": {"file": "main.go", "line": 2}}, {"path": "/b", "source": {"file": "main.go", "line": 3}}],
"functions": [
{"name": "tick", "kind": "schedule", "schedule": {"expression": "rate(1 hour)"}, "source": {"file": "main.go", "line": 4}},
{"name": "work", "kind": "sqs", "sqs": {"queue": "jobs"}, "source": {"file": "main.go", "line": 5}},
{"name": "resize", "kind": "s3", "s3": {"bucket": "media"}, "source": {"file": "main.go", "line": 6}},
{"name": "notify", "kind": "sns", "sns": {"topic": "news"}, "source": {"file": "main.go", "line": 7}},
{"name": "opened", "kind": "ws_connect", "source": {"file": "main.go", "line": 8}},
{"name": "report", "kind": "lambda", "source": {"file": "main.go", "line": 9}}]}`

func TestOrigins(t *testing.T) {
	out, err := pack(t, everything, filepath.Join(t.TempDir(), "out"), func(in *packager.Input) {
		in.PackageFormat, in.Overrides = packager.CloudFormation, map[string]any{"iam_roles": "per_function", "log_retention_in_days": 7}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range out.Resources {
		line := 0
		if r.Source != nil {
			line = r.Source.Line
		}
		id := r.ID
		for _, digested := range []string{"RestAPIDeployment", "WebsocketAPIDeployment", "S3MediaPolicy", "S3MediaNotifications"} {
			if strings.HasPrefix(id, digested) {
				id = digested
			}
		}
		got[id] = fmt.Sprintf("%s:%d", r.Function, line)
	}
	if diff := cmp.Diff(map[string]string{
		"APIHandler": "api_handler:2", "ApiHandlerRole": "api_handler:2", "ApiHandlerRoleOwn": "api_handler:2", "ApiHandlerLogGroup": "api_handler:2",
		"APIHandlerInvokePermission": "api_handler:2", "RestAPI": ":2", "RestAPIDeployment": ":2", "RestAPIapiStage": ":2",
		"Check": "check:1", "CheckRole": "check:1", "CheckRoleOwn": "check:1", "CheckLogGroup": "check:1", "CheckInvokePermission": "check:1",
		"Tick": "tick:4", "TickRole": "tick:4", "TickRoleOwn": "tick:4", "TickLogGroup": "tick:4", "TickTickEvent": "tick:4", "TickTickEventPermission": "tick:4",
		"Work": "work:5", "WorkRole": "work:5", "WorkRoleOwn": "work:5", "WorkLogGroup": "work:5", "WorkWorkSqsEventSource": "work:5",
		"Resize": "resize:6", "ResizeRole": "resize:6", "ResizeRoleOwn": "resize:6", "ResizeLogGroup": "resize:6", "ResizeResizeS3eventPermission": "resize:6",
		"S3MediaPolicy": "resize:6", "S3MediaNotifications": "resize:6", "BucketNotifier": ":6", "BucketNotifierRole": ":6", "BucketNotifierLogGroup": ":6",
		"Notify": "notify:7", "NotifyRole": "notify:7", "NotifyRoleOwn": "notify:7", "NotifyLogGroup": "notify:7",
		"NotifyNotifySnsSubscription": "notify:7", "NotifyNotifySnsSubscriptionPermission": "notify:7",
		"WebsocketConnect": "websocket_connect:8", "WebsocketConnectRole": "websocket_connect:8", "WebsocketConnectRoleOwn": "websocket_connect:8",
		"WebsocketConnectLogGroup": "websocket_connect:8", "WebsocketConnectAPIIntegration": "websocket_connect:8",
		"WebsocketConnectInvokePermission": "websocket_connect:8", "WebsocketConnectRoute": "websocket_connect:8",
		"WebsocketAPI": ":8", "WebsocketAPIDeployment": ":8", "WebsocketAPIStage": ":8",
		"Report": "report:9", "ReportRole": "report:9", "ReportRoleOwn": "report:9", "ReportLogGroup": "report:9",
	}, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestOriginOfTheSharedRole: no registration in particular asks for it.
func TestOriginOfTheSharedRole(t *testing.T) {
	out, err := pack(t, everything, filepath.Join(t.TempDir(), "out"), func(in *packager.Input) {
		in.PackageFormat, in.Overrides = packager.CloudFormation, map[string]any{"iam_roles": "shared"}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Resources {
		if r.ID == "DefaultRole" && (r.Function != "" || r.Source != nil) {
			t.Errorf("got %+v", r)
		}
	}
}
