package migrate

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/shellenv"
	"github.com/chalice-go/chalice/internal/smallfile"
	"github.com/chalice-go/chalice/internal/tail"
)

// script describes an app. It is ASCII.
//
//go:embed describe.py
var script string

// bootstrap runs the script in a Python that can, and ends any other with a status of
// its own: that couldn't even read it.
const bootstrap = `import sys; sys.argv.pop(0); sys.version_info >= (3, 8) or sys.exit(77); exec(compile(open(sys.argv[0]).read(), sys.argv[0], 'exec'))`

const tooOld = 77

// findPython returns the interpreter that the user names, perhaps by the folder of a
// virtual environment, or else that of the app's
// own virtual environment, that of the environment which is active, and the
// system's.
func findPython(appDir, named string) (string, error) {
	if file, ok := interpreter(named); ok {
		return file, nil
	}
	if named != "" {
		file, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("there is no Python %s: %w", named, reasonOf(err))
		}
		return filepath.Abs(file)
	}
	for _, dir := range append(environments(appDir), os.Getenv("VIRTUAL_ENV")) {
		if file, ok := interpreter(dir); ok {
			return file, nil
		}
	}
	for _, name := range []string{"python3", "python"} {
		if file, err := exec.LookPath(name); err == nil {
			return filepath.Abs(file)
		}
	}
	return "", fmt.Errorf("there is no Python: no virtual environment in %s, none that is active, and no python3 in PATH; name the app's with --python", appDir)
}

// environments lists the virtual environments in a folder, those of the usual names
// first.
func environments(dir string) []string {
	found := []string{filepath.Join(dir, ".venv"), filepath.Join(dir, "venv")}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	return slices.DeleteFunc(found, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "pyvenv.cfg"))
		return err != nil
	})
}

// interpreter returns the Python of a virtual environment.
func interpreter(dir string) (string, bool) {
	if dir == "" {
		return "", false
	}
	name := filepath.Join(dir, "bin", "python")
	if runtime.GOOS == "windows" {
		name = filepath.Join(dir, "Scripts", "python.exe")
	}
	file, err := exec.LookPath(name)
	if err != nil {
		return "", false
	}
	file, err = filepath.Abs(file)
	return file, err == nil
}

// reasonOf is the end of an error that names a program itself.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*exec.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// run is one run of the script.
type run struct {
	python, project string
	shown           string            // how the user calls the project
	variables       map[string]string // of the configuration
	passed          []string          // of the shell, as KEY=value
	limit           time.Duration
}

var errTooSlow = errors.New("the time limit for the app")

// printed is the end of what an app printed, each line after a newline and a tab.
type printed struct {
	all      string // to standard error as well
	standard string // to standard output alone
}

// describe runs the script, and returns what it has written and what the app printed.
func (r run) describe(ctx context.Context) (d *description, p printed, err error) {
	work, err := scratch.Make(os.TempDir(), "chalice-migrate-")
	if err != nil {
		return nil, p, err
	}
	defer work.Remove()
	folder := work.Path
	request, err := json.Marshal(map[string]any{"project": r.project, "variables": withoutCredentials(r.variables)})
	if err != nil {
		return nil, p, err
	}
	files := map[string][]byte{"describe.py": []byte(script), "request.json": request}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return nil, p, err
		}
	}
	var output, standard tail.Writer
	result := filepath.Join(folder, "result.json")
	c := exec.Command(r.python, "-B", "-c", bootstrap, filepath.Join(folder, "describe.py"), filepath.Join(folder, "request.json"), result)
	c.Dir, c.Env = folder, r.environment(folder)
	c.Stdout, c.Stderr = io.MultiWriter(&output, &standard), &output
	state, err := r.limited(ctx, c, folder)
	if err != nil {
		return nil, p, err
	}
	d, err = r.answer(result, state, &output)
	return d, printed{output.Indented(), standard.Indented()}, err
}

// limited runs the interpreter and all that it starts, for a limited time. It returns
// nil for one that had to be ended.
func (r run) limited(ctx context.Context, c *exec.Cmd, folder string) (*os.ProcessState, error) {
	limited, cancel := context.WithTimeoutCause(ctx, r.limit, errTooSlow)
	defer cancel()
	// An interrupt makes Python say where it was.
	err := child.Run(limited, c, time.Second)
	child.Sweep(marker + folder)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(context.Cause(limited), errTooSlow):
		return nil, nil
	case c.ProcessState == nil:
		return nil, fmt.Errorf("run %s: %w", r.python, reasonOf(err))
	}
	return c.ProcessState, nil
}

// marker is the variable by which processes of the run can be found.
const marker = "CHALICE_MIGRATE="

// answer reads what the script has left.
func (r run) answer(file string, state *os.ProcessState, output *tail.Writer) (*description, error) {
	data, err := smallfile.Read(file, smallfile.Document)
	switch {
	case errors.Is(err, fs.ErrNotExist) && state == nil:
		return nil, r.slow("")
	case errors.Is(err, fs.ErrNotExist) && state.ExitCode() == tooOld:
		return nil, fmt.Errorf("%s is older than Python 3.8: name another one with --python", r.python)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s ended (%s) before it had imported the app%s", r.python, state, output.Indented())
	case err != nil:
		return nil, fmt.Errorf("read the description of the app: %w", reasonOf(err))
	}
	d := description{shown: r.shown}
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("read the description of the app: %w", err)
	}
	switch f := d.Error; {
	case f == nil:
		return &d, nil
	case f.Kind == interrupted && state == nil:
		return nil, r.slow(d.place(f.Where))
	case f.Kind == noChalice:
		return nil, fmt.Errorf("%s has no Chalice (%s): install the app's requirements there, or name another Python with --python", r.python, f.Message)
	default:
		return nil, errors.New(note{d.place(f.Where), f.Message}.String())
	}
}

// slow is the error of an app that takes too long.
func (r run) slow(where string) error {
	return errors.New(note{where, fmt.Sprintf("importing the app took longer than %s; --timeout gives it more time", r.limit)}.String())
}

// environment is what the interpreter sees: the basic variables, those that make it
// find the user's packages, and no credentials. The SDK makes clients only if it knows
// a region, and looks for credentials in files and on the network as well.
func (r run) environment(folder string) []string {
	env := shellenv.Basic()
	for _, name := range []string{"PYTHONPATH", "PYTHONHOME", "PYENV_ROOT", "PYENV_VERSION", "LD_LIBRARY_PATH", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return append(append(env, r.passed...),
		"AWS_DEFAULT_REGION="+region(),
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		marker+folder,
	)
}

// region is the one of the shell, or else one that every account has.
func region() string {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return "us-east-1"
}

// withoutCredentials leaves out the variables that tell an SDK who it is, and where AWS is.
func withoutCredentials(variables map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range variables {
		if !ofCredentials(name) {
			kept[name] = value
		}
	}
	return kept
}

// ofCredentials reports whether a variable says who calls AWS, or where that is.
func ofCredentials(name string) bool {
	return slices.ContainsFunc(credentials, func(start string) bool { return strings.HasPrefix(name, start) })
}

// credentials are how the names of such variables start.
var credentials = []string{
	"AWS_ACCESS_KEY", "AWS_SECRET_", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL", "AWS_ROLE_", "AWS_WEB_IDENTITY_",
	"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
	"AWS_CONTAINER_", "AWS_EC2_METADATA_", "AWS_ENDPOINT_URL",
}
