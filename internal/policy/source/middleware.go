package source

import (
	"go/constant"

	"github.com/chalice-go/chalice/app"
)

// KindOf returns the kind of events that middleware is for, "" for all.
func (s *Site) KindOf() app.EventKind {
	if !s.ofKind || len(s.Call.Args) <= s.shift {
		return ""
	}
	tv := s.In.Pkg.TypesInfo.Types[s.Call.Args[s.shift]]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return ""
	}
	return app.EventKind(constant.StringVal(tv.Value))
}
