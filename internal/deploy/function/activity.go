package function

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
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

// count adds up the metrics of functions by minutes, so that an hour is the
// last 60 minutes and not one of CloudWatch's clock hours.
func (c *Client) count(ctx context.Context, names []string, since time.Time, counts map[string]*Activity) error {
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(since), EndTime: aws.Time(time.Now())}
	sums := map[string]*int{}
	for _, name := range names {
		for _, counter := range counters {
			id := fmt.Sprintf("m%d", len(sums))
			sums[id] = counter.of(counts[name])
			in.MetricDataQueries = append(in.MetricDataQueries, query(id, name, counter.metric))
		}
	}
	pages := cloudwatch.NewGetMetricDataPaginator(c.metrics, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, result := range page.MetricDataResults {
			sum, ok := sums[aws.ToString(result.Id)]
			if !ok {
				continue
			}
			for _, value := range result.Values {
				*sum += int(value)
			}
		}
	}
	return nil
}

func query(id, function, metric string) types.MetricDataQuery {
	return types.MetricDataQuery{
		Id: &id,
		MetricStat: &types.MetricStat{
			Metric: &types.Metric{
				Namespace:  aws.String("AWS/Lambda"),
				MetricName: &metric,
				Dimensions: []types.Dimension{{Name: aws.String("FunctionName"), Value: &function}},
			},
			Period: aws.Int32(60),
			Stat:   aws.String("Sum"),
		},
	}
}
