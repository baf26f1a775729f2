// Package cdkconstruct is a construct for the AWS CDK: a Chalice app inside a
// stack, beside resources of other constructs.
//
//	api := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{
//		SourceDir: jsii.String("runtime"),
//		StageConfig: &cdkconstruct.StageConfig{
//			EnvironmentVariables: &map[string]*string{"TABLE": table.TableName()},
//		},
//	})
//	table.GrantReadWriteData(api.GetRole(jsii.String("DefaultRole")))
//
// [NewChalice] compiles the program in SourceDir, asks it what it consists of,
// and includes the resources in the stack, with the logical ids that chalice
// package gives them. The program's zip is an asset.
//
//	SourceDir --packager--> template, zip --asset, CfnInclude--> the stack
//
// Values from other constructs, the CDK's tokens, can stand in StageConfig;
// see [StageConfig].
//
// As is usual in the CDK, a mistake is a panic. Those of this package are
// of type [*Error], and say what is wrong in the words of chalice.
package cdkconstruct
