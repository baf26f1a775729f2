package source

import (
	"os"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// goesAnotherWay reports whether a package may call AWS in a way that only what its
// source says shows: by a Lambda extension, or the AWS CLI. It looks for the texts of
// these in packages that can go such a way, and at no package of the standard library.
func goesAnotherWay(p *packages.Package) bool {
	if p.Module == nil || sdk.IsKnown(p.PkgPath) {
		return false
	}
	runs, asks := p.Imports["os/exec"] != nil, p.Imports["net/http"] != nil || OfUser(p.Module)
	if !runs && !asks {
		return false
	}
	for _, file := range p.GoFiles {
		if data, err := os.ReadFile(file); err == nil && (asks && sdk.OtherInText(string(data)) != nil || runs && commandInSource().Match(data)) {
			return true
		}
	}
	return false
}

// commandInSource matches the source of a call of the AWS CLI.
var commandInSource = lazyregexp.New("[\"`/]aws[\"`]|[\"`]aws [a-z]|aws [a-z0-9-]+ [a-z]")
