package layout_test

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// releasedFile is what api.txt was at the last release, for which `make golden` doesn't
// care: whoever makes a release copies it. There is none before the first one.
const releasedFile = "released.txt"

// TestCompatible compares the API with that of the last release. What a program can't be
// compiled with any more has to be told to users, in the section of CHANGELOG.md that
// makes the next release a major one, or before 1.0 a minor one.
func TestCompatible(t *testing.T) {
	released, err := os.ReadFile(releasedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return // everything is new
	}
	recorded, apiErr := os.ReadFile(apiFile)
	changes, changesErr := os.ReadFile("../../CHANGELOG.md")
	if err := errors.Join(err, apiErr, changesErr); err != nil {
		t.Fatal(err)
	}
	for _, line := range untold(string(released), string(recorded), string(changes)) {
		t.Errorf("%s: this breaks programs that compile with the last release. Keep it and deprecate it, or name the package "+
			"under %q of CHANGELOG.md's Unreleased: docs/releases.md says what follows", line, breaking)
	}
}

const breaking = "### Incompatible"

// untold returns the incompatible changes between two records whose package isn't named in
// the section of changes for them.
func untold(released, recorded, changelog string) []string {
	_, unreleased, _ := strings.Cut(changelog, "## [Unreleased]")
	unreleased, _, _ = strings.Cut(unreleased, "\n## ")
	_, told, _ := strings.Cut(unreleased, breaking+"\n")
	told, _, _ = strings.Cut(told, "\n### ")
	incompatible, _ := compare(apiLines(released), apiLines(recorded))
	return slices.DeleteFunc(incompatible, func(change string) bool {
		_, entry, _ := strings.Cut(change, ": pkg ")
		pkg, _, _ := strings.Cut(entry, ", ")
		return strings.Contains(told, "`"+pkg+"`") || strings.Contains(told, "`"+pkg+".")
	})
}

func apiLines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// compare tells what of a recorded API is gone or changed, with which programs may not
// compile any more, from what is added to it.
func compare(before, after []string) (incompatible, additions []string) {
	was, is := byName(before), byName(after)
	for _, line := range before {
		name := apiName(line)
		switch now, ok := is[name]; {
		case slices.Contains(after, line):
		case ok:
			incompatible = append(incompatible, "changed: "+line+" is now "+strings.TrimPrefix(now, packageOf(now)))
		default:
			incompatible = append(incompatible, "gone: "+line)
		}
	}
	for _, line := range after {
		name := apiName(line)
		switch _, ok := was[name]; {
		case ok:
		case mustImplement(was, name, line):
			incompatible = append(incompatible, "more to implement: "+line)
		default:
			additions = append(additions, line)
		}
	}
	return incompatible, additions
}

