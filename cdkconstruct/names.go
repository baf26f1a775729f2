package cdkconstruct

import (
	"reflect"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// propertyNames calls what a user of the construct can set as that user knows it:
// keys of the configuration are fields of StageConfig. Where the command has a
// flag, the construct has its own way or none.
func propertyNames(name string) string {
	if called, ok := waysOfCDK[name]; ok {
		return called
	}
	return fieldPath(name)
}

// waysOfCDK are those to set what the packager has fields for.
var waysOfCDK = map[string]string{
	"Target":        "the stack an Env with an account and a region (awscdk.StackProps)",
	"MergeTemplate": "a token of another construct's, in place of the reference,",
	"AppModel":      "",
	"TemplateOnly":  "",
	"NoAnalysis":    "",
	"MaxResources":  "",
	"BuildTags":     "BuildTags",
	"LinkerFlags":   "LinkerFlags",
	"PassEnv":       "PassEnvironment",
	"ProjectDir":    "SourceDir",
}

// fieldPath returns the field for a key's path: StageConfig.LambdaFunctions.work.
// LambdaTimeout for lambda_functions.work.lambda_timeout. A key without a field
// can only be in StageConfig.Raw.
func fieldPath(path string) string {
	t := reflect.TypeFor[StageConfig]()
	called := "StageConfig"
	for i, key := range strings.Split(path, ".") {
		field, ok := fieldOf(t, key)
		switch {
		case ok:
			called += "." + field.Name
			t = elementOf(field.Type)
		case i == 0 && t.Kind() == reflect.Struct:
			called, t = called+".Raw."+key, nil
		default: // the name of a function, a variable or a tag
			called += "." + key
			t = elementOf(t)
		}
	}
	return called
}

// fieldOf finds the field of a struct that has a key.
func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	if t != nil && t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == key {
				return t.Field(i), true
			}
		}
	}
	return reflect.StructField{}, false
}

// elementOf returns what a pointer points to, or a map holds; nil for a type
// that has nothing within.
func elementOf(t reflect.Type) reflect.Type {
	switch {
	case t == nil:
		return nil
	case t.Kind() == reflect.Pointer && (t.Elem().Kind() == reflect.Map || t.Elem().Kind() == reflect.Struct):
		return t.Elem()
	case t.Kind() == reflect.Map:
		return elementOf(t.Elem())
	}
	return nil
}

var _ config.Names = propertyNames
