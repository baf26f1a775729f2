package invokeapi

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/requestid"
)

// deployTarget starts the header X-Amz-Target of CodeDeploy's operations.
const deployTarget = "CodeDeploy_20141006."

// hookEnded prints what a hook of deployments tells CodeDeploy.
func (a api) hookEnded(w http.ResponseWriter, r *http.Request) {
	var input struct {
		DeploymentID string `json:"deploymentId"`
		ID           string `json:"lifecycleEventHookExecutionId"`
		Status       string `json:"status"`
	}
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		refuse(w, r, "SerializationException", err.Error())
		return
	}
	line := devserver.Line{Level: "INFO"}
	switch input.Status {
	case "Succeeded":
		line.Text = fmt.Sprintf("CodeDeploy would be told of deployment %s that the hook succeeded, and go on", input.DeploymentID)
	case "Failed":
		line.Level, line.Text = "WARN", fmt.Sprintf("CodeDeploy would be told of deployment %s that the hook failed, and roll it back", input.DeploymentID)
	default:
		refuse(w, r, "InvalidLifecycleEventHookExecutionStatusException", fmt.Sprintf("%q is neither Succeeded nor Failed", input.Status))
		return
	}
	a.server.Journal().Print(line)
	answerJSON(w, map[string]string{"lifecycleEventHookExecutionId": input.ID})
}

// getDeployment answers what is deployed: nothing is, so that it is the only version that
// there is here of the first function whose deployments have hooks.
func (a api) getDeployment(w http.ResponseWriter, r *http.Request) {
	g, err := a.server.Await(r.Context())
	if err != nil {
		refuse(w, r, "InternalException", "The app doesn't run: "+err.Error())
		return
	}
	for _, name := range g.Model.FunctionNames() {
		if d := g.Stage.Function(name).Deployment; d == nil || d.PreTraffic == "" && d.PostTraffic == "" {
			continue
		}
		spec, err := json.Marshal(map[string]any{"version": 0, "Resources": []any{map[string]any{name: map[string]any{
			"Type":       "AWS::Lambda::Function",
			"Properties": map[string]string{"Name": g.FunctionName(name), "Alias": config.LiveAlias, "CurrentVersion": latest, "TargetVersion": latest},
		}}}})
		if err != nil {
			refuse(w, r, "InternalException", err.Error())
			return
		}
		revision := map[string]any{"revisionType": "String", "string": map[string]string{"content": string(spec)}}
		answerJSON(w, map[string]any{"deploymentInfo": map[string]any{"revision": revision}})
		return
	}
	refuse(w, r, "DeploymentDoesNotExistException", "no function has pre_traffic or post_traffic in the key deployment of the configuration, so it isn't known what a hook could be called for")
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", requestid.New())
	json.NewEncoder(w).Encode(v) // if the caller is gone, nobody needs the error
}
