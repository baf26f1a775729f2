package synth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestTooLargeMerge: a section with more entries than CloudFormation takes is one mistake,
// and what is in it isn't looked at.
func TestTooLargeMerge(t *testing.T) {
	in := synth.Input{
		Model: &app.Model{Version: 1, Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "index"}}},
		Stage: config.New("dev"), Version: "1.0.0",
	}
	for section, tc := range map[string]struct {
		entry string
		limit int
	}{
		"Resources": {"{}", 500}, "Outputs": {`{"Value": {"Ref": "Nothing"}}`, 200}, "Parameters": {"null", 200}, "Mappings": {"{}", 200},
	} {
		for _, n := range []int{tc.limit, tc.limit + 7} {
			template := render(t, in, "sam")
			part, err := synth.ParsePart("part.json", []byte(`{"`+section+`": {`+entries(n, tc.entry)+`}}`))
			if err != nil {
				t.Fatal(err)
			}
			template.Merge(part)
			got := fmt.Sprint(template.Check(part))
			want := fmt.Sprintf("%s has %d entries, 7 more than the %d that CloudFormation takes", section, n, tc.limit)
			if (got == want) != (n > tc.limit) {
				t.Errorf("%d %s: got %.200s", n, section, got)
			}
		}
	}
}

// entries are members of an object, all with one value.
func entries(n int, value string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("\"K%d\": %s", i, value))
	}
	return strings.Join(all, ",")
}

