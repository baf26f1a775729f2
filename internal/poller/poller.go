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
	"github.com/chalice-go/chalice/internal/eventpattern"
)

const (
	// defaultRegion is the region if none is configured.
	defaultRegion = "us-east-1"
	// retryInterval is how long to wait before a source that couldn't be polled is
	// tried again.
	retryInterval = 5 * time.Second
	// grace is how long a call that receives messages may go on after the end of
	// polling. Messages that SQS sends to a caller that is gone stay invisible for
	// a while.
	grace = 2 * time.Second
	// settleLimit is the time limit for the last calls to a queue.
	settleLimit = 3 * time.Second
	// forever is the time limit for functions that have a batch: none.
	forever = time.Duration(math.MaxInt64)
)

// Options say where AWS is, and who is told about the polling.
type Options struct {
	// Endpoint is the URL of a replacement for AWS; empty: AWS itself, or the
	// endpoint of the profile.
	Endpoint string
	// Profile is the section of the AWS configuration to use; empty: the one that
	// the environment names.
	Profile string
	// Inform gets a line when a source begins to be polled, and Warn gets one when
	// it can't be. They don't get the same line twice in a row.
	Inform, Warn func(line string)
}

// App is one version of an app, and the means to run its functions.
type App struct {
	Model *app.Model
	Stage *stages.Stage
	// Concurrency is the largest number of a queue's batches that are handed over
	// at a time; 0: one.
	Concurrency int
	// Begin is called before a batch is handed over. It returns the context for the
	// invocation, and a function that is called with the result.
	Begin func(ctx context.Context, b Batch) (context.Context, func(Result))
	// Invoke sends an event to a function and returns its answer. The invocation
	// has the id. An error means that the whole batch failed; see also
	// [ErrThrottled]. When the context ends, the poller stops waiting.
	Invoke func(ctx context.Context, id, function string, event []byte) ([]byte, error)
	// ARN returns the ARN of a function.
	ARN func(function string) string
}

// Batch says which function gets a batch, and of which queue, stream or table.
type Batch struct{ Function, Source string }

// Result is how a batch went.
type Result struct {
	Err error // what failed; nil: nothing did
	// Next says for people what becomes of the records that failed.
	Next string
}

// Poller polls the queues and streams of an app. Several goroutines can use it.
type Poller struct {
	options Options
	aws     aws.Config
	closed  chan struct{}
	close   sync.Once

	mu      sync.Mutex
	said    map[string]string // the last line about each source
	streams map[string]*progress
}

// New reads the AWS configuration. An error says what is wrong with it.
func New(ctx context.Context, o Options) (*Poller, error) {
	var settings []func(*config.LoadOptions) error
	if o.Profile != "" {
		settings = append(settings, config.WithSharedConfigProfile(o.Profile))
	} else { // the machine's own role has nothing to do with a replacement for AWS, and asking for it takes seconds
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

// standIn adds credentials to the configuration for an endpoint that replaces
// AWS: it requires some, and mostly accepts any.
func standIn(c *aws.Config, o Options) {
	c.BaseEndpoint = &o.Endpoint
	if _, err := c.Credentials.Retrieve(context.Background()); err != nil && o.Profile == "" {
		c.Credentials = credentials.NewStaticCredentialsProvider("test", "test", "")
	}
}

// Region returns the region that is polled if no ARN names another one.
func (p *Poller) Region() string { return p.aws.Region }

// regionOf returns the region of an ARN, or the poller's region for a name.
func (p *Poller) regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return cmp.Or(parts[3], p.aws.Region)
	}
	return p.aws.Region
}

// Run polls the queues and streams of an app until the context is done, and
// waits for the functions that have a batch then. Two runs may have the same
// source: only one of them reads a shard at a time, and the next one continues
// where that one ended.
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

// source returns a function that polls for a function of the app; nil: its
// source isn't polled.
func (p *Poller) source(a App, f *app.FunctionModel) func(context.Context) {
	if f.IsDisabled() {
		return nil
	}
	m := mapping{poller: p, app: a, function: f.Name, site: f.Source, filter: &filter{tell: p.options.Inform}}
	if patterns := f.Filters(); len(patterns) > 0 {
		filters, err := eventpattern.NewFilters(f.Kind, patterns)
		if err != nil {
			p.options.Warn(fmt.Sprintf("%s%s isn't polled: %v", m.place(), Source(f), err))
			return nil
		}
		m.filter.pass = filters.Pass
	}
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

// override puts the endpoint that replaces AWS in the place of one for a service
// alone, which the environment may have.
func (p *Poller) override(endpoint **string) {
	if p.options.Endpoint != "" {
		*endpoint = &p.options.Endpoint
	}
}

// Close ends all runs at once. Messages whose batches functions have become
// visible again.
func (p *Poller) Close() { p.close.Do(func() { close(p.closed) }) }

func (p *Poller) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// linger returns a context that ends some time after ctx has ended, or at once
// when the poller is closed. The returned function releases the context.
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

// sleep waits, and reports whether the context isn't done.
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
