package sample

import (
	"fmt"
	"strings"
)

// The places, times and texts of samples. The account is the one of AWS's
// examples.
const (
	region   = "us-east-1"
	account  = "123456789012"
	apiID    = "ymy8tbxw7b"
	apiStage = "api"

	uuid   = "7bf73129-1428-4cd3-a780-95db273d1602"
	second = "2026-03-04T05:06:07Z"
	moment = "2026-03-04T05:06:07.890Z"
	epoch  = 1772600767 // the same
	millis = "1772600767890"

	exampleText = "Hello from Chalice"
	// exampleJSON is for handlers that decode what they get, and for those that don't.
	exampleJSON = `{"message":"` + exampleText + `"}`
)

// dict is a JSON object.
type dict = map[string]any

// records makes the event of a service that sends batches.
func records(record dict) dict { return dict{"Records": []dict{record}} }

// arn makes an ARN of a name. An ARN stays as it is.
func arn(service, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, name)
}

// regionOf returns the region of an ARN.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[3] != "" {
		return parts[3]
	}
	return region
}
