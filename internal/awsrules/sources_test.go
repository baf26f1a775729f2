package awsrules_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

func queue(name string, options ...app.SQSOption) func(*app.App) {
	return func(a *app.App) { a.OnSQSMessage(name, work, options...) }
}

func TestQueues(t *testing.T) {
	const noName = ` is no name of a queue: that has 1 to 80 letters, digits, - and _, or ends in .fifo`
	const noARN = ` is neither the name nor the ARN of a queue, which is arn:aws:sqs:region:account:name`
	const arn = "arn:aws:sqs:eu-west-1:123456789012:"
	long := strings.Repeat("q", 76)
	checkAll(t, map[string]registration{
		"a name":                          {queue("jobs_1-A"), ""},
		"80 characters":                   {queue(strings.Repeat("q", 80)), ""},
		"81 characters":                   {queue(strings.Repeat("q", 81)), `"` + strings.Repeat("q", 81) + `"` + noName},
		"a FIFO queue":                    {queue("jobs.fifo", app.BatchSize(10)), ""},
		"too long a FIFO queue":           {queue(long + ".fifo"), `"` + long + `.fifo"` + noName},
		"a dot":                           {queue("jobs.old"), `"jobs.old"` + noName},
		"a space":                         {queue("a b"), `"a b"` + noName},
		"nothing":                         {queue(""), "the queue is empty: give its name or its ARN"},
		"a URL":                           {queue("https://sqs.us-west-2.amazonaws.com/1/jobs"), `queue "https://sqs.us-west-2.amazonaws.com/1/jobs" is a URL: give the queue's name, "jobs", or its ARN`},
		"an ARN":                          {queue(arn + "jobs"), ""},
		"an ARN of China":                 {queue("arn:aws-cn:sqs:cn-north-1:123456789012:jobs"), ""},
		"an ARN of the isolated regions":  {queue("arn:aws-iso-b:sqs:us-isob-east-1:123456789012:jobs.fifo"), ""},
		"a topic's ARN":                   {queue("arn:aws:sns:eu-west-1:123456789012:jobs"), `queue "arn:aws:sns:eu-west-1:123456789012:jobs"` + noARN},
		"an ARN without account":          {queue("arn:aws:sqs:eu-west-1::jobs"), `queue "arn:aws:sqs:eu-west-1::jobs"` + noARN},
		"an ARN with a short account":     {queue("arn:aws:sqs:eu-west-1:12345:jobs"), `queue "arn:aws:sqs:eu-west-1:12345:jobs"` + noARN},
		"an ARN with a wrong name":        {queue(arn + "a b"), `queue "` + arn + `a b"` + noARN},
		"something to fill in":            {queue("${aws_sqs_queue.q.name}"), ""},
		"an ARN to fill in":               {queue("arn:${Token[TOKEN.1]}"), ""},
		"10 messages":                     {queue("jobs", app.BatchSize(10)), ""},
		"11 messages without a window":    {queue("jobs", app.BatchSize(11)), "BatchSize is 11: for more than 10 messages Lambda needs a BatchWindow, of at least 1s"},
		"11 messages with a window":       {queue("jobs", app.BatchSize(11), app.BatchWindow(time.Second)), ""},
		"all that there can be":           {queue("jobs", app.BatchSize(10000), app.BatchWindow(5*time.Minute), app.MaxConcurrency(1000)), ""},
		"10001 messages":                  {queue("jobs", app.BatchSize(10001), app.BatchWindow(time.Second)), "BatchSize is 10001: it has to be from 1 to 10000"},
		"a window of 301 seconds":         {queue("jobs", app.BatchWindow(301*time.Second)), "BatchWindow is 301s: it can be at most 300s, which is 5 minutes"},
		"a negative window":               {queue("jobs", app.BatchWindow(-time.Second)), "BatchWindow is -1s: it can be at most 300s, which is 5 minutes"},
		"11 messages of a FIFO queue":     {queue("jobs.fifo", app.BatchSize(11)), "BatchSize is 11: of a FIFO queue Lambda takes at most 10 messages at a time"},
		"a window of a FIFO queue":        {queue(arn+"jobs.fifo", app.BatchWindow(time.Second)), "BatchWindow is 1s: a FIFO queue can have none, so leave it out"},
		"one instance":                    {queue("jobs", app.MaxConcurrency(1)), "MaxConcurrency is 1: it has to be from 2 to 1000"},
		"1001 instances":                  {queue("jobs", app.MaxConcurrency(1001)), "MaxConcurrency is 1001: it has to be from 2 to 1000"},
		"two instances, in small batches": {queue("jobs", app.MaxConcurrency(2), app.PartialBatch()), ""},
	})
}

