package source

import (
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// goesAnotherWay reports whether a package may call AWS in a way that only what its
// source says shows: by a Lambda extension, or the AWS CLI. It looks for the texts of
// these in packages that can go such a way, and at no package of the standard library.
func (o *Outline) goesAnotherWay(p *golist.Package) bool {
	if p.Module == nil || sdk.IsKnown(p.ImportPath) {
		return false
	}
	runs, asks := slices.Contains(p.Imports, "os/exec"), slices.Contains(p.Imports, "net/http") || p.Module.OfUser()
	if !runs && !asks {
		return false
	}
	for _, file := range p.Sources() {
		if data, err := o.files.Read(file); err == nil && (asks && sdk.OtherInText(string(data)) != nil || runs && commandInSource().Match(data)) {
			return true
		}
	}
	return false
}

// commandInSource matches the source of a call of the AWS CLI.
var commandInSource = lazyregexp.New("[\"`/]aws[\"`]|[\"`]aws [a-z]|aws [a-z0-9-]+ [a-z]")
