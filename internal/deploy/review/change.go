package review

// What CloudFormation says about a resource in a change set.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
const (
	Add     = "Add"
	Modify  = "Modify"
	Remove  = "Remove"
	Import  = "Import"
	Dynamic = "Dynamic" // it isn't known yet
)

// Whether a resource that is modified is replaced.
const (
	ReplaceYes   = "True"
	ReplaceNo    = "False"
	ReplaceMaybe = "Conditional"
)

// Whether a property's change replaces its resource.
const (
	RecreateNever  = "Never"
	RecreateMaybe  = "Conditionally"
	RecreateAlways = "Always"
)

// Change is the change of a resource, as a change set has it. Texts are
// CloudFormation's.
type Change struct {
	Action                      string
	LogicalID, PhysicalID, Type string
	Replacement                 string // of what is modified
	PolicyAction                string // what becomes of what is removed or replaced: Delete, Retain, ReplaceAndRetain, ...
	Properties                  []PropertyChange
	Nested                      []Change // of a stack that is a resource
}

// PropertyChange is the change of a property of a resource that is modified.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
type PropertyChange struct {
	Attribute     string // Properties, Metadata, ...
	Name          string // of the property, such as Environment
	Path          string // what of it, as a JSON pointer: /Properties/Environment/Variables/X
	Before, After string // texts, or JSON
	Recreation    string
	Kind          string // Add, Remove, Modify
}
