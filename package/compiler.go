package packager

import (
	"context"
	"io"
	"path/filepath"
	"sync"
)

// compiler builds the program, once for each target that is asked for: if
// Lambda's is this machine's own, one build serves both.
type compiler struct {
	project  project
	folder   string // for the programs
	cache    cache  // of earlier builds
	progress io.Writer

	mu     sync.Mutex
	builds map[target]func(context.Context) (string, error)
}

func (b *build) compiler(folder string) *compiler {
	return &compiler{
		project: b.project, folder: folder, cache: cache(b.Cache), progress: b.Progress,
		builds: map[target]func(context.Context) (string, error){},
	}
}

// program gives the path of the program for a target.
func (c *compiler) program(ctx context.Context, t target) (string, error) {
	c.mu.Lock()
	build, ok := c.builds[t]
	if !ok {
		build = c.once(t)
		c.builds[t] = build
	}
	c.mu.Unlock()
	return build(ctx)
}

// once builds for the first who asks; the others wait for the result.
func (c *compiler) once(t target) func(context.Context) (string, error) {
	var (
		once sync.Once
		file string
		err  error
	)
	return func(ctx context.Context) (string, error) {
		once.Do(func() { file, err = c.build(ctx, t) })
		return file, err
	}
}

// build takes the program from the cache, or compiles it. Only this machine's
// is kept as it is: of Lambda's, the zip is.
func (c *compiler) build(ctx context.Context, t target) (string, error) {
	compile := func(file string) error { return c.project.compile(ctx, t, file, c.progress) }
	// The suffix makes it run on Windows, and does no harm elsewhere.
	const suffix = ".exe"
	if id := c.id(ctx, t); id != "" && t == here() {
		return c.cache.file(id, suffix, compile)
	}
	file := filepath.Join(c.folder, t.os+"-"+t.arch+suffix)
	return file, compile(file)
}

// archive writes the zip with the program for a target, and gives its digest.
func (c *compiler) archive(ctx context.Context, t target, file string) (digest string, err error) {
	zip := func(file string) error {
		program, err := c.program(ctx, t)
		if err != nil {
			return err
		}
		digest, err = writeArchive(file, program)
		return err
	}
	id := c.id(ctx, t)
	if id == "" {
		return digest, zip(file)
	}
	kept, err := c.cache.file(id, ".zip", zip)
	if err != nil {
		return "", err
	}
	return copyFile(file, kept)
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
