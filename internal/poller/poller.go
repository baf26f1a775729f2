package poller

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/chalice-go/chalice/app"
	stages "github.com/chalice-go/chalice/config"
)

const (
	// defaultRegion is where functions run here, if nothing says.
	defaultRegion = "us-east-1"
	// retryInterval is how long a source that can't be polled is left alone.
	retryInterval = 5 * time.Second
	// grace is how long a call to receive messages may take after the end of
	// polling. What a queue has given away and nobody hears of stays invisible.
	grace = 2 * time.Second
	// settleLimit is for what has to be told to a queue at the end.
	settleLimit = 3 * time.Second
	// forever is for batches that a function has.
	forever = time.Duration(math.MaxInt64)
)

// Options say where AWS is, and who wants to hear about the polling.
type Options struct {
	// Endpoint is the URL of what stands in for AWS; empty: AWS itself, or what the
	// profile says.
	Endpoint string
	// Profile is the section of the AWS configuration to use; empty: the environment
	// says.
	Profile string
	// Inform gets a line when a source begins to be polled, and Warn one when it
	// can't be; the same line doesn't come twice in a row.
	Inform, Warn func(line string)
}

// App is one state of an app's source, and the means to run its functions.
type App struct {
	Model *app.Model
	Stage *stages.Stage
	// Concurrency is how many batches of a queue are handed over at a time, at most;
	// 0: one.
	Concurrency int
	// Begin is called before a batch of a source is handed over. The context that
	// it returns is that of the invocation, and the function that it returns gets
	// how it ended: nil, or what failed.
	Begin func(ctx context.Context, source string) (context.Context, func(error))
	// Invoke gives a function an event and returns its answer. An error means that
	// the whole batch failed. The end of the context means that nobody waits any more.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)
}

// Poller polls the queues and streams of an app. It is for several goroutines.
type Poller struct {
	options Options
	aws     aws.Config
	closed  chan struct{}
	close   sync.Once

	mu      sync.Mutex
	said    map[string]string // by source: the last line
	streams map[string]*progress
}

// New reads the AWS configuration. The error says what is wrong with it.
func New(ctx context.Context, o Options) (*Poller, error) {
	var settings []func(*config.LoadOptions) error
	if o.Profile != "" {
		settings = append(settings, config.WithSharedConfigProfile(o.Profile))
	} else { // a machine's own role is for no stand-in for AWS, and takes seconds to be asked for
		settings = append(settings, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	}
	c, err := config.LoadDefaultConfig(ctx, settings...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if c.Region == "" {
		c.Region = defaultRegion
	}
	if o.Endpoint != "" {
		standIn(&c, o)
	}
	return &Poller{
		options: o, aws: c, closed: make(chan struct{}),
		said: map[string]string{}, streams: map[string]*progress{},
	}, nil
}

// standIn completes the configuration for an endpoint: it wants to see
// credentials, and mostly doesn't mind which.
func standIn(c *aws.Config, o Options) {
	c.BaseEndpoint = &o.Endpoint
	if _, err := c.Credentials.Retrieve(context.Background()); err != nil && o.Profile == "" {
		c.Credentials = credentials.NewStaticCredentialsProvider("test", "test", "")
	}
}

// Region is the region that is polled where no ARN says another.
func (p *Poller) Region() string { return p.aws.Region }

// regionOf returns the region of an ARN, or the poller's for a mere name.
func (p *Poller) regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return cmp.Or(parts[3], p.aws.Region)
	}
	return p.aws.Region
}

// Run polls the queues and streams of an app until the context is done. Batches
// that functions have by then are waited for. A source of which two runs know is
// safe: a shard is read by one of them at a time, and the next goes on where
// that one ended.
func (p *Poller) Run(ctx context.Context, a App) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() {
		select {
		case <-p.closed:
			cancel()
		case <-ctx.Done():
		}
	})
	for i := range a.Model.Functions {
		if run := p.source(a, &a.Model.Functions[i]); run != nil {
			all.Go(func() { run(ctx) })
		}
	}
	<-ctx.Done()
	all.Wait()
}

// source returns what polls for a function; nil: it has nothing to be polled.
func (p *Poller) source(a App, f *app.FunctionModel) func(context.Context) {
	m := mapping{poller: p, app: a, function: f.Name, site: f.Source}
	switch {
	case f.SQS != nil:
		return p.newQueue(m, f.SQS).run
	case f.Kinesis != nil:
		return p.newKinesis(m, f.Kinesis).run
	case f.DynamoDB != nil:
		return p.newDynamoDB(m, f.DynamoDB).run
	}
	return nil
}

// Close ends all runs at once. Messages that functions have become visible again.
func (p *Poller) Close() { p.close.Do(func() { close(p.closed) }) }

// linger returns a context that ends some time after another has ended, or at
// once when the poller is closed. The function releases it.
func (p *Poller) linger(ctx context.Context, longer time.Duration) (context.Context, func()) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		limit := time.NewTimer(longer)
		defer limit.Stop()
		select {
		case <-limit.C:
		case <-p.closed:
		case <-lingering.Done():
		}
	})
	return lingering, func() { stop(); cancel() }
}

// sleep waits, and reports whether the context is still not done.
func sleep(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}
