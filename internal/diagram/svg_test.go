package diagram_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/diagram"
)

// element is an element as a parser of XML sees it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) number(t *testing.T, name string) int {
	t.Helper()
	n, err := strconv.Atoi(e.attr(name))
	if err != nil {
		t.Fatalf("%s of %s: %v", name, e.XMLName.Local, err)
	}
	return n
}

// has reports whether the element has a class.
func (e element) has(class string) bool {
	return slices.Contains(strings.Fields(e.attr("class")), class)
}

// all returns the elements of a class, outer ones before inner ones.
func (e element) all(class string) []element {
	var list []element
	if e.has(class) {
		list = append(list, e)
	}
	for _, c := range e.Children {
		list = append(list, c.all(class)...)
	}
	return list
}

func (e element) walk(visit func(element)) {
	visit(e)
	for _, c := range e.Children {
		c.walk(visit)
	}
}

// parse parses a picture as strictly as XML has to be parsed.
func parse(t *testing.T, svg []byte) element {
	t.Helper()
	var root element
	d := xml.NewDecoder(bytes.NewReader(svg))
	if err := d.Decode(&root); err != nil {
		t.Fatalf("%v\n%s", err, svg)
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if space, ok := token.(xml.CharData); err != nil || !ok || len(bytes.TrimSpace(space)) > 0 {
			t.Fatalf("%v, %v after the picture", token, err)
		}
	}
}

// TestEveryResource: the picture of each app has all its resources.
func TestEveryResource(t *testing.T) {
	for _, dir := range templates(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			graph := built(t, dir)
			d := diagram.Of(graph, nil)
			svg := diagram.SVG(d, diagram.Options{})
			ids := map[string]bool{}
			root := parse(t, svg)
			root.walk(func(e element) { ids[e.attr("data-id")] = true })
			for _, r := range graph.Resources() {
				if !ids[r.ID()] {
					t.Errorf("%s isn't in the picture", r.ID())
				}
			}
			for _, b := range d.Boxes {
				if !slices.Contains(diagram.Kinds, b.Kind) {
					t.Errorf("%s is of the kind %q, which the pictures don't know", b.ID, b.Kind)
				}
			}
			checkSVG(t, root, d)
			if again := diagram.SVG(diagram.Of(built(t, dir), nil), diagram.Options{}); !bytes.Equal(svg, again) {
				t.Error("the second picture differs from the first")
			}
		})
	}
}

// checkSVG compares a picture with the graph: every box and row is there, each
// text is within its box, and each edge is between its boxes.
func checkSVG(t *testing.T, root element, d *diagram.Graph) {
	t.Helper()
	nodes := root.all("chalice-node")
	if len(nodes) != len(d.Boxes) || len(root.all("chalice-edge")) != len(d.Edges) {
		t.Fatalf("%d boxes and %d edges are drawn; want %d and %d", len(nodes), len(root.all("chalice-edge")), len(d.Boxes), len(d.Edges))
	}
	for i, n := range nodes {
		if got := len(n.all("chalice-row")); got != len(d.Boxes[i].Rows) {
			t.Errorf("%s has %d rows; want %d", d.Boxes[i].ID, got, len(d.Boxes[i].Rows))
		}
		if len(n.Children) == 0 || n.Children[0].XMLName.Local != "title" || n.attr("aria-label") == "" {
			t.Errorf("%s has no name for who can't see it", d.Boxes[i].ID)
		}
		checkTexts(t, n)
	}
}

// checkTexts reports texts that are too long for their box, or overlap others.
// In a monospaced font a character is at most 0.61 times as wide as the font's
// size, and an East Asian one at most twice that.
func checkTexts(t *testing.T, node element) {
	t.Helper()
	box := node.all("chalice-box")[0]
	width, height := box.number(t, "width"), box.number(t, "height")
	type line struct{ left, right, y int }
	var lines []line
	node.walk(func(e element) {
		if e.XMLName.Local != "text" {
			return
		}
		long := 0
		for _, r := range e.Text {
			switch {
			case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			case utf8.RuneLen(r) > 2 && r != '…' && r != utf8.RuneError:
				long += 2
			default:
				long++
			}
		}
		long = long * e.number(t, "font-size") * 61 / 100
		l := line{e.number(t, "x"), e.number(t, "x") + long, e.number(t, "y")}
		if e.attr("text-anchor") == "end" {
			l.left, l.right = l.left-long, l.left
		}
		if l.left < 0 || l.right > width || l.y > height {
			t.Errorf("%s: %q is not in its box", node.attr("data-id"), e.Text)
		}
		for _, other := range lines {
			if l.y == other.y && l.left < other.right && other.left < l.right {
				t.Errorf("%s: %q is over another text", node.attr("data-id"), e.Text)
			}
		}
		lines = append(lines, l)
	})
}

