package deploy

import (
	"cmp"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/record"
	packager "github.com/chalice-go/chalice/package"
)

// Input is what to deploy, and how.
//
// Its Overrides can say what the configuration can, among it stack_name,
// artifact_bucket, profile and api_gateway_stage. Out, the formats, and where the
// app goes are not for its giver to say.
type Input struct {
	packager.Input

	// Account is who calls AWS, and where. Its empty profile is the
	// configuration's, its empty region also that of the stage's record.
	Account account.Options
	// Parameters are those of the template. One that isn't among them keeps the value
	// that the stack has, or gets its default.
	Parameters map[string]string
	Tags       map[string]string // of the stack and all in it; nil leaves them as they are
	RoleARN    string            // the role that CloudFormation uses; empty leaves it as it is
	// User is who deploys, such as ann@laptop, for others who find the stack busy.
	User string

	Yes       bool // every question is answered with yes
	NoExecute bool // the change set stays, for somebody else to execute
	Talk      Talk
}

// named is what the messages call a field of the input.
func (in *Input) named(field string) string { return in.Names.Of(field) }

// stageName is the stage's, also where that is left to the default.
func (in *Input) stageName() string { return cmp.Or(in.Stage, config.DefaultStage) }

// projectDir is the project's, also where that is left to the default.
func (in *Input) projectDir() string { return cmp.Or(in.ProjectDir, ".") }

// store is where the stage is recorded.
func (in *Input) store() record.Store { return record.Of(in.projectDir(), in.stageName()) }

// load reads the configuration of the stage.
func (in *Input) load() (*config.Stage, error) {
	return config.Load(in.projectDir(), config.Options{
		Stage: in.Stage, AnyStage: in.AnyStage, NoFile: in.NoConfig, Overrides: in.Overrides, Names: in.Names,
	})
}

// cleanup is how long tidying up may take once nobody wants to wait any longer.
const cleanup = 30 * time.Second
