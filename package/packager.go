package packager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/shellenv"
	"github.com/chalice-go/chalice/internal/smallfile"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/internal/timing"
	"github.com/chalice-go/chalice/internal/unchanged"
	"github.com/chalice-go/chalice/synth"
)

// DefaultTimeout is how long a program can take to describe its app.
const DefaultTimeout = 60 * time.Second

// The formats of a package.
const (
	SAM            = "sam"            // the default
	CloudFormation = "cloudformation" // without SAM
	Terraform      = "terraform"
)

// The formats of a SAM or CloudFormation template.
const (
	YAML = "yaml" // the default
	JSON = "json"
)

// Input is what to package, and how. Its zero value packages the current
// folder's stage dev; only Out is required, and only for [Build].
type Input struct {
	ProjectDir string // the folder of the program's main package
	Stage      string // empty: config.DefaultStage
	AnyStage   bool   // the configuration can lack the stage
	// NoConfig lets the project lack a configuration file.
	NoConfig bool
	// Overrides win over the configuration file; see config.Options.
	Overrides map[string]any
	// BuildTags and LinkerFlags are for go build, beside its own and those of the
	// configuration and of the environment's GOFLAGS. Each of LinkerFlags is a value of
	// -ldflags, without a pattern, such as -X main.version=1.2.3.
	BuildTags, LinkerFlags []string
	// PassEnv names variables of this process's environment that the program sees while
	// it describes itself, beside those of the configuration and what every program sees;
	// a name can end in *. They win over all others.
	PassEnv []string
	// Variables win over the configuration's environment variables while the app
	// describes itself, as KEY=value.
	Variables []string
	// StandIns are texts of the configuration, and what the template has for them.
	StandIns map[string]string

	Out string // the folder to write to; it is made if need be
	// SingleFile makes Out a zip that holds what the folder would.
	SingleFile     bool
	PackageFormat  string // SAM, CloudFormation or Terraform
	TemplateFormat string // YAML or JSON; Terraform's is always JSON
	// Code is where the zip will be, for CloudFormation and Terraform. What is left
	// empty becomes a parameter of the template, or a variable of the module. Without
	// either, Terraform's zip is beside the module.
	Code synth.Code
	// Artifact says where the zip of an app will be, as soon as its digest (SHA-256,
	// in hexadecimal) is known, and wins over Code and Target. Parts get keys beside
	// the zip's that tell their content, so that no other package's are in the same
	// place. It isn't called where there is no zip: with TemplateOnly, and for an app
	// without functions.
	Artifact func(app, zipDigest string) (Place, error)
	// MergeTemplate names a file whose content is put over the SAM template;
	// see synth.Template.Merge. If it is YAML, so is the template, which mustn't be
	// asked for as JSON then.
	MergeTemplate string
	TemplateOnly  bool // leave out the zip
	// MaxResources is how many resources a stack can have; 0: as many as
	// CloudFormation takes. With fewer, smaller apps have nested stacks.
	MaxResources int
	// Target is where the app is deployed to. It is needed only where the
	// OpenAPI document of the REST API is too large for a template.
	Target synth.Target

	// AppModel names a file with a saved description of the app. Empty: the
	// program is built for this machine, and asked. The source is looked at for what
	// functions need, nevertheless, where the project has it.
	AppModel string
	Timeout  time.Duration // 0: DefaultTimeout
	// NoAnalysis leaves out of generated policies what the functions' source shows
	// that they need.
	NoAnalysis bool

	// Cache is a folder where compiled programs are kept for the next build, which takes
	// them if all that was read for them is unchanged; see [CacheDir]. Empty: nothing is
	// kept.
	Cache string
	// Force does everything again, whatever is kept or written already.
	Force bool

	// Names says how messages call what their reader can set: keys of the
	// configuration, and fields of this input; nil: as they are called here.
	Names config.Names

	Version  string    // chalice's own
	Progress io.Writer // for lines about what takes long, and how large the app is; nil: none
	// Working is called as something begins that can take long, such as "Compiling shop
	// for linux/arm64", also by several goroutines. What it returns is called at the end,
	// with the error if there is one. Nil: nobody wants to know.
	Working func(label string) (end func(error))
}

// Place is where an app goes: its zip, and its stack.
type Place struct {
	Code   synth.Code
	Target synth.Target // only needed as Input.Target is
}

