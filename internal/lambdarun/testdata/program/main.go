// Program is a Lambda function that does what its event says. For some values
// of the variable START it fails before it asks for an event.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do   string
	N    int
	Text string `json:",omitempty"` // to print
}

var count int

// body is a body of N bytes, and what happens behind them.
type body struct{ order }

func (b *body) Read(p []byte) (int, error) {
	if b.N > 0 {
		n := min(b.N, len(p))
		for i := range n {
			p[i] = 'x'
		}
		b.N -= n
		return n, nil
	}
	switch b.Do {
	case "stream, then fail":
		return 0, errors.New("no such thing")
	case "stream, then exit":
		fmt.Println("good bye")
		os.Exit(3)
	case "stream, then sleep":
		time.Sleep(time.Hour)
	}
	return 0, io.EOF
}

func handle(ctx context.Context, o order) (any, error) {
	count++
	switch o.Do {
	case "env":
		return os.Environ(), nil
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "left": time.Until(deadline).Seconds(),
			"trace": ctx.Value("x-amzn-trace-id"), "events": count, "pid": os.Getpid(),
		}, nil
	case "error":
		return nil, errors.New("no such thing")
	case "panic":
		panic("at the disco")
	case "exit":
		fmt.Println("on stdout")
		fmt.Fprintln(os.Stderr, "good\nbye")
		os.Exit(3)
	case "stream", "stream, then fail", "stream, then exit", "stream, then sleep":
		return &events.LambdaFunctionURLStreamingResponse{StatusCode: 201, Body: &body{o}}, nil
	case "large":
		return strings.Repeat("x", o.N), nil
	case "sleep":
		time.Sleep(time.Duration(o.N) * time.Millisecond)
	case "pid":
		time.Sleep(time.Duration(o.N) * time.Millisecond)
		return os.Getpid(), nil
	case "print":
		lc, _ := lambdacontext.FromContext(ctx)
		for i := range o.N {
			fmt.Fprintln([]*os.File{os.Stdout, os.Stderr}[i%2], "line of "+lc.AwsRequestID)
		}
		fmt.Print("unfinished " + lc.AwsRequestID)
	case "say":
		fmt.Println(o.Text)
		return []string{os.Getenv("AWS_LAMBDA_LOG_FORMAT"), os.Getenv("AWS_LAMBDA_LOG_LEVEL"), os.Getenv("AWS_LAMBDA_LOG_GROUP_NAME")}, nil
	case "long":
		fmt.Print(strings.Repeat("x", o.N))
	case "child": // leaves a process behind that holds stdout open
		c := exec.Command("sleep", "600")
		if err := c.Start(); err != nil {
			return nil, err
		}
		return c.Process.Pid, nil
	case "daemon": // leaves one behind in a session of its own
		out, err := exec.Command("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo $!").Output()
		if err != nil {
			return nil, err
		}
		return json.RawMessage(out), nil
	}
	return o, nil
}

func main() {
	switch os.Getenv("START") {
	case "exit":
		fmt.Fprintln(os.Stderr, "config missing")
		os.Exit(1)
	case "quiet":
		return
	case "chatty":
		fmt.Println("starting")
	case "hang":
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}
