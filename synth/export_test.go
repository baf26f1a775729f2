package synth

import (
	"github.com/chalice-go/chalice/internal/ordered"
)

// Object returns a template's content as it is, without the checks that come before
// files.
func (t *Template) Object() *ordered.Object { return t.final() }
