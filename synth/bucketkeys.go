package synth

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/standin"
)

// filterText returns the beginning or the end of keys as S3's filters have it: encoded as
// the keys in S3's events are. What is filled in later stays as it is.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func filterText(key string) string {
	parts := standin.Split(key)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = encodeKey(parts[i])
	}
	return strings.Join(parts, "")
}

// encodeKey encodes all but letters, digits, slashes, and what AWS calls safe in keys.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines-safe-characters
func encodeKey(key string) string { return unencoded.Replace(url.QueryEscape(key)) }

// unencoded mends what QueryEscape does otherwise: it encodes some of these characters, and
// leaves ~, which isn't one.
var unencoded = strings.NewReplacer("%2F", "/", "%21", "!", "%2A", "*", "%27", "'", "%28", "(", "%29", ")", "~", "%7E")

// encodedByte is what a text has in it that is encoded already.
var encodedByte = lazyregexp.New("%[0-9A-Fa-f]{2}")

// keyWarnings says what of the keys that a function is for is taken letter by letter,
// and looks as if it were meant otherwise.
func keyWarnings(f *function, keys []app.KeyFilterModel) []Warning {
	var list []Warning
	for _, k := range keys {
		for _, s := range []string{k.Prefix, k.Suffix} {
			switch {
			case len(standin.Split(s)) > 1:
			case strings.Contains(s, "*"):
				list = append(list, f.warning(fmt.Sprintf("%s is for keys with %q, in which * is a * and nothing else: leave it out, a prefix has anything behind it and a suffix anything before it", f.Name, s)))
			case encodedByte.MatchString(s):
				list = append(list, f.warning(fmt.Sprintf("%s is for keys with %q, which looks encoded: give it as objects are called, S3 gets it encoded", f.Name, s)))
			}
		}
	}
	return list
}

func (n *bucketNotification) warnings() []Warning { return keyWarnings(n.Function, n.Keys) }

func (r *bucketRule) warnings() []Warning { return keyWarnings(r.Function, r.Model.Keys()) }
