package arn

// Use is an action on what a target names.
type Use struct {
	Action string
	Target Target
}

// Uses returns what an action on a target comes to. Mostly that is the same action. But
// some names are of resources that other actions are for, or ask for one more. What a
// name is can depend on the values of environment variables, so it has to be asked again
// once they are configured.
func Uses(action string, t Target) []Use {
	if uses := usesBy[t.Service]; uses != nil {
		return uses(action, t)
	}
	return []Use{{action, t}}
}

// usesBy has the services in which names decide over actions, by their Go packages.
var usesBy = map[string]func(action string, t Target) []Use{
	"dynamodb": statementUses,
	"s3":       bucketUses,
	"ssm":      parameterUses,
}
