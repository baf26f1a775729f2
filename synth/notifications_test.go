package synth_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// onBucket is a function for the events of the bucket "uploads", or of the one
// that the model says.
func onBucket(name string, line int, m app.S3Model) app.FunctionModel {
	if m.Bucket == "" {
		m.Bucket = "uploads"
	}
	return app.FunctionModel{Name: name, Kind: app.S3Kind, S3: &m, Source: &app.Source{File: "main.go", Line: line}}
}

// stackErrors returns what SAM and CloudFormation refuse of functions, a line
// each, and fails if they differ.
func stackErrors(t *testing.T, functions ...app.FunctionModel) string {
	t.Helper()
	graph, err := synth.Build(synth.Input{
		Model:   &app.Model{Version: 1, Name: "demo", Functions: functions},
		Stage:   config.New("dev"),
		Version: "1.0.0",
	})
	if err != nil {
		return err.Error()
	}
	text := func(_ *synth.Template, err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	sam, plain := text(synth.SAM(graph)), text(synth.CloudFormation(graph, synth.Code{}))
	if diff := cmp.Diff(sam, plain); diff != "" {
		t.Errorf("(-SAM +CloudFormation)\n%s", diff)
	}
	return sam
}

// TestOverlaps gives two functions on one bucket, and the event that S3 would
// not let both have.
func TestOverlaps(t *testing.T) {
	for name, tc := range map[string]struct {
		first, second app.S3Model
		event         string // "": there is none
	}{
		"no filters":                        {app.S3Model{}, app.S3Model{}, "s3:ObjectCreated:*"},
		"other buckets":                     {app.S3Model{}, app.S3Model{Bucket: "others"}, ""},
		"other events":                      {app.S3Model{}, app.S3Model{Events: []string{"s3:ObjectRemoved:*"}}, ""},
		"an event and its group":            {app.S3Model{Events: []string{"s3:ObjectCreated:Put"}}, app.S3Model{}, "s3:ObjectCreated:Put"},
		"a group and its event":             {app.S3Model{}, app.S3Model{Events: []string{"s3:ObjectRemoved:Delete", "s3:ObjectCreated:Copy"}}, "s3:ObjectCreated:Copy"},
		"two events of a group":             {app.S3Model{Events: []string{"s3:ObjectCreated:Put"}}, app.S3Model{Events: []string{"s3:ObjectCreated:Post"}}, ""},
		"one event that starts another":     {app.S3Model{Events: []string{"s3:ObjectRemoved:Delete"}}, app.S3Model{Events: []string{"s3:ObjectRemoved:DeleteMarkerCreated"}}, ""},
		"prefixes":                          {app.S3Model{Prefix: "a/"}, app.S3Model{Prefix: "b/"}, ""},
		"a prefix of a prefix":              {app.S3Model{Prefix: "a/"}, app.S3Model{Prefix: "a/b/"}, "s3:ObjectCreated:*"},
		"a prefix and none":                 {app.S3Model{Prefix: "a/"}, app.S3Model{}, "s3:ObjectCreated:*"},
		"suffixes":                          {app.S3Model{Suffix: ".jpg"}, app.S3Model{Suffix: ".png"}, ""},
		"a suffix of a suffix":              {app.S3Model{Suffix: ".gz"}, app.S3Model{Suffix: ".tar.gz"}, "s3:ObjectCreated:*"},
		"one prefix, other suffixes":        {app.S3Model{Prefix: "a/", Suffix: ".jpg"}, app.S3Model{Prefix: "a/", Suffix: ".png"}, ""},
		"other prefixes, one suffix":        {app.S3Model{Prefix: "a/", Suffix: ".jpg"}, app.S3Model{Prefix: "b/", Suffix: ".jpg"}, ""},
		"a prefix here and a suffix there":  {app.S3Model{Prefix: "a/"}, app.S3Model{Suffix: ".jpg"}, "s3:ObjectCreated:*"},
		"prefixes that differ in case only": {app.S3Model{Prefix: "a/"}, app.S3Model{Prefix: "A/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := ""
			if tc.event != "" {
				want = "main.go:2: two and one (also at main.go:1) would both be invoked for " + tc.event + " in bucket uploads, which S3 does not allow: " +
					"give them prefixes or suffixes that exclude each other, let one function do both, or give one of them app.ViaEventBridge"
			}
			got := stackErrors(t, onBucket("one", 1, tc.first), onBucket("two", 2, tc.second))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestOverlapsInTerraform: what a bucket is there, only Terraform may know, so
// that it is left to S3, as the reference does.
func TestOverlapsInTerraform(t *testing.T) {
	graph, err := synth.Build(synth.Input{
		Model:   &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{onBucket("one", 1, app.S3Model{}), onBucket("two", 2, app.S3Model{})}},
		Stage:   config.New("dev"),
		Version: "1.0.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := synth.Terraform(graph); err != nil {
		t.Error(err)
	}
}

func TestBucketNames(t *testing.T) {
	for _, bucket := range []string{"*", "up*", "a", "uploads/", "up loads", "-uploads"} {
		want := `main.go:7: "` + bucket + `" is no name of a bucket: that has at least 3 letters, digits, - and ., and ends in a letter or digit`
		if got := stackErrors(t, onBucket("one", 7, app.S3Model{Bucket: bucket})); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for _, bucket := range []string{"${aws_s3_bucket.media.id}", "${AWS::StackName}-uploads"} {
		want := `main.go:7: event one-s3event: "` + bucket + `" is no name of a bucket; give the name as S3 has it, in Terraform also as an expression such as ${aws_s3_bucket.NAME.id}`
		if got := stackErrors(t, onBucket("one", 7, app.S3Model{Bucket: bucket})); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for _, bucket := range []string{"uploads", "up.loads-2", "123", "Old_Bucket"} {
		if got := stackErrors(t, onBucket("one", 7, app.S3Model{Bucket: bucket})); got != "" {
			t.Errorf("bucket %s: %s", bucket, got)
		}
	}
}

// TestNotificationsWait: S3 asks Lambda whether it may call a function when it
// is told of it, and CloudFormation removes things in the opposite order.
func TestNotificationsWait(t *testing.T) {
	m := &app.Model{Functions: []app.FunctionModel{
		onBucket("one", 1, app.S3Model{Prefix: "a"}), onBucket("two", 2, app.S3Model{Prefix: "b"}),
	}}
	sam, _ := rendered(t, m, config.New("dev"))
	want(t, "DependsOn", at(sam, "Resources", notificationsOfUploads, "DependsOn"),
		`["S3UploadsPolicy9ba88c4165","OneOneS3eventPermission","TwoTwoS3eventPermission"]`)
	want(t, "the policy's actions", at(statement(sam, "S3UploadsPolicy9ba88c4165"), "Action"), `["s3:GetBucketNotification","s3:PutBucketNotification"]`)
	want(t, "the policy's resource", at(statement(sam, "S3UploadsPolicy9ba88c4165"), "Resource"), `{"Fn::Sub":"arn:${AWS::Partition}:s3:::uploads"}`)
	want(t, "who may call", at(sam, "Resources", "OneOneS3eventPermission", "Properties", "SourceAccount"), `{"Ref":"AWS::AccountId"}`)
}

const notificationsOfUploads = "S3UploadsNotifications9ba88c4165"

// statement returns the one statement of a policy.
func statement(template map[string]any, policy string) any {
	r, _ := template["Resources"].(map[string]any)[policy].(map[string]any)
	document := r["Properties"].(map[string]any)["PolicyDocument"].(map[string]any)
	return document["Statement"].([]any)[0]
}

// TestOneNotifier: an app has one notifier, whatever its buckets, and none
// without buckets. Its logs are kept as the app's are.
func TestOneNotifier(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.LogRetentionDays = 7
	m := &app.Model{Functions: []app.FunctionModel{
		onBucket("one", 1, app.S3Model{}), onBucket("two", 2, app.S3Model{Bucket: "data-1"}), onBucket("three", 3, app.S3Model{Bucket: "data1"}),
	}}
	sam, tf := rendered(t, m, stage)
	counts := map[string]int{}
	for _, r := range sam["Resources"].(map[string]any) {
		counts[at(r, "Type")]++
	}
	if counts["AWS::Lambda::Function"] != 1 || counts["Custom::S3BucketNotifications"] != 3 || counts["AWS::IAM::Policy"] != 3 {
		t.Errorf("got %v", counts)
	}
	want(t, "the retention", at(sam, "Resources", "BucketNotifierLogGroup", "Properties", "RetentionInDays"), "7")
	if functions := tf["resource"].(map[string]any)["aws_lambda_function"].(map[string]any); len(functions) != 3 {
		t.Errorf("Terraform has the functions %v, want ours alone", functions)
	}
	sam, _ = rendered(t, &app.Model{Functions: []app.FunctionModel{fn("work", app.LambdaKind, 1)}}, config.New("dev"))
	if got := at(sam, "Resources", "BucketNotifier"); got != "" {
		t.Errorf("an app without buckets has a notifier: %s", got)
	}
}

// TestNotifierCode: what is in the template can be read, and is small enough
// for whoever still knows the old limit of inline code.
func TestNotifierCode(t *testing.T) {
	m := &app.Model{Functions: []app.FunctionModel{onBucket("one", 1, app.S3Model{})}}
	sam, _ := rendered(t, m, config.New("dev"))
	code := at(sam, "Resources", "BucketNotifier", "Properties", "Code", "ZipFile")
	if len(code) > 4096 || !strings.HasPrefix(code, `"""`) || code != string(readFile(t, "notifier.py")) {
		t.Errorf("the code has %d characters, or isn't that of notifier.py:\n%s", len(code), code)
	}
}
