// Package requestid makes ids for requests, as AWS does.
package requestid

import (
	"crypto/rand"
	"fmt"
)

// New returns a random UUID (RFC 9562, version 4), which is what Lambda and API
// Gateway give to each request.
func New() string {
	var id [16]byte
	rand.Read(id[:]) // it never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
