package synth

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Layout says how a template becomes files.
type Layout struct {
	// File names the root template: sam.yaml. What else is needed is named
	// after it, such as sam-functions-01.yaml and sam-api.json. A name that
	// ends in .json asks for JSON, any other for YAML.
	File string
	// MaxResources is how many resources a stack can have, those that SAM
	// makes included; 0: as many as CloudFormation takes.
	MaxResources int
	// NestedStacks is how many stacks the functions are spread over that no
	// API calls; 0: none. Nil: DefaultNestedStacks where one template is too
	// small, none otherwise.
	NestedStacks *int
	// Bucket and Folder are the place in S3 that the files are uploaded to,
	// for CloudFormation without SAM. Without a bucket the root names them by
	// their local paths, which "sam deploy" and "aws cloudformation package"
	// upload and replace.
	Bucket string
	Folder string
	// ByContent puts a digest of a file's content into its key in Bucket, so that
	// a template and its parts fit each other whatever is uploaded later.
	ByContent bool
	// Target is where the app is deployed to, if that is known.
	Target Target
}

// DefaultNestedStacks is how many nested stacks an app's functions are spread
// over if one template is too small for them and the configuration doesn't say.
// It must not change: functions would move between the stacks of deployed apps.
const DefaultNestedStacks = 20

// File is one file of a template.
type File struct {
	Name string
	Data []byte
	// Key is where the root expects the file in the layout's bucket. The root has
	// none, nor has any file of a layout without a bucket.
	Key string
	// Stack is the logical id of a nested stack, empty for the root and for
	// what is no template.
	Stack string
	// Resources is how many resources a stack has, those included that SAM
	// makes.
	Resources int
}

// IsTemplatePart reports whether a name is one that [Template.Files] can give to
// a file beside the root template of that name.
func IsTemplatePart(root, name string) bool {
	rest, ok := strings.CutPrefix(name, strings.TrimSuffix(root, path.Ext(root))+"-")
	return ok && templatePart.MatchString(rest)
}

var templatePart = regexp.MustCompile(`^(?:functions-[0-9]+(?:-level-[0-9]+)?\.(?:yaml|json)|api\.json)$`)

// isJSON tells in which format the templates are.
func (l Layout) isJSON() bool { return strings.EqualFold(path.Ext(l.File), ".json") }

// beside names a file beside the root template.
func (l Layout) beside(part, ext string) string {
	return strings.TrimSuffix(l.File, path.Ext(l.File)) + "-" + part + ext
}

func (l Layout) maxResources() int { return cmp.Or(l.MaxResources, MaxResources) }

// limitName says whose limit that is.
func (l Layout) limitName(names config.Names) string {
	if l.MaxResources > 0 && l.MaxResources < MaxResources {
		return "that " + names.Of("MaxResources") + " allows"
	}
	return "that a stack of CloudFormation's can have"
}

// key is where a file of a name and a content is in the bucket, if there is one.
func (l Layout) key(name string, data []byte) string {
	if l.Bucket == "" {
		return ""
	}
	if l.ByContent {
		sum, ext := sha256.Sum256(data), path.Ext(name)
		name = strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:]) + ext
	}
	return path.Join(l.Folder, name)
}

// url is where CloudFormation finds the template of a nested stack.
func (l Layout) url(f File) any {
	if l.Bucket == "" {
		return "./" + f.Name
	}
	key := (&url.URL{Path: f.Key}).EscapedPath()
	return cfn.Sub("https://s3.${AWS::Region}.${AWS::URLSuffix}/" + cfn.Literal(l.Bucket) + "/" + cfn.Literal(key))
}

// documentPlace is where CloudFormation finds the REST API's document.
func (l Layout) documentPlace(f File) any {
	if l.Bucket == "" {
		return "./" + f.Name
	}
	return ordered.New("Bucket", l.Bucket, "Key", f.Key)
}

const documentFile = "api"
