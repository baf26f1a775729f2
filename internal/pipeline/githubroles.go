package pipeline

// GitHub's provider of identities.
// https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
const (
	issuer   = "token.actions.githubusercontent.com"
	audience = "sts.amazonaws.com"
)

// The logical ids of the template with GitHub's roles.
const (
	githubProvider = "GitHubProvider"
	makeProvider   = "MakeProvider"
)

// GitHubRoles returns a template of CloudFormation with the roles that the workflow of
// [GitHubWorkflow] assumes, and those with which CloudFormation then makes the
// resources: for the branch, and for pull requests, which reach nothing but stacks of
// their own. It is JSON or, if the name of its file says so, YAML.
func GitHubRoles(in Input, file string) ([]byte, error) {
	deployed, previews := stackOf(Stages[len(Stages)-1]), stackOf("pr-*")
	makeDeployed, err := in.cloudFormationRole(appBucket, deployed)
	if err != nil {
		return nil, err
	}
	makePreviews, err := in.cloudFormationRole(appBucket, previews)
	if err != nil {
		return nil, err
	}
	t := template{
		AWSTemplateFormatVersion: "2010-09-09",
		Description:              "Lets GitHub Actions deploy " + in.App,
		Parameters: map[string]parameter{
			appName:      in.appNameParameter(),
			"Repository": {Type: "String", Description: "Repository of GitHub's, as OWNER/NAME, with capitals where GitHub has them", AllowedPattern: `[\w.-]+/[\w.-]+`, ConstraintDescription: "OWNER/NAME, without *"},
			"Branch":     {Type: "String", Description: "Branch that is deployed", Default: text(in.Branch), AllowedPattern: `[^*?\s]+`, ConstraintDescription: "one branch, without * and ?"},
			"ProviderArn": {
				Type: "String", Description: "ARN of the account's identity provider for GitHub, which an account can have one of; empty: it is made", Default: text(""),
				AllowedPattern:        `(arn:aws[a-z-]*:iam::\d{12}:oidc-provider/` + `token\.actions\.githubusercontent\.com)?`,
				ConstraintDescription: "the ARN of the provider " + issuer + ", or nothing",
			},
		},
		Conditions: map[string]any{makeProvider: object{"Fn::Equals": []any{ref("ProviderArn"), ""}}},
		Resources: map[string]resource{
			githubProvider: {Type: "AWS::IAM::OIDCProvider", Condition: makeProvider, Properties: object{
				"Url": "https://" + issuer, "ClientIdList": []any{audience},
			}},
			appBucket:           bucket(),
			policyOf(appBucket): bucketPolicy(appBucket),
			"DeployRole":        githubRole("Deploys the branch", "ref:refs/heads/${Branch}", deployed, deployRole),
			"PreviewRole":       githubRole("Deploys previews of pull requests, and deletes them", "pull_request", previews, "CFNPreviewRole", "cloudformation:DeleteStack"),
			deployRole:          makeDeployed,
			"CFNPreviewRole":    makePreviews,
		},
		Outputs: map[string]output{},
	}
	for variable, value := range map[string]any{
		"AWS_REGION": ref("AWS::Region"), "ARTIFACT_BUCKET": ref(appBucket),
		"DEPLOY_ROLE": getAtt("DeployRole", "Arn"), "CFN_DEPLOY_ROLE": getAtt(deployRole, "Arn"),
		"PREVIEW_ROLE": getAtt("PreviewRole", "Arn"), "CFN_PREVIEW_ROLE": getAtt("CFNPreviewRole", "Arn"),
	} {
		t.Outputs[outputName(variable)] = output{Description: "Variable " + variable + " of the repository", Value: value}
	}
	return in.bound(t).text(file)
}

// outputName is a variable's name as an output can have it.
func outputName(variable string) string {
	name, capital := "", true
	for _, r := range variable {
		switch {
		case r == '_':
			capital = true
		case capital:
			name, capital = name+string(r), false
		default:
			name += string(r - 'A' + 'a')
		}
	}
	return name
}

// githubRole is a role that jobs of the repository assume, if their token has the
// subject. They may change stacks with names that fit, by the role that makes the
// resources, and no others.
func githubRole(description, subject, stack, maker string, more ...string) resource {
	trust := allowing(statement{
		Principal: object{"Federated": either(makeProvider, ref(githubProvider), ref("ProviderArn"))},
		Action:    "sts:AssumeRoleWithWebIdentity",
		Condition: object{"StringEquals": object{issuer + ":aud": audience, issuer + ":sub": sub("repo:${Repository}:" + subject)}},
	})
	actions := append([]string{
		"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DescribeChangeSet",
		"cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet",
		"cloudformation:GetTemplate", "cloudformation:ListStackResources",
	}, more...)
	prefix := stack
	return resource{Type: "AWS::IAM::Role", Properties: role{
		AssumeRolePolicyDocument: trust, Description: description,
		Policies: []policy{{PolicyName: "Deploy", PolicyDocument: allowing(
			statement{Sid: "Stacks", Action: actions, Resource: sub("arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/" + stack + "/*")},
			statement{Sid: "Templates", Action: "cloudformation:GetTemplateSummary", Resource: "*"},
			statement{Sid: "Transform", Action: "cloudformation:CreateChangeSet", Resource: serverless},
			statement{Sid: "Code", Action: []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}, Resource: sub("${" + appBucket + ".Arn}/" + prefix + "/*")},
			statement{Sid: "Bucket", Action: []string{"s3:GetBucketLocation", "s3:ListBucket"}, Resource: getAtt(appBucket, "Arn")},
			statement{Sid: "PassRole", Action: "iam:PassRole", Resource: getAtt(maker, "Arn"), Condition: object{
				"StringEquals": object{"iam:PassedToService": sub("cloudformation.${AWS::URLSuffix}")},
			}},
		)}},
	}}
}
