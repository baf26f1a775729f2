package terminal

import "strings"

// phase is a phase of CloudFormation's work on a resource.
type phase int

const (
	working phase = iota
	finished
	failed
)

// words are CloudFormation's statuses in the words of the tree. The first
// prefix that matches counts.
var words = []struct{ prefix, working, finished, failed string }{
	{"UPDATE_ROLLBACK_COMPLETE_CLEANUP", "cleaning up", "rolled back", "rollback failed"},
	{"UPDATE_COMPLETE_CLEANUP", "cleaning up", "updated", "failed"},
	{"UPDATE_ROLLBACK", "rolling back", "rolled back", "rollback failed"},
	{"IMPORT_ROLLBACK", "rolling back", "rolled back", "rollback failed"},
	{"ROLLBACK", "rolling back", "rolled back", "rollback failed"},
	{"DELETE_SKIPPED", "", "kept", ""},
	{"CREATE", "creating", "created", "failed"},
	{"UPDATE", "updating", "updated", "failed"},
	{"DELETE", "deleting", "deleted", "failed"},
	{"IMPORT", "importing", "imported", "failed"},
	{"REVIEW", "in review", "reviewed", "failed"},
}

// state returns a status in words, and its phase.
func state(status string) (string, phase) {
	p := working
	switch {
	case strings.HasSuffix(status, "_FAILED"):
		p = failed
	case strings.HasSuffix(status, "_COMPLETE"), strings.HasSuffix(status, "_SKIPPED"):
		p = finished
	}
	for _, w := range words {
		if strings.HasPrefix(status, w.prefix) {
			return [...]string{w.working, w.finished, w.failed}[p], p
		}
	}
	return strings.ToLower(strings.ReplaceAll(status, "_", " ")), p
}

// takenBack are the words for CloudFormation's work on a resource while its
// stack is rolled back.
var takenBack = map[string]string{
	"updating": "restoring", "updated": "restored",
}

// wordsOf are the words for CloudFormation's work on resources of some types, which say
// more: that on an alias can take minutes, in which CodeDeploy works.
var wordsOf = map[string]map[string]string{
	"AWS::Lambda::Alias": {"updating": "shifting traffic"},
	versionType:          {"creating": "publishing", "created": "published"},
}

// rollsBack reports whether a stack with that status is being, or was, rolled
// back.
func rollsBack(status string) bool { return strings.Contains(status, "ROLLBACK") }

// aftermath reports whether a resource failed because another one did.
func aftermath(reason string) bool {
	reason = strings.ToLower(reason)
	return strings.Contains(reason, "cancelled") && strings.Contains(reason, "resource ")
}
