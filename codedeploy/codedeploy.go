package codedeploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/chalice-go/chalice/internal/lifecycle"
)

// This is what the package is imported for, as a driver of database/sql is.
func init() { lifecycle.Provide(put) }

// put tells CodeDeploy how a hook ended.
// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html
func put(ctx context.Context, h lifecycle.Hook, s lifecycle.Status) error {
	in := map[string]string{"deploymentId": h.DeploymentID, "lifecycleEventHookExecutionId": h.ExecutionID, "status": string(s)}
	err := call(ctx, "PutLifecycleEventHookExecutionStatus", in, &struct{}{})
	var refused *apiError
	if errors.As(err, &refused) && refused.again && refused.code == "LifecycleEventAlreadyCompletedException" {
		return nil // CodeDeploy got it the first time, and its answer was lost
	}
	return err
}

// Shift is what CodeDeploy deploys: a version of a function, to which it shifts the traffic
// of an alias.
type Shift struct {
	DeploymentID string
	Function     string // its name in AWS
	Alias        string
	// CurrentVersion is the version that had the traffic before, and TargetVersion the one
	// that gets it. They are numbers.
	CurrentVersion, TargetVersion string
}

// Target is the name by which Lambda invokes the version that gets the traffic, such as
// shop-dev-work:7.
func (s *Shift) Target() string { return s.Function + ":" + s.TargetVersion }

// ShiftOf returns what the hook with this context is called for. It asks CodeDeploy, each
// time, for which the hook's function needs codedeploy:GetDeployment on the deployment group
// and codedeploy:GetApplicationRevision on the application: the chalice command sees the
// call in the program, and allows both.
//
// The error says if the context isn't one of a hook: see app.TrafficHook. In a test it
// returns what [WithShift] has been given, and asks nobody.
func ShiftOf(ctx context.Context) (*Shift, error) {
	if s, ok := ctx.Value(shiftKey{}).(Shift); ok {
		return &s, nil
	}
	h, ok := lifecycle.Of(ctx)
	if !ok {
		return nil, errors.New("the context isn't that of a hook of CodeDeploy, which app.TrafficHook makes")
	}
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		return nil, errors.New("nothing is deployed where there is no Lambda: say what it should be with codedeploy.WithShift, in the context that the hook is invoked with")
	}
	d, err := deploymentOf(ctx, h.DeploymentID)
	if err != nil {
		return nil, fmt.Errorf("ask what is deployed: %w", err)
	}
	s, err := d.shift()
	if err != nil {
		return nil, fmt.Errorf("ask what is deployed: deployment %s: %w", h.DeploymentID, err)
	}
	s.DeploymentID = h.DeploymentID
	return s, nil
}

type shiftKey struct{}

// WithShift returns a context for which [ShiftOf] returns s, to invoke a hook with in a test:
//
//	ctx := codedeploy.WithShift(t.Context(), codedeploy.Shift{Function: "shop-dev-api", TargetVersion: "7"})
//	result, err := client.Lambda.InvokeContext(ctx, "smoke", client.Events.TrafficHook())
func WithShift(ctx context.Context, s Shift) context.Context {
	return context.WithValue(ctx, shiftKey{}, s)
}

// revision is what is deployed. CodeDeploy tells of most only a digest, by which it has the
// rest.
type revision struct {
	Type    string   `json:"revisionType"`
	String  *content `json:"string,omitempty"`
	AppSpec *content `json:"appSpecContent,omitempty"`
}

type content struct {
	Content string `json:"content,omitempty"`
	SHA256  string `json:"sha256,omitempty"`
}

// text returns the AppSpec, "" if CodeDeploy didn't tell it.
func (r *revision) text() string {
	for _, c := range []*content{r.String, r.AppSpec} {
		if c != nil && c.Content != "" {
			return c.Content
		}
	}
	return ""
}

// deploymentOf returns the revision of a deployment, with its text.
func deploymentOf(ctx context.Context, id string) (*revision, error) {
	var d struct {
		DeploymentInfo struct {
			ApplicationName string   `json:"applicationName"`
			Revision        revision `json:"revision"`
		} `json:"deploymentInfo"`
	}
	if err := call(ctx, "GetDeployment", map[string]string{"deploymentId": id}, &d); err != nil {
		return nil, err
	}
	r := d.DeploymentInfo.Revision
	if r.text() != "" {
		return &r, nil
	}
	var whole struct {
		Revision revision `json:"revision"`
	}
	in := map[string]any{"applicationName": d.DeploymentInfo.ApplicationName, "revision": r}
	if err := call(ctx, "GetApplicationRevision", in, &whole); err != nil {
		return nil, err
	}
	return &whole.Revision, nil
}

// shift reads the AppSpec.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html#reference-appspec-file-structure-resources-lambda
func (r *revision) shift() (*Shift, error) {
	var spec struct {
		Resources []map[string]struct {
			Type       string
			Properties struct {
				Name, Alias                   string
				CurrentVersion, TargetVersion version
			}
		}
	}
	if err := json.Unmarshal([]byte(r.text()), &spec); err != nil {
		return nil, fmt.Errorf("read the AppSpec: %w", err)
	}
	for _, resources := range spec.Resources {
		for _, one := range resources {
			if p := one.Properties; p.Name != "" && p.TargetVersion != "" {
				return &Shift{Function: p.Name, Alias: p.Alias, CurrentVersion: string(p.CurrentVersion), TargetVersion: string(p.TargetVersion)}, nil
			}
		}
	}
	return nil, errors.New("its AppSpec has no function")
}

// version is the number of a version, which an AppSpec may have as a text or not.
type version string

// UnmarshalJSON reads a text or a number.
func (v *version) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(v))
	}
	var n json.Number
	err := json.Unmarshal(data, &n)
	*v = version(n)
	return err
}
