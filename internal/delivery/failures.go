package delivery

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Failures returns which records of a batch a function reports as failed, by the
// ids of all of them. If its answer can't be understood, that is the error, and all
// count as failed, so that none is lost.
//
// Lambda takes for success: no list, null or an empty list of failures, and no
// answer at all.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func Failures(answer []byte, ids []string) ([]bool, error) {
	failed := make([]bool, len(ids))
	reported, err := parseFailures(answer)
	if err == nil {
		err = mark(reported, ids, failed)
	}
	if err != nil {
		for i := range failed {
			failed[i] = true
		}
		return failed, fmt.Errorf("the whole batch counts as failed: %w", err)
	}
	return failed, nil
}

// mark marks the records with the ids that were reported.
func mark(reported, ids []string, failed []bool) error {
	index := make(map[string]int, len(ids))
	for i, id := range ids {
		index[id] = i
	}
	for _, id := range reported {
		i, ok := index[id]
		if !ok {
			return fmt.Errorf("batchItemFailures has %q, and no record of the batch has that id", id)
		}
		failed[i] = true
	}
	return nil
}

// The keys of an answer. Lambda requires this spelling.
const (
	failuresKey   = "batchItemFailures"
	identifierKey = "itemIdentifier"
)

// parseFailures returns the ids that an answer reports.
func parseFailures(answer []byte) ([]string, error) {
	if len(answer) == 0 {
		return nil, nil
	}
	var members map[string]json.RawMessage // encoding/json matches fields of structs regardless of case
	if err := json.Unmarshal(answer, &members); err != nil {
		return nil, errors.New("the answer isn't a JSON object with " + failuresKey)
	}
	var list []map[string]json.RawMessage
	if raw, ok := members[failuresKey]; ok {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, errors.New(failuresKey + " isn't a list of objects with " + identifierKey)
		}
	}
	ids := make([]string, len(list))
	for i, one := range list {
		if err := json.Unmarshal(one[identifierKey], &ids[i]); err != nil || ids[i] == "" {
			return nil, fmt.Errorf("item %d of %s has no %s, or one that isn't a text", i, failuresKey, identifierKey)
		}
	}
	return ids, nil
}
