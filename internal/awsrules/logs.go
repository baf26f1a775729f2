package awsrules

import (
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/logpattern"
)

// The limits of CloudWatch Logs for subscriptions.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
const (
	maxLogPattern    = 1024 // characters
	maxSubscriptions = 2    // of a group
)

// groupName matches the names that a log group can have.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
var groupName = lazyregexp.New(`^[A-Za-z0-9_/.#-]{1,512}$`)

// logs checks a subscription to a log group.
func (p place) logs(m *app.LogsModel) {
	switch {
	case m.Group == "":
		p.fail("the log group is empty: give its name")
	case filledIn(m.Group) && !strings.HasPrefix(m.Group, "arn:"):
	case strings.HasPrefix(m.Group, "arn:"):
		p.fail("log group %q is an ARN: give the group's name, which follows log-group:", m.Group)
	case !groupName.MatchString(m.Group):
		p.fail("%q is no name of a log group: that has 1 to 512 letters, digits, and _ / . # -", m.Group)
	}
	if n := utf8.RuneCountInString(m.FilterPattern); n > maxLogPattern {
		p.fail("FilterPattern has %d characters, %d more than the %d that CloudWatch Logs takes", n, n-maxLogPattern, maxLogPattern)
		return
	}
	if filledIn(m.FilterPattern) {
		return
	}
	if _, err := logpattern.Compile(m.FilterPattern); err != nil {
		p.fail("FilterPattern %s is none that CloudWatch Logs takes: %v", m.FilterPattern, err)
	}
}

// subscriptions reports more subscriptions to a log group than it can have.
func (c *checker) subscriptions(functions []app.FunctionModel) {
	count := map[string]int{}
	for i := range functions {
		m := functions[i].Logs
		if m == nil || m.Group == "" {
			continue
		}
		if count[m.Group]++; count[m.Group] > maxSubscriptions {
			c.at(functions[i].Source).fail("log group %q has %d subscriptions with this one, but CloudWatch Logs takes %d: have one function do the work of two", m.Group, count[m.Group], maxSubscriptions)
		}
	}
}
