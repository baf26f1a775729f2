package packager

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/scratch"
)

// write completes the output.
func (b *build) write(template *rendered, zipDigest string, out output) (Output, error) {
	name, stale := b.templateName()
	o := Output{
		TemplateDigest: template.digest(), Resources: template.resources,
		Code: template.code, Model: template.model, Stage: b.stage, Policies: template.policies,
	}
	folder := b.Out
	if b.SingleFile {
		o.SingleFile, folder = b.Out, ""
	}
	o.Template = filepath.Join(folder, name)
	for i, file := range template.files {
		if err := os.WriteFile(out.file(file.Name), file.Data, 0o644); err != nil {
			return Output{}, fmt.Errorf("write %s to %s: %w", file.Name, b.Out, scratch.Reason(err))
		}
		if file.Stack != "" {
			o.NestedStacks++
		}
		if i > 0 {
			o.Parts = append(o.Parts, filepath.Join(folder, file.Name))
			if file.Key != "" {
				o.PartKeys = append(o.PartKeys, file.Key)
			}
		}
	}
	switch {
	case b.TemplateOnly:
	case template.needsCode():
		o.Zip, o.ZipDigest = filepath.Join(folder, archiveName), zipDigest
	default: // an app without functions
		if err := os.Remove(out.file(archiveName)); err != nil {
			return Output{}, err
		}
		stale = append(stale, archiveName)
	}
	var err error
	if o.Unchanged, err = out.commit(b.Force, stale...); err != nil {
		return Output{}, fmt.Errorf("write to %s: %w", b.Out, scratch.Reason(err))
	}
	return o, nil
}
