package packager

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/unchanged"
)

// recordForm changes with what a record has, and with what the same source is made into:
// the flags of the go command, and the bytes of a zip.
const recordForm = 2

// record says what a build of the program for a target read, and what of it is kept. As
// long as all that was read is unchanged, the go command would do the same again.
type record struct {
	// Asked is a digest of all that decides what a build makes, beside what it reads.
	Asked string
	Go    map[string]string // go env
	Read  unchanged.State
	// Headers tell what of the Go files among these a list of packages depends on; see
	// headerOf.
	Headers map[string]string
	kept
	Warnings []string // of what is left out of the program in silence
	Sources  Sources
}

// kept are files in the cache; nil: that isn't kept.
type kept struct {
	Program, Zip *unchanged.Entry
	List         *unchanged.Entry // of packages
	// Document is the digest of the OpenAPI document in Zip; see [digestOfDocument].
	// Empty: the program serves none.
	Document string
}

// or returns what is kept, or else the others.
func (k kept) or(others kept) kept {
	if k.Zip == nil {
		k.Zip, k.Document = others.Zip, others.Document
	}
	k.Program, k.List = cmp.Or(k.Program, others.Program), cmp.Or(k.List, others.List)
	return k
}

// names reports whether a file is one of those that are kept.
func (k kept) names(file string) bool {
	return slices.ContainsFunc([]*unchanged.Entry{k.Program, k.Zip, k.List}, func(e *unchanged.Entry) bool { return e != nil && e.Path == file })
}

// changed returns what isn't as it was when the record was made. What is kept and isn't
// whole, or of use, is no longer in the record: nobody reads a program of other source.
func (r *record) changed() (files []string, noted bool) {
	if files, noted = r.Read.Changed(); len(files) > 0 {
		r.Program, r.Zip = nil, nil
	}
	for _, kept := range []**unchanged.Entry{&r.Program, &r.Zip, &r.List} {
		if *kept == nil {
			continue
		}
		state := unchanged.State{**kept}
		broken, read := state.Changed()
		if noted = noted || read; len(broken) == 0 {
			*kept = &state[0]
		} else {
			*kept = nil
		}
	}
	return files, noted
}

// findToolchain finds the go command and what it says of its environment: by asking, or
// by the records of earlier builds, which it fills in.
func (b *build) findToolchain(ctx context.Context, p project) (t toolchain, err error) {
	if t, err = p.findToolchain(); err != nil {
		return t, err
	}
	if t.root == "" || b.Cache == "" || b.Force {
		if t.env, err = b.ask(ctx, p); err != nil {
			return t, err
		}
	}
	p.toolchain = t
	b.recall(p)
	for _, known := range []map[target]*record{b.records, b.outdated} {
		for _, r := range known {
			t.env = withVariables(r.Go)
		}
	}
	if t.env == nil {
		t.env, err = b.ask(ctx, p)
	}
	return t, err
}

// targets are what this build may compile for.
func (b *build) targets() []target {
	all := []target{here()}
	if t := lambda(b.stage.Architecture); t != here() && b.variant.name == deployed.name {
		all = append(all, t)
	}
	return all
}

// recall finds the records that stand.
func (b *build) recall(p project) {
	if b.Cache == "" || b.Force {
		return
	}
	for _, t := range b.targets() {
		name := b.recordName(p, t)
		r := cache(b.Cache).load(name)
		if r == nil || r.Asked != b.asked(p, t) {
			continue
		}
		changed, noted := r.changed()
		switch {
		case len(changed) == 0:
			if noted {
				cache(b.Cache).save(name, r)
			}
			b.records[t] = r
			b.warnOfBuild(r.Warnings)
		case r.List != nil && !slices.ContainsFunc(changed, func(file string) bool { return r.Headers[file] == "" }):
			b.outdated[t] = r
		}
	}
}

// recordName names a program and the ways to compile it that a project goes back and
// forth between, as between the command and a construct of the CDK, whose versions differ.
// What else may change replaces the record.
func (b *build) recordName(p project, t target) string {
	return digestOf(p.dir, b.Version, b.variant.name, t, lambda(b.stage.Architecture), b.stage.BuildTags, b.BuildTags)[:24]
}

// asked is what decides what a build makes, beside files.
func (b *build) asked(p project, t target) string {
	return digestOf(recordForm, b.recordName(p, t), b.variant, machine, ownTag,
		b.stage.LinkerFlags, b.LinkerFlags, p.toolchain.identity())
}

