package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// mediaType matches a media type, which can have wildcards.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
var mediaType = lazyregexp.New("^[A-Za-z0-9!#$%&'*+.^_`|~-]+/[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// mediaType checks a media type. Its parameters can be anything.
func (p place) mediaType(what, t string) {
	plain, _, _ := strings.Cut(t, ";")
	if !filledIn(t) && !mediaType.MatchString(strings.TrimRight(plain, " ")) {
		p.fail("%s %q is no media type: that has two parts, as in application/json, image/* or */*", what, t)
	}
}
