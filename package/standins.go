package packager

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/smallfile"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth"
)

// readMerge reads what is to be merged into the template, nil for nothing.
func (in *Input) readMerge() (*synth.Part, error) {
	file := in.MergeTemplate
	if file == "" {
		return nil, nil
	}
	data, err := smallfile.Read(file, smallfile.Template)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, in.wrong("MergeTemplate", "names %s: there is no such file", file)
	}
	if err != nil {
		return nil, in.wrong("MergeTemplate", "can't be used: %w", err)
	}
	part, err := synth.ParsePart(file, data)
	if err != nil {
		return nil, in.wrong("MergeTemplate", "can't be used: %w", err)
	}
	return part, nil
}

// environment lists the variables that the program sees while it describes itself:
// those of the routes' function. A value that is known only when the app is deployed
// has a stand-in, which becomes known to the build.
func (b *build) environment() []string {
	var env []string
	variables := b.stage.API().Environment
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if text, ok := b.visible(name, variables[name]); ok {
			env = append(env, name+"="+text)
		}
	}
	return env
}

// visible returns what the program sees of a variable. It reports false for a number,
// which no text can stand for.
func (b *build) visible(name string, value config.Value) (string, bool) {
	var v standin.Value
	switch {
	case value.Intrinsic != nil:
		v = standin.Of(value.Intrinsic, b.typeOf)
		v.FIFO = b.merge != nil && b.merge.IsFIFO(standin.ID(value.Intrinsic))
	case b.PackageFormat == Terraform && standin.IsExpression(value.Text):
		v = standin.OfExpression(value.Text)
	default:
		return value.Text, true
	}
	v.Variable = name
	text := b.standIns.Add(v)
	if arn, ok := v.ARN(); ok {
		b.standIns.Add(arn) // which a saved description has in place of a queue's URL or a bucket's name
	}
	return text, v.Type != "Number"
}

// typeOf says what type a resource or a parameter of the merged template has; "" where
// it has none of that name.
func (b *build) typeOf(id string) string {
	if b.merge == nil {
		return ""
	}
	return b.merge.TypeOf(id)
}

// settle makes a description that a program gave one that the rest can use: of a
// queue whose URL the program has, the ARN is what Lambda takes. The mistakes are the
// program's own, and what AWS would refuse besides.
func (b *build) settle(model *app.Model) (*app.Model, error) {
	mistakes := b.takenApart(model)
	for i := range model.Functions {
		f := &model.Functions[i]
		for _, text := range arns(f) {
			b.settleARN(text)
		}
		if text := f.EventSource(); text != nil {
			if problem := b.settleSource(f, text); problem != "" {
				mistakes = append(mistakes, app.NewMistake(f.Source, "%s", problem))
			}
		}
	}
	if len(model.Mistakes)+len(mistakes) == 0 {
		return model, nil
	}
	return nil, b.readable(append(allMistakes(model), mistakes...))
}

// takenApart finds registrations with a part of a stand-in.
func (b *build) takenApart(model *app.Model) app.Mistakes {
	var mistakes app.Mistakes
	check := func(at *app.Source, registration any) {
		data, err := json.Marshal(registration)
		if err != nil {
			return // what is no JSON came from no program
		}
		for i, text := range standin.Split(string(data)) {
			if part := standin.Part(text); i%2 == 0 && part != "" {
				mistakes = append(mistakes, app.NewMistake(at, "the program changes %s or takes it apart (%q), which is known only when the app is deployed: "+
					"it can only pass that on, or put text around it", b.variableOf(part), part))
				return
			}
		}
	}
	for _, r := range model.Routes {
		check(r.Source, r)
	}
	for _, a := range model.Authorizers {
		check(a.Source, a)
	}
	for _, f := range model.Functions {
		check(f.Source, f)
	}
	if model.API != nil {
		check(model.API.Source, model.API)
	}
	return mistakes
}

// variableOf says of which variable a part of a stand-in is.
func (b *build) variableOf(part string) string {
	if v, ok := b.standIns.Of(part); ok {
		return "the variable " + v.Variable
	}
	return "a variable"
}

