package packager

import (
	"context"
	"path/filepath"
	"sync"

	"github.com/chalice-go/chalice/internal/timing"
)

// compiler builds the program, once for each target that is asked for: if
// Lambda's is this machine's own, one build serves both.
type compiler struct {
	build  *build
	folder string // for the programs
	cache  cache  // of earlier builds

	mu     sync.Mutex
	builds map[target]*compiled
}

// compiled is the program for a target. Whoever asks first makes it; the
// others wait for the result.
type compiled struct {
	identify, compile sync.Once

	id   string // see compiler.identify
	file string
	err  error
}

func (b *build) compiler(folder string) *compiler {
	return &compiler{build: b, folder: folder, cache: cache(b.Cache), builds: map[target]*compiled{}}
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

// id says what the program for a target is made of; see identify.
func (c *compiler) id(ctx context.Context, t target) string {
	p := c.compiled(t)
	p.identify.Do(func() { p.id = c.identify(ctx, t) })
	return p.id
}

// make takes the program from the cache, or compiles it. Only this machine's
// is kept as it is: of Lambda's, the zip is.
func (c *compiler) make(ctx context.Context, t target) (string, error) {
	compile := func(file string) error { return c.build.compile(ctx, t, file) }
	// The suffix makes it run on Windows, and does no harm elsewhere.
	const suffix = ".exe"
	if id := c.id(ctx, t); id != "" && t == here() {
		return c.cache.file(id, suffix, compile)
	}
	file := filepath.Join(c.folder, t.os+"-"+t.arch+suffix)
	return file, compile(file)
}

// archive writes the zip with the program for a target, and returns its digest.
func (c *compiler) archive(ctx context.Context, t target, file string) (digest string, err error) {
	zip := func(file string) error {
		program, err := c.program(ctx, t)
		if err != nil {
			return err
		}
		_, ended := timing.Start(ctx, "write the zip")
		defer ended()
		digest, err = writeArchive(file, program)
		return err
	}
	id := c.id(ctx, t)
	if id == "" {
		err = zip(file) // it sets the digest
		return digest, err
	}
	kept, err := c.cache.file(id, ".zip", zip)
	if err != nil {
		return "", err
	}
	return copyArchive(file, kept)
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
