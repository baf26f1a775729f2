package sdk

import (
	"go/types"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// helperOperations looks a helper of the SDK up: Uploader.Upload and the like.
// A helper that isn't in the table has none.
func helperOperations(path string, f *types.Func) []Operation {
	name := f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		name = gotypes.ReceiverName(recv.Type()) + "." + name
	}
	h, ok := loadTable().Features[path][name]
	if !ok {
		return nil
	}
	base := Operation{helper: f.Pkg().Name() + "." + name, Input: inputOf(f.Signature()), Argument: h.Argument, Field: h.Field}
	if base.Input == nil {
		base.Input = structure(f.Pkg(), h.Input)
	}
	if len(h.Ops) == 0 {
		base.actions = h.Actions
		return []Operation{base}
	}
	var ops []Operation
	for _, full := range h.Ops {
		op := base
		op.Service, op.Name, _ = strings.Cut(full, ".")
		ops = append(ops, op)
	}
	return ops
}

// inputOf returns the structure of the SDK that a helper takes.
func inputOf(s *types.Signature) *types.Named {
	for v := range s.Params().Variables() {
		if ptr, ok := types.Unalias(v.Type()).(*types.Pointer); ok {
			if named, ok := types.Unalias(ptr.Elem()).(*types.Named); ok && strings.HasSuffix(named.Obj().Name(), "Input") {
				return named
			}
		}
	}
	return nil
}

// shiftOperations are those of this module's own package codedeploy.
func shiftOperations(f *types.Func) []Operation {
	if f.Name() != "ShiftOf" || f.Signature().Recv() != nil {
		return nil
	}
	return []Operation{{helper: "codedeploy.ShiftOf", actions: []string{"codedeploy:GetDeployment", "codedeploy:GetApplicationRevision"}}}
}

// connectionOperations are those of this module's own websocket client.
func connectionOperations(f *types.Func) []Operation {
	name, ok := map[string]string{"Send": "PostToConnection", "Close": "DeleteConnection", "Info": "GetConnection"}[f.Name()]
	if !ok || f.Signature().Recv() == nil {
		return nil
	}
	return []Operation{{Service: "apigatewaymanagementapi", Name: name, helper: "websocket.Client." + f.Name()}}
}