// TestCheckFindsMistakesOfMerges checks parts that CloudFormation would refuse, in
// one format or in both.
func TestCheckFindsMistakesOfMerges(t *testing.T) {
	in := synth.Input{
		Model: &app.Model{Version: 1, Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "index"}}},
		Stage: config.New("dev"), Version: "1.0.0",
	}
	const both = "sam cloudformation"
	for name, tc := range map[string]struct{ formats, merge, want string }{
		"a misspelt id":            {both, "Resources: {ApiHandler: {Properties: {Timeout: 1}}}", "Resources.ApiHandler has no Type, which a new resource needs, and the app has no such resource; did you mean APIHandler?"},
		"a resource of its own":    {both, "Resources: {T: {Type: AWS::SNS::Topic}}", ""},
		"a misspelt section":       {both, "Resorces: {T: {Type: AWS::SNS::Topic}}", "Resorces is no section of a template; did you mean Resources?"},
		"text for a resource":      {both, "Resources: {RestAPI: x}", "Resources.RestAPI is a string, but a resource is an object with a Type"},
		"null for a resource":      {both, "Resources: {RestAPI: null}", "Resources.RestAPI is null, which CloudFormation takes nowhere: for a property use !Ref AWS::NoValue"},
		"null deep inside":         {both, "Resources: {RestAPI: {Properties: {Tags: null}}}", "Resources.RestAPI.Properties.Tags is null, which CloudFormation takes nowhere: for a property use !Ref AWS::NoValue"},
		"a reference to nothing":   {both, "Resources: {APIHandler: {Properties: {Role: !Ref RoleARN}}}\nParameters: {RoleArn: {Type: String}}", "Resources.APIHandler.Properties.Role refers to RoleARN, which the template does not have; did you mean RoleArn?"},
		"an attribute of nothing":  {both, "Outputs: {O: {Value: !GetAtt Tabel.Arn}}", "Outputs.O.Value refers to Tabel, which the template does not have"},
		"a variable for nothing":   {both, "Outputs: {O: {Value: !Sub 'a ${b} ${c}'}}\nParameters: {b: {Type: String}}", "Outputs.O.Value refers to c, which the template does not have"},
		"a variable of a text":     {both, "Outputs: {O: {Value: !Sub ['${b}', {b: !Ref AWS::Region}]}}", ""},
		"a variable and a value":   {both, "Outputs: {O: {Value: !Sub ['${Gone} ${b}', {b: !Ref Gone}]}}", "Outputs.O.Value refers to Gone, which the template does not have\nOutputs.O.Value.Fn::Sub.b refers to Gone, which the template does not have"},
		"one inside another":       {both, "Outputs: {O: {Value: !Join ['', [!Ref Nothing]]}}", "Outputs.O.Value.Fn::Join refers to Nothing, which the template does not have"},
		"no function":              {both, "Outputs: {O: {Value: !Bogus x}}", "Outputs.O.Value calls Fn::Bogus, which CloudFormation does not have"},
		"a misspelt function":      {both, "Outputs: {O: {Value: !Joins ['', [a]]}}", "Outputs.O.Value calls Fn::Joins, which CloudFormation does not have; did you mean Join?"},
		"a table without stream":   {both, "Resources: {T: {Type: AWS::DynamoDB::Table}}\nOutputs: {O: {Value: !GetAtt T.StreamArn}, P: {Value: !Sub '${T.StreamArn}'}}", "Outputs.O.Value refers to the stream of T, which has none: give the table a StreamSpecification\nOutputs.P.Value refers to the stream of T, which has none: give the table a StreamSpecification"},
		"a table with a stream":    {both, "Resources: {T: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: KEYS_ONLY}}}}\nOutputs: {O: {Value: !GetAtt T.StreamArn}}", ""},
		"a resource's condition":   {both, "Resources: {RestAPI: {Condition: Prod}}", "Resources.RestAPI.Condition refers to Prod, which is not among the template's Conditions"},
		"a misspelt condition":     {both, "Conditions: {Prod: !Equals [a, b]}\nResources: {T: {Type: AWS::SNS::Topic, Condition: Pord}}", "Resources.T.Condition refers to Pord, which is not among the template's Conditions; did you mean Prod?"},
		"a condition":              {both, "Conditions: {Prod: !Equals [a, b]}\nResources: {T: {Type: AWS::SNS::Topic, Condition: Prod}}", ""},
		"an output's condition":    {both, "Outputs: {O: {Condition: Prod, Value: x}}", "Outputs.O.Condition refers to Prod, which is not among the template's Conditions"},
		"a function for one":       {both, "Resources: {T: {Type: AWS::SNS::Topic, Condition: !Equals [a, b]}}", "Resources.T.Condition is an object, but has to be the name of one of the template's Conditions"},
		"conditions of others":     {both, "Conditions: {A: !Equals [a, b], B: !Not [!Condition A], C: !And [!Condition A, {Condition: Bb}]}", "Conditions.C.Fn::And refers to Bb, which is not among the template's Conditions; did you mean B?"},
		"a policy's condition":     {both, "Resources: {T: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: [{Condition: {Bool: {x: true}}}]}}}}", ""},
		"an unknown condition":     {both, "Outputs: {O: {Value: !If [Prod, a, b]}}", "Outputs.O.Value refers to Prod, which is not among the template's Conditions"},
		"an unknown mapping":       {both, "Mappings: {Sizes: {a: {b: c}}}\nOutputs: {O: {Value: !FindInMap [Size, a, b]}}", "Outputs.O.Value refers to Size, which is not among the template's Mappings; did you mean Sizes?"},
		"a mapping by reference":   {both, "Parameters: {P: {Type: String}}\nOutputs: {O: {Value: !FindInMap [!Ref P, a, b]}}", ""},
		"a text for a section":     {both, "Outputs: x", "Outputs is a string, but this section is an object"},
		"a list for a section":     {both, "Mappings: []", "Mappings is a list, but this section is an object"},
		"a text for a parameter":   {both, "Parameters: {P: String}", "Parameters.P is a string, but has to be an object"},
		"a parameter, no type":     {both, "Parameters: {P: {Default: x}}", "Parameters.P has no Type"},
		"an output, no value":      {both, "Outputs: {O: {Description: x}}", "Outputs.O has no Value"},
		"an id with a dash":        {both, "Resources: {my-topic: {Type: AWS::SNS::Topic}}", "Resources.my-topic is no logical id: there it takes letters and digits, 255 at most"},
		"an empty id":              {both, "Parameters: {'': {Type: String}}", "Parameters. is no logical id: there it takes letters and digits, 255 at most"},
		"no type":                  {both, "Resources: {T: {Type: Topic}}", "Resources.T has a Type that is none: it is a text such as AWS::SQS::Queue"},
		"a number for a type":      {both, "Resources: {T: {Type: 3}}", "Resources.T has a Type that is none: it is a text such as AWS::SQS::Queue"},
		"types of others":          {both, "Resources: {A: {Type: Custom::Thing}, B: {Type: Some::Vendor::Thing}, C: {Type: My::Own::Thing::MODULE}}", ""},
		"another type":             {both, "Resources: {DefaultRole: {Type: AWS::SNS::Topic}}", "Resources.DefaultRole has the Type AWS::SNS::Topic, but the app has something else with this id, of the Type AWS::IAM::Role: choose another id, or leave Type out"},
		"the type that is there":   {both, "Resources: {DefaultRole: {Type: AWS::IAM::Role, Properties: {Path: /x/}}}", ""},
		"a misspelt attribute":     {both, "Resources: {RestAPI: {Propertys: {}}}", "Resources.RestAPI.Propertys is nothing that a resource has; did you mean Properties?"},
		"attributes":               {both, "Resources: {T: {Type: AWS::SNS::Topic, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Metadata: {a: b}, DependsOn: [RestAPI]}}", ""},
		"text for properties":      {both, "Resources: {RestAPI: {Properties: x}}", "Resources.RestAPI.Properties is a string, but properties are an object"},
		"waiting for nothing":      {both, "Resources: {RestAPI: {DependsOn: Topic}, T: {Type: AWS::SNS::Topic, DependsOn: [RestAPI, RestApi]}}", "Resources.RestAPI.DependsOn names Topic, which is no resource of the template\nResources.T.DependsOn names RestApi, which is no resource of the template; did you mean RestAPI?"},
		"waiting for a parameter":  {both, "Parameters: {P: {Type: String}}\nResources: {RestAPI: {DependsOn: P}}", "Resources.RestAPI.DependsOn names P, which is no resource of the template"},
		"waiting for an object":    {both, "Resources: {RestAPI: {DependsOn: !Ref APIHandler}}", "Resources.RestAPI.DependsOn is an object, but takes logical ids of resources"},
		"functions side by side":   {both, "Outputs: {O: {Value: {Ref: AWS::Region, 'Fn::Sub': x}}}", "Outputs.O.Value has something else beside Fn::Sub, which has to be alone in its object"},
		"a macro among others":     {both, "Outputs: {O: {Value: x, 'Fn::Transform': {Name: X}}}", ""},
		"no fact of AWS's":         {both, "Outputs: {O: {Value: !Ref AWS::Regions}, P: {Value: !Sub '${AWS::Account}'}}", "Outputs.O.Value refers to AWS::Regions, which AWS does not have; did you mean AWS::Region?\nOutputs.P.Value refers to AWS::Account, which AWS does not have; did you mean AWS::AccountId?"},
		"facts of AWS's":           {both, "Outputs: {O: {Value: !Sub '${AWS::AccountId}${AWS::Partition}${AWS::Region}${AWS::StackId}${AWS::StackName}${AWS::URLSuffix}'}}", ""},
		"a parameter's attribute":  {both, "Parameters: {P: {Type: String}}\nOutputs: {O: {Value: !GetAtt P.Arn}}", "Outputs.O.Value refers to Arn of P, but that is a parameter, which has no attributes"},
		"a condition on resources": {both, "Conditions: {C: !Equals [!Ref RestAPI, x]}", "Conditions.C.Fn::Equals refers to RestAPI, but conditions can refer to parameters alone"},
		"SAM's document":           {"cloudformation", "Resources: {RestAPI: {Properties: {DefinitionBody: {info: x}}}}", "Resources.RestAPI.Properties.DefinitionBody is no property of AWS::ApiGateway::RestApi: there it is Body"},
		"SAM's events":             {"cloudformation", "Resources: {APIHandler: {Properties: {Events: {}}}}", "Resources.APIHandler.Properties.Events is a property of SAM's, which AWS::Lambda::Function does not have"},
		"CloudFormation's":         {"sam", "Resources: {RestAPI: {Properties: {Body: {info: x}}}}", "Resources.RestAPI.Properties.Body is no property of AWS::Serverless::Api: there it is DefinitionBody"},
		"SAM's globals":            {"cloudformation", "Globals: {Function: {Timeout: 3}}", "Globals is a section of SAM templates, and this one is plain CloudFormation: write its values into the resources"},
		"globals in SAM":           {"sam", "Globals: {Function: {Timeout: 3}}", ""},
		"SAM's type":               {"cloudformation", "Resources: {T: {Type: AWS::Serverless::SimpleTable}}", "Resources.T is of SAM's type AWS::Serverless::SimpleTable, and this template is plain CloudFormation: use the types that SAM makes of it, or package for SAM"},
		"what SAM makes":           {"sam", "Outputs: {O: {Value: !Ref RestAPIapiStage}, P: {Value: !Ref RestAPI.Stage}}", ""},
		"the deployment":           {"cloudformation", "Resources: {RestAPIDeployment: {Properties: {Description: x}}}\nOutputs: {O: {Value: !Ref RestAPIDeployment}}", ""},
	} {
		for format := range strings.FieldsSeq(tc.formats) {
			t.Run(name+" "+format, func(t *testing.T) {
				template := render(t, in, format)
				part, err := synth.ParsePart("part.yaml", []byte(tc.merge))
				if err != nil {
					t.Fatal(err)
				}
				template.Merge(part)
				got := ""
				if err := template.Check(part); err != nil {
					got = err.Error()
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}
