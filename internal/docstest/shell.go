package docstest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

// patience is how long a command may take, and what it shows may be awaited. It ends
// tests that would hang.
const patience = 3 * time.Minute

// shell is a bash that goes on from command to command.
type shell struct {
	process  *exec.Cmd
	input    io.WriteCloser
	statuses *bufio.Reader
	files    string // a folder for commands and outputs
	count    int
}

// startShell starts a shell in a folder.
func startShell(dir, files string, env []string) (*shell, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer write.Close()
	s := &shell{process: exec.Command("bash", "--norc", "--noprofile"), statuses: bufio.NewReader(read), files: files}
	s.process.Dir, s.process.Env, s.process.ExtraFiles = dir, env, []*os.File{write}
	if s.input, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	return s, child.Start(s.process)
}

// close ends the shell, and what it has started.
func (s *shell) close() {
	s.input.Close()
	child.Kill(s.process)
	child.Wait(s.process)
}

// run runs a command, and returns what it printed, on both streams, and its status.
func (s *shell) run(ctx context.Context, command string) (output string, status int, err error) {
	s.count++
	script := filepath.Join(s.files, strconv.Itoa(s.count))
	if err := os.WriteFile(script+".sh", []byte(command+"\n"), 0o600); err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(ctx, func() { child.Kill(s.process) })()
	// What the command leaves running mustn't hold the pipe of statuses open.
	fmt.Fprintf(s.input, ". %s.sh </dev/null >%s.out 2>&1 3>&-; echo $? >&3\n", script, script)
	answer, err := s.statuses.ReadString('\n')
	data, _ := os.ReadFile(script + ".out") // there is none if the shell has ended
	if err != nil {
		return string(data), 0, fmt.Errorf("the shell ended, or the command took longer than %s", patience)
	}
	status, err = strconv.Atoi(strings.TrimSpace(answer))
	return string(data), status, err
}

// place returns the folder and the environment that the shell has come to.
func (s *shell) place(ctx context.Context) (dir string, env []string, err error) {
	text, _, err := s.run(ctx, `printf '%s\0' "$PWD"; env -0`)
	all := strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
	return all[0], all[1:], err
}
