package synth

import (
	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// Input is what a graph is made of.
type Input struct {
	Model *app.Model    // as app.ParseModel gives it
	Stage *config.Stage // as config.Load gives it

	// Files holds the content of the files that the stage names, by the path
	// that it names them with. RequiredFiles lists those that are needed.
	Files map[string][]byte

	// Policies holds what each Lambda function needs for itself, by the
	// function's name: what its source was found to do. What the app allows
	// its functions by hand (app.Allow) is in the model, and need not be here.
	Policies map[string][]Statement
	// ManagesConnections tells which Lambda functions post to the connections
	// of websockets, so their statements need not say so. nil: nobody has
	// looked, and those do that get their events.
	ManagesConnections map[string]bool
	// AsksOfShifts tells which Lambda functions ask CodeDeploy what is being deployed, so
	// their statements need not say so. nil: nobody has looked, and all hooks of
	// deployments do.
	AsksOfShifts map[string]bool

	// StandIns holds what the template has for texts of the model and the stage that
	// stand for values which are known only when the app is deployed: CloudFormation's
	// intrinsic functions as a configuration holds them, a map[string]any of one key,
	// or text.
	StandIns map[string]any

	// Merge is what will be merged into the template: the configuration can refer to its
	// resources, whose types say what a role has to allow, and queues in it say where
	// their dead letters go. nil: nothing is.
	Merge *Part

	// CodeSHA256 is the digest of the zip with the program, in hexadecimal: another
	// program is another version of the functions that have versions, and another one for
	// Terraform, if it is in S3. Empty: nobody knows it, and versions tell only
	// configurations apart.
	CodeSHA256 string

	// Version is chalice's own, for the tag of the functions.
	Version string
}

const (
	defaultRole       = "default-role"
	providedRuntime   = "provided.al2023"
	codeArchive       = "deployment.zip"
	defaultAuthHeader = "Authorization"
)

// appName is the name that AWS resources carry: the configured one, or the
// app's own where none is configured.
func (in Input) appName() string {
	if in.Stage.AppName != "" {
		return in.Stage.AppName
	}
	return in.Model.Name
}

// Build makes the graph of everything that the app needs in the stage. An
// error holds every mistake there is in the model and the configuration, each
// with the place of the registration where the model knows it.
func Build(in Input) (*Graph, error) {
	// All that follows takes for granted what is checked here, such as that the model
	// is whole, and that no text has the mark of a placeholder.
	if err := validate(in); err != nil {
		return nil, err
	}
	b := &builder{Input: in, roles: map[string]*role{}, authorizers: map[string]*function{}}

	// A function comes after its role and its log group, and what invokes it after the
	// function: a resource can only refer to what is there. Among themselves, kinds are
	// in the reference's order, since templates list resources as the graph does, and
	// since the statements of the role that functions share are in the order in which
	// these ask for them.
	b.lambdaFunctions()
	b.eventFunctions()
	b.logLoops()
	b.bucketNotifications() // after all functions with a bucket's events, which are one resource
	b.front()
	b.websocketAPI()
	b.asyncLoops()
	b.deadLetterAlarms() // after all that has dead letters
	b.deployments()      // after all functions, of which one can be another's hook

	// Last, since only now has every function asked for what it and its events need,
	// and since a function's policy about itself refers to the function and to the
	// websocket API.
	b.settleRoles()
	if err := b.err(); err != nil {
		return nil, err
	}
	return newGraph(in, b.resources)
}

// RequiredFiles lists the files of the project that Build needs the content
// of: the policies that the stage names for what the app has. Paths are
// relative to the project's folder, with forward slashes.
func RequiredFiles(m *app.Model, stage *config.Stage) []string {
	files := map[string]bool{}
	for _, name := range m.FunctionNames() {
		if file := stage.Function(name).PolicyFile; file != "" {
			files[file] = true
		}
	}
	if len(m.Routes) > 0 && stage.APIPolicyFile != "" {
		files[stage.APIPolicyFile] = true
	}
	return sortedKeys(files)
}
