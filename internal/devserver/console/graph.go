package console

import (
	"context"
	"net/http"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/diagram"
	packager "github.com/chalice-go/chalice/package"
)

// graph draws the app's resources, as of the last successful build.
func (c *console) graph(r *http.Request) (any, error) {
	g := c.server.Last()
	if g == nil {
		return nil, refuse(http.StatusConflict, "the app hasn't been built yet")
	}
	svg, err := draw(r.Context(), c.server.Options(), g)
	if err != nil {
		return nil, refuse(http.StatusConflict, "the resources can't be drawn: %w", err)
	}
	return map[string]string{"svg": svg}, nil
}

// draw uses the model that the running program wrote, so nothing is built.
func draw(ctx context.Context, o devserver.Options, g *devserver.Generation) (string, error) {
	model, err := g.Model.JSON()
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(filepath.Dir(g.Program), "graph-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "model.json")
	if err := os.WriteFile(file, model, 0o600); err != nil {
		return "", err
	}
	graph, _, err := packager.Graph(ctx, packager.Input{
		ProjectDir: o.ProjectDir, Stage: o.Stage, Version: o.Version, AppModel: file, NoAnalysis: true,
	})
	if err != nil {
		return "", err
	}
	return string(diagram.SVG(diagram.Of(graph, nil), diagram.Options{Embedded: true})), nil
}
