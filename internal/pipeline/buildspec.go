package pipeline

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// buildspec is what AWS CodeBuild does.
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
type buildspec struct {
	Version   string    `yaml:"version"`
	Phases    phases    `yaml:"phases"`
	Artifacts artifacts `yaml:"artifacts"`
}

type phases struct {
	Install phase `yaml:"install"`
	Build   phase `yaml:"build"`
}

type phase struct {
	RuntimeVersions map[string]string `yaml:"runtime-versions,omitempty"`
	Commands        []string          `yaml:"commands"`
}

type artifacts struct {
	Files []string `yaml:"files"`
	// BaseDirectory is the folder of the files, if not that of the repository.
	BaseDirectory string `yaml:"base-directory,omitempty"`
}

// transformed is the template of a stage whose code is in S3.
func transformed(stage string) string { return "transformed-" + stage + ".yaml" }

// bucketVariable names the bucket for the code, in the environment of CodeBuild.
const bucketVariable = "APP_S3_BUCKET"

// Buildspec returns what CodeBuild does for [CodePipeline]: it tests the program and
// packages each stage, uploads the code, and hands the templates on. The commands are
// run by one shell, one after the other.
func Buildspec(in Input) ([]byte, error) {
	spec := buildspec{Version: "0.2", Artifacts: artifacts{}}
	if in.Module != "." {
		spec.Phases.Install.Commands = []string{"cd " + quoted(in.Module)}
		spec.Artifacts.BaseDirectory = in.Module
	}
	spec.Phases.Install.RuntimeVersions = map[string]string{"golang": in.Go}
	spec.Phases.Install.Commands = append(spec.Phases.Install.Commands,
		`export PATH="$(go env GOPATH)/bin:$PATH"`,
		install,
	)
	spec.Phases.Build.Commands = []string{test}
	for _, stage := range Stages {
		out := "packaged-" + stage
		spec.Phases.Build.Commands = append(spec.Phases.Build.Commands,
			in.packageStage(stage, out),
			"aws cloudformation package --template-file "+out+"/"+samTemplate+
				` --s3-bucket "${`+bucketVariable+`}" --s3-prefix `+stage+
				" --output-template-file "+transformed(stage),
		)
		spec.Artifacts.Files = append(spec.Artifacts.Files, transformed(stage))
	}
	return marshal(spec)
}

// marshal returns a value as YAML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}
