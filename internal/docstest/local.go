package docstest

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// localTitle is the title of blocks that local mode prints.
const localTitle = "chalice local"

var (
	// runsOn are the commands that don't end.
	runsOn   = regexp.MustCompile(`^(\w+=\S+ )*chalice (local\b|logs\b.* (--follow|-f)\b)`)
	isLocal  = regexp.MustCompile(`^(\w+=\S+ )*chalice local\b`)
	portFlag = regexp.MustCompile(`--port[ =](\d+)`)
)

// background starts a command that runs on, in place of the one that the page has started
// before, and waits for the lines that the page shows.
func (r *run) background(ctx context.Context, s step) bool {
	dir, env, err := r.shell.place(ctx)
	if err != nil {
		r.failf(s.line, "%v", err)
		return false
	}
	command := s.command
	local := isLocal.MatchString(command)
	if local {
		if r.local != nil {
			r.local.stop()
			r.local = nil
		}
		if command, err = r.ports.listen(command); err != nil {
			r.failf(s.line, "%v", err)
			return false
		}
		if r.page.Folder != "" {
			command += " --env TMPDIR" // examples keep data there, which is then the page's own
		}
		r.project, r.sources = dir, findSources(ctx, dir, env)
	}
	r.shell.count++
	b, err := startBackground(command, dir, filepath.Join(r.shell.files, strconv.Itoa(r.shell.count)+".out"), env)
	if err != nil {
		r.failf(s.line, "%s: %v", s.command, err)
		return false
	}
	if local {
		r.local = b
	} else {
		r.others = append(r.others, b)
	}
	want := append(slices.Clone(s.shown), gap)
	if len(s.shown) == 0 {
		want = []string{"ready in 1s", gap}
	}
	if local {
		err = b.await(ctx, buildPatience, s.command, func(got []string) bool { return slices.ContainsFunc(got, isSettled) })
	}
	if err == nil {
		err = b.await(ctx, linePatience, s.command, func(got []string) bool { return matches(want, r.lines(got)) })
	}
	if err != nil && local {
		got := r.lines(b.printed())
		r.edits = append(r.edits, edit{s.first, s.first + len(s.shown), mended(s.shown, got)})
	}
	if err != nil {
		r.failf(s.line, "the page shows\n%s\n%v", strings.Join(s.shown, "\n"), err)
		return false
	}
	b.seen, _ = after(s.shown, r.lines(b.printed()))
	r.seen = len(b.printed())
	return true
}

func (r *run) lines(printed []string) []string {
	return lines(r.outside(strings.Join(printed, "\n")))
}

// shows waits until local mode has printed the lines of a block, after those that the page
// has shown before.
func (r *run) shows(ctx context.Context, b Block) {
	if r.local == nil {
		r.failf(b.Line, "chalice local doesn't run")
		return
	}
	r.last = ""
	seen := min(r.local.seen, len(r.local.printed()))
	if err := r.local.await(ctx, linePatience, strings.TrimSpace(b.Text), func(got []string) bool {
		end, ok := after(b.Lines(), r.lines(got)[seen:])
		r.local.seen = seen + end
		return ok
	}); err != nil {
		r.failf(b.Line, "%v", err)
	}
}

// reloaded waits until local mode has a build of what has changed.
func (r *run) reloaded(ctx context.Context, line int) bool {
	if r.local == nil {
		return true
	}
	files := r.sources.changed(r.project)
	if len(files) == 0 {
		return true
	}
	if err := r.local.await(ctx, buildPatience, "a build of "+strings.Join(files, ", "), func(got []string) bool {
		return rebuilt(files, got[min(r.seen, len(got)):])
	}); err != nil {
		r.failf(line, "%v", err)
		return false
	}
	_, env, err := r.shell.place(ctx)
	if err != nil {
		r.failf(line, "%v", err)
		return false
	}
	r.sources, r.seen = findSources(ctx, r.project, env), len(r.local.printed())
	return true
}

// ports are the ports that pages name, and those that are free.
type ports map[string]string

const defaultPort = "8000"

// listen has local mode listen at a free port.
func (p ports) listen(command string) (string, error) {
	named := defaultPort
	if m := portFlag.FindStringSubmatch(command); m != nil {
		named = m[1]
	}
	if p[named] == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return "", err
		}
		p[named] = port
	}
	command = p.inside(portFlag.ReplaceAllString(command, ""))
	return fmt.Sprintf("%s --port %s", command, p[named]), nil
}

// inside replaces the ports that a page names.
func (p ports) inside(text string) string {
	for named, port := range p {
		for _, host := range []string{"localhost:", "127.0.0.1:"} {
			text = strings.ReplaceAll(text, host+named, host+port)
		}
	}
	return text
}

// outside replaces the ports by those that the page names.
func (p ports) outside(text string) string {
	for named, port := range p {
		text = strings.ReplaceAll(text, ":"+port, ":"+named)
	}
	return text
}
