package awsrules_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/synth"
)

func index(context.Context, *app.Request) (any, error)                   { return nil, nil }
func check(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }
func tick(context.Context, *app.CloudWatchEvent) error                   { return nil }
func resize(context.Context, *app.S3Event) error                         { return nil }
func notify(context.Context, *app.SNSEvent) error                        { return nil }
func work(context.Context, *app.SQSEvent) error                          { return nil }
func record(context.Context, *app.KinesisEvent) error                    { return nil }
func change(context.Context, *app.DynamoDBEvent) error                   { return nil }
func alarm(context.Context, *app.LogsEvent) error                        { return nil }

// registration registers something, and says what AWS would refuse of it: a
// line for each mistake, empty if there is none.
type registration struct {
	register func(*app.App)
	want     string
}

// checkAll describes an app with each of the registrations. It checks the model
// in the form that the program has, in the form of a saved file, and as the
// packager and the CDK construct do: all have to report the same mistakes, each
// with the place of its registration.
func checkAll(t *testing.T, cases map[string]registration) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := app.New("checked")
			tc.register(a)
			checkApp(t, a, tc.want)
		})
	}
}

// checkApp checks one app.
func checkApp(t *testing.T, a *app.App, want string) {
	t.Helper()
	described := a.Describe()
	if described.Mistakes != nil {
		t.Fatal(described.Mistakes)
	}
	data, err := described.JSON()
	if err != nil {
		t.Fatal(err)
	}
	saved, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	for way, got := range map[string]error{
		"the program": joined(awsrules.CheckREST(described.Routes), awsrules.Check(described)),
		"a file":      joined(awsrules.CheckREST(saved.Routes), awsrules.Check(saved)),
		"packaging":   build(saved),
	} {
		if diff := cmp.Diff(want, withoutPlaces(t, got)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", way, diff)
		}
	}
}

func joined(lists ...app.Mistakes) error {
	var all []error
	for _, mistakes := range lists {
		all = append(all, mistakes.Unwrap()...)
	}
	return errors.Join(all...)
}

func build(m *app.Model) error {
	_, err := synth.Build(synth.Input{Model: m, Stage: config.New("dev"), Version: "1.0.0"})
	return err
}

// place matches the place of a registration in these tests. Another place
// within a message is written as LINE.
var place = regexp.MustCompile(`internal/awsrules/\w+_test\.go:\d+`)

// withoutPlaces returns the mistakes without the place at the start of each.
func withoutPlaces(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		message, ok := strings.CutPrefix(place.ReplaceAllString(line, "LINE"), "LINE: ")
		if !ok {
			t.Errorf("no place: %s", line)
		}
		lines[i] = message
	}
	return strings.Join(lines, "\n")
}
