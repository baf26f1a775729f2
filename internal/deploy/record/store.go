package record

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/scratch"
)

// folder is the folder of a project's records.
const folder = ".chalice/deployed"

// Store stores the record of one stage of a project, and the template beside
// it.
type Store struct {
	project, stage string
}

// Of returns the store of a stage. It needn't have a record.
func Of(projectDir, stage string) Store { return Store{projectDir, stage} }

// File returns the path of the record within the project, with slashes.
func (s Store) File() string { return folder + "/" + s.name() + ".json" }

// name returns a file name for the stage, whose name can have any characters.
func (s Store) name() string {
	name := url.PathEscape(s.stage)
	if rest, ok := strings.CutPrefix(name, "."); ok { // our unfinished files start with a dot
		name = "%2E" + rest
	}
	return name
}

func (s Store) path(name string) string {
	return filepath.Join(s.project, filepath.FromSlash(folder), name)
}

// Write replaces the record and the files of its template. The first file is
// the root template. Write fills in the record's version and template. If it
// fails, the last record stays as it was.
func (s Store) Write(r Record, template []File) error {
	if err := s.Writable(); err != nil {
		return err
	}
	r.Version, r.Template = Version, Template{File: template[0].Name, SHA256: digest(template)}
	r.Template.Folder = s.templatePrefix() + r.Template.SHA256[:16]
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("record the deployment: %w", err)
	}
	err = os.MkdirAll(s.path(""), 0o777)
	if err == nil {
		err = s.writeTemplate(r.Template.Folder, template)
	}
	if err == nil {
		err = s.replace(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("record the deployment in %s: %w", s.File(), scratch.Reason(err))
	}
	s.sweep(r.Template.Folder)
	return nil
}

func (s Store) templatePrefix() string { return s.name() + ".template-" }

// digest returns a digest that is the same for the same files in any order.
func digest(files []File) string {
	h := sha256.New()
	for _, f := range slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Name, b.Name) }) {
		fmt.Fprintf(h, "%s %d\n", f.Name, len(f.Data))
		h.Write(f.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// writeTemplate makes the folder of a template, in one step. If the folder
// exists, it has the same files, since its name contains their digest; then it
// only gets a new time.
func (s Store) writeTemplate(name string, files []File) error {
	now := time.Now()
	if os.Chtimes(s.path(name), now, now) == nil {
		return nil
	}
	work, err := scratch.Make(s.path(""), workPrefix)
	if err != nil {
		return err
	}
	defer work.Remove()
	made := filepath.Join(work.Path, "made")
	if err := os.Mkdir(made, 0o777); err != nil { // the folder of MkdirTemp is private
		return err
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(made, f.Name), f.Data); err != nil {
			return err
		}
	}
	err = os.Rename(made, s.path(name))
	if _, there := os.Stat(s.path(name)); there == nil {
		return nil // another process may have just made it
	}
	return err
}

// workPrefix is the beginning of the names of unfinished files.
const workPrefix = ".new-"

// writeFile writes a new file, and flushes it to the disk.
func writeFile(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// replace replaces the file of the record.
func (s Store) replace(data []byte) error {
	work, err := scratch.Make(s.path(""), workPrefix)
	if err != nil {
		return err
	}
	defer work.Remove()
	made := filepath.Join(work.Path, "record")
	if err := writeFile(made, data); err != nil {
		return err
	}
	return os.Rename(made, s.path(s.name()+".json"))
}

// settled is the age from which on no process is about to name a template's
// folder.
const settled = time.Minute

var templateDigest = regexp.MustCompile(`^[0-9a-f]{16}$`)

// sweep removes folders that no record of the stage names. What can't be removed now
// is removed another time.
func (s Store) sweep(keep string) {
	entries, _ := os.ReadDir(s.path(""))
	for _, e := range entries {
		hash, isTemplate := strings.CutPrefix(e.Name(), s.templatePrefix())
		if !isTemplate || !templateDigest.MatchString(hash) || e.Name() == keep {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > settled {
			os.RemoveAll(s.path(e.Name()))
		}
	}
}

// Writable returns an error if no record can be written: it is better to know
// that before a stack is made.
func (s Store) Writable() error {
	if info, err := os.Stat(s.path(s.name() + ".json")); err == nil && info.IsDir() {
		return s.isFolder()
	}
	place := s.path("")
	info, err := os.Stat(place)
	for ; err != nil && place != filepath.Dir(place); info, err = os.Stat(place) {
		if _, there := os.Lstat(place); there == nil && errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s, the record of the stage, couldn't be written: %s is a symbolic link to what isn't there", s.File(), place)
		}
		place = filepath.Dir(place)
	}
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s, the record of the stage, couldn't be written: %s is a file, but has to be a folder", s.File(), place)
	}
	work, err := scratch.Make(place, workPrefix)
	if err != nil {
		return fmt.Errorf("%s, the record of the stage, couldn't be written: %w", s.File(), scratch.Reason(err))
	}
	work.Remove()
	return nil
}

func (s Store) isFolder() error {
	return fmt.Errorf("%s is a folder, but it has the name of the stage's record: move it away", s.File())
}

// Remove removes the record and its template. It is no error if there is none.
func (s Store) Remove() error {
	err := os.Remove(s.path(s.name() + ".json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", s.File(), scratch.Reason(err))
	}
	entries, _ := os.ReadDir(s.path(""))
	for _, e := range entries {
		if hash, ok := strings.CutPrefix(e.Name(), s.templatePrefix()); ok && templateDigest.MatchString(hash) {
			err = errors.Join(err, os.RemoveAll(s.path(e.Name())))
		}
	}
	os.Remove(s.path("")) // if it is empty
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the template beside %s: %w", s.File(), scratch.Reason(err))
	}
	return nil
}
