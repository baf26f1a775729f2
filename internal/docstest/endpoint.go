package docstest

import (
	"bufio"
	"fmt"
	"os/exec"
	"strings"

	"github.com/chalice-go/chalice/internal/child"
)

// PythonVariable names the Python that can run tools/endpoint. Without it there is no AWS
// for pages.
const PythonVariable = "DOCSTEST_PYTHON"

// endpoint is an AWS for one page, so that all pages find an empty one.
type endpoint struct {
	process   *exec.Cmd
	variables []string // by which commands take it for AWS
}

// startEndpoint starts an endpoint, and returns when it listens.
func startEndpoint(python, checkout string) (*endpoint, error) {
	e := &endpoint{process: exec.Command(python, "tools/endpoint")}
	e.process.Dir = checkout
	out, err := e.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(e.process); err != nil {
		return nil, err
	}
	// It prints one variable after the other, this one early.
	told := bufio.NewScanner(out)
	for told.Scan() {
		e.variables = append(e.variables, told.Text())
		if strings.HasPrefix(told.Text(), "AWS_PAGER=") {
			return e, nil
		}
	}
	e.close()
	return nil, fmt.Errorf("%s tools/endpoint ended before it listened", python)
}

// close ends the endpoint, and with it all that runs there.
func (e *endpoint) close() {
	if e != nil {
		child.Kill(e.process)
		child.Wait(e.process)
	}
}
