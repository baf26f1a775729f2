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
	progress io.Writer

	mu     sync.Mutex
	builds map[target]func(context.Context) (string, error)
}

func (b *build) compiler(folder string) *compiler {
	return &compiler{
		project: b.project, folder: folder, progress: b.Progress,
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
		err  error
	)
	// The suffix makes it run on Windows, and does no harm elsewhere.
	file := filepath.Join(c.folder, t.os+"-"+t.arch+".exe")
	return func(ctx context.Context) (string, error) {
		once.Do(func() { err = c.project.compile(ctx, t, file, c.progress) })
		return file, err
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