// Output is what was written.
type Output struct {
	Template string // path
	Zip      string // path; empty: there is none
	// SingleFile is the path of the zip that holds both, if they are in one;
	// their paths are within it then.
	SingleFile string
	// TemplateDigest and ZipDigest are SHA-256, in hexadecimal. They are equal
	// for equal files, the template's parts included.
	TemplateDigest string
	ZipDigest      string
	// Parts are the paths of the files beside the template that it needs: the
	// templates of nested stacks, and the document of the REST API.
	Parts []string
	// PartKeys are the keys that the template names Parts by, in the same order,
	// in the bucket of Code; empty: it names them by their local paths.
	PartKeys []string
	// Code is where the template expects the zip, as the input had it.
	Code synth.Code
	// NestedStacks is how many of these are templates.
	NestedStacks int
	// Resources are those of the template, in its order. Where there are
	// nested stacks, they are those that one template would have.
	Resources []Resource

	// Model and Stage are what the template was made of.
	Model *app.Model
	Stage *config.Stage
	// Policies are what the functions' source shows that they need; nil: nobody
	// has looked.
	Policies *Policies
	// Unchanged means that the output was there as it would have been written, so that
	// nothing was.
	Unchanged bool
	// Warnings are there, as far as they were found, also with an error.
	Warnings []Warning
}

// Resource is one resource of a template.
type Resource struct {
	ID   string // logical id
	Type string // such as AWS::Serverless::Function
	// Function is the name of the function that the resource is, belongs to or is
	// about; empty: none, or several.
	Function string
	// Source is the registration that asked for the resource, the first one of
	// several; nil: none is known, as of what is merged or shared by everything.
	Source *app.Source
}

// Build packages an app. If it fails, the output is as it was. In a
// folder that exists, it replaces a template and a zip of its own kind, also a
// template in the other format, since it would be stale; it leaves the rest
// alone, with TemplateOnly also the zip.
func Build(ctx context.Context, in Input) (Output, error) {
	b, err := newBuild(ctx, in, deployed)
	if err != nil {
		return Output{}, err
	}
	done, err := b.build(ctx)
	done.Warnings = b.warnings
	return done, err
}

func (b *build) build(ctx context.Context) (Output, error) {
	if err := b.checkLiterals(); err != nil {
		return Output{}, err
	}
	out, err := b.prepareOutput()
	if err != nil {
		return Output{}, err
	}
	defer out.discard()
	work, err := b.workFolder()
	if err != nil {
		return Output{}, err
	}
	defer work.Remove()
	return b.run(ctx, b.compiler(work.Path), out)
}

// build is an Input that has been looked at, and the warnings so far.
type build struct {
	Input
	inspected bool // nothing is written
	began     time.Time
	variant   variant
	records   map[target]*record // of earlier builds of the same program
	// outdated are records of such builds with other files, but perhaps the same packages.
	outdated map[target]*record
	own      unchanged.State // folders of the project in which the output is made
	stage    *config.Stage
	passed   []string // the variables of PassEnv
	project  project
	// noSource says why there is no program to look at, where none is needed: a
	// saved description is packaged, and without a zip.
	noSource error
	merge    *synth.Part   // what is merged into the template; nil: nothing
	standIns standin.Table // of values that the described program sees
	zip      *archived     // nil: none is made

	adding   sync.Mutex // held where there are new warnings
	warnings []Warning
}

func newBuild(ctx context.Context, in Input, v variant) (*build, error) {
	b := &build{Input: in, began: time.Now(), variant: v, records: map[target]*record{}, outdated: map[target]*record{}}
	b.ProjectDir = cmp.Or(b.ProjectDir, ".")
	if b.Timeout <= 0 {
		b.Timeout = DefaultTimeout
	}
	if err := b.settleFormats(); err != nil {
		return nil, err
	}
	if err := smallfile.IsFolder(b.ProjectDir); err != nil {
		return nil, fmt.Errorf("open the project: %w", err)
	}
	var err error
	_, ended := timing.Start(ctx, "read the configuration")
	b.stage, err = b.LoadStage()
	ended()
	if err != nil {
		return nil, err
	}
	if b.merge, err = b.readMerge(); err != nil {
		return nil, err
	}
	if b.passed, err = shellenv.Named(in.Names.Of("PassEnv"), in.PassEnv); err != nil {
		return nil, err
	}
	b.project, err = b.findProject(ctx)
	if in.AppModel != "" && in.TemplateOnly {
		b.noSource, err = err, nil
		if errors.Is(b.noSource, errNoGo) {
			b.noSource = errNoGo
		}
	}
	return b, err
}