// many are filters of keys, for events by way of EventBridge.
func many(n int) []app.S3Option {
	options := []app.S3Option{app.ViaEventBridge()}
	for i := range n {
		options = append(options, app.KeyFilter(fmt.Sprintf("folder-%d/", i), ""))
	}
	return options
}

func topic(name string, options ...app.SNSOption) func(*app.App) {
	return func(a *app.App) { a.OnSNSMessage(name, notify, options...) }
}

// TestFilterPolicies: which policies SNS takes is tested with its language, so here it is
// that they are checked, in their scope.
func TestFilterPolicies(t *testing.T) {
	policy := func(policy app.Pattern, scope ...app.FilterPolicyScope) func(*app.App) {
		return topic("t", app.FilterPolicy(policy, scope...))
	}
	nested := app.Pattern{"order": map[string]any{"state": []string{"paid"}}}
	six := app.Pattern{"a": []int{1}, "b": []int{1}, "c": []int{1}, "d": []int{1}, "e": []int{1}, "f": []int{1}}
	wide := app.Pattern{"a": make([]int, 13), "b": make([]int, 12)}
	checkAll(t, map[string]registration{
		"an attribute":          {policy(app.Pattern{"event": []any{"paid", map[string]any{"prefix": "re-"}}}), ""},
		"a body":                {policy(nested, app.MessageBody), ""},
		"an attribute's parts":  {policy(nested), `the filter policy's order is an object, and attributes of messages have no members: with the scope app.MessageBody the policy is about the message's body`},
		"a value alone":         {policy(app.Pattern{"event": "paid"}, app.MessageAttributes), `the filter policy's event is "paid": the values that match stand in a list, ["paid"]`},
		"an unknown operator":   {policy(app.Pattern{"event": []any{map[string]any{"prefx": "re-"}}}), `the filter policy's event[0] has the operator "prefx", which SNS doesn't know; did you mean prefix?`},
		"six attributes":        {policy(six), "the filter policy has 6 members, 1 more than SNS takes"},
		"too many ways":         {policy(wide), "the filter policy has 156 combinations, the product of how many values each member has and how deep it is, where SNS takes 150"},
		"a body, too many ways": {policy(app.Pattern{"a": map[string]any{"b": map[string]any{"c": make([]int, 51)}}}, app.MessageBody), "the filter policy has 153 combinations, the product of how many values each member has and how deep it is, where SNS takes 150"},
		"dead letters":          {topic("t", app.DeadLetterQueue("arn:aws:sqs:eu-west-1:123456789012:q")), ""},
		"dead letters, later":   {topic("t", app.DeadLetterQueue("${aws_sqs_queue.dead.arn}")), ""},
		"a queue's name":        {topic("t", app.DeadLetterQueue("q")), `DeadLetterQueue "q" is not the ARN of a queue: that is arn:aws:sqs:region:account:name`},
		"a FIFO queue":          {topic("t", app.DeadLetterQueue("arn:aws:sqs:eu-west-1:123456789012:q.fifo")), `DeadLetterQueue "arn:aws:sqs:eu-west-1:123456789012:q.fifo" is a FIFO queue, which SNS can't send to: give a standard queue`},
	})
}

