package packager_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// TestVersions: what a version of a function holds decides over it, in every format of
// CloudFormation's: the program, by its zip, and the configuration. The same again is the
// same version, also where everything is kept from before.
func TestVersions(t *testing.T) {
	patterns := map[string]*regexp.Regexp{
		packager.SAM:            regexp.MustCompile(`AutoPublishCodeSha256: "?([0-9a-f]{64})`),
		packager.CloudFormation: regexp.MustCompile(`ReportVersion([0-9a-f]{10}):`),
	}
	project, cache := newProject(t, nil), t.TempDir()
	for format, pattern := range patterns {
		version := func(change func(*packager.Input)) string {
			in := packager.Input{
				ProjectDir: project, Out: filepath.Join(t.TempDir(), "out"), NoAnalysis: true, PackageFormat: format, Cache: cache,
				Overrides: map[string]any{"deployment": true, "environment_variables": map[string]any{"COLOR": "blue"}},
			}
			change(&in)
			out, err := packager.Build(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Warnings) > 0 && !in.TemplateOnly {
				t.Errorf("%s: unexpected warnings: %v", format, out.Warnings)
			}
			match := pattern.FindSubmatch(read(t, out.Template))
			if match == nil {
				t.Fatalf("%s: the template has no version:\n%s", format, read(t, out.Template))
			}
			return string(match[1])
		}
		first := version(func(*packager.Input) {})
		for name, change := range map[string]func(*packager.Input){
			"nothing":     func(*packager.Input) {},
			"tags":        func(in *packager.Input) { in.Overrides["tags"] = map[string]any{"team": "a"} },
			"concurrency": func(in *packager.Input) { in.Overrides["reserved_concurrency"] = 3 },
			"force":       func(in *packager.Input) { in.Force = true },
		} {
			if again := version(change); again != first {
				t.Errorf("%s: with other %s the version is %s, and was %s", format, name, again, first)
			}
		}
		if other := version(func(in *packager.Input) { in.Overrides["environment_variables"] = map[string]any{"COLOR": "red"} }); other == first {
			t.Errorf("%s: a changed variable is in the same version", format)
		}
		if other := version(func(in *packager.Input) { in.TemplateOnly = true }); other == first {
			t.Errorf("%s: a template without a zip knows the program", format)
		}
		write(t, project, "steps.go", "package main\n\nfunc before() { println(\"another\") }\nfunc after()  {}\n")
		if other := version(func(*packager.Input) {}); other == first {
			t.Errorf("%s: a changed program is in the same version", format)
		}
		write(t, project, "steps.go", "package main\n\nfunc before() {}\nfunc after()  {}\n")
	}
	out, err := packager.Build(t.Context(), packager.Input{
		ProjectDir: project, Out: filepath.Join(t.TempDir(), "out"), NoAnalysis: true, TemplateOnly: true, Cache: cache,
		Overrides: map[string]any{"deployment": true},
	})
	if err != nil || len(out.Warnings) != 1 || !strings.Contains(out.Warnings[0].Message, "package without TemplateOnly to deploy") {
		t.Errorf("without a zip: got the warnings %v (%v)", out.Warnings, err)
	}
}
