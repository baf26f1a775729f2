package packager

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/unchanged"
)

// reads are the files and folders that a build reads, but for those that never change:
// the standard library's, and the module cache's.
type reads struct {
	project
	paths []unchanged.Path
	seen  map[unchanged.Path]bool
	// modules are the folders of modules, by their paths, in which packages can appear.
	modules map[string]string
}

// readsOf lists what a build of a program reads. It is nil if nobody can tell, since a
// flag of the environment names other files, or what else runs.
func (p project) readsOf(list *golist.List) ([]unchanged.Path, error) {
	if !p.flags.env.plain() || slices.ContainsFunc(list.Packages, func(p *golist.Package) bool { return p.Error != nil }) {
		return nil, nil
	}
	r := &reads{project: p, seen: map[unchanged.Path]bool{}, modules: map[string]string{}}
	r.files("", p.toolchain.files()...)
	var err error
	for _, l := range list.Packages {
		if !l.Standard && !r.isCached(l.Dir) {
			err = errors.Join(err, r.addPackage(l))
		}
	}
	err = errors.Join(err, r.addModules())
	r.addDoubles(list)
	return r.paths, err
}

// plain reports whether what is left of GOFLAGS changes neither which files are read nor
// which programs run.
func (f goFlags) plain() bool {
	words, _ := splitQuoted(f.rest)
	return !slices.ContainsFunc(words, func(word string) bool {
		name, _, _ := cutFlag(word)
		return !slices.Contains([]string{"mod", "modcacherw", "p", "buildvcs", "trimpath"}, name)
	})
}

// isCached reports whether a folder is in the module cache, where nothing changes.
func (p project) isCached(dir string) bool {
	modCache := p.toolchain.env["GOMODCACHE"]
	rel, err := filepath.Rel(modCache, dir)
	return modCache != "" && err == nil && filepath.IsLocal(rel)
}

func (r *reads) add(all bool, name string) {
	if p := (unchanged.Path{Name: name, All: all}); !r.seen[p] {
		r.seen[p] = true
		r.paths = append(r.paths, p)
	}
}

// files adds files of a folder, which needn't be there.
func (r *reads) files(dir string, names ...string) {
	for _, name := range names {
		r.add(false, filepath.Join(dir, name))
	}
}

// addUp adds a folder, and those above it up to another, whose name it begins with: a
// go.mod could appear in each, or a link in its place.
func (r *reads) addUp(dir, root string) {
	for ; ; dir = filepath.Dir(dir) {
		r.add(false, dir)
		if dir == root || dir == filepath.Dir(dir) {
			return
		}
	}
}

// addPackage adds a package's folder, with all files that can be of use to some build,
// and those up to its module's.
func (r *reads) addPackage(l *golist.Package) error {
	r.addUp(l.Dir, cmp.Or(moduleFolder(l.Module), l.Dir))
	entries, err := os.ReadDir(l.Dir)
	for _, e := range entries {
		if !e.IsDir() && unchanged.IsSource(e.Name()) {
			r.files(l.Dir, e.Name())
		}
	}
	for _, file := range l.Embedded() {
		r.add(false, file)
		r.addUp(filepath.Dir(file), l.Dir)
	}
	for _, pattern := range l.EmbedPatterns {
		err = errors.Join(err, r.addPattern(l.Dir, strings.TrimPrefix(pattern, "all:")))
	}
	return err
}