// settleSaved is settle for a saved description, in which stand-ins can be of another
// configuration or, without what is merged, of other types.
func (b *build) settleSaved(model *app.Model) (*app.Model, error) {
	b.environment() // which makes the stand-ins known
	data, err := model.JSON()
	if err != nil {
		return nil, err
	}
	for i, part := range standin.Split(string(data)) {
		if _, known := b.standIns.Value(part); i%2 == 1 && standin.Part(part) != "" && !known {
			return nil, fmt.Errorf("%s was described with a variable whose value the configuration of stage %s doesn't have: describe the app again, in that stage", b.AppModel, b.stage.Name)
		}
	}
	if model, err = rewritten(model, b.standIns.Known); err != nil {
		return nil, err
	}
	return b.settle(model)
}

// rewritten returns a description with changed texts.
func rewritten(model *app.Model, change func(string) string) (*app.Model, error) {
	data, err := model.JSON()
	if err != nil {
		return nil, err
	}
	model, err = app.ParseModel([]byte(change(string(data))))
	if errors.As(err, new(app.Mistakes)) {
		return model, nil // which are reported with others
	}
	return model, err
}

// settleSource returns what is wrong with a source that a stand-in names. The ARNs
// of other things don't look like those of a source.
func (b *build) settleSource(f *app.FunctionModel, text *string) string {
	v, known := b.standIns.Value(*text)
	if !known && b.PackageFormat == Terraform && standin.IsExpression(*text) {
		v = standin.OfExpression(*text)
	} else if !known {
		return ""
	}
	wanted := standin.Sources[f.Kind]
	if v.Typed() && v.Kind == standin.Name && f.Kind != app.DynamoDBKind && !slices.Contains(wanted.Types, v.Type) {
		return fmt.Sprintf("the %s of %s is %s, which is of the type %s", wanted.What, f.Name, standin.Readable(v.Content), v.Type)
	}
	if arn, ok := v.ARN(); ok && v.Kind == standin.URL && f.SQS != nil {
		f.SQS.Queue, f.SQS.QueueARN = "", b.standIns.Add(arn)
	}
	return ""
}

// arns are what a function names by ARN alone, beside its source.
func arns(f *app.FunctionModel) []*string {
	var list []*string
	if m := f.SQS; m != nil {
		list = append(list, &m.SourceKey)
	}
	for _, m := range []*app.StreamModel{f.Kinesis, f.DynamoDB} {
		if m != nil {
			list = append(list, &m.SourceKey, &m.OnFailure, &m.FailureKey)
		}
	}
	if m := f.Schedule; m != nil {
		list = append(list, &m.DeadLetterQueue)
	}
	if m := f.CloudWatch; m != nil {
		list = append(list, &m.DeadLetterQueue)
	}
	if m := f.SNS; m != nil {
		list = append(list, &m.DeadLetterQueue)
	}
	return list
}

// settleARN puts the ARN of a resource in the place of its name or URL, as Ref gives
// one. Of other values, and of the ARNs of other things, what is wrong shows when the
// model is checked.
func (b *build) settleARN(text *string) {
	v, known := b.standIns.Value(*text)
	if !known && b.PackageFormat == Terraform && standin.IsExpression(*text) {
		v, known = standin.OfExpression(*text), true
	}
	if arn, ok := v.ARN(); known && ok {
		*text = b.standIns.Add(arn)
	}
}

// readable returns mistakes without stand-ins in their messages.
func (b *build) readable(mistakes app.Mistakes) app.Mistakes {
	var all app.Mistakes
	for _, m := range mistakes {
		readable := *m
		readable.Message = b.standIns.Readable(m.Message)
		all = append(all, &readable)
	}
	return all
}

// allMistakes adds to an app's own mistakes what AWS would refuse, so that nobody
// corrects the ones only to hear of the others.
func allMistakes(model *app.Model) app.Mistakes {
	return append(model.Mistakes, awsrules.Check(model)...)
}

// contents returns what the template has for stand-ins, the configuration's included.
func (b *build) contents() map[string]any {
	contents := b.standIns.Contents()
	for text, content := range b.StandIns {
		contents[text] = content
	}
	return contents
}
