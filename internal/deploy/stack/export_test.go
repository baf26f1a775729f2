package stack

// API is the part of CloudFormation's client that an engine uses.
type API = api

// NewEngineOf returns an engine that calls a fake, for behaviour that an
// endpoint can't be made to show.
func NewEngineOf(fake API) *Engine { return &Engine{api: fake} }
