package devserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
)

// debugPort is the port of the first debugger, the one in Delve's
// documentation.
const debugPort = 2345

// debugger runs functions under Delve. Each has a port of its own, which it
// keeps when the source changes.
type debugger struct {
	dlv   string // path of the program
	ports map[string]int
	next  int
}

var errNoDelve = errors.New("--debug needs Delve, and there is no dlv command: " +
	"run go install github.com/go-delve/delve/cmd/dlv@latest, and have Go's bin folder in PATH")

func newDebugger() (*debugger, error) {
	dlv, err := exec.LookPath("dlv")
	if err != nil {
		return nil, errNoDelve
	}
	return &debugger{dlv: dlv, ports: map[string]int{}, next: debugPort}, nil
}

// runner returns the command that runs a function. The function runs also
// without a client, and the debugger accepts clients again and again.
func (d *debugger) runner(function string) []string {
	return []string{
		d.dlv, "exec", "--headless", "--api-version=2", "--accept-multiclient", "--continue",
		"--listen=" + d.address(function),
	}
}

// address returns the address of a function's debugger for clients.
func (d *debugger) address(function string) string {
	port, ok := d.ports[function]
	if !ok {
		port = d.freePort()
		d.ports[function] = port
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// freePort returns the next port at which nobody listens.
func (d *debugger) freePort() int {
	for ; ; d.next++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.next)))
		if err == nil {
			l.Close()
			d.next++
			return d.next - 1
		}
		if d.next > debugPort+1000 {
			return d.next
		}
	}
}

// launch returns the content of a launch.json for Visual Studio Code.
func (d *debugger) launch(functions []string) string {
	type configuration struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Request string `json:"request"`
		Mode    string `json:"mode"`
		Host    string `json:"host"`
		Port    int    `json:"port"`
	}
	var all []configuration
	for _, name := range functions {
		d.address(name)
		all = append(all, configuration{"chalice local: " + name, "go", "attach", "remote", "127.0.0.1", d.ports[name]})
	}
	text, _ := json.MarshalIndent(map[string]any{"version": "0.2.0", "configurations": all}, "", "  ")
	return string(text)
}

// debugPlaces returns a text that says how to attach a debugger.
func (s *Server) debugPlaces(functions []string) string {
	var b strings.Builder
	for _, name := range functions {
		fmt.Fprintf(&b, "  Delve      %s for %s\n", s.debugger.address(name), name)
	}
	fmt.Fprintf(&b, "A function's debugger begins with its first event; that of the routes has begun. For .vscode/launch.json:\n%s\n",
		s.debugger.launch(functions))
	return b.String()
}
