package docstest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

// background is a command that runs on while the page does.
type background struct {
	process *exec.Cmd
	output  string // path of the file with what it prints
	ended   chan struct{}
	seen    int // lines of the output that the page has shown
}

func startBackground(command, dir, output string, env []string) (*background, error) {
	file, err := os.Create(output)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := &background{process: exec.Command("bash", "-c", "exec "+command), output: output, ended: make(chan struct{})}
	b.process.Dir, b.process.Env = dir, env
	b.process.Stdout, b.process.Stderr = file, file
	if err := child.Start(b.process); err != nil {
		return nil, err
	}
	go func() {
		child.Wait(b.process)
		close(b.ended)
	}()
	return b, nil
}

// stop ends the command, as a Ctrl-C does, and waits for its end.
func (b *background) stop() {
	b.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-b.ended:
	case <-time.After(patience):
		child.Kill(b.process)
		<-b.ended
	}
}

func (b *background) printed() []string {
	data, _ := os.ReadFile(b.output)
	whole := data[:strings.LastIndexByte(string(data), '\n')+1]
	return printed(string(whole))
}

// What is awaited of local mode, at most: a build, which other tests slow down, and lines
// about what is over.
const (
	buildPatience = time.Minute
	linePatience  = 15 * time.Second
)

// await waits until what is printed is as it should be; otherwise it returns an error that
// has all of it.
func (b *background) await(ctx context.Context, patience time.Duration, what string, is func(printed []string) bool) error {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for over := false; ; {
		got := b.printed()
		if is(got) {
			return nil
		}
		if over {
			return fmt.Errorf("%s: not in what it prints:\n%s", what, strings.Join(got, "\n"))
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-b.ended:
			over = true
		case <-limit.C:
			over = true
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// isSettled reports whether a line of local mode says that a build has ended, well or not.
func isSettled(line string) bool {
	return strings.HasPrefix(line, "ready in ") || line == "requests are answered with this until it is mended"
}

// rebuilt reports whether a build that includes changes of files has ended, in what local
// mode has printed since they changed. Each build names the files that have changed.
func rebuilt(files, printed []string) bool {
	missing := map[string]bool{}
	for _, file := range files {
		missing[file] = true
	}
	for _, line := range printed {
		if reason, ok := strings.CutPrefix(line, "building: "); ok {
			list := strings.TrimSuffix(reason, " changed")
			list, _, more := strings.Cut(list, " and ")
			for file := range strings.SplitSeq(list, ", ") {
				delete(missing, file)
			}
			if more { // it names three at most
				clear(missing)
			}
		}
		if isSettled(line) && len(missing) == 0 {
			return true
		}
	}
	return false
}
