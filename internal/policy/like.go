package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/seen"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// likeness says of the last analysis of a program with which other source it would have come
// to the same report: that which differs in texts that the analysis hasn't looked at, and in
// spaces and comments, as long as no line moves.
type likeness struct {
	Versions string // digest of all that the analysis depends on but for files
	Files    map[string]fileShape
	Texts    *seen.Texts // that it has looked at
	// Content and Report are the key of the report's content, and its file.
	Content, Report string
}

// fileShape is what a file is like. The shape is empty if nothing but the content tells.
type fileShape struct{ Digest, Shape string }

// likenessFile is where the likeness of a program is kept.
func likenessFile(in Input) string {
	key := digestKey(in, func(hash.Hash) error { return nil })
	if in.Cache == "" || key == "" {
		return ""
	}
	return filepath.Join(in.Cache, "like-"+key+".json")
}

// keepsLike reports whether likenesses are kept: they are where somebody knows that files
// don't change meanwhile.
func (a *Analysis) keepsLike() bool {
	return a.content != "" && a.outline != nil && a.in.Content != nil && a.in.Digest != nil
}

// findLike returns the likeness of the last analysis, if the source is like that of it, with
// the digests that files have now; nil if it isn't.
func (a *Analysis) findLike() *likeness {
	data, err := os.ReadFile(likenessFile(a.in))
	l := &likeness{Texts: &seen.Texts{}}
	if err != nil || json.Unmarshal(data, l) != nil || l.Texts == nil || !hasReport(a.in.Cache, l.Content) {
		return nil
	}
	files := a.outline.Files()
	if l.Versions != versions(a.outline) || len(l.Files) != len(files) {
		return nil
	}
	for _, name := range files {
		digest, known := a.in.Digest(name)
		was, same := l.Files[name]
		same = known && same && (digest == was.Digest || was.Shape != "" && was.Shape == shapeOf(a.outline, name, digest, l.Texts))
		if !same {
			return nil
		}
		l.Files[name] = fileShape{digest, was.Shape}
	}
	return l
}

// report returns the report of the analysis, if it is on the same registrations; nil if it
// isn't.
func (l *likeness) report(dir string, registrations []Registration) *Report {
	if l == nil {
		return nil
	}
	if c := openCache(dir, l.Content, registrations); filepath.Base(c.file) == l.Report {
		return c.read()
	}
	return nil
}

// keepLike keeps the likeness of an analysis whose report was kept.
func (a *Analysis) keepLike(report cache) {
	l := a.like
	if l == nil || a.program != nil {
		l = a.newLikeness()
	}
	file := likenessFile(a.in)
	if l == nil || file == "" {
		return
	}
	l.Content, l.Report = a.content, filepath.Base(report.file)
	if data, err := json.Marshal(l); err == nil {
		load.WriteFile(file, data)
	}
}

// newLikeness returns that of an analysis which has just ended; nil if there is none: what
// the analysis says of errors can depend on anything.
func (a *Analysis) newLikeness() *likeness {
	p := a.program
	if p == nil || a.formErr != nil ||
		slices.ContainsFunc(p.Sources, func(l *load.Package) bool { return l.IllTyped || len(l.Errors) > 0 }) ||
		slices.ContainsFunc(p.Warnings, func(w Warning) bool { return w.Kind == source.WarnAnalysis }) {
		return nil
	}
	l := &likeness{Versions: versions(a.outline), Files: map[string]fileShape{}, Texts: p.Texts}
	for _, name := range a.outline.Files() {
		digest, known := a.in.Digest(name)
		if !known {
			return nil
		}
		l.Files[name] = fileShape{Digest: digest}
	}
	for _, name := range a.outline.ReadFiles() {
		digest := l.Files[name].Digest
		l.Files[name] = fileShape{digest, shapeOf(a.outline, name, digest, l.Texts)}
	}
	return l
}

// versions is the digest of all that an analysis depends on but for files; empty if that
// isn't known.
func versions(o *source.Outline) string {
	h := sha256.New()
	if o.AddVersions(h) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// shapeOf returns the shape of a file that has a digest; empty if it isn't Go, or has another
// one by now.
func shapeOf(o *source.Outline, name, digest string, texts *seen.Texts) string {
	data, err := o.ReadFile(name)
	if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != digest {
		return ""
	}
	return source.ShapeOf(data, texts)
}
