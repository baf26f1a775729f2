package lambdarun

import (
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of Lambda's.
const (
	maxTimeout   = 15 * time.Minute
	startTimeout = 10 * time.Second
)

// unlimited is longer than anybody spends on debugging.
const unlimited = 30 * 24 * time.Hour

// Command is a program to run as a Lambda function, and the function's
// configuration. Only Path is required.
type Command struct {
	Path    string   // the compiled program
	Dir     string   // its working directory and LAMBDA_TASK_ROOT; empty: the folder of Path
	Env     []string // KEY=value, beside what Lambda sets
	Handler string   // the value of _HANDLER
	// Runner is a program that runs Path, such as a debugger, with arguments,
	// behind which the path is put; empty: Path is run directly.
	Runner []string

	Name       string        // of the function; empty: Handler, or else the program's name
	MemorySize int           // MB; 0: 128. Nothing enforces it
	Timeout    time.Duration // of an invocation; 0: 15 minutes, the longest that Lambda knows
	Unlimited  bool          // Timeout and StartLimit don't apply
	StartLimit time.Duration // until the program asks for an event; 0: 10 seconds, as in Lambda
	Region     string        // empty: us-east-1, unless Env has AWS_REGION

	// Log gets each line that the program prints, one after the other. It must
	// return quickly. nil: Stdout and Stderr get the output.
	Log            func(Line)
	Stdout, Stderr io.Writer // nil: that output is lost
	LogGroup       string    // empty: the one that Lambda names after the function
	// LogLevel is one of Lambda's, from which on lines get to Log; empty: the format of
	// the log is text, which has no levels.
	LogLevel string
	// Unleveled, if it isn't nil, gets lines that don't get to Log since they say no
	// level.
	Unleveled func(Line)
}

// Result is how an invocation ended: with a payload, or with the error that the
// handler returned.
type Result struct {
	Payload []byte
	Error   *InvokeError
	// Streamed says that the answer was written to the writer of
	// [Pool.InvokeStream], whole unless there is an Error; and Lost why that took
	// no more of it.
	Streamed bool
	Lost     error
	Facts
}

// Facts are what is known of an invocation, also of one that failed.
type Facts struct {
	RequestID string
	Cold      bool          // a process was started for this invocation
	Init      time.Duration // how long that took
	Duration  time.Duration // between handing over the event and the answer
	// Logged is closed when the command's Log has got all lines of the invocation.
	Logged <-chan struct{}
}

// InvokeError is an error as a function reports it to Lambda.
type InvokeError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
	// Document is all of what the function reported, stack trace included.
	Document []byte `json:"-"`
}

// Error returns type and message.
func (e *InvokeError) Error() string { return e.Type + ": " + e.Message }

// ExitError means that the program ended when it should have asked for an event
// or answered one.
type ExitError struct {
	During string // what it should have been doing
	Status string // such as "exit status 2"
	Output string // the last lines that it printed, each after a newline and a tab
}

// Error says what happened, with the program's last lines below it.
func (e *ExitError) Error() string {
	message := fmt.Sprintf("the program ended (%s) %s", e.Status, e.During)
	if e.Output == "" {
		return message + " and printed nothing"
	}
	return message + ":" + e.Output
}

// TimeoutError means that the program took too long, and was killed.
type TimeoutError struct {
	During string
	Limit  time.Duration
}

// Error says what took too long.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the program was stopped: %s took longer than %s", e.During, e.Limit)
}

// complete fills in the defaults.
func (c Command) complete() Command {
	if c.Dir == "" {
		c.Dir = filepath.Dir(c.Path)
	}
	if c.Name == "" {
		c.Name = c.Handler
	}
	if c.Name == "" {
		c.Name = strings.TrimSuffix(filepath.Base(c.Path), ".exe")
	}
	if c.MemorySize == 0 {
		c.MemorySize = 128
	}
	if c.Timeout <= 0 || c.Timeout > maxTimeout {
		c.Timeout = maxTimeout
	}
	if c.StartLimit <= 0 {
		c.StartLimit = startTimeout
	}
	if c.Unlimited {
		c.Timeout, c.StartLimit = unlimited, unlimited
	}
	if c.Region == "" {
		c.Region = DefaultRegion
		for _, v := range c.Env {
			if region, ok := strings.CutPrefix(v, "AWS_REGION="); ok {
				c.Region = region
			}
		}
	}
	if c.Log != nil && c.LogLevel != "" {
		c.Log = filtered(c.LogLevel, c.Log, c.Unleveled)
	}
	if c.LogGroup == "" {
		c.LogGroup = "/aws/lambda/" + c.Name
	}
	if c.Stdout == nil {
		c.Stdout = io.Discard
	}
	if c.Stderr == nil {
		c.Stderr = io.Discard
	}
	return c
}

// process returns the command to start.
func (c Command) process() *exec.Cmd {
	line := append(slices.Clone(c.Runner), c.Path)
	return exec.Command(line[0], line[1:]...)
}

// DefaultRegion is the region of a function if none is configured.
const DefaultRegion = "us-east-1"

// ARN returns the ARN that a program gets for the name of its function. The
// account is the one of AWS's examples.
func ARN(region, name string) string {
	return fmt.Sprintf("arn:aws:lambda:%s:123456789012:function:%s", region, name)
}

// runtimeVariable returns the variable with the address of the runtime API,
// which is different for each sandbox.
func runtimeVariable(address string) string { return "AWS_LAMBDA_RUNTIME_API=" + address }

// environment returns the whole environment of the program. It doesn't inherit
// ours: a program that depends on a variable of this machine would fail in
// Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (c Command) environment(api string) []string {
	env := []string{
		"AWS_LAMBDA_LOG_FORMAT=Text",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
	}
	env = append(env, c.Env...)
	// If a variable occurs twice, the last value counts. So nothing in Env can
	// replace these.
	if c.LogLevel != "" {
		env = append(env, "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL="+c.LogLevel)
	}
	return append(env,
		runtimeVariable(api),
		"_HANDLER="+c.Handler,
		"AWS_REGION="+c.Region,
		"AWS_DEFAULT_REGION="+c.Region,
		"AWS_LAMBDA_FUNCTION_NAME="+c.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(c.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME="+c.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"LAMBDA_TASK_ROOT="+c.Dir,
		"LAMBDA_RUNTIME_DIR="+c.Dir,
	)
}
