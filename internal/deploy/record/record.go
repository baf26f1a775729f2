package record

import (
	"time"
)

// Version is that of the records that this package writes.
const Version = 1

// Record is what is known of the stack of a stage since it was last deployed
// from this project.
type Record struct {
	Version int    `json:"version"`
	App     string `json:"app"`
	Stage   string `json:"stage"`

	Account string `json:"account"`
	Region  string `json:"region"`
	Stack   string `json:"stack"`    // its name
	StackID string `json:"stack_id"` // its ARN, which no later stack has

	// Changed is when CloudFormation last began to change the stack, by its clock.
	Changed time.Time `json:"changed"`
	// Deployed is when the stack was found to be what the record says of it.
	Deployed time.Time `json:"deployed"`
	// Outputs are those of the stack, by name.
	Outputs map[string]string `json:"outputs"`
	// URLs are where the app is reached.
	URLs []URL `json:"urls"`
	// Functions are those of the app, by the names they have there.
	Functions map[string]Function `json:"functions"`
	// Artifact is the program. It is empty for an app without functions.
	Artifact Artifact `json:"artifact"`
	// Template is that of the stack.
	Template Template `json:"template"`
}

// URL is one of the fronts of an app.
type URL struct {
	Front string `json:"front"` // such as "REST API"
	URL   string `json:"url"`
}

// Function is a Lambda function of the stack, or of one nested in it.
type Function struct {
	LogicalID string `json:"logical_id"`
	Name      string `json:"name"` // in Lambda
	ARN       string `json:"arn"`
}

// Artifact is the zip with the program, in S3.
type Artifact struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

// Template says where the stack's template lies.
type Template struct {
	// Folder is beside the record, and has the template and its parts.
	Folder string `json:"folder"`
	File   string `json:"file"`   // of the root template, in the folder
	SHA256 string `json:"sha256"` // of all files, in hexadecimal
}

// File is one file of a template.
type File struct {
	Name string // without a folder
	Data []byte
}
