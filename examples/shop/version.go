package main

import (
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Versioned is what answers have in common that are about one version of something.
type Versioned struct {
	// The version that the answer has, for If-Match and If-None-Match.
	ETag string `header:"ETag" example:"\"3\""`
}

// Expected is the version that a client wants to change.
type Expected struct {
	// The ETag of what is to be changed. Without it, whatever is there is changed.
	IfMatch string `header:"If-Match,omitzero" maxLength:"200" example:"\"1\""`
}

func etag(version int) Versioned { return Versioned{strconv.Quote(strconv.Itoa(version))} }

// allows returns an error unless the client wants to change this version; 0 is that of
// what isn't there.
func (e Expected) allows(version int) error {
	if e.IfMatch == "" || e.IfMatch == etag(version).ETag || e.IfMatch == "*" && version > 0 {
		return nil
	}
	return app.NewError(412, "PreconditionFailedError", "it has changed: get it again")
}

// Known is the version that a client has already.
type Known struct {
	// The ETags that the client has. If one of them is the current one, the answer has no body.
	IfNoneMatch string `header:"If-None-Match,omitzero" maxLength:"200" example:"\"1\""`
}

// has reports whether the client has this version.
func (k Known) has(version int) bool {
	for tag := range strings.SplitSeq(k.IfNoneMatch, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag(version).ETag {
			return true
		}
	}
	return false
}
