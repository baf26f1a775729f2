package awsrules_test

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

const dead = "arn:aws:sqs:eu-west-1:123456789012:dead"

// TestTargets: what rules and schedules say of their targets.
func TestTargets(t *testing.T) {
	rule := func(options ...app.CloudWatchOption) func(*app.App) {
		return func(a *app.App) { a.OnCloudWatchEvent(app.Pattern{"source": []string{"shop"}}, tick, options...) }
	}
	rate := func(options ...app.ScheduleOption) func(*app.App) { return schedule("rate(1 day)", options...) }
	const noARN = ` is not the ARN of a queue: that is arn:aws:sqs:region:account:name`
	const noBus = ` is neither the name nor the ARN of an event bus, which is arn:aws:events:region:account:event-bus/name`
	const noName = ` is no name of an event bus: that has 1 to 256 letters, digits, -, _, . and, if it is a partner's, /`
	checkAll(t, map[string]registration{
		"the default bus":          {rule(app.Bus("default")), ""},
		"a custom bus":             {rule(app.Bus("orders_1.eu-A")), ""},
		"a partner's bus":          {rule(app.Bus("aws.partner/example.com/shop/123")), ""},
		"256 characters of a bus":  {rule(app.Bus(strings.Repeat("b", 256))), ""},
		"257 characters of a bus":  {rule(app.Bus(strings.Repeat("b", 257))), `"` + strings.Repeat("b", 257) + `"` + noName},
		"a space in a bus":         {rule(app.Bus("my orders")), `"my orders"` + noName},
		"another account's bus":    {rule(app.Bus("arn:aws:events:eu-west-1:210987654321:event-bus/orders")), ""},
		"a partner's bus by ARN":   {rule(app.Bus("arn:aws:events:eu-west-1:123456789012:event-bus/aws.partner/a/b")), ""},
		"a bus of China":           {rule(app.Bus("arn:aws-cn:events:cn-north-1:123456789012:event-bus/orders")), ""},
		"a rule's ARN":             {rule(app.Bus("arn:aws:events:eu-west-1:123456789012:rule/orders")), `bus "arn:aws:events:eu-west-1:123456789012:rule/orders"` + noBus},
		"a topic's ARN":            {rule(app.Bus("arn:aws:sns:eu-west-1:123456789012:orders")), `bus "arn:aws:sns:eu-west-1:123456789012:orders"` + noBus},
		"a bus without an account": {rule(app.Bus("arn:aws:events:eu-west-1::event-bus/orders")), `bus "arn:aws:events:eu-west-1::event-bus/orders"` + noBus},
		"a bus to fill in":         {rule(app.Bus("${aws_cloudwatch_event_bus.orders.name}")), ""},
		"an input":                 {rule(app.Input(strings.Repeat("ü", 8190))), ""},
		"too much of an input":     {rule(app.Input(strings.Repeat("ü", 8191))), "the Input has 8193 characters as JSON, 1 more than the 8192 that AWS takes"},
		"an input of any length":   {rule(app.Input("${x}" + strings.Repeat("y", 8191))), ""},
		"much at times":            {rate(app.Input(strings.Repeat("x", 9000))), "the Input has 9002 characters as JSON, 810 more than the 8192 that AWS takes"},
		"much for Scheduler":       {rate(app.Timezone("UTC"), app.Input(strings.Repeat("x", 262142))), ""},
		"too much for Scheduler":   {rate(app.Timezone("UTC"), app.Input(strings.Repeat("x", 262143))), "the Input has 262145 characters as JSON, 1 more than the 262144 that AWS takes"},
		"a path":                   {rule(app.InputPath("$.detail.items[0]['a b'].*")), ""},
		"the whole event":          {rule(app.InputPath("$")), ""},
		"no path":                  {rule(app.InputPath("detail")), `InputPath "detail": a path starts with $, which is the event, as in $.detail`},
		"a filter in a path":       {rule(app.InputPath("$.a[?(@.b)]")), `InputPath "$.a[?(@.b)]": [?(@.b)] is no index such as [0], and not [*]: EventBridge knows no other expressions`},
		"a recursive path":         {rule(app.InputPath("$..id")), `InputPath "$..id": behind a dot there is a name of letters, digits, - and _, or *`},
		"a long path":              {rule(app.InputPath("$." + strings.Repeat("a", 255))), "the InputPath has 257 characters, 1 more than the 256 that EventBridge takes"},
		"an input and a path":      {rule(app.Input(1), app.InputPath("$.detail")), "Input and InputPath are both given: the function gets either the same each time, or a part of the event"},
		"all retries":              {rule(app.MaxRetries(185), app.MaxAge(24*time.Hour), app.DeadLetterQueue(dead)), ""},
		"no retries":               {rate(app.MaxRetries(0), app.MaxAge(time.Minute), app.DeadLetterQueue(dead)), ""},
		"186 retries":              {rule(app.MaxRetries(186)), "MaxRetries is 186: it has to be from 0 to 185"},
		"less than no retries":     {rate(app.MaxRetries(-1)), "MaxRetries is -1: it has to be from 0 to 185"},
		"a minute too long":        {rate(app.MaxAge(24*time.Hour + time.Minute)), "MaxAge is 86460s: it has to be from 60s to 86400s, which is 24 hours"},
		"59 seconds":               {rule(app.MaxAge(59 * time.Second)), "MaxAge is 59s: it has to be from 60s to 86400s, which is 24 hours"},
		"retries of Scheduler":     {rate(app.Timezone("UTC"), app.MaxRetries(186), app.MaxAge(time.Second)), "MaxRetries is 186: it has to be from 0 to 185\nMaxAge is 1s: it has to be from 60s to 86400s, which is 24 hours"},
		"a queue's name":           {rule(app.DeadLetterQueue("dead")), `DeadLetterQueue "dead"` + noARN},
		"a topic for dead letters": {rate(app.DeadLetterQueue("arn:aws:sns:eu-west-1:123456789012:dead")), `DeadLetterQueue "arn:aws:sns:eu-west-1:123456789012:dead"` + noARN},
		"a FIFO queue":             {rate(app.Timezone("UTC"), app.DeadLetterQueue(dead+".fifo")), `DeadLetterQueue "` + dead + `.fifo" is a FIFO queue, which EventBridge can't send to: give a standard queue`},
		"a queue to fill in":       {rule(app.DeadLetterQueue("${aws_sqs_queue.dead.arn}")), ""},
		"a queue of the CDK's":     {rate(app.DeadLetterQueue("arn:${Token[TOKEN.1]}")), ""},
	})
}