// LoadStage reads the configuration of the stage. Where the project has neither a
// configuration nor a program, the error says where in the module a program is.
func (in Input) LoadStage() (*config.Stage, error) {
	dir := cmp.Or(in.ProjectDir, ".")
	stage, err := config.Load(dir, config.Options{
		Stage: in.Stage, AnyStage: in.AnyStage, NoFile: in.NoConfig, Overrides: in.Overrides, Names: in.Names,
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = cmp.Or(programElsewhere(dir, in.Names), err)
	}
	return stage, err
}

// checkLiterals finds what nothing fills in, in a configuration for this format.
func (b *build) checkLiterals() error {
	if b.PackageFormat == Terraform {
		return nil
	}
	return b.stage.CheckLiterals()
}

// workFolder makes a folder for programs, where Go would put its own.
func (b *build) workFolder() (*scratch.Folder, error) {
	place := cmp.Or(os.Getenv("GOTMPDIR"), os.TempDir())
	work, err := scratch.Make(place, "chalice-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for temporary files in %s: %w", place, scratch.Reason(err))
	}
	return work, nil
}

// run makes the template and the zip side by side.
func (b *build) run(ctx context.Context, c *compiler, out output) (Output, error) {
	template, zipDigest, err := b.make(ctx, c, out)
	c.finish() // before what is kept goes to its place
	if err != nil {
		return Output{}, err
	}
	_, ended := timing.Start(ctx, "put the output into its place")
	defer ended()
	return b.write(template, zipDigest, out)
}

func (b *build) make(ctx context.Context, c *compiler, out output) (template *rendered, zipDigest string, err error) {
	if !b.TemplateOnly {
		b.zip = &archived{done: make(chan struct{}), modelKnown: make(chan struct{})}
	}
	err = together(ctx,
		func(ctx context.Context) (err error) {
			template, err = b.template(ctx, c)
			return err
		},
		func(ctx context.Context) (err error) {
			if b.TemplateOnly {
				return nil
			}
			if zipDigest, err = c.archive(ctx, lambda(b.stage.Architecture), out.file(archiveName), b.zip.described); err == nil {
				b.zip.made(zipDigest)
			}
			return err
		})
	return template, zipDigest, err
}

// template makes the app's template, step by step. The digest of the zip is waited
// for if the zip's place depends on it, or a version of a function.
func (b *build) template(ctx context.Context, c *compiler) (*rendered, error) {
	app, err := b.find(ctx, c)
	if err != nil {
		return nil, err
	}
	place, err := b.place(ctx, app)
	if err != nil {
		return nil, err
	}
	_, ended := timing.Start(ctx, "render the template")
	defer ended()
	template, err := b.render(app.graph, place.Code)
	if err != nil {
		return nil, err
	}
	files, err := template.Files(b.layout(place))
	if err != nil {
		return nil, err
	}
	b.reportStacks(files)
	return &rendered{found: app, files: files, resources: resourcesOf(template), code: place.Code}, nil
}

// found is what is known of an app before its template is made.
type found struct {
	graph    *synth.Graph
	model    *app.Model
	policies *Policies // nil: nobody has looked
}

// find describes the app, finds what it needs, and makes the graph of that.
func (b *build) find(ctx context.Context, c *compiler) (*found, error) {
	analysis := b.beginAnalysis(ctx, c)
	defer analysis.stop()
	model, err := b.model(ctx, c)
	if err != nil {
		return nil, err
	}
	b.zip.of(model)
	files, err := b.files(synth.RequiredFiles(model, b.stage))
	if err != nil {
		return nil, err
	}
	policies, err := b.policies(analysis, model)
	if err != nil {
		return nil, err
	}
	in := synth.Input{Model: model, Stage: b.stage, Files: files, StandIns: b.contents(), Merge: b.merge, Version: b.Version}
	policies.fill(&in)
	if b.needsDigest(model) {
		if in.CodeSHA256, err = b.zip.digest(ctx); err != nil {
			return nil, err
		}
	}
	_, ended := timing.Start(ctx, "synthesize the resources")
	graph, err := synth.Build(in)
	ended()
	if err != nil {
		return nil, err
	}
	b.warnOfConfiguration(model)
	b.warnOfVersions(model)
	b.warnOfTemplate(graph.Warnings())
	return &found{graph, model, policies}, nil
}

// warnOfConfiguration says what of the configuration counts for nothing.
func (b *build) warnOfConfiguration(model *app.Model) {
	for _, f := range model.Functions {
		// A websocket handler's own name isn't that of its function.
		if _, configured := b.stage.Functions[f.Name]; configured && f.Name != f.FunctionName() {
			b.warn(ConfigurationWarning, "what lambda_functions says of %s counts for nothing: the function is %s", f.Name, f.FunctionName())
		}
	}
	for _, w := range slices.Concat(b.stage.Unused(model.FunctionNames()), b.stage.Doubts(model)) {
		b.warn(ConfigurationWarning, "%s", w)
	}
}