// mustImplement reports whether a line is a method of an interface that programs could
// implement before.
func mustImplement(was map[string]string, name, line string) bool {
	owner, _, isPart := cutLast(name, ", ")
	declared, isOld := was[owner]
	return isPart && isOld && strings.HasSuffix(declared, " interface") && strings.Contains(line, " interface, ") &&
		was[owner+", unexported methods"] == ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func packageOf(line string) string {
	pkg, _, _ := strings.Cut(line, ", ")
	return pkg + ", "
}

func byName(lines []string) map[string]string {
	names := map[string]string{}
	for _, line := range lines {
		names[apiName(line)] = line
	}
	return names
}

// member finds the name in a line of api.txt, and that of a field or an interface's method.
var member = regexp.MustCompile(`^(?:(const|var|func|type) (\w+)|method \(\*?(\w+)\) (\w+))(?:.*? (?:struct|interface), (unexported methods|\w+))?`)

// apiName is what a line of api.txt is about: the same before and after a change of its
// type.
func apiName(line string) string {
	pkg := packageOf(line)
	m := member.FindStringSubmatch(strings.TrimPrefix(line, pkg))
	if m == nil {
		return line
	}
	name := m[2]
	if m[3] != "" {
		return pkg + m[3] + "." + m[4]
	}
	if m[1] == "type" && m[5] != "" {
		name += ", " + m[5]
	}
	return pkg + name
}

// TestCompare holds the comparison to what breaks programs.
func TestCompare(t *testing.T) {
	before := []string{
		"pkg app, const Latest StreamPosition = \"LATEST\"",
		"pkg app, func Make[T any](T, ...string) (*Thing, error)",
		"pkg app, method (*Thing) Close() error",
		"pkg app, type Doer interface",
		"pkg app, type Doer interface, Do(int)",
		"pkg app, type Option interface",
		"pkg app, type Option interface, unexported methods",
		"pkg app, type Thing struct",
		"pkg app, type Thing struct, Name string",
	}
	change := func(at int, line string) []string {
		after := slices.Clone(before)
		after[at] = line
		return after
	}
	for name, tc := range map[string]struct {
		after                   []string
		incompatible, additions []string
	}{
		"nothing": {after: before},
		"a function is gone": {
			after:        slices.Delete(slices.Clone(before), 1, 2),
			incompatible: []string{"gone: pkg app, func Make[T any](T, ...string) (*Thing, error)"},
		},
		"a function's parameters": {
			after:        change(1, "pkg app, func Make[T any](T, int) (*Thing, error)"),
			incompatible: []string{"changed: pkg app, func Make[T any](T, ...string) (*Thing, error) is now func Make[T any](T, int) (*Thing, error)"},
		},
		"a constant's value": {
			after:        change(0, "pkg app, const Latest StreamPosition = \"NEWEST\""),
			incompatible: []string{"changed: pkg app, const Latest StreamPosition = \"LATEST\" is now const Latest StreamPosition = \"NEWEST\""},
		},
		"a method's receiver": {
			after:        change(2, "pkg app, method (Thing) Close() error"),
			incompatible: []string{"changed: pkg app, method (*Thing) Close() error is now method (Thing) Close() error"},
		},
		"a field's type": {
			after:        change(8, "pkg app, type Thing struct, Name []string"),
			incompatible: []string{"changed: pkg app, type Thing struct, Name string is now type Thing struct, Name []string"},
		},
		"a type's kind": {
			after:        change(7, "pkg app, type Thing map[string]int"),
			incompatible: []string{"changed: pkg app, type Thing struct is now type Thing map[string]int"},
		},
		"a new function":             {after: append(slices.Clone(before), "pkg app, func Other()"), additions: []string{"pkg app, func Other()"}},
		"a new field":                {after: append(slices.Clone(before), "pkg app, type Thing struct, Size int"), additions: []string{"pkg app, type Thing struct, Size int"}},
		"a new method":               {after: append(slices.Clone(before), "pkg app, method (Thing) Size() int"), additions: []string{"pkg app, method (Thing) Size() int"}},
		"the same name elsewhere":    {after: append(slices.Clone(before), "pkg synth, func Make()"), additions: []string{"pkg synth, func Make()"}},
		"more of an interface":       {after: append(slices.Clone(before), "pkg app, type Doer interface, Undo()"), incompatible: []string{"more to implement: pkg app, type Doer interface, Undo()"}},
		"an interface closes":        {after: append(slices.Clone(before), "pkg app, type Doer interface, unexported methods"), incompatible: []string{"more to implement: pkg app, type Doer interface, unexported methods"}},
		"more of one that is closed": {after: append(slices.Clone(before), "pkg app, type Option interface, Name() string"), additions: []string{"pkg app, type Option interface, Name() string"}},
		"a new interface": {
			after:     append(slices.Clone(before), "pkg app, type New interface", "pkg app, type New interface, Do()"),
			additions: []string{"pkg app, type New interface", "pkg app, type New interface, Do()"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			incompatible, additions := compare(before, tc.after)
			if diff := cmp.Diff([][]string{tc.incompatible, tc.additions}, [][]string{incompatible, additions}); diff != "" {
				t.Errorf("incompatible changes and additions (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAPINames: every line of the record is about something of its own.
func TestAPINames(t *testing.T) {
	recorded, err := os.ReadFile(apiFile)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, line := range apiLines(string(recorded)) {
		name := apiName(line)
		if other, ok := seen[name]; ok {
			t.Errorf("%q and %q are both about %q", other, line, name)
		}
		seen[name] = line
	}
}

func TestUntold(t *testing.T) {
	const released = "pkg app, func Gone()\npkg app, func Here()\npkg synth, func Lost()\n"
	const recorded = "pkg app, func Here()\npkg app, func New()\n"
	for name, tc := range map[string]struct {
		changelog string
		want      []string
	}{
		"nothing told":  {"## [Unreleased]\n\n### Added\n\n- `app.New`\n", []string{"gone: pkg app, func Gone()", "gone: pkg synth, func Lost()"}},
		"one told":      {"## [Unreleased]\n\n### Incompatible\n\n- `app.Gone` is gone\n\n### Added\n\n- `synth`\n", []string{"gone: pkg synth, func Lost()"}},
		"both told":     {"## [Unreleased]\n\n### Incompatible\n\n- `app.Gone` is gone\n- so is `synth`\n", nil},
		"told long ago": {"## [Unreleased]\n\n## [1.0.0]\n\n### Incompatible\n\n- `app.Gone`, `synth.Lost`\n", []string{"gone: pkg app, func Gone()", "gone: pkg synth, func Lost()"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, untold(released, recorded, tc.changelog), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("incompatible changes that nobody tells (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReleasesDoc: docs/releases.md promises what there is.
func TestReleasesDoc(t *testing.T) {
	page, err := os.ReadFile("../../docs/releases.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n### Packages\n")
	section, _, _ = strings.Cut(section, "\n### ")
	var named []string
	for _, m := range regexp.MustCompile("(?m)^- \\[`([a-z/]+)`\\]").FindAllStringSubmatch(section, -1) {
		named = append(named, m[1])
	}
	if diff := cmp.Diff(public, named); diff != "" {
		t.Errorf("the packages that docs/releases.md promises (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(string(data))
	if want := "| Go | " + version[1] + " "; !strings.Contains(string(page), want) {
		t.Errorf("docs/releases.md lacks %q, of go.mod", want)
	}
}
