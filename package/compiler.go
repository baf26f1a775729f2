package packager

import (
	"bufio"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/timing"
	"github.com/chalice-go/chalice/internal/unchanged"
)

// compiler compiles the program once for each target that somebody asks for, unless an
// earlier build has kept it.
type compiler struct {
	build  *build
	folder string // for the programs

	mu     sync.Mutex
	builds map[target]*compiled

	keeping sync.WaitGroup // of files for the next build
}

// compiled is the program for a target. Whoever asks first makes it; the
// others wait for the result. So it is with what is read for that.
type compiled struct {
	compile sync.Once
	file    string
	err     error

	read    sync.Once
	reading reading

	mu       sync.Mutex
	kept     kept // for the next build
	compiled bool // and not taken from an earlier build
	analyzed bool // there is a report of the analysis
}

func (b *build) compiler(folder string) *compiler {
	return &compiler{build: b, folder: folder, builds: map[target]*compiled{}}
}

func (c *compiler) compiled(t target) *compiled {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.builds[t]
	if !ok {
		p = &compiled{}
		c.builds[t] = p
	}
	return p
}

// program returns the path of the program for a target.
func (c *compiler) program(ctx context.Context, t target) (string, error) {
	p := c.compiled(t)
	p.compile.Do(func() { p.file, p.err = c.make(ctx, t) })
	return p.file, p.err
}

// reading returns what is read for a target. That of Lambda serves this machine's as well
// if the same files are compiled for both.
func (c *compiler) reading(ctx context.Context, t target) reading {
	p := c.compiled(t)
	p.read.Do(func() {
		if l := lambda(c.build.stage.Architecture); t != l && c.build.variant.name == deployed.name {
			if r := c.reading(ctx, l); r.list != nil && c.build.project.hasSameFiles(r.list, t) {
				p.reading = r
				return
			}
		}
		p.reading = c.read(ctx, t)
	})
	return p.reading
}

// read reads for a target, with the list that is on record if that is still right.
func (c *compiler) read(ctx context.Context, t target) reading {
	if old := c.build.outdated[t]; old != nil {
		if r, ok := c.build.readAgain(t, old); ok {
			return r
		}
	}
	r := c.build.read(ctx, t)
	if r.state != nil {
		c.keepList(t, r.list)
	}
	return r
}

// list returns the packages of the program for a target, as they are on record if that
// stands; nil: nobody can tell.
func (c *compiler) list(ctx context.Context, t target) *golist.List {
	if r := c.build.records[t]; r != nil && r.List != nil {
		if f, err := os.Open(r.List.Path); err == nil {
			defer f.Close()
			if list, err := golist.Read(f); err == nil {
				return list
			}
		}
	}
	return c.reading(ctx, t).list
}

// content says what the program for a target is made of, "" if nobody can tell, or if that
// has changed since a time, perhaps there and back; the zero time: then it is enough that
// it is back.
func (c *compiler) content(ctx context.Context, t target, since time.Time) string {
	if r := c.build.records[t]; r != nil {
		if r.Read.Stands() && (since.IsZero() || r.Read.AtRest(since, c.build.own)) {
			return r.content()
		}
		return ""
	}
	if r := c.build.newRecord(t, c.reading(ctx, t)); r != nil {
		return r.content()
	}
	return ""
}

// sources are those of a program that has been compiled, now or earlier; nil: nobody can
// tell.
func (c *compiler) sources(t target) *Sources {
	if list := c.compiled(t).reading.list; list != nil {
		return c.build.project.sources(list)
	}
	if r := c.build.records[t]; r != nil {
		return &r.Sources
	}
	return nil
}

// make takes the program that is kept, or compiles it. Only this machine's is kept as it
// is: of Lambda's, the zip is.
func (c *compiler) make(ctx context.Context, t target) (string, error) {
	// The suffix makes it run on Windows, and does no harm elsewhere.
	const suffix = ".exe"
	file := filepath.Join(c.folder, t.os+"-"+t.arch+suffix)
	if r := c.build.records[t]; r != nil && r.Program != nil && copyFile(file, r.Program.Path, 0o700) == nil {
		return file, nil
	}
	c.compiled(t).compiled = true
	if err := c.build.compile(ctx, c, t, file); err != nil {
		return "", err
	}
	if t == here() {
		c.keep(t, suffix, file, "", func(k *kept, copy *unchanged.Entry) { k.Program = copy })
	}
	return file, nil
}

