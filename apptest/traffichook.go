package apptest

import "encoding/json"

// TrafficHook makes the event with which CodeDeploy calls a function that [app.TrafficHook]
// made. Nobody is told what it finds: see [Result.Told]. What is deployed is up to
// codedeploy.WithShift.
func (e *Events) TrafficHook() json.RawMessage {
	e.t.Helper()
	return e.event(object{"DeploymentId": "d-EXAMPLE01", "LifecycleEventHookExecutionId": "ZXhhbXBsZSBvZiBhbiBleGVjdXRpb24="})
}