func TestTopics(t *testing.T) {
	const noName = ` is no name of a topic: that has 1 to 256 letters, digits, - and _`
	const noARN = ` is neither the name nor the ARN of a topic, which is arn:aws:sns:region:account:name`
	const fifo = ` is a FIFO topic, which can't invoke a function: subscribe an SQS queue to it, and register that with OnSQSMessage`
	const arn = "arn:aws:sns:eu-west-1:123456789012:"
	checkAll(t, map[string]registration{
		"a name":                 {topic("news_1-A"), ""},
		"256 characters":         {topic(strings.Repeat("t", 256)), ""},
		"257 characters":         {topic(strings.Repeat("t", 257)), `"` + strings.Repeat("t", 257) + `"` + noName},
		"a space":                {topic("a b"), `"a b"` + noName},
		"a dot":                  {topic("a.b"), `"a.b"` + noName},
		"nothing":                {topic(""), "the topic is empty: give its name or its ARN"},
		"an ARN":                 {topic(arn + "news"), ""},
		"an ARN of GovCloud":     {topic("arn:aws-us-gov:sns:us-gov-west-1:123456789012:news"), ""},
		"a queue's ARN":          {topic("arn:aws:sqs:eu-west-1:123456789012:q"), `topic "arn:aws:sqs:eu-west-1:123456789012:q"` + noARN},
		"a subscription's ARN":   {topic(arn + "news:0e1b"), `topic "` + arn + `news:0e1b"` + noARN},
		"an ARN without account": {topic("arn:aws:sns:eu-west-1::news"), `topic "arn:aws:sns:eu-west-1::news"` + noARN},
		"a FIFO topic":           {topic("news.fifo"), `topic "news.fifo"` + fifo},
		"a FIFO topic's ARN":     {topic(arn + "news.fifo"), `topic "` + arn + `news.fifo"` + fifo},
		"something to fill in":   {topic("${aws_sns_topic.news.arn}"), ""},
	})
}

func TestStreams(t *testing.T) {
	kinesis := func(name string, options ...app.KinesisOption) func(*app.App) {
		return func(a *app.App) { a.OnKinesisRecord(name, record, options...) }
	}
	table := func(arn string, options ...app.DynamoDBOption) func(*app.App) {
		return func(a *app.App) { a.OnDynamoDBRecord(arn, change, options...) }
	}
	const noName = ` is no name of a stream: that has 1 to 128 letters, digits, -, _ and .`
	const noARN = ` is neither the name nor the ARN of a stream, which is arn:aws:kinesis:region:account:stream/name`
	const noTable = ` is not the ARN of a table's stream: that is arn:aws:dynamodb:region:account:table/name/stream/label`
	const tables = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
	checkAll(t, map[string]registration{
		"a name":                          {kinesis("clicks-1.a_B"), ""},
		"129 characters":                  {kinesis(strings.Repeat("s", 129)), `"` + strings.Repeat("s", 129) + `"` + noName},
		"a slash":                         {kinesis("a/b"), `"a/b"` + noName},
		"nothing":                         {kinesis(""), "the stream's name is empty"},
		"an ARN":                          {kinesis("arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"), ""},
		"a consumer's ARN":                {kinesis("arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1"), `stream "arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1"` + noARN},
		"an ARN without its kind":         {kinesis("arn:aws:kinesis:eu-west-1:123456789012:clicks"), `stream "arn:aws:kinesis:eu-west-1:123456789012:clicks"` + noARN},
		"something to fill in":            {kinesis("${aws_kinesis_stream.s.name}"), ""},
		"many records without a window":   {kinesis("s", app.BatchSize(10000)), ""},
		"10001 records":                   {kinesis("s", app.BatchSize(10001)), "BatchSize is 10001: it has to be from 1 to 10000"},
		"a window of 6 minutes":           {table(tables+"Orders/stream/2020-09-28T16:49:14.209", app.BatchWindow(6*time.Minute)), "BatchWindow is 360s: it can be at most 300s, which is 5 minutes"},
		"a table's stream":                {table(tables + "Orders/stream/2020-09-28T16:49:14.209"), ""},
		"a table's stream on this laptop": {table("arn:aws:dynamodb:ddblocal:000000000000:table/Orders/stream/2020-09-28T16:49:14.209"), ""},
		"a table's stream to fill in":     {table("${aws_dynamodb_table.orders.stream_arn}"), ""},
		"a table's name":                  {table("Orders"), `"Orders"` + noTable},
		"a table's ARN":                   {table(tables + "Orders"), `"` + tables + `Orders"` + noTable},
		"a table's index":                 {table(tables + "Orders/index/byDate"), `"` + tables + `Orders/index/byDate"` + noTable},
		"a table's stream without label":  {table(tables + "Orders/stream/"), `"` + tables + `Orders/stream/"` + noTable},
		"no table at all":                 {table(""), `""` + noTable},
	})
}