// addPattern adds the folders in which files can appear that a pattern of go:embed
// matches: those before each part from the first with wildcards on, and those that it
// matches itself.
func (r *reads) addPattern(dir, pattern string) (err error) {
	parts := strings.Split(pattern, "/")
	wild := false
	for i, part := range parts {
		if wild = wild || strings.ContainsAny(part, `*?[\`); wild {
			err = errors.Join(err, r.addMatches(dir, path.Join(parts[:i]...), false))
		}
	}
	return errors.Join(err, r.addMatches(dir, pattern, true))
}

// addMatches adds the folders that a pattern matches, and those below them.
func (r *reads) addMatches(dir, pattern string, below bool) error {
	matches, err := fs.Glob(os.DirFS(dir), cmp.Or(pattern, "."))
	for _, name := range matches {
		folder := filepath.Join(dir, filepath.FromSlash(name))
		if info, failed := os.Stat(folder); failed != nil || !info.IsDir() {
			continue
		}
		if !below {
			r.add(true, folder)
			continue
		}
		err = errors.Join(err, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() {
				r.add(true, path)
			}
			return err
		}))
	}
	return err
}

// addDoubles adds the folders in which packages would have a double, in modules in folders
// whose paths theirs begin with: Go refuses that.
func (r *reads) addDoubles(list *golist.List) {
	for _, l := range list.Packages {
		if l.Standard || l.Module == nil {
			continue
		}
		for _, module := range slices.Sorted(maps.Keys(r.modules)) {
			rel, below := strings.CutPrefix(l.ImportPath+"/", module+"/")
			if below && module != l.Module.Path {
				r.addUp(filepath.Join(r.modules[module], filepath.FromSlash(rel)), r.modules[module])
			}
		}
	}
}

// moduleFolder is where a module's source is; "" for one that is vendored.
func moduleFolder(m *golist.Module) string {
	if m == nil {
		return ""
	}
	return m.Dir
}

// folders are those from the program's up to its module's.
func (p project) folders() (all []unchanged.Path) {
	root, err := moduleRoot(p.dir)
	for dir := p.dir; err == nil; dir = filepath.Dir(dir) {
		if all = append(all, unchanged.Path{Name: dir}); dir == root {
			break
		}
	}
	return all
}

// addModules adds the files that say which modules there are: those of the program's own,
// of the workspace, and of all modules that these take from folders.
func (r *reads) addModules() error {
	root, err := moduleRoot(r.dir)
	if err != nil {
		return err
	}
	for dir := r.dir; dir != root; dir = filepath.Dir(dir) {
		r.files(dir, "go.mod")
	}
	workspace := r.toolchain.env["GOWORK"]
	if workspace != "off" {
		for dir := r.dir; filepath.Join(dir, "go.work") != workspace; dir = filepath.Dir(dir) {
			r.files(dir, "go.work")
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	r.addModule(root)
	if workspace == "" || workspace == "off" {
		return r.addReplaced(root)
	}
	return r.addWorkspace(workspace)
}

// addModule adds the files of a module's folder.
func (r *reads) addModule(dir string) {
	r.files(dir, "go.mod", "go.sum")
	r.addVendor(dir)
}

// addVendor adds what says whether there are vendored packages: an empty folder does.
func (r *reads) addVendor(dir string) { r.files(dir, "vendor", filepath.Join("vendor", "modules.txt")) }

// addWorkspace adds the files of a workspace, and of its modules.
func (r *reads) addWorkspace(file string) error {
	r.files("", file, strings.TrimSuffix(file, "work")+"work.sum")
	dir := filepath.Dir(file)
	r.addVendor(dir)
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork(file, data, nil)
	if err != nil {
		return err
	}
	r.addReplacements(dir, work.Replace)
	for _, use := range work.Use {
		module := folderOf(dir, use.Path)
		r.addModule(module)
		err = errors.Join(err, r.addReplaced(module))
	}
	return err
}

// addReplaced adds the modules that a module's go.mod takes from folders.
func (r *reads) addReplaced(dir string) error {
	file := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	module, err := modfile.Parse(file, data, nil)
	if err != nil {
		return err
	}
	if module.Module != nil {
		r.modules[module.Module.Mod.Path] = dir
	}
	r.addReplacements(dir, module.Replace)
	return nil
}

func (r *reads) addReplacements(dir string, replacements []*modfile.Replace) {
	for _, replaced := range replacements {
		if replaced.New.Version != "" {
			continue
		}
		folder := folderOf(dir, replaced.New.Path)
		r.files(folder, "go.mod")
		r.modules[replaced.Old.Path] = folder
	}
}

// folderOf returns the folder that a go.mod or go.work in another names.
func folderOf(dir, name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}