func TestScheduler(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2027, 1, n, 0, 0, 0, 0, time.UTC) }
	noon := func(options ...app.ScheduleOption) func(*app.App) {
		return schedule("cron(0 12 * * ? *)", options...)
	}
	const unknown = ` is not in IANA's database, which has names such as Europe/Paris`
	checkAll(t, map[string]registration{
		"a zone":             {noon(app.Timezone("America/Argentina/ComodRivadavia")), ""},
		"an old name":        {noon(app.Timezone("US/Pacific")), ""},
		"UTC":                {noon(app.Timezone("UTC")), ""},
		"an offset by name":  {noon(app.Timezone("Etc/GMT-14")), ""},
		"another case":       {noon(app.Timezone("europe/paris")), `Timezone "europe/paris"` + unknown + "; did you mean Europe/Paris?"},
		"a misspelt zone":    {noon(app.Timezone("Europe/Berlim")), `Timezone "Europe/Berlim"` + unknown + "; did you mean Europe/Berlin?"},
		"a city":             {noon(app.Timezone("Paris")), `Timezone "Paris"` + unknown + "; did you mean Europe/Paris?"},
		"an offset":          {noon(app.Timezone("+02:00")), `Timezone "+02:00"` + unknown},
		"a zone to fill in":  {noon(app.Timezone("${var.zone}")), ""},
		"once":               {schedule(app.At(day(1))), ""},
		"once, within a day": {schedule(app.At(day(1)), app.FlexibleWindow(24*time.Hour), app.Input(1), app.DeadLetterQueue(dead)), ""},
		"once, in a zone":    {schedule(app.At(day(1)), app.Timezone("Europe/Paris")), "Timezone doesn't go with app.At, which is the same moment everywhere: leave it out"},
		"once, from then":    {schedule(app.At(day(1)), app.From(day(1))), "From and Until don't go with app.At, for which EventBridge Scheduler ignores them: leave them out"},
		"once, until then":   {schedule(app.At(day(1)), app.Until(day(1))), "From and Until don't go with app.At, for which EventBridge Scheduler ignores them: leave them out"},
		"once, long ago":     {schedule(app.At(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))), ""}, // packaging doesn't depend on the time
		"a date":             {schedule("at(2027-01-01)"), `schedule "at(2027-01-01)": write at(2027-01-31T12:00:00), or use app.At`},
		"with a zone":        {schedule("at(2027-01-01T00:00:00Z)"), `schedule "at(2027-01-01T00:00:00Z)": write at(2027-01-31T12:00:00), or use app.At`},
		"a fraction":         {schedule("at(2027-01-01T00:00:00.5)"), `schedule "at(2027-01-01T00:00:00.5)": write at(2027-01-31T12:00:00), or use app.At`},
		"the 30th of February": {
			schedule("at(2027-02-30T00:00:00)"), `schedule "at(2027-02-30T00:00:00)": write at(2027-01-31T12:00:00), or use app.At`,
		},
		"a wrong rate in a zone": {schedule("rate(1 days)", app.Timezone("UTC")), `schedule "rate(1 days)": write rate(1 day)`},
		"a window":               {noon(app.FlexibleWindow(time.Minute)), ""},
		"25 hours":               {noon(app.FlexibleWindow(25 * time.Hour)), "FlexibleWindow is 1500 minutes: it has to be from 1 to 1440, which is 24 hours"},
		"a year":                 {noon(app.From(day(1)), app.Until(day(365))), ""},
		"the past":               {noon(app.From(time.Unix(0, 0)), app.Until(time.Unix(1, 0))), ""},
		"the same moment":        {noon(app.From(day(1)), app.Until(day(1))), "From is 2027-01-01T00:00:00Z, which has to be before Until, 2027-01-01T00:00:00Z"},
		"backwards":              {noon(app.From(day(2)), app.Until(day(1))), "From is 2027-01-02T00:00:00Z, which has to be before Until, 2027-01-01T00:00:00Z"},
	})
}

