package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// LiveAlias is the alias that event sources and APIs call of a function with versions.
const LiveAlias = "live"

// Deployment is how traffic goes from one version of a function to the next.
type Deployment struct {
	// Type is one of DeploymentTypes.
	Type string
	// Alarms stop a deployment, which is rolled back then: names of CloudWatch alarms,
	// or errors, throttles and duration for those that the function has by its Alarms.
	Alarms []Value
	// PreTraffic and PostTraffic are functions of the app, by name, that CodeDeploy
	// calls before and after it shifts traffic; empty: none. Each is an app.TrafficHook.
	PreTraffic, PostTraffic string

	places map[string]*Mistake // of the keys, without messages; that of the whole is ""
}

// Mistake returns what is wrong with one of the keys as a mistake at its place, or with no
// key of the deployment as a whole. The message follows the key.
func (d *Deployment) Mistake(key, format string, values ...any) *Mistake {
	m := Mistake{Key: keyPath{deploymentKey}.String()}
	if at := cmp.Or(d.places[key], d.places[""]); at != nil {
		m = *at
	} else if key != "" {
		m.Key = keyPath{deploymentKey, key}.String()
	}
	m.Message = fmt.Sprintf(format, values...)
	return &m
}

// AllAtOnce is the type of a deployment that shifts all traffic at once.
const AllAtOnce = "AllAtOnce"

// DeploymentTypes are CodeDeploy's, as SAM calls them.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-lambda
var DeploymentTypes = []string{
	AllAtOnce,
	"Canary10Percent5Minutes", "Canary10Percent10Minutes", "Canary10Percent15Minutes", "Canary10Percent30Minutes",
	"Linear10PercentEvery1Minute", "Linear10PercentEvery2Minutes", "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes",
}

const (
	deploymentKey  = "deployment"
	provisionedKey = "provisioned_concurrency"
)

const maxProvisionedConcurrency = 1 << 20

var versionKeys = []Key{
	{
		Name: provisionedKey, Scope: allScopes, Kind: Int, Min: 1, Max: maxProvisionedConcurrency,
		Doc: "How many instances of a function are kept ready, by its alias live.",
	},
	{
		Name: deploymentKey, Scope: allScopes, Kind: Switch, Keys: deploymentKeys,
		Doc: "Whether each deployment publishes a version of a function, to which CodeDeploy shifts the traffic of the alias live; true is all at once.",
	},
}

var deploymentKeys = []Key{
	{
		Name: "type", Scope: allScopes, Default: `"AllAtOnce"`, Values: DeploymentTypes,
		plain: true,
		Doc:   "How CodeDeploy shifts traffic.",
	},
	{
		Name: "alarms", Scope: allScopes, Kind: TextList, intrinsic: true,
		form: "the name of an alarm", pattern: notEmpty,
		Doc: "CloudWatch alarms that roll a deployment back: names, or errors, throttles and duration for the function's own of the key alarms.",
	},
	{
		Name: "pre_traffic", Scope: allScopes,
		plain: true,
		form:  "the name of a function", pattern: notEmpty,
		Doc: "Function of the app, an app.TrafficHook, that CodeDeploy calls before it shifts traffic.",
	},
	{
		Name: "post_traffic", Scope: allScopes,
		plain: true,
		form:  "the name of a function", pattern: notEmpty,
		Doc: "Function of the app, an app.TrafficHook, that CodeDeploy calls after it has shifted traffic.",
	},
}

func (s *source) mergeVersions(name string, f *Function) {
	f.ProvisionedConcurrency = s.number(name, provisionedKey)
	m := s.lookup(name, deploymentKey)
	if m == nil || m.value.value == false {
		return
	}
	at, ms := s.pathTo(m, name, deploymentKey), mistakes{file: s.file, names: s.names}
	f.Deployment = &Deployment{Type: AllAtOnce, places: map[string]*Mistake{"": ms.at(m.line, at)}}
	o, ok := m.value.value.(*object)
	if !ok {
		return
	}
	for _, member := range o.members {
		f.Deployment.places[member.key] = ms.at(member.line, at.to(member.key))
	}
	if typ := o.text("type"); typ != "" {
		f.Deployment.Type = typ
	}
	if alarms := o.get("alarms"); alarms != nil {
		f.Deployment.Alarms = s.listOf(alarms, at.to("alarms")).Items
	}
	f.Deployment.PreTraffic, f.Deployment.PostTraffic = o.text("pre_traffic"), o.text("post_traffic")
}

// checkProvisioned finds more instances that are to be kept ready than can run.
// https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
func checkProvisioned(r functionReport, f Function) {
	ready, most := f.ProvisionedConcurrency, f.ReservedConcurrency
	if ready != nil && most != nil && *ready > *most {
		r.beside(provisionedKey, fmt.Sprintf("is %d, but %%s is %d, and Lambda keeps no more ready than can run at once: raise the one or lower the other", *ready, *most), "reserved_concurrency")
	}
}

// maxDeploymentAlarms is how many alarms a deployment group can have.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
const maxDeploymentAlarms = 10

// checkDeployment finds alarms that CodeDeploy would refuse, which it knows by name.
func checkDeployment(r functionReport, f Function) {
	if f.Deployment == nil {
		return
	}
	alarms := f.Deployment.Alarms
	if n := len(alarms); n > maxDeploymentAlarms {
		r.take(deploymentKey, f.Deployment.Mistake("alarms", "are %d, %d more than the %d that CodeDeploy takes", n, n-maxDeploymentAlarms, maxDeploymentAlarms))
	}
	for i, v := range alarms {
		switch {
		case strings.HasPrefix(v.Text, "arn:"):
			r.take(deploymentKey, v.Mistake("has %s, but CodeDeploy knows alarms by their names: write what follows alarm: in it", v.Text))
		case slices.ContainsFunc(alarms[:i], v.Equal):
			r.take(deploymentKey, v.Mistake("has %s twice", v))
		}
	}
}

// IsOwn reports whether the value of a key that is in force for a function is the
// function's own, and not the app's.
func (s *Stage) IsOwn(function, key string) bool {
	m := s.source.lookup(function, key)
	return m != nil && m != s.source.lookup("", key)
}
