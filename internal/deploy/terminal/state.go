package terminal

import "strings"

// phase is how far CloudFormation is with a resource.
type phase int

const (
	working phase = iota
	finished
	failed
)

// words are CloudFormation's statuses as a tree shows them. The first prefix that
// fits counts.
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

// takenBack are the words for what CloudFormation does to a resource when its stack
// rolls back.
var takenBack = map[string]string{
	"updating": "restoring", "updated": "restored",
}

// rollsBack reports whether a stack of that status goes, or has gone, back to what it
// was.
func rollsBack(status string) bool { return strings.Contains(status, "ROLLBACK") }

// aftermath reports whether a resource failed because another one did.
func aftermath(reason string) bool {
	reason = strings.ToLower(reason)
	return strings.Contains(reason, "cancelled") && strings.Contains(reason, "resource ")
}
