package packager

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/apidoc"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/openapi/comments"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/internal/timing"
)

// servedDocument returns the OpenAPI document that a route of the app answers with; nil: no
// route does.
func (b *build) servedDocument(ctx context.Context, c *compiler, t target, model *app.Model) ([]byte, error) {
	if !slices.ContainsFunc(model.Routes, func(r app.RouteModel) bool { return r.ServesOpenAPI }) {
		return nil, nil
	}
	_, ended := timing.Start(ctx, "make the OpenAPI document")
	defer ended()
	readable, err := b.documented(model)
	if err != nil {
		return nil, err
	}
	return openapi.Served(readable, b.stage, b.comments(ctx, c, t, model))
}

// Document returns the OpenAPI document of the app's routes for those who call them, as
// JSON on one line; nil if the app has no routes. The version is one of OpenAPI, 3.1 or
// 3.0. Deployed is the URL at which the stage is deployed, for a stage without a domain name;
// empty: it isn't known. Where the input has a saved description, and the project no source
// beside it, no doc comments describe anything.
//
// It writes nothing, and looks for no permissions. Warnings are there with an error, too.
func Document(ctx context.Context, in Input, version, deployed string) ([]byte, []Warning, error) {
	in.NoAnalysis = true
	return inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) ([]byte, error) {
		found, err := b.find(ctx, c)
		if err != nil || len(found.model.Routes) == 0 {
			return nil, err
		}
		_, ended := timing.Start(ctx, "make the OpenAPI document")
		defer ended()
		readable, err := b.documented(found.model)
		if err != nil {
			return nil, err
		}
		said := b.comments(ctx, c, here(), found.model)
		doc, err := openapi.Build(readable, b.stage, said, openapi.Servers(b.stage, deployed), version)
		if err != nil {
			return nil, err
		}
		return ordered.AppendCompactJSON(nil, doc), nil
	})
}

// comments returns what the source says of the app. Without source, or with one that the
// go command can't list, that is nothing.
func (b *build) comments(ctx context.Context, c *compiler, t target, model *app.Model) openapi.Comments {
	if b.noSource != nil {
		return openapi.Comments{}
	}
	list := c.list(ctx, t)
	root, err := moduleRoot(b.project.dir)
	if list == nil || err != nil {
		return openapi.Comments{}
	}
	return comments.Read(list, root, model)
}

// documented returns a description with texts for people in place of stand-ins.
func (b *build) documented(model *app.Model) (*app.Model, error) {
	return rewritten(model, func(text string) string {
		return standin.Each(text, func(part string) string {
			quoted, err := json.Marshal(b.standIns.Readable(part)) // within a string of JSON
			if err != nil {
				return part // no text fails
			}
			return string(quoted[1 : len(quoted)-1])
		})
	})
}

// digestOfDocument returns a document's SHA-256, in hexadecimal, and a word for a program
// that could serve one and doesn't.
func digestOfDocument(data []byte) string {
	if data == nil {
		return "none"
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// mayServe reports whether a compiled program has the code that serves a document. Without
// it, nobody has to wait for the app's description.
func mayServe(program string) (bool, error) {
	f, err := os.Open(program)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return contains(f, []byte(apidoc.Missing))
}

// contains reports whether a text is in what a reader has.
func contains(r io.Reader, text []byte) (bool, error) {
	window := make([]byte, 256<<10)
	kept := 0 // at the window's start, of the part before
	for {
		n, err := io.ReadFull(r, window[kept:])
		if bytes.Contains(window[:kept+n], text) {
			return true, nil
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return false, nil
		default:
			return false, err
		}
		kept = copy(window, window[kept+n-len(text)+1:kept+n])
	}
}
