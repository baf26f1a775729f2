package stack

// API is what an engine needs of CloudFormation's client.
type API = api

// NewEngineOf returns an engine that asks a fake, for what no endpoint can be made to show.
func NewEngineOf(fake API) *Engine { return &Engine{api: fake} }