func TestBuckets(t *testing.T) {
	bucket := func(name string, options ...app.S3Option) func(*app.App) {
		return func(a *app.App) { a.OnS3Event(name, resize, options...) }
	}
	const noName = ` is no name of a bucket: that has at least 3 letters, digits, - and ., and ends in a letter or digit`
	cases := map[string]registration{
		"a name":                     {bucket("my-bucket.2024"), ""},
		"a name of S3's first years": {bucket("My_Bucket"), ""},
		"two letters":                {bucket("ab"), `"ab"` + noName},
		"a space":                    {bucket("my bucket"), `"my bucket"` + noName},
		"a path":                     {bucket("bucket/images"), `"bucket/images"` + noName},
		"a hyphen at the end":        {bucket("bucket-"), `"bucket-"` + noName},
		"an IP address":              {bucket("192.168.5.4"), `"192.168.5.4" is no name of a bucket: it is an IP address`},
		"nothing":                    {bucket(""), "the bucket's name is empty"},
		"an ARN":                     {bucket("arn:aws:s3:::b"), `bucket "arn:aws:s3:::b" is an ARN: give the bucket's name`},
		"something to fill in":       {bucket("${Token[TOKEN.1]}"), ""},
		"no kind of change":          {bucket("abc", app.Events("s3:ObjectCreated")), `event "s3:ObjectCreated" is none of S3's; did you mean s3:ObjectCreated:*?`},
		"without its service":        {bucket("abc", app.Events("ObjectCreated:Put")), `event "ObjectCreated:Put" is none of S3's; did you mean s3:ObjectCreated:Put?`},
		"a misspelt change":          {bucket("abc", app.Events("s3:ObjectRemoved:Deleted")), `event "s3:ObjectRemoved:Deleted" is none of S3's; did you mean s3:ObjectRemoved:Delete?`},
		"a change of another case":   {bucket("abc", app.Events("s3:objectcreated:*")), `event "s3:objectcreated:*" is none of S3's; did you mean s3:ObjectCreated:*?`},
		"all changes":                {bucket("abc", app.Events("s3:*")), `event "s3:*" is none of S3's: they are such as s3:ObjectCreated:* and s3:ObjectRemoved:*`},
		"several kinds of keys":      {bucket("abc", app.KeyFilter("a/", ""), app.KeyFilter("b/", ".jpg"), app.KeyFilter("b/", ".png")), ""},
		"a kind that is all keys":    {bucket("abc", app.KeyFilter("a/", ""), app.KeyFilter("", "")), "KeyFilter has neither a prefix nor a suffix, which is every key: give one of them, or leave out KeyFilter"},
		"the only kind is all keys":  {bucket("abc", app.KeyFilter("", "")), "KeyFilter has neither a prefix nor a suffix, which is every key: give one of them, or leave out KeyFilter"},
		"one kind twice":             {bucket("abc", app.KeyFilter("a/", ".x"), app.KeyFilter("b/", ""), app.KeyFilter("a/", ".x")), `KeyFilter("a/", ".x") is given twice`},
		"kinds that overlap":         {bucket("abc", app.KeyFilter("a/b/", ".x"), app.KeyFilter("a/", "")), `KeyFilter("a/b/", ".x") and KeyFilter("a/", "") overlap, which S3 does not allow: let them exclude each other, or give ViaEventBridge, which allows it`},
		"kinds to fill in":           {bucket("abc", app.KeyFilter("${var.a}", ""), app.KeyFilter("", "x")), ""},
		"overlaps by EventBridge":    {bucket("abc", app.KeyFilter("a/b/", ".x"), app.KeyFilter("a/", ""), app.ViaEventBridge()), ""},
		"one kind twice, there too":  {bucket("abc", app.KeyFilter("a/", ""), app.KeyFilter("a/", ""), app.ViaEventBridge()), `KeyFilter("a/", "") is given twice`},
		"an event not sent there":    {bucket("abc", app.ViaEventBridge(), app.Events("s3:ObjectCreated:*", "s3:Replication:*")), `S3 doesn't send event "s3:Replication:*" to EventBridge: leave it out, or leave out ViaEventBridge and have S3 invoke the function itself`},
		"no event, there neither":    {bucket("abc", app.ViaEventBridge(), app.Events("s3:ObjectCreated")), `event "s3:ObjectCreated" is none of S3's; did you mean s3:ObjectCreated:*?`},
		"too many keys for there":    {bucket("abc", many(200)...), "the event pattern of Events and KeyFilter has 5000 characters, 904 more than the 4096 that EventBridge takes"},
		"retries of S3's own":        {bucket("abc", app.MaxRetries(1)), "MaxRetries, MaxAge and DeadLetterQueue are for events that EventBridge delivers: give ViaEventBridge too, or leave them out"},
		"a queue of S3's own":        {bucket("abc", app.DeadLetterQueue("arn:aws:sqs:r:123456789012:q")), "MaxRetries, MaxAge and DeadLetterQueue are for events that EventBridge delivers: give ViaEventBridge too, or leave them out"},
		"retries by EventBridge":     {bucket("abc", app.ViaEventBridge(), app.MaxRetries(186), app.MaxAge(time.Second), app.DeadLetterQueue("q")), "MaxRetries is 186: it has to be from 0 to 185\nMaxAge is 1s: it has to be from 60s to 86400s, which is 24 hours\n" + `DeadLetterQueue "q" is not the ARN of a queue: that is arn:aws:sqs:region:account:name`},
		"all of it by EventBridge":   {bucket("abc", app.ViaEventBridge(), app.MaxRetries(0), app.MaxAge(time.Hour), app.DeadLetterQueue("arn:aws:sqs:eu-west-1:123456789012:q")), ""},
		"too long a prefix":          {bucket("abc", app.Prefix(strings.Repeat("p", 1025))), "a prefix and a suffix can have 1024 bytes at most, as the key of an object can"},
	}
	for _, event := range []string{
		"s3:ObjectCreated:*", "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:DeleteMarkerCreated", "s3:ObjectRestore:Delete",
		"s3:ReducedRedundancyLostObject", "s3:Replication:*", "s3:Replication:OperationNotTracked", "s3:LifecycleExpiration:*",
		"s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectTagging:Put", "s3:ObjectAcl:Put", "s3:ObjectRetention:Put",
	} {
		cases[event] = registration{bucket("abc", app.Events(event)), ""}
	}
	checkAll(t, cases)
}

