package record

import (
	"time"
)

// Version is the version of the records that this package writes.
const Version = 1

// Record is what is known of the stack of a stage that was deployed from this
// project.
type Record struct {
	Version int    `json:"version"`
	App     string `json:"app"`
	Stage   string `json:"stage"`

	Account string `json:"account"`
	Region  string `json:"region"`
	Stack   string `json:"stack"`    // its name
	StackID string `json:"stack_id"` // its ARN, which no later stack of that name has

	// Changed is when the last change of the stack began, by CloudFormation's
	// clock.
	Changed time.Time `json:"changed"`
	// Deployed is when the stack was found to be as the record says.
	Deployed time.Time `json:"deployed"`
	// Outputs are the outputs of the stack, by name.
	Outputs map[string]string `json:"outputs"`
	// URLs are the URLs of the app.
	URLs []URL `json:"urls"`
	// Functions are the app's functions, by the app's names.
	Functions map[string]Function `json:"functions"`
	// Artifact is the program. It is empty for an app without functions.
	Artifact Artifact `json:"artifact"`
	// Template is the stack's template.
	Template Template `json:"template"`
}

// URL is the address of one of an app's fronts.
type URL struct {
	Front string `json:"front"` // such as "REST API"
	URL   string `json:"url"`
}

// Function is a Lambda function of the stack, or of one nested in it.
type Function struct {
	LogicalID string `json:"logical_id"`
	Name      string `json:"name"` // in Lambda
	ARN       string `json:"arn"`
	// Alias is that by which event sources and APIs call the function; empty: they call
	// the function itself.
	Alias string `json:"alias,omitempty"`
}

// Artifact is the zip with the program, in S3.
type Artifact struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

// Template says where the stack's template is.
type Template struct {
	// Folder is a folder beside the record, with the template and its parts.
	Folder string `json:"folder"`
	File   string `json:"file"`   // of the root template, in the folder
	SHA256 string `json:"sha256"` // of all files, in hexadecimal
}

// File is one file of a template.
type File struct {
	Name string // without a folder
	Data []byte
}
