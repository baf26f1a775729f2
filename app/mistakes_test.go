package app_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestMistakes compares what is reported about the apps of mistaken_test.go
// with the comments there.
func TestMistakes(t *testing.T) {
	wanted := wantComments(t, "mistaken_test.go")
	for _, a := range []*app.App{mistakenRoutes(), mistakenFunctions(), mistakenRecords(), mistakenRules(), mistakenSources(), mistakenAuthorizers()} {
		_, err := a.Registry()
		var mistakes app.Mistakes
		if !errors.As(err, &mistakes) {
			t.Fatalf("the error is %T: %v", err, err)
		}
		for _, m := range mistakes {
			if m.File != "app/mistaken_test.go" {
				t.Errorf("%v: the file is not relative to the module", m)
			}
			if !take(wanted, m) {
				t.Errorf("not expected: %v", m)
			}
		}
	}
	for line, patterns := range wanted {
		for _, p := range patterns {
			t.Errorf("line %d: not reported: %s", line, p)
		}
	}
}

var quoted = regexp.MustCompile("`[^`]*`")

// wantComments returns the patterns of a file's comments by their lines.
func wantComments(t *testing.T, file string) map[int][]string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int][]string{}
	for i, line := range strings.Split(string(source), "\n") {
		if _, comment, ok := strings.Cut(line, "// want "); ok {
			for _, pattern := range quoted.FindAllString(comment, -1) {
				found[i+1] = append(found[i+1], strings.Trim(pattern, "`"))
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s has no comments to compare with", file)
	}
	return found
}

// take removes the pattern that a mistake matches.
func take(wanted map[int][]string, m *app.Mistake) bool {
	for i, pattern := range wanted[m.Line] {
		if regexp.MustCompile(pattern).MatchString(m.Message) {
			wanted[m.Line] = append(wanted[m.Line][:i:i], wanted[m.Line][i+1:]...)
			return true
		}
	}
	return false
}

func TestRegistrationAfterStart(t *testing.T) {
	a := app.New("late")
	a.Route("/", index)
	if _, err := a.Registry(); err != nil {
		t.Fatal(err)
	}
	a.Route("/late", index)
	_, err := a.Registry()
	if err == nil || !strings.Contains(err.Error(), "mistakes_test.go") || !strings.Contains(err.Error(), "after the app was started") {
		t.Errorf("got %v", err)
	}
}

func TestMistakesAreOneErrorEach(t *testing.T) {
	a := app.New("twice")
	a.Route("a", index)
	a.Route("b", index)
	_, err := a.Registry()
	var one *app.Mistake
	if !errors.As(err, &one) || one.Message != `path "a" has to start with a slash` {
		t.Errorf("the first mistake is %v", one)
	}
	if got := strings.Count(err.Error(), "\n"); got != 1 {
		t.Errorf("%d line breaks in %q", got, err)
	}
	data, jsonErr := a.Describe().JSON()
	if jsonErr != nil {
		t.Fatal(jsonErr)
	}
	_, again := app.ParseModel(data)
	if diff := cmp.Diff(fmt.Sprint(err), fmt.Sprint(again)); diff != "" {
		t.Errorf("through the document (-want +got):\n%s", diff)
	}
}