func TestMappings(t *testing.T) {
	kinesis := func(options ...app.KinesisOption) func(*app.App) {
		return func(a *app.App) { a.OnKinesisRecord("s", record, options...) }
	}
	table := func(options ...app.DynamoDBOption) func(*app.App) {
		return func(a *app.App) {
			a.OnDynamoDBRecord("arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2020-09-28T16:49:14.209", change, options...)
		}
	}
	failure := func(arn string) func(*app.App) { return kinesis(app.OnFailure(arn)) }
	source := func(arn string) func(*app.App) { return queue("jobs", app.SourceKey(arn)) }
	filters := func(n int) (options []app.SQSOption) {
		for i := range n {
			options = append(options, app.Filter(app.Pattern{"messageId": []string{strconv.Itoa(i)}}))
		}
		return options
	}
	body := func(characters int) app.MappingOption {
		around := len(`{"body":[""]}`)
		return app.Filter(app.Pattern{"body": []string{strings.Repeat("é", characters-around)}})
	}
	const noDestination = `: it has to be the ARN of a queue, arn:aws:sqs:region:account:name, of a topic, arn:aws:sns:region:account:name, or of a bucket, arn:aws:s3:::name`
	const fifo = `: Lambda sends nothing to FIFO queues and topics, so give a standard one`
	const noKey = `: it has to be the ARN of a key, arn:aws:kms:region:account:key/id`
	const key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	checkAll(t, map[string]registration{
		"five filters":           {queue("jobs", filters(5)...), ""},
		"six filters":            {queue("jobs", filters(6)...), "there are 6 filters: Lambda takes at most 5"},
		"two of the same":        {queue("jobs", append(filters(2), filters(1)...)...), "filter 3 is the same as filter 1: CloudFormation takes each once"},
		"4096 characters":        {queue("jobs", body(4096)), ""},
		"4097 characters":        {kinesis(body(4097)), "the filter has 4097 characters, 1 more than the 4096 that Lambda takes"},
		"4097 to fill in":        {queue("jobs", app.Filter(app.Pattern{"body": []string{strings.Repeat("${var.a}", 600)}})), ""},
		"the fewest pollers":     {queue("jobs", app.Provisioned(2, 2)), ""},
		"the most pollers":       {queue("jobs", app.Provisioned(200, 10000)), ""},
		"one poller":             {queue("jobs", app.Provisioned(1, 2)), "Provisioned has a minimum of 1: it has to be from 2 to 200"},
		"201 pollers":            {queue("jobs", app.Provisioned(201, 300)), "Provisioned has a minimum of 201: it has to be from 2 to 200"},
		"at most one poller":     {queue("jobs", app.Provisioned(2, 1)), "Provisioned has a maximum of 1: it has to be from 2 to 10000"},
		"10001 pollers":          {queue("jobs", app.Provisioned(2, 10001)), "Provisioned has a maximum of 10001: it has to be from 2 to 10000"},
		"more at least than":     {queue("jobs", app.Provisioned(5, 4)), "Provisioned has a minimum of 5, which is above its maximum of 4"},
		"two ways of scaling":    {queue("jobs", app.Provisioned(2, 4), app.MaxConcurrency(9)), "MaxConcurrency and Provisioned exclude each other: leave out one, each provisioned poller calls at most 10 instances"},
		"no retries":             {kinesis(app.MaxRetries(0)), ""},
		"the most retries":       {table(app.MaxRetries(10000)), ""},
		"negative retries":       {kinesis(app.MaxRetries(-1)), "MaxRetries is -1: of a stream it has to be from 0 to 10000"},
		"too many retries":       {table(app.MaxRetries(10001)), "MaxRetries is 10001: of a stream it has to be from 0 to 10000"},
		"a minute":               {kinesis(app.MaxAge(time.Minute)), ""},
		"seven days":             {table(app.MaxAge(7 * 24 * time.Hour)), ""},
		"59 seconds":             {kinesis(app.MaxAge(59 * time.Second)), "MaxAge is 59s: of a stream it has to be from 60s to 604800s, which is 7 days"},
		"a second more":          {table(app.MaxAge(7*24*time.Hour + time.Second)), "MaxAge is 604801s: of a stream it has to be from 60s to 604800s, which is 7 days"},
		"ten batches at a time":  {kinesis(app.ParallelShards(10)), ""},
		"eleven batches":         {table(app.ParallelShards(11)), "ParallelShards is 11: it has to be from 1 to 10"},
		"a time":                 {kinesis(app.StartAt(time.Unix(1700000000, 0))), ""},
		"a time before all":      {kinesis(app.StartAt(time.Unix(-1, 0))), `the time "1969-12-31T23:59:59Z" to start at is no date and time after 1970, such as 2024-05-01T00:00:00Z`},
		"a queue":                {failure("arn:aws:sqs:eu-west-1:123456789012:dead"), ""},
		"a topic":                {failure("arn:aws-cn:sns:cn-north-1:123456789012:dead"), ""},
		"a bucket":               {failure("arn:aws:s3:::dead.letters"), ""},
		"something to fill in":   {failure("${aws_sqs_queue.dead.arn}"), ""},
		"a token":                {failure("arn:${Token[TOKEN.1]}"), ""},
		"a FIFO queue":           {failure("arn:aws:sqs:eu-west-1:123456789012:dead.fifo"), `OnFailure is "arn:aws:sqs:eu-west-1:123456789012:dead.fifo"` + fifo},
		"a FIFO topic":           {failure("arn:aws:sns:eu-west-1:123456789012:dead.fifo"), `OnFailure is "arn:aws:sns:eu-west-1:123456789012:dead.fifo"` + fifo},
		"a queue's name":         {failure("dead"), `OnFailure is "dead"` + noDestination},
		"a queue's URL":          {failure("https://sqs.eu-west-1.amazonaws.com/123456789012/dead"), `OnFailure is "https://sqs.eu-west-1.amazonaws.com/123456789012/dead"` + noDestination},
		"a function":             {failure("arn:aws:lambda:eu-west-1:123456789012:function:dead"), `OnFailure is "arn:aws:lambda:eu-west-1:123456789012:function:dead"` + noDestination},
		"a folder of a bucket":   {failure("arn:aws:s3:::dead/letters"), `OnFailure is "arn:aws:s3:::dead/letters"` + noDestination},
		"a bucket in a region":   {failure("arn:aws:s3:eu-west-1:123456789012:dead"), `OnFailure is "arn:aws:s3:eu-west-1:123456789012:dead"` + noDestination},
		"a key":                  {source(key), ""},
		"a key of many regions":  {source("arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"), ""},
		"a key to fill in":       {source("${aws_kms_key.k.arn}"), ""},
		"a key's id":             {source("1234abcd-12ab-34cd-56ef-1234567890ab"), `SourceKey is "1234abcd-12ab-34cd-56ef-1234567890ab"` + noKey},
		"a key's alias":          {source("arn:aws:kms:eu-west-1:123456789012:alias/jobs"), `SourceKey is "arn:aws:kms:eu-west-1:123456789012:alias/jobs", the ARN of an alias: permissions are given for the key itself, so give its ARN, arn:aws:kms:region:account:key/id`},
		"a key of a destination": {kinesis(app.OnFailure("arn:aws:s3:::dead"), app.FailureKey("alias/dead")), `FailureKey is "alias/dead"` + noKey},
	})
}