// digestOf returns a digest that is the same for equal values.
func digestOf(values ...any) string {
	h := sha256.New()
	for _, v := range values {
		fmt.Fprintf(h, "%q\n", fmt.Sprintf("%#v", v))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// reading is what is found out of a program while that is compiled.
type reading struct {
	list    *golist.List
	state   unchanged.State // nil: nobody can tell what is read
	headers map[string]string
	kept    *unchanged.Entry // the list, if that is kept
	// ownCgo and othersCgo are the files that need cgo, of the user's modules and of
	// others.
	ownCgo, othersCgo error
	err               error // why there is no list
}

// warnings are of what is left out of the program in silence.
func (r reading) warnings() []string {
	if r.othersCgo == nil {
		return nil
	}
	return strings.Split(r.othersCgo.Error(), "\n")
}

// read asks which packages a program has, and looks at their files. If it can't be told,
// go build has the words.
func (b *build) read(ctx context.Context, t target) (r reading) {
	if r.list, r.err = b.project.list(ctx, t, b.project.flags.of(b.variant)); r.err != nil {
		return r
	}
	if b.Cache != "" {
		if paths, err := b.project.readsOf(r.list); err == nil && paths != nil {
			state, err := unchanged.Take(paths)
			r.look(state, err, nil)
		}
	}
	r.ownCgo, r.othersCgo = b.project.findCgo(r.list, t)
	return r
}

// readAgain is read with the list that is on record, if nothing has changed but files on
// which that doesn't depend.
func (b *build) readAgain(t target, old *record) (r reading, ok bool) {
	f, err := os.Open(old.List.Path)
	if err != nil {
		return r, false
	}
	defer f.Close()
	if r.list, r.err = golist.Read(f); r.err != nil {
		return r, false
	}
	state, err := old.Read.Again()
	r.look(state, err, old)
	r.kept = old.List
	if r.state == nil || !old.hasSameList(r) {
		return r, false
	}
	if len(old.Warnings) > 0 { // whose lines may be others now; else there is no such file
		r.ownCgo, r.othersCgo = b.project.findCgo(r.list, t)
	}
	return r, true
}

// look looks at files, of which some are perhaps on record, once their state was taken.
func (r *reading) look(state unchanged.State, err error, old *record) {
	if err != nil {
		return
	}
	r.state, r.headers = state, map[string]string{}
	for i, e := range state {
		if e.Folder || filepath.Ext(e.Path) != ".go" {
			continue
		}
		if old != nil && old.Read[i].Digest == e.Digest {
			r.headers[e.Path] = old.Headers[e.Path]
		} else {
			r.headers[e.Path] = headerOf(e.Path)
		}
	}
}

// hasSameList reports whether the packages of a program, and which files these have, are
// those on record, by what was read of the same paths.
func (r *record) hasSameList(now reading) bool {
	for i, e := range now.state {
		old := r.Read[i]
		header := now.headers[e.Path]
		if old.Link != e.Link || old.Folder != e.Folder || old.Digest != e.Digest && (header == "" || header != r.Headers[e.Path]) {
			return false
		}
	}
	return true
}

// withoutVariables leaves out what go env has from the environment itself: a value of
// -ldflags can be a secret. That it is the same again, a digest tells.
func withoutVariables(env map[string]string) map[string]string {
	env = maps.Clone(env)
	maps.DeleteFunc(env, func(name, _ string) bool { return os.Getenv(name) != "" })
	return env
}

// withVariables adds that again.
func withVariables(env map[string]string) map[string]string {
	env = maps.Clone(env)
	for _, name := range goVariables {
		if value := os.Getenv(name); value != "" {
			env[name] = value
		}
	}
	return env
}

// newRecord makes the record of a build that has succeeded; nil if something that it read
// was changed meanwhile, or so shortly before that it isn't known to have read that.
func (b *build) newRecord(t target, r reading) *record {
	if r.state == nil || !r.state.AtRest(b.began, b.own) {
		return nil
	}
	return &record{
		Asked: b.asked(b.project, t), Go: withoutVariables(b.project.toolchain.env), Read: r.state, Headers: r.headers, kept: kept{List: r.kept},
		Warnings: r.warnings(), Sources: *b.project.sources(r.list),
	}
}

// content says what the program was made of.
func (r *record) content() string { return digestOf(r.Asked, r.Read.Digest()) }

// digests returns those of the content of files, by their paths.
func (r reading) digests() map[string]string {
	all := map[string]string{}
	for _, e := range r.state {
		if !e.Folder && e.Digest != "" {
			all[e.Path] = e.Digest
		}
	}
	return all
}
