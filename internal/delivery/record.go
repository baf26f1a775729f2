package delivery

// MillisecondTime is how Lambda and SNS write times in UTC, to the millisecond.
const MillisecondTime = "2006-01-02T15:04:05.000Z"

// RequestContext is what a record of Lambda's, of an asynchronous invocation or of what a
// stream lost, says of the request.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
type RequestContext struct {
	ID          string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	Invocations int    `json:"approximateInvokeCount"`
}

// ResponseContext is what such a record says of the last attempt.
type ResponseContext struct {
	Status  int    `json:"statusCode"`
	Version string `json:"executedVersion"`
	Error   string `json:"functionError,omitempty"`
}
