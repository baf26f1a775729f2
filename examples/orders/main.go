// Orders come in over HTTP, are shipped from a queue, and are counted every
// night. The role of each function allows what its code does, and no more:
// "chalice gen-policy --explain" shows what that is.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("orders")
	a.Route("/orders", order, app.Methods("POST"))
	a.OnSQSMessage("orders", app.EachJSON(ship)) // a queue with a visibility timeout of 360 s
	a.Schedule(app.Cron("0", "3", "*", "*", "?", "*"), count)
	a.LambdaFunction(report)
	return a
}

// awsConfig is loaded when a function first needs it, not when the app is
// described.
var awsConfig = sync.OnceValues(func() (aws.Config, error) {
	return config.LoadDefaultConfig(context.Background())
})

// Order is the body of a request, and of a message in the queue.
type Order struct {
	ID    string `json:"id"`
	Items int    `json:"items"`
}

// order stores an order, and puts it into the queue.
func order(ctx context.Context, r *app.Request) (any, error) {
	o, err := app.As[Order](r)
	if err != nil {
		return nil, err
	}
	if o.ID == "" || o.Items < 1 {
		return nil, app.BadRequest("an order needs an id and items")
	}
	cfg, err := awsConfig()
	if err != nil {
		return nil, err
	}
	_, err = dynamodb.NewFromConfig(cfg).PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(os.Getenv("ORDERS_TABLE")),
		Item: map[string]types.AttributeValue{
			"id":    &types.AttributeValueMemberS{Value: o.ID},
			"items": &types.AttributeValueMemberN{Value: strconv.Itoa(o.Items)},
		},
	})
	if err != nil {
		return nil, err
	}
	message, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	_, err = sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:    aws.String(os.Getenv("ORDERS_QUEUE_URL")),
		MessageBody: aws.String(string(message)),
	})
	return &app.Response{StatusCode: 202, Body: o}, err
}

// ship publishes that an order is shipped, and marks it. Each message is handled by
// itself: those that fail come again, and the others don't.
func ship(ctx context.Context, o Order, _ *app.SQSRecord) error {
	cfg, err := awsConfig()
	if err != nil {
		return err
	}
	_, err = sns.NewFromConfig(cfg).Publish(ctx, &sns.PublishInput{
		TopicArn: aws.String(os.Getenv("SHIPPED_TOPIC_ARN")),
		Message:  aws.String(o.ID),
	})
	if err != nil {
		return err
	}
	_, err = dynamodb.NewFromConfig(cfg).UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 aws.String(os.Getenv("ORDERS_TABLE")),
		Key:                       map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: o.ID}},
		UpdateExpression:          aws.String("SET shipped = :yes"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":yes": &types.AttributeValueMemberBOOL{Value: true}},
	})
	return err
}

// latest is the key of the report.
const latest = "reports/latest.txt"

// count writes a report of all orders.
func count(ctx context.Context, _ *app.CloudWatchEvent) error {
	cfg, err := awsConfig()
	if err != nil {
		return err
	}
	orders := 0
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(cfg), &dynamodb.ScanInput{
		TableName: aws.String(os.Getenv("ORDERS_TABLE")),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		orders += len(page.Items)
	}
	_, err = s3.NewFromConfig(cfg).PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(os.Getenv("REPORTS_BUCKET")),
		Key:    aws.String(latest),
		Body:   strings.NewReader(fmt.Sprintf("%d orders\n", orders)),
	})
	return err
}

// report returns the last report's size.
func report(ctx context.Context, _ json.RawMessage) (any, error) {
	cfg, err := awsConfig()
	if err != nil {
		return nil, err
	}
	out, err := s3.NewFromConfig(cfg).GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(os.Getenv("REPORTS_BUCKET")),
		Key:    aws.String(latest),
	})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return map[string]int64{"bytes": aws.ToInt64(out.ContentLength)}, nil
}