// TestEmbedded: an embedded picture has nothing that a content security policy
// without unsafe-inline refuses.
func TestEmbedded(t *testing.T) {
	d := diagram.Of(built(t, "../../testdata/templates/events"), nil)
	root := parse(t, diagram.SVG(d, diagram.Options{Embedded: true}))
	root.walk(func(e element) {
		if e.XMLName.Local == "style" || e.XMLName.Local == "script" {
			t.Errorf("there is an element %s", e.XMLName.Local)
		}
		for _, a := range e.Attrs {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "url(") {
				t.Errorf("%s has %s=%q", e.XMLName.Local, a.Name.Local, a.Value)
			}
		}
		for class := range strings.FieldsSeq(e.attr("class")) {
			if !strings.HasPrefix(class, "chalice-") {
				t.Errorf("the class %q could be the page's own", class)
			}
		}
		if e.attr("id") != "" {
			t.Errorf("the id %q could be there twice", e.attr("id"))
		}
	})
}

// TestStylesheet: the stylesheet has each kind, and for each colour of light
// pictures one of dark pictures.
func TestStylesheet(t *testing.T) {
	light, dark, ok := strings.Cut(diagram.Stylesheet(), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("there are no dark colours")
	}
	for l := range strings.Lines(light) {
		if name, _, ok := strings.Cut(strings.TrimSpace(l), ":"); ok && strings.HasPrefix(name, "--") && !strings.Contains(dark, name+": #") {
			t.Errorf("%s has no dark colour", name)
		}
	}
}

// hostile are texts that must neither become markup nor leave their boxes.
var hostile = []string{
	``, `"`, `'`, `<`, `&`, `</text><script>alert(1)</script>`, `" onload="alert(1)`, `]]>`, `<!--`, `-->`, `&lt;`, `{{.}}`,
	"a\x00b", "a\x1bb", "\xff\xfe", "a\nb\tc", "\u202eevil", "\ufffe", "\ufeff", "é", "日本語の名前", "👩‍👩‍👧‍👦", "a̐éö̲",
	"${aws_sqs_queue.jobs.arn}", "javascript:alert(1)", strings.Repeat("long", 100), strings.Repeat("長", 100),
}

func TestHostileNames(t *testing.T) {
	for _, s := range hostile {
		t.Run(fmt.Sprintf("%.20q", s), func(t *testing.T) { checkHostile(t, s) })
	}
}

func FuzzSVG(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(checkHostile)
}

// checkHostile draws a graph all of whose texts are s: it has to have the same
// elements as a graph with plain names.
func checkHostile(t *testing.T, s string) {
	d := func(s string) *diagram.Graph {
		row := diagram.Row{ID: s, Label: s, Text: s, Note: s}
		return &diagram.Graph{Title: s, Stage: s,
			Boxes: []diagram.Box{
				{ID: s + "1", Kind: diagram.Queue, Title: s, Note: s, Rows: []diagram.Row{row, row}},
				{ID: s + "2", Kind: diagram.Function, Title: s, Note: s, Rows: []diagram.Row{row}},
			},
			Edges: []diagram.Edge{{ID: s, From: s + "1", To: s + "2", Row: s}},
		}
	}
	names := func(g *diagram.Graph, o diagram.Options) map[string]int {
		root := parse(t, diagram.SVG(g, o))
		checkSVG(t, root, g)
		count := map[string]int{}
		root.walk(func(e element) {
			if slices.Contains([]string{"text", "tspan", "title"}, e.XMLName.Local) {
				return // an empty text has no element
			}
			count[e.XMLName.Local]++
			for _, a := range e.Attrs {
				count[e.XMLName.Local+" "+a.Name.Local]++
			}
		})
		return count
	}
	for _, o := range []diagram.Options{{}, {Embedded: true}} {
		if diff := cmp.Diff(names(d("plain"), o), names(d(s), o)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
