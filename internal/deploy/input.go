package deploy

import (
	"cmp"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/record"
	packager "github.com/chalice-go/chalice/package"
)

// Input says what to deploy, and how.
//
// Its Overrides can have the same values as the configuration, including
// stack_name, artifact_bucket, profile and api_gateway_stage. The caller
// doesn't set Out, the formats, or the place of the app.
type Input struct {
	packager.Input

	// Account says who calls AWS, and where. An empty profile stands for the
	// configuration's, an empty region for the configuration's or the record's.
	Account account.Options
	// Parameters are the values of the template's parameters. One that isn't among
	// them keeps its value in the stack, or gets its default.
	Parameters map[string]string
	Tags       map[string]string // of the stack and all its resources; nil leaves them as they are
	RoleARN    string            // the role that CloudFormation uses; empty leaves it as it is
	// User is who deploys, such as ann@laptop, for others who find the stack busy.
	User string

	Yes       bool // answers every question
	NoExecute bool // the change set stays, to be executed by somebody else
	Talk      Talk
}

// named returns the caller's name of a field of the input, for messages.
func (in *Input) named(field string) string { return in.Names.Of(field) }

// stageName returns the name of the stage, or the default.
func (in *Input) stageName() string { return cmp.Or(in.Stage, config.DefaultStage) }

// projectDir returns the folder of the project, or the default.
func (in *Input) projectDir() string { return cmp.Or(in.ProjectDir, ".") }

// store returns where the stage is recorded.
func (in *Input) store() record.Store { return record.Of(config.Root(in.projectDir()), in.stageName()) }

// load reads the configuration of the stage.
func (in *Input) load() (*config.Stage, error) { return in.LoadStage() }

// cleanup limits how long cleaning up may take after an interrupt.
const cleanup = 30 * time.Second
