package app

// maxPointer is the length in bytes of the longest JSON pointer that a violation has: names
// of members can be as long as a request.
const maxPointer = 1024

// jsonPointer is the JSON pointer to the value at hand. What is deeper than the longest pointer
// has that of the innermost value around it whose pointer isn't too long.
// https://www.rfc-editor.org/rfc/rfc6901
type jsonPointer struct {
	text    []byte
	lengths []int // of the text, before each enter
	beyond  int   // how many levels aren't in the text
}

func (p *jsonPointer) String() string { return string(p.text) }

// enter goes to a member or an element.
func (p *jsonPointer) enter(name string) {
	if p.beyond > 0 || len(p.text)+2*len(name)+1 > maxPointer {
		p.beyond++
		return
	}
	p.lengths = append(p.lengths, len(p.text))
	p.text = append(p.text, '/')
	for i := range len(name) {
		switch c := name[i]; c {
		case '~':
			p.text = append(p.text, "~0"...)
		case '/':
			p.text = append(p.text, "~1"...)
		default:
			p.text = append(p.text, c)
		}
	}
}

// leave goes back to where the last enter was.
func (p *jsonPointer) leave() {
	if p.beyond > 0 {
		p.beyond--
		return
	}
	last := len(p.lengths) - 1
	p.text, p.lengths = p.text[:p.lengths[last]], p.lengths[:last]
}
