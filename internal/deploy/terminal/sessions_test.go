package terminal_test

import (
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

// firstDeployment makes a stack with nested stacks.
func firstDeployment(s *session) {
	step := s.screen.Step("Packaging")
	s.waits(1300 * time.Millisecond)
	s.at("packaging")
	s.waits(800 * time.Millisecond)
	step.Done("")
	upload(s)
	step = s.screen.Step("Change set")
	s.waits(3 * time.Second)
	step.Done("")
	s.screen.Changes(&review.Review{
		Rows: []review.Row{
			{Action: review.Added, LogicalID: "APIHandler", Type: "AWS::Lambda::Function", Properties: []review.Property{
				{Path: "Handler", After: "api_handler"}, {Path: "MemorySize", After: "128"}, {Path: "Timeout", After: "60"}}},
			{Action: review.Added, LogicalID: "BooksTable", Type: "AWS::DynamoDB::Table"},
			{Action: review.Added, LogicalID: "Mails", Type: "AWS::CloudFormation::Stack"},
			{Action: review.Added, LogicalID: "SendReceipt", Stack: []string{"Mails"}, Type: "AWS::Lambda::Function"},
			{Action: review.Added, LogicalID: "SendReceiptTopicSubscription", Stack: []string{"Mails"}, Type: "AWS::SNS::Subscription"},
			{Action: review.Added, LogicalID: "Workers", Type: "AWS::CloudFormation::Stack"},
			{Action: review.Added, LogicalID: "Fulfil", Stack: []string{"Workers"}, Type: "AWS::Lambda::Function"},
		},
		Widened: []review.Grant{
			{Role: "DefaultRole", To: []string{"api_handler", "fulfil"}, Action: "dynamodb:GetItem", Resource: "BooksTable", Why: []string{"books.go:31 dynamodb.GetItem", "orders.go:88 dynamodb.GetItem"}},
			{Role: "DefaultRole", To: []string{"api_handler", "fulfil"}, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-central-1:123456789012:bookshop-dev-orders-and-returns.fifo", Why: []string{"orders.go:95 sqs.SendMessage"}},
			{Role: "DefaultRole", To: []string{"api_handler", "fulfil"}, Action: "logs:CreateLogGroup", Resource: "*", Why: []string{"writes its logs"}},
			{Role: "DefaultRole", To: []string{"api_handler", "fulfil"}, Action: "logs:CreateLogStream", Resource: "*", Why: []string{"writes its logs"}},
			{Role: "DefaultRole", To: []string{"api_handler", "fulfil"}, Action: "logs:PutLogEvents", Resource: "*", Why: []string{"writes its logs"}},
		},
		Exposed: []review.Exposure{{LogicalID: "RestAPI", What: "anyone can call 2 methods without credentials", Details: []string{"GET /books", "GET /books/{id}"}, Source: &app.Source{File: "main.go", Line: 16}}},
	})
	s.asks("Deploy these changes to bookshop-dev (123456789012, eu-central-1)?", "y\n")
	s.at("the answer")
	s.follows(terminal.Work{Stack: "bookshop-dev", Total: 14}, "create", 8*time.Second, 28500*time.Millisecond, 44500*time.Millisecond)
	s.screen.Result(terminal.Result{
		Stack: "bookshop-dev", Action: "created", Took: 54 * time.Second,
		Outputs: []terminal.Output{
			{Key: "APIHandlerArn", Value: "arn:aws:lambda:eu-central-1:123456789012:function:bookshop-dev-APIHandler-A1B2C3D4E5F6"},
			{Key: "BooksTableName", Value: "bookshop-dev-BooksTable-A1B2C3"},
		},
		URLs: []terminal.URL{{Front: "REST API", URL: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api/"}},
	})
}

// compiled compiles a program that is mostly there already, then one that isn't, then one
// that doesn't compile.
func compiled(s *session) {
	quick := s.screen.Slow("Compiling bookshop for this machine")
	s.waits(900 * time.Millisecond)
	s.at("it may be over at once")
	quick.Done("")
	s.waits(20 * time.Second)
	s.at("it was")
	slow := s.screen.Slow("Compiling bookshop for linux/arm64")
	s.waits(100 * time.Millisecond)
	quick = s.screen.Slow("Compiling bookshop for this machine")
	s.waits(1300 * time.Millisecond)
	s.at("it takes longer")
	fmt.Fprintln(s.screen.Progress(), "go: downloading example.com/books v1.2.0")
	if s.Person != nil { // JSON has no such lines
		fmt.Fprintln(s.screen.Results(), "a result")
	}
	s.waits(time.Second)
	s.at("with other lines")
	quick.Done("")
	s.waits(time.Minute)
	slow.Done("")
	wrong := s.screen.Slow("Compiling bookshop for linux/arm64")
	defer wrong.Stop()
	s.waits(12 * time.Second)
	s.at("it has a mistake")
}

func upload(s *session) {
	const total = 12_300_000
	step := s.screen.Step("Uploading")
	defer step.Stop()
	for i := range int64(14) {
		step.Meter(i*total/14, total)
		s.waits(time.Second)
		if i == 6 {
			s.at("half of it is uploaded")
		}
	}
	step.Done("")
}

// update2 replaces a resource. The answer is first no, then yes.
func update2(s *session) {
	c := &review.Review{
		Rows: []review.Row{
			{Action: review.Changed, LogicalID: "APIHandler", Type: "AWS::Lambda::Function", Source: &app.Source{File: "main.go", Line: 16}, Properties: []review.Property{
				{Path: "Code.S3Key", Before: "bookshop/dev/4c1f0a9b4c1f0a9b4c1f0a9b4c1f0a9b4c1f0a9b4c1f0a9b4c1f0a9b4c1f0a9b.zip", After: "bookshop/dev/77d01e5577d01e5577d01e5577d01e5577d01e5577d01e5577d01e5577d01e55.zip"},
				{Path: "Environment.Variables.LOG_LEVEL", After: "debug"},
				{Path: "MemorySize", Before: "128", After: "256"},
				{Path: "ReservedConcurrentExecutions", Before: "10"},
				{Path: "Tags"}}},
			{Action: review.Replaced, LogicalID: "BooksTable", Type: "AWS::DynamoDB::Table", Properties: []review.Property{
				{Path: "TableName", Before: "books", After: "books2", Replaces: true},
				{Path: "KeySchema", Before: `[{"AttributeName":"id","KeyType":"HASH"}]`, After: `[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}]`, Replaces: true}}},
			{Action: review.Replaced, Maybe: true, Kept: true, LogicalID: "Mails", Stack: []string{"Workers"}, Type: "AWS::SQS::Queue", Properties: []review.Property{
				{Path: "QueueName", Before: "mails", After: "letters", Replaces: true},
				{Path: "KmsMasterKeyId", Before: "key", After: "key2", Indirect: true}}},
			{Action: review.Replaced, Moved: true, LogicalID: "Parcels", Stack: []string{"Workers", "More"}, Type: "AWS::SQS::Queue"},
			{Action: review.Removed, LogicalID: "Orders", Stack: []string{"Workers", "More"}, Type: "AWS::SQS::Queue"},
			{Action: review.Removed, Kept: true, LogicalID: "Returns", Type: "AWS::SQS::Queue"},
		},
		Outputs: []review.Property{{Path: "BooksTableName", Before: "books", After: "books2"}, {Path: "OrdersURL", Before: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"}},
		Widened: []review.Grant{{Role: "AuditorRole", Deny: true, Action: "s3:DeleteObject", Resource: "*", Condition: "aws:SourceIp is 10.0.0.0/8"}},
	}
	s.screen.Changes(c)
	if s.asks("Deploy these changes?", "no\n") {
		s.t.Error("no is yes")
	}
	if !s.asks("And now?", "YES\n") {
		s.t.Error("yes is no")
	}
	s.follows(terminal.Work{Stack: "bookshop-dev", Total: 2}, "replace", 5*time.Second, 16*time.Second)
	s.screen.Result(terminal.Result{Stack: "bookshop-dev", Action: "updated", Took: 22 * time.Second})
	s.screen.Changes(&review.Review{})
	s.screen.Result(terminal.Result{Stack: "bookshop-dev", Action: "unchanged"})
}

// rolledBack fails in a nested stack.
func rolledBack(s *session) {
	s.follows(terminal.Work{Stack: "bookshop-dev", Total: 5}, "rollback", 20*time.Second, 23500*time.Millisecond, 45*time.Second)
	events := recorded(s.t, "rollback")
	for _, e := range events {
		if e.LogicalID == "FulfilEventSourceMapping" && e.Status == "CREATE_FAILED" {
			s.screen.Failure(terminal.Failure{
				Message: "the update failed", Stack: "bookshop-dev", Status: e.Status, LogicalID: e.LogicalID, Type: e.Type, Path: e.Path, Reason: e.Reason,
				Source: &app.Source{File: "workers.go", Line: 12}, Advice: "Set the queue's visibility timeout to at least lambda_timeout.", Others: []string{"Nightly"},
			})
		}
	}
	s.screen.Note("bookshop-dev is as it was before.")
}

// manyResources changes more resources than a screen has rows.
func manyResources(s *session) {
	s.follows(terminal.Work{Stack: "warehouse-prod", Total: 80}, "many", 10*time.Second, 23*time.Second, 29*time.Second, 40*time.Second)
}

func readLogs(s *session) {
	at := time.Date(2026, 1, 5, 9, 30, 12, 345e6, time.UTC)
	for _, message := range []string{
		"START RequestId: 6f1c Version: $LATEST",
		`{"time":"2026-01-05T09:30:12.345Z","level":"INFO","msg":"order taken","requestId":"6f1c","order":"A-17","items":3,"customer":"Ann Lee"}`,
		`{"time":"2026-01-05T09:30:12.345Z","level":"WARN","msg":"stock is low"}`,
		`{"level":"DEBUG","msg":"cache","hit":true}`,
		`{"level":"ERROR","msg":"order failed","err":"no \u001b[2Jpaper","stack":"goroutine 1 [running]:\nmain.fulfil()\n\t/main.go:3\n"}`,
		"\x1b[31mred\x1b[0m and \x1b]0;owned\x07 a title, \x1b[2J",
		"two\nlines\t日本語のログ",
		"",
		strings80,
	} {
		s.screen.Log(terminal.LogLine{Time: at, Stream: "a1b2c3", Message: message})
		at = at.Add(1234 * time.Millisecond)
	}
}

const strings80 = "a line that is longer than a terminal is wide is not cut, since whoever reads a log wants to read all of it, to the end"

func readTables(s *session) {
	s.screen.Table(terminal.Table{Title: "Functions", Columns: []string{"function", "changed", "invocations", "errors", "throttles"}, Rows: [][]terminal.Cell{
		{{Text: "api_handler"}, {Text: "2 minutes ago"}, {Text: "1204"}, {Text: "0", Tone: terminal.Good}, {Text: "0"}},
		{{Text: "fulfil"}, {Text: "3 weeks ago"}, {Text: "88"}, {Text: "17", Tone: terminal.Bad}, {Text: "2", Tone: terminal.Warn}},
		{{Text: "注文を処理する"}, {Text: "3 weeks ago"}, {Text: "-", Tone: terminal.Faint}, {Text: "-"}, {Text: "-"}},
		{{Text: "a_function_with_a_name_that_is_longer_than_anyone_would_like_to_type_twice"}, {Text: "never"}, {Text: ""}, {Text: ""}, {Text: ""}},
	}})
	s.screen.Table(terminal.Table{Title: "Queues", Columns: []string{"queue"}})
	s.screen.Table(terminal.Table{Columns: []string{"stack", "status"}, Rows: [][]terminal.Cell{{{Text: "bookshop-dev"}, {Text: "UPDATE_COMPLETE", Tone: terminal.Good}}}})
}

// strangeNames has foreign names that are wide, long or harmful.
func strangeNames(s *session) {
	s.screen.Note("a note with \x1b[2J in it")
	s.screen.Step("").Done("\x1b[1A")
	s.screen.Changes(&review.Review{
		Rows: []review.Row{
			{Action: review.Changed, LogicalID: "APIHandlerWithANameThatGoesOnAndOnUntilNobodyKnowsWhatItWasAbout0123456789", Type: "AWS::ElasticLoadBalancingV2::ListenerCertificateWithSomethingElse", Properties: []review.Property{
				{Path: "Description", Before: "価格と在庫を毎晩更新する価格と在庫を毎晩更新する価格と在庫を毎晩更新する", After: "価格と在庫を毎晩更新する価格と在庫を毎朝更新する価格と在庫を毎晩更新する"},
				{Path: "Text", Before: "a\x1b[31m\nb", After: "\u202eevil"}}},
			{Action: "sideways", LogicalID: "", Type: ""},
		},
		Exposed: []review.Exposure{{What: "something \x07 rings"}},
	})
	p := s.screen.Follow(terminal.Work{Stack: "価格-dev\x1b[2J"})
	for _, e := range []terminal.Event{
		{LogicalID: "価格と在庫を毎晩更新する価格と在庫を毎晩更新する価格と在庫を毎晩更新する", Type: "Custom::価格", Status: "CREATE_IN_PROGRESS"},
		{LogicalID: "APIHandlerWithANameThatGoesOnAndOnUntilNobodyKnowsWhatItWasAbout0123456789", Type: "AWS::Lambda::Function", Status: "CREATE_FAILED", Reason: "\x1b[2J\x1b[H" + strings80 + "\n\nhttps://docs.aws.amazon.com/lambda/latest/dg/a-very-long-address-without-any-space-in-it-at-all/and-more.html"},
		{LogicalID: "New", Type: "", Status: "SOMETHING_NEW"},
	} {
		e.Time = time.Now()
		p.Event(e)
	}
	s.waits(time.Second)
	s.at("strange names")
	p.Close()
	s.screen.Failure(terminal.Failure{Message: "nothing else is known"})
	s.screen.Result(terminal.Result{Stack: "価格-dev", Action: "created"})
}