// TestSavedSchedules: what only a model that somebody wrote can have.
func TestSavedSchedules(t *testing.T) {
	for name, tc := range map[string]struct {
		schedule app.ScheduleModel
		want     string
	}{
		"once without Scheduler": {app.ScheduleModel{Expression: "at(2027-01-01T00:00:00)"}, `schedule "at(2027-01-01T00:00:00)": write rate(5 minutes) or cron(0 12 * * ? *)`},
		"a date to start":        {app.ScheduleModel{Expression: "rate(1 day)", Scheduler: &app.SchedulerModel{From: "2027-01-01"}}, `From is "2027-01-01": it has to be as in RFC 3339, such as 2027-01-31T12:00:00Z`},
		"a negative window":      {app.ScheduleModel{Expression: "rate(1 day)", Scheduler: &app.SchedulerModel{FlexibleWindowMinutes: -1}}, "FlexibleWindow is -1 minutes: it has to be from 1 to 1440, which is 24 hours"},
		"an input of Go":         {app.ScheduleModel{Expression: "rate(1 day)", Input: "{a: 1}"}, "the Input is no JSON"},
	} {
		m := &app.Model{Version: 1, Name: "saved", Functions: []app.FunctionModel{{Name: "f", Kind: app.ScheduleKind, Schedule: &tc.schedule}}}
		if got := awsrules.Check(m); got.Error() != tc.want {
			t.Errorf("%s: got %v; want %s", name, got, tc.want)
		}
	}
}

// TestZones compares the names of time zones with those of this release of Go. If they
// differ, write them into zones.txt: Europe/Paris is the name of a file in the archive.
// Where Go comes without the archive, it is known only that there is a zone of each name.
func TestZones(t *testing.T) {
	data, err := os.ReadFile("zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(data))
	if len(names) == 0 {
		t.Fatal("zones.txt has no names")
	}
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skipf("zones.txt can lack names: Go comes without the archive of all: %v", err)
	}
	defer archive.Close()
	var want []string
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") && f.Name != "Factory" { // which is for what has no zone yet
			want = append(want, f.Name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("zones.txt (-want +got)\n%s", diff)
	}
}
