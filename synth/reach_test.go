package synth

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// TestEveryPropertyReachesTheTemplate compares what the tree makes of each
// resource with what encoding/json makes of goformation's types: whatever we
// set in one must be in the template, and nothing else. Where goformation has
// no field and we amend the properties, the amendment has to be there.
func TestEveryPropertyReachesTheTemplate(t *testing.T) {
	models, _ := filepath.Glob("../testdata/templates/*/model.json")
	if len(models) == 0 {
		t.Fatal("no models")
	}
	for _, file := range models {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		model, err := app.ParseModel(data)
		if err != nil {
			t.Fatal(err)
		}
		stage := fullStage()
		if slices.ContainsFunc(model.Authorizers, ofTypeJWT) { // which no other front verifies
			stage.APIType = config.HTTP
		}
		graph, err := Build(Input{Model: model, Stage: stage, Version: "1.0.0"})
		if err != nil {
			t.Fatal(err)
		}
		sam, cfn := newSAMTemplate(), &cfnTemplate{stack: newStack()}
		for _, r := range graph.resources {
			if err := errors.Join(r.sam(sam), r.cloudformation(cfn)); err != nil {
				t.Fatal(err)
			}
		}
		for format, st := range map[string]*stack{"sam": sam.stack, "cloudformation": cfn.stack} {
			for _, r := range st.resources {
				t.Run(filepath.Base(filepath.Dir(file))+"/"+format+"/"+r.id, func(t *testing.T) { checkReach(t, st, r) })
			}
		}
	}
}

func ofTypeJWT(m app.AuthorizerModel) bool { return m.Type == app.JWTAuthorizerType }

// fullStage configures everything that there is.
func fullStage() *config.Stage {
	s := config.New("dev")
	s.IAMRoles = config.RolePerFunction
	table := config.Value{Intrinsic: map[string]any{"Ref": "Table"}}
	s.Defaults = config.Function{
		MemorySize: 1, Timeout: 2, ReservedConcurrency: new(0), Layers: config.Texts("arn:l"), XRay: true, LogRetentionDays: 7,
		Environment: map[string]config.Value{"A": {Text: "b"}, "T": table}, Tags: map[string]config.Value{"a": {Text: "b"}, "t": table},
		SubnetIDs: config.List{Items: []config.Value{table}, Single: true}, SecurityGroupIDs: config.List{Items: []config.Value{{Text: "g"}, table}},
	}
	s.MinimumCompressionSize = new(0)
	domain := config.Domain{CertificateARN: table, TLSVersion: "TLS_1_2", URLPrefix: config.Value{Text: "v1"}, Tags: map[string]config.Value{"a": {Text: "b"}}}
	api, websocket := domain, domain
	api.Name.Text, websocket.Name.Text = "api.test", "ws.test"
	s.APIDomain, s.WebsocketDomain = &api, &websocket
	return s
}

func checkReach(t *testing.T, st *stack, r *stackResource) {
	t.Helper()
	var plain struct{ Properties map[string]any }
	data, err := json.Marshal(r.resource)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &plain); err != nil {
		t.Fatal(err)
	}
	resolved := resolveMarks(st.tree, plain.Properties).(map[string]any)
	amended := &ordered.Object{}
	if err := amended.UnmarshalJSON([]byte(ordered.CompactJSON(fromMap(t, resolved)))); err != nil {
		t.Fatal(err)
	}
	for _, amend := range r.amend {
		amend(amended)
	}
	rendered, err := st.render(r)
	if err != nil {
		t.Fatal(err)
	}
	properties, _ := ordered.Get[*ordered.Object](rendered, "Properties")
	if diff := cmp.Diff(decoded(t, amended), decoded(t, properties)); diff != "" {
		t.Errorf("the template differs from what was set (-set +template)\n%s", diff)
	}
}

// resolveMarks puts the intrinsic functions in place of their placeholders.
func resolveMarks(tr *tree, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = resolveMarks(tr, e)
		}
	case []any:
		if len(v) == 1 {
			if number, ok := strings.CutPrefix(fmt.Sprint(v[0]), listMark); ok {
				i, _ := strconv.Atoi(number)
				return tr.standsFor[i]
			}
		}
		for i, e := range v {
			v[i] = resolveMarks(tr, e)
		}
	case string:
		if number, ok := strings.CutPrefix(v, placeholderMark); ok {
			i, _ := strconv.Atoi(number)
			return tr.standsFor[i]
		}
	}
	return v
}

func fromMap(t *testing.T, m map[string]any) *ordered.Object {
	t.Helper()
	v, err := newTree().of(m)
	if err != nil {
		t.Fatal(err)
	}
	return v.(*ordered.Object)
}

func decoded(t *testing.T, o *ordered.Object) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(ordered.CompactJSON(o)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
