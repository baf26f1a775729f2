package packager

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// flags are those of every run of the go command for a program: ours, with what the
// environment, the configuration and the input add.
type flags struct {
	tags   []string
	linker string // what the configuration and the input add for the linker
	env    goFlags
}

// variant is a way to compile a program.
type variant struct {
	name   string
	linker string   // flags of the linker
	build  []string // other flags
}

// The variants. What is deployed leaves no trace of this machine in the file: no paths, no
// state of a repository, no build id, nor symbols, which Lambda doesn't need. What runs
// here has all that, and shares what is compiled with the user's own go build and go test.
var (
	deployed  = variant{"deployed", "-s -w -buildid=", []string{"-trimpath", "-buildvcs=false"}}
	ofMachine = variant{"machine", "", []string{"-buildvcs=false"}}
	debugged  = variant{"debugged", "", []string{"-buildvcs=false", "-gcflags=all=-N -l"}}
)

// ownTag leaves out aws-lambda-go's old RPC, which Lambda doesn't need.
const ownTag = "lambda.norpc"

// of are the flags of a variant, but for those of the linker.
func (f flags) of(v variant) []string { return append([]string{f.tagged()}, v.build...) }

func (f flags) tagged() string { return "-tags=" + strings.Join(f.tags, ",") }

// link are those of the linker, after our own. Of several values for the program the
// last counts, so that ours are in each.
func (f flags) link(own string) []string {
	args := []string{"-ldflags=" + join(own, f.linker)}
	for _, p := range f.env.linker {
		args = append(args, "-ldflags="+p.pattern+join(own, p.value, f.linker))
	}
	return args
}

func join(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// machine are the variables by which Go compiles for a kind of processor, with the
// values that every processor of Lambda's understands.
// https://go.dev/wiki/MinimumRequirements
var machine = map[string]string{"GOAMD64": "v1", "GOARM64": "v8.0"}

// findFlags adds the rest to what the environment has, and finds what is wrong with it,
// before anything is compiled. Of a build that is on record nothing is.
func (b *build) findFlags(ctx context.Context, p project) (flags, error) {
	env := p.toolchain.env
	goFlags, err := readGoFlags(env["GOFLAGS"])
	if err != nil {
		return flags{}, err
	}
	b.warnOfLeftOut(goFlags.leftOut, env)
	f := flags{env: goFlags, linker: join(slices.Concat(b.stage.LinkerFlags, b.LinkerFlags)...)}
	f.tags = slices.Concat([]string{ownTag}, goFlags.tags, b.stage.BuildTags, b.BuildTags)
	if len(b.records) > 0 || len(b.outdated) > 0 {
		return f, nil
	}
	return f, errors.Join(b.checkTags(goFlags.tags), b.checkLinker(ctx, p, goFlags.linker))
}

// warnOfLeftOut says what of the environment doesn't count.
func (b *build) warnOfLeftOut(words []string, env map[string]string) {
	arch := lambda(b.stage.Architecture).arch
	if name := "GO" + strings.ToUpper(arch); env[name] != "" && env[name] != machine[name] {
		words = append(slices.Clone(words), name+"="+env[name])
	}
	if len(words) > 0 {
		b.warn(BuildWarning, "of the environment (see go env), %s is left out: the program is to be the same wherever it is compiled", strings.Join(words, ", "))
	}
}

var buildTag = lazyregexp.New(`^[\pL\pN_.]+$`)

// checkTags finds what can't be a tag: no file would ever have it, and Go doesn't say so.
func (b *build) checkTags(ofEnvironment []string) error {
	var problems []error
	check := func(tags []string, source string) {
		for _, tag := range tags {
			if !buildTag.MatchString(tag) {
				problems = append(problems, fmt.Errorf("%s: %q can't be a build tag, which has letters, digits, _ and dots; several are separated by commas", source, tag))
			}
		}
	}
	check(ofEnvironment, "GOFLAGS")
	check(b.BuildTags, b.Names.Of("BuildTags"))
	return errors.Join(problems...)
}

// sourced is a value of -ldflags, and what its giver calls it.
type sourced struct{ value, source string }

// linkerFlags are those of the configuration and the input.
func (b *build) linkerFlags() (all []sourced) {
	const key = "ldflags"
	source := b.Names.Of(key)
	if where := b.stage.Where("", key); where != "" {
		source = where + ": " + key
	}
	for _, value := range b.stage.LinkerFlags {
		all = append(all, sourced{value, source})
	}
	for _, value := range b.LinkerFlags {
		all = append(all, sourced{value, b.Names.Of("LinkerFlags")})
	}
	return all
}

// checkLinker has the linker itself look at the flags.
func (b *build) checkLinker(ctx context.Context, p project, ofEnvironment []patterned) error {
	var all []sourced
	for _, v := range ofEnvironment {
		all = append(all, sourced{v.value, "-ldflags in GOFLAGS"})
	}
	var problems []error
	for _, f := range append(all, b.linkerFlags()...) {
		if err := p.checkLinker(ctx, f.value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", f.source, err))
		}
	}
	return errors.Join(problems...)
}

// checkLinker has the linker read flags, and do nothing. What is wrong doesn't tell
// values, one of which may be a secret.
func (p project) checkLinker(ctx context.Context, value string) error {
	words, err := splitQuoted(value)
	if err != nil || len(words) == 0 {
		return err
	}
	if words[0][0] != '-' {
		return errors.New("it has to begin with a flag of the linker, such as -X main.version=1.2.3")
	}
	var said bytes.Buffer
	if err := p.runGo(ctx, here(), "", &said, &said, slices.Concat([]string{"tool", "link"}, words, []string{"-V=full"})); err == nil || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	reason, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
	if strings.HasPrefix(reason, "usage:") {
		return errors.New("the last flag lacks its value, or a value with a space isn't in quotes, such as -X 'main.built=4 May'")
	}
	if _, after, ok := strings.Cut(reason, "link: "); ok { // after the path of the linker
		reason = after
	}
	return errors.New(reason)
}
