package function

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Activity is what happened to a function in some time.
type Activity struct {
	Invocations int // all calls that ran, including those that failed
	Errors      int // calls that failed
	Throttles   int // calls that were refused; they aren't among the invocations
}

// counters are the metrics of a function that make up its activity.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
var counters = []struct {
	metric string
	of     func(*Activity) *int
}{
	{"Invocations", func(a *Activity) *int { return &a.Invocations }},
	{"Errors", func(a *Activity) *int { return &a.Errors }},
	{"Throttles", func(a *Activity) *int { return &a.Throttles }},
}

// A call of GetMetricData can have 500 metrics, so one call is enough for 166
// functions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const maxMetrics = 500

// Activity counts what happened to functions from since until now. CloudWatch
// has the counts after about a minute. Every name has an activity, of zeros if
// nothing is known.
func (c *Client) Activity(ctx context.Context, names []string, since time.Time) (map[string]Activity, error) {
	counts := make(map[string]*Activity, len(names))
	for _, name := range names {
		counts[name] = new(Activity)
	}
	for some := range slices.Chunk(names, maxMetrics/len(counters)) {
		if err := c.count(ctx, some, since, counts); err != nil {
			return nil, fmt.Errorf("count the errors of functions: %w", err)
		}
	}
	all := make(map[string]Activity, len(counts))
	for name, a := range counts {
		all[name] = *a
	}
	return all, nil
}

// metricsQuestion is the input of GetMetricData, and metricsAnswer its output, as far
// as they are used here.
type metricsQuestion struct {
	StartTime, EndTime float64 // seconds since 1970
	MetricDataQueries  []metricQuery
	NextToken          string `json:",omitempty"`
}

type metricQuery struct {
	ID         string `json:"Id"`
	MetricStat struct {
		Metric struct {
			Namespace, MetricName string
			Dimensions            []dimension
		}
		Period int // seconds
		Stat   string
	}
}

type dimension struct{ Name, Value string }

type metricsAnswer struct {
	MetricDataResults []struct {
		ID     string `json:"Id"`
		Values []float64
	}
	NextToken string
}

// count adds up the metrics of functions by minutes, so that an hour is the
// last 60 minutes and not one of CloudWatch's clock hours.
func (c *Client) count(ctx context.Context, names []string, since time.Time, counts map[string]*Activity) error {
	// A minute's values have the time of its beginning: the running one's is in the question,
	// however early in it that is.
	end := time.Now().Truncate(time.Minute).Add(time.Minute)
	in := metricsQuestion{StartTime: seconds(since), EndTime: seconds(end)}
	sums := map[string]*int{}
	for _, name := range names {
		for _, counter := range counters {
			id := fmt.Sprintf("m%d", len(sums))
			sums[id] = counter.of(counts[name])
			in.MetricDataQueries = append(in.MetricDataQueries, query(id, name, counter.metric))
		}
	}
	for more := true; more; more = in.NextToken != "" {
		var page metricsAnswer
		if err := c.metrics.JSON(ctx, "GetMetricData", &in, &page); err != nil {
			return err
		}
		for _, result := range page.MetricDataResults {
			sum, ok := sums[result.ID]
			if !ok {
				continue
			}
			for _, value := range result.Values {
				*sum += int(value)
			}
		}
		in.NextToken = page.NextToken
	}
	return nil
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func query(id, function, metric string) metricQuery {
	q := metricQuery{ID: id}
	q.MetricStat.Metric.Namespace, q.MetricStat.Metric.MetricName = "AWS/Lambda", metric
	q.MetricStat.Metric.Dimensions = []dimension{{"FunctionName", function}}
	q.MetricStat.Period, q.MetricStat.Stat = 60, "Sum"
	return q
}
