package apptest

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"slices"
	"strings"
)

// logHandler is the handler of the default logger while functions run.
type logHandler struct {
	router *logRouter
	own    slog.Handler // Go's, which knows what is enabled
	// plain writes lines that belong to no test. Go's handler can't write them: it
	// writes to package log, whose lines come here.
	plain *log.Logger
	with  []func(slog.Handler) slog.Handler
}

// Enabled is part of [slog.Handler].
func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	if run := h.router.find(ctx); run != nil {
		return level >= run.level
	}
	return h.own.Enabled(ctx, level)
}

// unfiltered takes the lines of package log, which have no level: they are never
// dropped.
type unfiltered struct{ *logHandler }

// Enabled is part of [slog.Handler].
func (unfiltered) Enabled(context.Context, slog.Level) bool { return true }

// Handle logs a line to its test.
func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	line := lineOf(r, h.with)
	if run := h.router.find(ctx); run != nil && run.log(line) || !h.own.Enabled(ctx, r.Level) {
		return nil
	}
	return h.plain.Output(0, line)
}

// WithAttrs is part of [slog.Handler].
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.and(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
}

// WithGroup is part of [slog.Handler].
func (h *logHandler) WithGroup(name string) slog.Handler {
	return h.and(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h *logHandler) and(with func(slog.Handler) slog.Handler) slog.Handler {
	return &logHandler{h.router, h.own, h.plain, append(slices.Clip(h.with), with)}
}

// lineOf writes a line for people: level, message and attributes. Attributes
// with several lines are below the others.
func lineOf(r slog.Record, with []func(slog.Handler) slog.Handler) string {
	var line, attributes bytes.Buffer
	below := ""
	var h slog.Handler = slog.NewTextHandler(&attributes, &slog.HandlerOptions{
		Level: r.Level,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && slices.Contains([]string{slog.TimeKey, slog.LevelKey, slog.MessageKey}, a.Key) {
				return slog.Attr{}
			}
			if text := a.Value.String(); a.Value.Kind() == slog.KindString && strings.Contains(text, "\n") {
				below += "\n" + a.Key + ":\n" + text
				return slog.Attr{}
			}
			return a
		},
	})
	for _, next := range with {
		h = next(h)
	}
	_ = h.Handle(context.Background(), r) // it writes to memory
	line.WriteString(r.Level.String() + " " + r.Message)
	if text := bytes.TrimSpace(attributes.Bytes()); len(text) > 0 {
		line.WriteByte(' ')
		line.Write(text)
	}
	return line.String() + below
}
