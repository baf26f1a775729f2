// Package poller hands the messages of SQS queues and the records of Kinesis
// and DynamoDB streams to functions, as Lambda's event source mappings do.
//
//	queue  --long polling-->   filters --> batch --Invoke--> answer --> delete what is done
//	stream --shard by shard--> filters --> batch --Invoke--> answer --> checkpoint, or the batch again
//
// What becomes of a stream's batch that failed is in attempt.go: its parts that are
// tried again, and when they are given up. Then the destination of the registration
// gets word of them.
//
// A [Poller] outlives the changes of an app's source: it knows how far each
// shard was read. [Poller.Run] polls for one version of the app. When it is
// told to end, it waits for the functions that have batches, and makes messages
// visible again that were received but not handed over.
//
// This package doesn't know where functions run, and no other package of local
// mode uses the AWS SDK for queues and streams.
package poller
