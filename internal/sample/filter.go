package sample

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/chalice-go/chalice/app"
)

// fitFilters changes a record so that the first of a function's filters lets it
// through.
func fitFilters(f app.FunctionModel, record dict) error {
	all := f.Filters()
	if len(all) == 0 {
		return nil
	}
	pattern, err := decoded(all[0])
	if err != nil {
		return fmt.Errorf("a filter of %s: %w", f.Name, err)
	}
	switch {
	case f.SQS != nil:
		err = fitQueue(record, pattern)
	case f.Kinesis != nil:
		err = fitStream(record, pattern)
	default:
		fitTable(record, pattern)
	}
	return err
}

// fitQueue fits the body, which is a text, and the rest of a message.
func fitQueue(record, pattern dict) error {
	body, err := fitText([]byte(textOf(record["body"])), pattern["body"])
	delete(pattern, "body")
	fit(record, pattern)
	sum := md5.Sum(body)
	record["body"], record["md5OfBody"] = string(body), hex.EncodeToString(sum[:])
	return err
}

// fitStream fits the data, which are base64, and the rest of a record, whose members of
// kinesis a filter sees beside the others.
func fitStream(record, pattern dict) error {
	inner := record["kinesis"].(dict)
	data, err := base64.StdEncoding.DecodeString(textOf(inner["data"]))
	if err != nil {
		return err
	}
	if data, err = fitText(data, pattern["data"]); err != nil {
		return err
	}
	delete(pattern, "data")
	inner["data"] = base64.StdEncoding.EncodeToString(data)
	for name, want := range pattern {
		to := record
		if _, ok := inner[name]; ok {
			to = inner
		}
		fit(to, dict{name: want})
	}
	return nil
}

// fitTable fits a change of an item. One that was removed has an old image.
func fitTable(record, pattern dict) {
	fit(record, pattern)
	change := record["dynamodb"].(dict)
	wanted, _ := pattern["dynamodb"].(dict)
	if _, ok := wanted["NewImage"]; !ok && record["eventName"] == "REMOVE" {
		if _, ok := change["OldImage"]; !ok {
			change["OldImage"] = maps.Clone(change["NewImage"].(dict))
		}
		delete(change, "NewImage")
	}
}

// fitText changes a text so that it has what a pattern asks of the members of its JSON,
// or what it lists.
func fitText(text []byte, want any) ([]byte, error) {
	switch want := want.(type) {
	case dict:
		var object dict
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if d.Decode(&object) != nil || object == nil {
			object = dict{}
		}
		fit(object, want)
		return json.Marshal(object)
	case []any:
		if len(want) > 0 {
			if value, exists := matching(want[0]); exists {
				return []byte(fmt.Sprint(value)), nil
			}
		}
	}
	return text, nil
}
