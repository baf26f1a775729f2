package config

import (
	"cmp"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Logging is how Lambda writes the log of a function, its LoggingConfig.
// https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
type Logging struct {
	Format      string // JSONLogs or TextLogs; empty: Lambda's default, TextLogs
	Level       string // the least level of what the function logs, of LogLevels; empty: Lambda's default. Goes with JSONLogs
	SystemLevel string // the same of what Lambda logs about it: DEBUG, INFO or WARN
	// Group is a log group that is there already, by name. Zero: one of the function's own.
	Group Value
}

// The formats of logs.
const (
	JSONLogs = "JSON"
	TextLogs = "Text"
)

// LogLevels are the levels of a function's own lines, the least first.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
var LogLevels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// DefaultLogLevel is the one that counts for logs in JSON without a level.
const DefaultLogLevel = "INFO"

// LeastLevel returns the level from which on the function's lines get into its log;
// empty: Lambda looks at no levels.
func (l Logging) LeastLevel() string {
	if l.Format != JSONLogs {
		return ""
	}
	return cmp.Or(l.Level, DefaultLogLevel)
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
var logGroupName = lazyregexp.New(`^[A-Za-z0-9_/.#-]{1,512}$`)

var loggingKeys = []Key{
	{
		Name: logFormatKey, Scope: allScopes, Default: `"Text"`, Values: []string{JSONLogs, TextLogs},
		plain: true,
		Doc:   "Format of a function's log: of the lines that Lambda itself writes about it, and whether levels count.",
	},
	{
		Name: logLevelKey, Scope: allScopes, Values: LogLevels,
		plain: true,
		Doc:   "Least level of a function's own lines that are logged; goes with log_format JSON, where it is INFO without this key.",
	},
	{
		Name: systemLogLevelKey, Scope: allScopes, Values: []string{"DEBUG", "INFO", "WARN"},
		plain: true,
		Doc:   "Least level of Lambda's own lines about a function that are logged; goes with log_format JSON, where it is INFO without this key.",
	},
	{
		Name: logGroupKey, Scope: allScopes, intrinsic: true,
		form: "the name of a log group, 1 to 512 letters, digits and _ / . # -", pattern: logGroupName,
		Doc: "Name of the log group that a function logs to, and perhaps others too, which is there already. Without it, one of the function's own.",
	},
}

const (
	logFormatKey      = "log_format"
	logLevelKey       = "log_level"
	systemLogLevelKey = "system_log_level"
	logGroupKey       = "log_group"
	logRetentionKey   = "log_retention_in_days"
)

func (s *source) mergeLogging(name string, f *Function) {
	f.Logging = Logging{
		Format:      s.text(name, logFormatKey, ""),
		Level:       s.logLevel(name, logLevelKey),
		SystemLevel: s.logLevel(name, systemLogLevelKey),
		Group:       s.value(name, logGroupKey),
	}
}

// logLevel returns a level, which is for logs in JSON: where a nearer block says that
// the log is text, a level from further out is meant for others.
func (s *source) logLevel(name, key string) string {
	level, format := s.nearness(name, key), s.nearness(name, logFormatKey)
	if format < level && s.text(name, logFormatKey, "") == TextLogs {
		return ""
	}
	return s.text(name, key, "")
}

// nearness returns how many blocks come before the one that has a function's key.
func (s *source) nearness(name, key string) int {
	blocks := s.scalarOrder(name)
	for i, block := range blocks {
		if block.get(key) != nil {
			return i
		}
	}
	return len(blocks)
}

// checkLogging reports what Lambda would refuse of a function's log, and a log group
// that isn't the function's own, but is to be made so.
func checkLogging(r functionReport, f Function) {
	l := f.Logging
	for _, level := range []struct{ key, of string }{{logLevelKey, l.Level}, {systemLogLevelKey, l.SystemLevel}} {
		if level.of != "" && l.Format != JSONLogs {
			r.beside(level.key, "needs %s JSON beside it: Lambda looks at no levels in a log that is text", logFormatKey)
		}
	}
	if strings.HasPrefix(l.Group.Text, reservedGroups) {
		r.add(logGroupKey, "is %q, but names that start with %s are AWS's own: those of functions start with /%s", l.Group.Text, reservedGroups, reservedGroups)
	}
	if !l.Group.IsZero() && f.LogRetentionDays > 0 {
		r.beside(logGroupKey, "names a group that is there already, but %[1]s makes one of the function's own: set %[1]s to 0 for what has this group, or leave the group out", logRetentionKey)
	}
}

// reservedGroups is how no log group of a user's can start.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
const reservedGroups = "aws/"
