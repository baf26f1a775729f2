package poller

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// image turns an item of a table into DynamoDB's JSON, {"id": {"N": "7"}}. Of
// no item it makes nil.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
func image(item map[string]types.AttributeValue) (map[string]any, error) {
	if item == nil {
		return nil, nil
	}
	out := make(map[string]any, len(item))
	for name, v := range item {
		one, err := attribute(v)
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		out[name] = one
	}
	return out, nil
}

// attribute turns a value into an object whose key is the value's type.
// encoding/json writes bytes as base64.
func attribute(v types.AttributeValue) (map[string]any, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *types.AttributeValueMemberB:
		return map[string]any{"B": notNil(v.Value)}, nil
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}, nil
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}, nil
	case *types.AttributeValueMemberM:
		members, err := image(v.Value)
		if members == nil {
			members = map[string]any{}
		}
		return map[string]any{"M": members}, err
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, element := range v.Value {
			one, err := attribute(element)
			if err != nil {
				return nil, err
			}
			list[i] = one
		}
		return map[string]any{"L": list}, nil
	default:
		return nil, fmt.Errorf("DynamoDB has a type of values, %T, that this program doesn't know", v)
	}
}

// notNil returns an empty slice for nil, which JSON would have as null.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
