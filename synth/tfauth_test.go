package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// module returns the resources of an app's Terraform module by their types.
func module(t *testing.T, m *app.Model, configuration string) (resources map[string]map[string]map[string]any, locals map[string]any) {
	t.Helper()
	stage, err := config.Parse([]byte(configuration), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := synth.Build(synth.Input{Model: m, Stage: stage})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.Terraform(graph)
	if err != nil {
		t.Fatal(err)
	}
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Resource map[string]map[string]map[string]any
		Locals   map[string]any
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all.Resource, all.Locals
}

// TestTerraformKeepsWhatTheDocumentSays: the AWS provider undoes what the document of
// an HTTP API says of CORS and of the API's own name, unless the resource says it, too.
func TestTerraformKeepsWhatTheDocumentSays(t *testing.T) {
	age := 60
	cors := &app.CORSModel{Enabled: true, Config: &app.CORSConfig{
		AllowOrigin: "https://a.test", AllowCredentials: true, MaxAge: &age, ExposeHeaders: []string{"X-B"},
	}}
	names := map[string]string{
		"allowOrigins": "allow_origins", "allowMethods": "allow_methods", "allowHeaders": "allow_headers",
		"exposeHeaders": "expose_headers", "maxAge": "max_age", "allowCredentials": "allow_credentials",
	}
	for name, cors := range map[string]*app.CORSModel{"none": nil, "default": {Enabled: true}, "all": cors} {
		m := &app.Model{Version: 1, Name: "a", Routes: []app.RouteModel{{Path: "/", Name: "f", CORS: cors}}}
		resources, locals := module(t, m, `{"version": "2.0", "app_name": "a", "api_type": "http", "disable_execute_api_endpoint": true,
			"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/a"}}`)
		api := resources["aws_apigatewayv2_api"]["http_api"]
		if api["disable_execute_api_endpoint"] != true {
			t.Errorf("%s: the endpoint isn't disabled", name)
		}
		var document struct {
			Info map[string]string
			CORS map[string]any `json:"x-amazon-apigateway-cors"`
		}
		if err := json.Unmarshal([]byte(locals["chalice_api_openapi"].(string)), &document); err != nil {
			t.Fatal(err)
		}
		if named := map[string]string{"title": fmt.Sprint(api["name"]), "version": fmt.Sprint(api["version"])}; !maps.Equal(document.Info, named) {
			t.Errorf("%s: the document is of %v, and the resource of %v", name, document.Info, named)
		}
		var want any
		if document.CORS != nil {
			of := map[string]any{}
			for key, v := range document.CORS {
				of[names[key]] = v
			}
			want = of
		}
		if (cors == nil) != (want == nil) {
			t.Fatalf("%s: the document has %v", name, want)
		}
		if diff := cmp.Diff(want, api["cors_configuration"]); diff != "" {
			t.Errorf("%s: the resource differs from the document (-document +resource)\n%s", name, diff)
		}
	}
}

// TestTerraformDeploysAuthorizers: what protects new connections is only there when it
// is deployed, so a deployment is made anew with each change of it.
func TestTerraformDeploysAuthorizers(t *testing.T) {
	const uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations"
	custom := func(name string) app.AuthorizerModel {
		return app.AuthorizerModel{Name: "auth", Type: app.CustomAuthorizerType, AuthorizerURI: uri,
			Identity: []app.IdentityModel{{In: app.IdentityInQuery, Name: name}}}
	}
	withRole := custom("a")
	withRole.InvokeRoleARN = "arn:aws:iam::123456789012:role/r"
	triggers := map[string]string{}
	for name, a := range map[string]app.AuthorizerModel{
		"builtin": {Name: "auth", Type: app.BuiltinAuthorizerType},
		"IAM":     {Name: "auth", Type: app.IAMAuthorizerType},
		"query":   custom("a"), "another query": custom("b"), "role": withRole,
	} {
		m := &app.Model{Version: 1, Name: "a", Authorizers: []app.AuthorizerModel{a},
			Functions: []app.FunctionModel{{Name: "connect", Kind: app.WSConnectKind, Authorizer: "auth"}}}
		resources, _ := module(t, m, `{"version": "2.0", "app_name": "a"}`)
		deployment := resources["aws_apigatewayv2_deployment"]["websocket_api_deployment"]
		of, _ := deployment["triggers"].(map[string]any)
		text, _ := of["redeployment"].(string)
		if text == "" {
			t.Errorf("%s: the deployment has no triggers: %v", name, deployment)
		}
		triggers[text] = name
		if lifecycle, _ := deployment["lifecycle"].(map[string]any); lifecycle["create_before_destroy"] != true {
			t.Errorf("%s: the stage's deployment is destroyed before there is another", name)
		}
	}
	if len(triggers) != 5 {
		t.Errorf("some authorizers have the same triggers: %v", maps.Collect(maps.All(triggers)))
	}
}
