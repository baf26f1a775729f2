package pipeline

import (
	"fmt"
	"maps"
)

// The sources that a pipeline of CodePipeline can have.
const (
	Connection = "codeconnection" // GitHub, GitLab, Bitbucket and others, by a connection of AWS CodeConnections
	CodeCommit = "codecommit"     // a repository of AWS CodeCommit, which the template makes
	GitHub     = "github"         // GitHub, by a token in Secrets Manager
)

// Sources are the sources that a pipeline can have, the recommended one first.
func Sources() []string { return []string{Connection, CodeCommit, GitHub} }

// source is where a pipeline gets the source of the app.
type source struct {
	action       action
	pipelineType string // V1 or V2
	triggers     any    // of a pipeline of type V2
	statements   []statement
	parameters   map[string]parameter
	resources    map[string]resource
	outputs      map[string]output
}

// addTo gives a template what the source needs.
func (s source) addTo(t template) {
	maps.Copy(t.Parameters, s.parameters)
	maps.Copy(t.Resources, s.resources)
	maps.Copy(t.Outputs, s.outputs)
}

// sources has what each of [Sources] is.
var sources = map[string]func() source{Connection: connection, CodeCommit: codeCommit, GitHub: gitHub}

func (in Input) source() source {
	of, ok := sources[in.Source]
	if !ok {
		panic(fmt.Sprintf("pipeline: there is no source %q", in.Source))
	}
	s := of()
	s.action.Name, s.action.RunOrder, s.action.OutputArtifacts = "Source", 1, artifact(sourceArtifact)
	return s
}

// connection is a repository that AWS CodeConnections reaches. The pipeline starts by
// a trigger, so the action itself looks for no changes.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
func connection() source {
	return source{
		pipelineType: "V2",
		parameters: map[string]parameter{
			"ConnectionArn": {
				Type: "String", Description: "ARN of the connection to the repository's host, which AWS CodeConnections has and somebody has authorized there",
				AllowedPattern:        `arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/.+`,
				ConstraintDescription: "the ARN of a connection",
			},
			"RepositoryId": {
				Type: "String", Description: "Repository, as OWNER/NAME",
				AllowedPattern: `[^/\s]+(/[^/\s]+)+`, ConstraintDescription: "OWNER/NAME, in GitLab also with groups",
			},
		},
		statements: []statement{{
			Sid: "Connection", Action: []string{"codeconnections:UseConnection", "codestar-connections:UseConnection"}, Resource: ref("ConnectionArn"),
		}},
		action: action{ActionTypeId: actionType("Source", "AWS", "CodeStarSourceConnection", "1"), Configuration: object{
			"ConnectionArn": ref("ConnectionArn"), "FullRepositoryId": ref("RepositoryId"), "BranchName": ref("Branch"),
			"OutputArtifactFormat": "CODE_ZIP", "DetectChanges": "false",
		}},
		triggers: []any{object{"ProviderType": "CodeStarSourceConnection", "GitConfiguration": object{
			"SourceActionName": "Source", "Push": []any{object{"Branches": object{"Includes": []any{ref("Branch")}}}},
		}}},
	}
}

// codeCommit is a repository of AWS CodeCommit, which the template makes. A rule starts
// the pipeline, as AWS advises instead of asking again and again.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html
func codeCommit() source {
	pipelineARN := sub("arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${" + pipelineID + "}")
	return source{
		pipelineType: "V2",
		statements: []statement{{
			Sid: "Repository", Resource: getAtt("SourceRepository", "Arn"),
			Action: []string{
				"codecommit:CancelUploadArchive", "codecommit:GetBranch", "codecommit:GetCommit",
				"codecommit:GetRepository", "codecommit:GetUploadArchiveStatus", "codecommit:UploadArchive",
			},
		}},
		action: action{ActionTypeId: actionType("Source", "AWS", "CodeCommit", "1"), Configuration: object{
			"RepositoryName": getAtt("SourceRepository", "Name"), "BranchName": ref("Branch"), "PollForSourceChanges": false,
		}},
		resources: map[string]resource{
			"SourceRepository": {Type: "AWS::CodeCommit::Repository", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", Properties: object{
				"RepositoryName": ref(appName), "RepositoryDescription": sub("Source code for ${" + appName + "}"),
			}},
			"SourceChanged": {Type: "AWS::Events::Rule", Properties: object{
				"Description": "Starts the pipeline when the branch changes",
				"EventPattern": object{
					"source": []any{"aws.codecommit"}, "detail-type": []any{"CodeCommit Repository State Change"},
					"resources": []any{getAtt("SourceRepository", "Arn")},
					"detail":    object{"event": []any{"referenceCreated", "referenceUpdated"}, "referenceType": []any{"branch"}, "referenceName": []any{ref("Branch")}},
				},
				"Targets": []any{object{"Id": "Pipeline", "Arn": pipelineARN, "RoleArn": getAtt("StartRole", "Arn")}},
			}},
			"StartRole": serviceRole("events", "Starts the pipeline", "StartPipeline",
				statement{Sid: "Start", Action: "codepipeline:StartPipelineExecution", Resource: pipelineARN}),
		},
		outputs: map[string]output{"SourceRepoURL": {Description: "Where to push to", Value: getAtt("SourceRepository", "CloneUrlHttp")}},
	}
}

// gitHub is a repository of GitHub's, which CodePipeline reaches by a token.
func gitHub() source {
	return source{
		pipelineType: "V1",
		parameters: map[string]parameter{
			"GithubOwner":             {Type: "String", Description: "Owner of the repository"},
			"GithubRepoName":          {Type: "String", Description: "Name of the repository"},
			"GithubRepoSecretId":      {Type: "String", Description: "Secret of Secrets Manager that holds the token", Default: text("GithubRepoAccess")},
			"GithubRepoSecretJSONKey": {Type: "String", Description: "Key of the token in that secret", Default: text("OAuthToken")},
		},
		action: action{ActionTypeId: actionType("Source", "ThirdParty", "GitHub", "1"), Configuration: object{
			"Owner": ref("GithubOwner"), "Repo": ref("GithubRepoName"), "Branch": ref("Branch"), "PollForSourceChanges": true,
			"OAuthToken": join("{{resolve:secretsmanager:", ref("GithubRepoSecretId"), ":SecretString:", ref("GithubRepoSecretJSONKey"), "}}"),
		}},
	}
}
