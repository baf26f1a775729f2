package review

// The actions of a resource in a change set.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
const (
	Add     = "Add"
	Modify  = "Modify"
	Remove  = "Remove"
	Import  = "Import"
	Dynamic = "Dynamic" // not yet known
)

// Whether a modified resource is replaced.
const (
	ReplaceYes   = "True"
	ReplaceNo    = "False"
	ReplaceMaybe = "Conditional"
)

// Whether a change of a property replaces its resource.
const (
	RecreateNever  = "Never"
	RecreateMaybe  = "Conditionally"
	RecreateAlways = "Always"
)

// Change is the change of a resource in a change set. Its texts are
// CloudFormation's.
type Change struct {
	Action                      string
	LogicalID, PhysicalID, Type string
	Replacement                 string // of a modified resource
	PolicyAction                string // what happens to a removed or replaced resource: Delete, Retain, ReplaceAndRetain, ...
	Properties                  []PropertyChange
	Nested                      []Change // of a resource that is a stack
}

// PropertyChange is the change of a property of a modified resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
type PropertyChange struct {
	Attribute     string // Properties, Metadata, ...
	Name          string // of the property, such as Environment
	Path          string // the part that changes, as a JSON pointer: /Properties/Environment/Variables/X
	Before, After string // texts, or JSON
	Recreation    string
	Kind          string // Add, Remove, Modify
}
