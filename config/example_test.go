package config_test

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/chalice-go/chalice/config"
)

func ExampleParse() {
	s, err := config.Parse([]byte(`{
		"version": "2.0",
		"app_name": "shop",
		"lambda_timeout": 10,
		"environment_variables": {"LEVEL": "info"},
		"stages": {
			"dev": {},
			"prod": {
				"environment_variables": {"TABLE": "orders"},
				"lambda_functions": {"report": {"lambda_timeout": 300}}
			}
		}
	}`), config.Options{Stage: "prod"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.API().Timeout, s.Function("report").Timeout, s.Function("report").Environment)
	// Output: 10 300 map[LEVEL:info TABLE:orders]
}

// Load reads the configuration of a project's stage.
func ExampleLoad() {
	stage, err := config.Load("testdata/shop", config.Options{Stage: "prod"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stage.AppName, stage.Name, stage.File())

	_, err = config.Load("testdata", config.Options{})
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// shop prod .chalice/config.json
	// true
}

// Mistakes come all at once, each with its line.
func ExampleMistake() {
	_, err := config.Parse([]byte(`{
		"app_name": "shop",
		"lambda_timout": 10,
		"environment_variables": {"RETRIES": 5}
	}`), config.Options{})
	fmt.Println(err)
	if first, ok := errors.AsType[*config.Mistake](err); ok {
		fmt.Println(first.Line, first.Key)
	}
	// Output:
	// .chalice/config.json:3: lambda_timout is not a key of the configuration; did you mean lambda_timeout?
	// .chalice/config.json:4: environment_variables.RETRIES is 5, but environment variable values must be strings
	// 3 lambda_timout
}

// New is the configuration of a project without one.
func ExampleNew() {
	stage := config.New(config.DefaultStage)
	function := stage.Function("report")
	fmt.Println(stage.APIType, stage.Architecture, function.MemorySize, function.Timeout)
	// Output: rest arm64 128 60
}

// Settings says where each value comes from.
func ExampleStage_Settings() {
	stage, err := config.Parse([]byte(`{
		"version": "2.0",
		"app_name": "shop",
		"lambda_functions": {"report": {"lambda_timeout": 300}}
	}`), config.Options{Overrides: map[string]any{"lambda_memory_size": 512}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range stage.Settings() {
		if s.Key == "lambda_timeout" || s.Key == "lambda_memory_size" {
			fmt.Printf("%q %s %v %s %d\n", s.Function, s.Key, s.Value, s.From, s.Line)
		}
	}
	// Output:
	// "" lambda_memory_size 512 overrides 0
	// "" lambda_timeout 60 default 0
	// "report" lambda_timeout 300 file 4
}

func ExampleStage_Stack() {
	stage, err := config.Parse([]byte(`{"version": "2.0", "app_name": "my_shop"}`), config.Options{Stage: "dev"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stage.Stack("shop"))
	fmt.Println(stage.FunctionName("shop", "report"))
	// Output:
	// my-shop-dev <nil>
	// my_shop-dev-report
}

// Keys is the table that files are checked against.
func ExampleKeys() {
	for _, key := range config.Keys() {
		if key.Name == "lambda_timeout" {
			fmt.Printf("%s, %s, %d to %d, default %s\n", key.Kind, key.Scope, key.Min, key.Max, key.Default)
		}
	}
	fmt.Println(len(config.Schema()) > 1000, len(config.Reference()) > 1000)
	// Output:
	// a whole number, the top level or a stage or a function, 1 to 900, default 60
	// true true
}

func ExampleStageNames() {
	fmt.Println(config.StageNames("testdata/shop"))
	// Output: [dev prod]
}

func ExampleVariableProblem() {
	for _, name := range []string{"TABLE", "AWS_REGION", "1ST"} {
		fmt.Printf("%s: %q\n", name, config.VariableProblem(name))
	}
	// Output:
	// TABLE: ""
	// AWS_REGION: "is a variable that Lambda sets itself; choose another name"
	// 1ST: "is no name for a variable in Lambda: it must have two characters or more, start with a letter, and have only letters, digits and _"
}
