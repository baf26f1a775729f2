package apptest

import (
	"encoding/base64"
	"strings"
)

// Attribute is an attribute of a message of a topic or a queue.
type Attribute struct {
	Type  string // String, Number or Binary, or one of them with a suffix: Number.float; empty: String
	Value string // of a binary one: its base64
}

// BinaryAttribute makes an attribute of bytes.
func BinaryAttribute(data []byte) Attribute {
	return Attribute{Type: "Binary", Value: base64.StdEncoding.EncodeToString(data)}
}

func (a Attribute) dataType() string {
	if a.Type == "" {
		return "String"
	}
	return a.Type
}

func (a Attribute) binary() bool {
	kind, _, _ := strings.Cut(a.Type, ".")
	return kind == "Binary"
}
