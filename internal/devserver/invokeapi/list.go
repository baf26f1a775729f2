package invokeapi

import (
	"encoding/json"
	"net/http"
)

// Function is a function as ListFunctions describes it.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
type Function struct {
	FunctionName string // in AWS
	FunctionARN  string `json:"FunctionArn"`
	Handler      string // as the app calls it
	Version      string
	MemorySize   int
	Timeout      int // seconds
	PackageType  string
}

// List is the answer of ListFunctions.
type List struct {
	Functions []Function
}

// list answers with all functions.
func (a api) list(w http.ResponseWriter, r *http.Request) {
	g, err := a.server.Await(r.Context())
	if err != nil {
		notRunning(err).write(w)
		return
	}
	all := List{Functions: []Function{}}
	for _, name := range g.Model.FunctionNames() {
		f := g.Stage.Function(name)
		all.Functions = append(all.Functions, Function{
			FunctionName: g.FunctionName(name), FunctionARN: g.FunctionARN(g.FunctionName(name)), Handler: name,
			Version: latest, MemorySize: f.MemorySize, Timeout: f.Timeout, PackageType: "Zip",
		})
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(all) // if the caller is gone, nobody needs the error
}
