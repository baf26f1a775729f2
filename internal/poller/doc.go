// Package poller hands the messages of SQS queues and the records of Kinesis
// and DynamoDB streams to functions, as Lambda's event source mappings do.
//
//	queue  --long polling-->   batch --Invoke--> answer --> delete what is done
//	stream --shard by shard--> batch --Invoke--> answer --> checkpoint, or the batch again
//
// A [Poller] outlives the states of an app's source: it knows how far each
// shard was read. [Poller.Run] polls for one of them. When it is told to end,
// batches that a function has are waited for, and messages that were received
// and not handed over become visible again.
//
// Nothing here knows where functions run, and nothing outside knows the AWS SDK.
package poller
