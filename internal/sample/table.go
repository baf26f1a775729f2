package sample

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// change makes the event of a new item of a DynamoDB table.
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
func change(f app.FunctionModel, o Options) (any, error) {
	body := o.text(`{"Id": 101, "Message": "` + exampleText + `"}`)
	item, err := itemOf(body)
	if err != nil {
		return nil, fmt.Errorf("the body for %s is to be the table's new item, a JSON object: %q is %w", f.Name, clip(body), err)
	}
	stream := f.DynamoDB.StreamARN
	return records(dict{
		"eventID":      "c4ca4238a0b923820dcc509a6f75849b",
		"eventName":    "INSERT",
		"eventVersion": "1.1",
		"eventSource":  "aws:dynamodb",
		"awsRegion":    regionOf(stream),
		"dynamodb": dict{
			"ApproximateCreationDateTime": epoch,
			"Keys":                        keyOf(item),
			"NewImage":                    item,
			"SequenceNumber":              "4421584500000000017450439091",
			"SizeBytes":                   len(body),
			"StreamViewType":              "NEW_AND_OLD_IMAGES",
		},
		"eventSourceARN": stream,
	}), nil
}

// keyOf returns the first attribute that could be the table's key, which the
// model doesn't have.
func keyOf(item dict) dict {
	for _, name := range slices.Sorted(maps.Keys(item)) {
		value := item[name].(dict)
		if value["S"] != nil || value["N"] != nil {
			return dict{name: value}
		}
	}
	return dict{}
}

// itemOf returns a JSON object in DynamoDB's own form.
func itemOf(body string) (dict, error) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	var plain dict
	if err := d.Decode(&plain); err != nil || d.More() || plain == nil {
		return nil, fmt.Errorf("none")
	}
	return Item(plain), nil
}

// Item returns a decoded JSON object, whose numbers are of type [json.Number], as
// an item in DynamoDB's own form.
func Item(plain map[string]any) map[string]any {
	item := dict{}
	for name, value := range plain {
		item[name] = attribute(value)
	}
	return item
}

func attribute(value any) dict {
	switch v := value.(type) {
	case string:
		return dict{"S": v}
	case json.Number:
		return dict{"N": v.String()}
	case bool:
		return dict{"BOOL": v}
	case dict:
		return dict{"M": Item(v)}
	case []any:
		list := make([]dict, len(v))
		for i, element := range v {
			list[i] = attribute(element)
		}
		return dict{"L": list}
	}
	return dict{"NULL": true}
}
