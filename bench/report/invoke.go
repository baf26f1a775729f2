package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/chalice-go/chalice/bench"
)

// sample is something whose cost is measured.
type sample struct {
	name   string
	run    func() error
	best   time.Duration // processors' time of one run
	allocs float64
}

// measure measures all samples in turns.
func measure(ctx context.Context, samples []*sample, o options) error {
	for _, s := range samples {
		if err := s.run(); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		s.allocs = testing.AllocsPerRun(100, func() { s.run() })
	}
	for range o.rounds {
		for _, s := range samples {
			if err := ctx.Err(); err != nil {
				return err
			}
			if d := s.turn(o.turn); s.best == 0 || d < s.best {
				s.best = d
			}
		}
	}
	return nil
}

// turn runs a sample for a while and returns the processors' time of one run,
// with what the garbage collector took. Other processes change it little, while
// the time on the clock has theirs as well.
func (s *sample) turn(length time.Duration) time.Duration {
	runtime.GC() // removes what other samples left behind
	const batch = 64
	runs := 0
	start, before := time.Now(), processorTime()
	for time.Since(start) < length {
		for range batch {
			s.run()
		}
		runs += batch
	}
	return (processorTime() - before) / time.Duration(runs)
}

// processorTime returns how long processors have worked for this process.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it has no errors but those of its arguments
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// byName finds a sample by its name.
type byName map[string]*sample

func (m byName) over(a, b string) float64 { return float64(m[a].best) / float64(m[b].best) }

// invocations measures all payloads, prints the figures, and returns the
// targets.
func invocations(ctx context.Context, o options, w io.Writer) ([]line, error) {
	samples, err := invocationSamples(ctx)
	if err != nil {
		return nil, err
	}
	if err := measure(ctx, samples, o); err != nil {
		return nil, err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	found := byName{}
	for _, s := range samples {
		found[s.name] = s
		fmt.Fprintf(table, "%s\t%.2f µs\t%.0f allocations\n", s.name, micros(s.best), s.allocs)
	}
	if err := table.Flush(); err != nil {
		return nil, err
	}
	return targets(found), nil
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// decoding is the sample of the least that a POST costs with encoding/json.
const decoding = "POST of 2 KB: encoding/json of the body alone"

func routesName(n int) string { return fmt.Sprintf("3 parameters, %d routes: %s", n, bench.Ours) }

// invocationSamples returns the contestants, and the samples with which they
// are compared.
func invocationSamples(ctx context.Context) ([]*sample, error) {
	payloads, err := bench.Payloads()
	if err != nil {
		return nil, err
	}
	var samples []*sample
	for _, p := range payloads {
		for _, c := range p.Contestants {
			samples = append(samples, &sample{name: p.Name + ": " + c.Name, run: func() error {
				_, err := p.Invoke(ctx, c)
				return err
			}})
		}
	}
	body, err := bench.OrderBody()
	if err != nil {
		return nil, err
	}
	samples = append(samples, &sample{name: decoding, run: func() error { return bench.DecodeOrder(body) }})
	params := payloads[1].Event
	for _, n := range []int{10, 1000} {
		h, err := bench.WithRoutes(n)
		if err != nil {
			return nil, err
		}
		samples = append(samples, &sample{name: routesName(n), run: func() error {
			_, err := h.Invoke(ctx, params)
			return err
		}})
	}
	return samples, nil
}

// targets compares our figures with the others'.
func targets(found byName) []line {
	hello := func(name string) string { return "hello: " + name }
	ours := found[hello(bench.Ours)]
	post := func(name string) string { return "POST of 2 KB: " + name }
	typed := func(name string) string { return "validated POST of 2 KB: " + name }
	return []line{
		least("hello, aws-lambda-go / ours", found.over(hello(bench.Plain), hello(bench.Ours)), 12),
		least("hello, api-proxy with chi / ours", found.over(hello(bench.ProxyChi), hello(bench.Ours)), 14),
		least("hello, api-proxy with net/http / ours", found.over(hello(bench.ProxyNetHTTP), hello(bench.Ours)), 14),
		most("hello, ours / lower bound", found.over(hello(bench.Ours), hello(bench.Scanner)), 1.5),
		most("hello, allocations of ours", ours.allocs, 4),
		most("200 routes / 10 routes", found.over(routesName(200), routesName(10)), flat),
		most("1000 routes / 10 routes", found.over(routesName(1000), routesName(10)), flat),
		most("POST of 2 KB, ours / aws-lambda-go", found.over(post(bench.Ours), post(bench.Plain)), 0.42),
		most("validated POST of 2 KB, ours / app.As without validation", found.over(typed(bench.Ours), typed(bench.OursAs)), 1.15),
		least("validated POST of 2 KB, huma / ours", found.over(typed(bench.Huma), typed(bench.Ours)), 5),
		most("POST of 2 KB, ours / encoding/json of the body alone", found.over(post(bench.Ours), decoding), 1),
	}
}

// flat is the factor by which measurements of equal times can differ.
const flat = 1.1