// archive writes the zip with the program for a target, and returns its digest. The
// app's description is asked for only if the program may serve a document.
func (c *compiler) archive(ctx context.Context, t target, file string, describe func(context.Context, *compiler) (*app.Model, error)) (digest string, err error) {
	document := func() ([]byte, error) {
		model, err := describe(ctx, c)
		if err != nil {
			return nil, err
		}
		return c.build.servedDocument(ctx, c, t, model)
	}
	if r := c.build.records[t]; r != nil && r.Zip != nil {
		same := r.Document == ""
		if !same {
			data, err := document()
			if err != nil {
				return "", err
			}
			same = r.Document == digestOfDocument(data)
			document = func() ([]byte, error) { return data, nil }
		}
		if same && copyFile(file, r.Zip.Path, 0o644) == nil {
			return r.Zip.Digest, nil
		}
	}
	return c.newArchive(ctx, t, file, document)
}

// newArchive is archive where no such zip is kept.
func (c *compiler) newArchive(ctx context.Context, t target, file string, document func() ([]byte, error)) (digest string, err error) {
	program, err := c.program(ctx, t)
	if err != nil {
		return "", err
	}
	serves, err := mayServe(program)
	if err != nil {
		return "", unwritten(err)
	}
	var data []byte
	var known string
	if serves {
		if data, err = document(); err != nil {
			return "", err
		}
		known = digestOfDocument(data)
	}
	_, ended := timing.Start(ctx, "write the zip")
	defer ended()
	if digest, err = writeArchive(file, program, data); err != nil {
		return "", err
	}
	c.keep(t, ".zip", file, digest, func(k *kept, copy *unchanged.Entry) { k.Zip, k.Document = copy, known })
	return digest, nil
}

// keep keeps a file for the next build, beside whatever comes next here. The digest is empty
// if it isn't known.
func (c *compiler) keep(t target, suffix, file, digest string, note func(*kept, *unchanged.Entry)) {
	if c.build.Cache != "" {
		c.keeping.Go(func() { c.store(t, suffix, file, digest, note) })
	}
}

// store puts a file into the cache.
func (c *compiler) store(t target, suffix, file, digest string, note func(*kept, *unchanged.Entry)) {
	copy := cache(c.build.Cache).keep(c.build.recordName(c.build.project, t), suffix, file, digest)
	p := c.compiled(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	note(&p.kept, copy)
}

// keepList keeps a list for a build that needs the same.
func (c *compiler) keepList(t target, list *golist.List) {
	file := filepath.Join(c.folder, t.os+"-"+t.arch+".list")
	c.keeping.Go(func() {
		f, err := os.Create(file)
		if err != nil {
			return
		}
		w := bufio.NewWriter(f)
		if cmp.Or(list.Write(w), w.Flush(), f.Close()) == nil {
			c.store(t, ".list", file, "", func(k *kept, copy *unchanged.Entry) { k.List = copy })
		}
	})
}

// finish waits for what is kept, and puts it on record with what was read for it.
func (c *compiler) finish() {
	c.keeping.Wait()
	if c.build.Cache == "" {
		return
	}
	for t, p := range c.builds {
		if p.kept == (kept{}) && !p.analyzed {
			continue
		}
		old, r := c.build.records[t], c.build.newRecord(t, p.reading)
		if r == nil && !p.compiled { // else it is perhaps of what was there only meanwhile
			r = old
		}
		cache, name := cache(c.build.Cache), c.build.recordName(c.build.project, t)
		if r != nil {
			r.kept = p.kept.or(r.kept)
			if old != nil { // which stands
				r.kept = r.kept.or(old.kept)
			}
			cache.save(name, r)
		}
		cache.forget(name, r)
	}
}

// together runs the functions side by side. The first error ends the others,
// and is the one that is returned.
func together(ctx context.Context, fns ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for _, fn := range fns {
		all.Go(func() {
			if err := fn(ctx); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
