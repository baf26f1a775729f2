package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// Read returns the record of the stage, or nil if there is none. The error for
// an invalid file says what is wrong with it, and what to do.
func (s Store) Read() (*Record, error) {
	path := s.path(s.name() + ".json")
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, s.isFolder()
	}
	data, err := smallfile.Read(path, smallfile.Text)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s, the record of the stage: %w", s.File(), scratch.Reason(err))
	}
	return s.parse(data)
}

// remedy is advice for every record that can't be read.
const remedy = "; without this file, chalice asks CloudFormation for the stack: remove it"

func (s Store) parse(data []byte) (*Record, error) {
	var head struct {
		Version *int            `json:"version"`
		Theirs  json.RawMessage `json:"schema_version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, s.noRecord(data, err)
	}
	switch {
	case head.Version == nil && head.Theirs != nil:
		return nil, fmt.Errorf("%s was written by Chalice for Python, which keeps no stack that chalice for Go could go on with; delete what is deployed there with it, or move the file away", s.File())
	case head.Version == nil:
		return nil, fmt.Errorf("%s is no record of a deployment: it has no version%s", s.File(), remedy)
	case *head.Version > Version:
		return nil, fmt.Errorf("%s was written by a newer chalice: it has version %d, and this one reads %d; upgrade chalice", s.File(), *head.Version, Version)
	case *head.Version < 1:
		return nil, fmt.Errorf("%s has version %d, which no chalice writes%s", s.File(), *head.Version, remedy)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, s.noRecord(data, err)
	}
	for _, field := range []struct{ name, value string }{
		{"app", r.App}, {"stage", r.Stage}, {"account", r.Account}, {"region", r.Region}, {"stack", r.Stack}, {"stack_id", r.StackID},
	} {
		if field.value == "" {
			return nil, fmt.Errorf("%s is no record of a deployment: it has no %s%s", s.File(), field.name, remedy)
		}
	}
	if r.Stage != s.stage {
		return nil, fmt.Errorf("%s is the record of another stage, %s%s", s.File(), r.Stage, remedy)
	}
	return &r, nil
}

// noRecord returns an error with the place where a text stops being valid JSON.
func (s Store) noRecord(data []byte, err error) error {
	place := s.File()
	offset := int64(-1)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	}
	if typ, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = typ.Offset
		err = fmt.Errorf("%s can't be a %s", typ.Field, typ.Value)
	}
	if offset >= 0 {
		place = fmt.Sprintf("%s:%d", place, 1+bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n")))
	}
	return fmt.Errorf("%s: no record of a deployment: %w%s", place, err, remedy)
}

// ReadTemplate returns the files of a record's template, the root template
// first. If they aren't the ones that were deployed, it returns an error.
func (s Store) ReadTemplate(r *Record) ([]File, error) {
	hash, ok := strings.CutPrefix(r.Template.Folder, s.templatePrefix())
	if !ok || !templateDigest.MatchString(hash) || r.Template.File != filepath.Base(r.Template.File) {
		return nil, fmt.Errorf("%s names no template: deploy the stage again", s.File())
	}
	place := folder + "/" + r.Template.Folder
	entries, err := os.ReadDir(s.path(r.Template.Folder))
	if err != nil {
		return nil, fmt.Errorf("%s, the template that %s names: %w; deploy the stage again", place, s.File(), scratch.Reason(err))
	}
	var files []File
	for _, e := range entries {
		data, err := smallfile.Read(filepath.Join(s.path(r.Template.Folder), e.Name()), smallfile.Document)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", place, e.Name(), scratch.Reason(err))
		}
		f := File{e.Name(), data}
		if e.Name() == r.Template.File {
			files = slices.Insert(files, 0, f)
		} else {
			files = append(files, f)
		}
	}
	if len(files) == 0 || digest(files) != r.Template.SHA256 {
		return nil, fmt.Errorf("%s isn't the template that was deployed: files in it have changed; deploy the stage again", place)
	}
	return files, nil
}