// TestSavedMappings: what a program can't say, but a file.
func TestSavedMappings(t *testing.T) {
	const table = `"stream_arn":"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/x"`
	for name, tc := range map[string]struct{ function, want string }{
		"a time of a table":          {`"kind":"dynamodb","dynamodb":{` + table + `,"starting_position":"AT_TIMESTAMP"}`, "a table's stream can't be read from a time on: the starting position is LATEST or TRIM_HORIZON"},
		"no time":                    {`"kind":"kinesis","kinesis":{"stream":"s","starting_position":"AT_TIMESTAMP"}`, "the starting position is AT_TIMESTAMP without a time"},
		"a time and a position":      {`"kind":"kinesis","kinesis":{"stream":"s","starting_position_timestamp":"2024-01-01T00:00:00Z"}`, "the starting position is LATEST, and there is the time 2024-01-01T00:00:00Z to start at: with a time it is AT_TIMESTAMP"},
		"no time at all":             {`"kind":"kinesis","kinesis":{"stream":"s","starting_position":"AT_TIMESTAMP","starting_position_timestamp":"today"}`, `the time "today" to start at is no date and time after 1970, such as 2024-05-01T00:00:00Z`},
		"a key of nothing":           {`"kind":"kinesis","kinesis":{"stream":"s","failure_key":"arn:aws:kms:eu-west-1:123456789012:key/k"}`, "FailureKey is the key of what OnFailure names: give OnFailure too"},
		"a negative number of parts": {`"kind":"kinesis","kinesis":{"stream":"s","parallelization_factor":-1}`, "ParallelShards is -1: it has to be from 1 to 10"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := app.ParseModel([]byte(`{"version":1,"name":"a","functions":[{"name":"f",` + tc.function + `}]}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := awsrules.Check(m).Error(); got != tc.want {
				t.Errorf("got %s\nwant %s", got, tc.want)
			}
		})
	}
}

func logGroup(name string, options ...app.LogsOption) func(*app.App) {
	return func(a *app.App) { a.OnLogEvents(name, alarm, options...) }
}

func TestLogGroups(t *testing.T) {
	const noName = ` is no name of a log group: that has 1 to 512 letters, digits, and _ / . # -`
	pattern := func(text string) func(*app.App) { return logGroup("group", app.FilterPattern(text)) }
	checkAll(t, map[string]registration{
		"a function's":         {logGroup("/aws/lambda/shop-dev"), ""},
		"all characters":       {logGroup("a_Z/0.#-"), ""},
		"512 characters":       {logGroup(strings.Repeat("g", 512)), ""},
		"513 characters":       {logGroup(strings.Repeat("g", 513)), `"` + strings.Repeat("g", 513) + `"` + noName},
		"nothing":              {logGroup(""), "the log group is empty: give its name"},
		"a space":              {logGroup("a b"), `"a b"` + noName},
		"a colon":              {logGroup("a:b"), `"a:b"` + noName},
		"an ARN":               {logGroup("arn:aws:logs:eu-west-1:123456789012:log-group:web:*"), `log group "arn:aws:logs:eu-west-1:123456789012:log-group:web:*" is an ARN: give the group's name, which follows log-group:`},
		"an ARN to fill in":    {logGroup("arn:${Token[TOKEN.1]}"), `log group "arn:${Token[TOKEN.1]}" is an ARN: give the group's name, which follows log-group:`},
		"something to fill in": {logGroup("${aws_cloudwatch_log_group.web.name}"), ""},
		"terms":                {pattern("?ERROR ?WARN"), ""},
		"conditions":           {pattern(`{ $.level = "ERROR" }`), ""},
		"words":                {pattern("[ip, ..., status=5*]"), ""},
		"a pattern to fill in": {pattern("${var.pattern}"), ""},
		"a symbol":             {pattern("level:ERROR"), "FilterPattern level:ERROR is none that CloudWatch Logs takes: at character 6: the term level:ERROR has a ':': a term of more than letters, digits and _ has to be in double quotes"},
		"half a pattern":       {pattern("{ $.level = ERROR"), "FilterPattern { $.level = ERROR is none that CloudWatch Logs takes: at character 18: the closing brace, or && or || between two conditions, is missing"},
		"1024 characters":      {pattern(strings.Repeat("é", 1024)), ""},
		"1025 characters":      {pattern(strings.Repeat("é", 1025)), "FilterPattern has 1025 characters, 1 more than the 1024 that CloudWatch Logs takes"},
		"two of a group": {func(a *app.App) {
			logGroup("group")(a)
			a.OnLogEvents("group", alarm, app.Name("b"))
			a.OnLogEvents("other", alarm, app.Name("c"))
		}, ""},
		"three of a group": {func(a *app.App) {
			logGroup("group")(a)
			a.OnLogEvents("group", alarm, app.Name("b"))
			a.OnLogEvents("group", alarm, app.Name("c"))
		},
			`log group "group" has 3 subscriptions with this one, but CloudWatch Logs takes 2: have one function do the work of two`},
	})
}
