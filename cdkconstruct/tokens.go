package cdkconstruct

import (
	"encoding/json"
	"errors"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/internal/standin"
)

// tokens gives the CDK's tokens stand-ins while an app is packaged.
//
// The CDK numbers its tokens as they are made, ${Token[TOKEN.12]}, so one more
// construct in a program would change them all, and with them the ids that
// synth makes of a document's content. A stand-in is named after what its
// token resolves to, also where the token stands for a list, and has the form of an
// ARN where the token is known to be one. The packager puts the tokens back.
type tokens struct {
	stack    awscdk.Stack
	standIns map[string]string // by token
	tokens   map[string]string // by stand-in
}

func newTokens(stack awscdk.Stack) *tokens {
	return &tokens{stack: stack, standIns: map[string]string{}, tokens: map[string]string{}}
}

// token matches a token in text: that of a string starts with $, that of a
// list, which is a list's only element, with #.
var token = regexp.MustCompile(`[$#]\{Token\[[A-Za-z0-9:._-]+\]\}`)

// replace returns a JSON value in which every token has its stand-in.
func (t *tokens) replace(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return token.ReplaceAllStringFunc(v, t.standIn), nil
	case float64:
		if isNumberToken(v) {
			return nil, errors.New("is a token, but a number has to be known when the app is packaged")
		}
	case []any:
		for i := range v {
			element, err := t.replace(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = element
		}
	case map[string]any:
		for key := range v {
			value, err := t.replace(v[key])
			if err != nil {
				return nil, err
			}
			v[key] = value
		}
	}
	return v, nil
}

func (t *tokens) standIn(token string) string {
	if s, ok := t.standIns[token]; ok {
		return s
	}
	value, err := t.resolve(token)
	content, jsonErr := json.Marshal(value)
	if err != nil || jsonErr != nil {
		// It can't be resolved before the whole stack is. Its own name serves.
		content = []byte(token)
	}
	typeOf := func(string) string { return referenceType(token) }
	isARN := token[0] == '$' && standin.Of(value, typeOf).Kind == standin.ARN
	s := standin.Open(append(content, token[0]), isARN)
	t.standIns[token], t.tokens[s] = s, token
	return s
}

// errUnresolved is for tokens whose value isn't known yet.
var errUnresolved = errors.New("the token can't be resolved yet")

// resolve returns what the token becomes in the template, as far as that is
// known by now. Only references and CloudFormation's functions are asked: a
// lazy value is whatever it is in the end, but asked once, it would stay so.
func (t *tokens) resolve(token string) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errUnresolved
		}
	}()
	if _, ok := source(token).(awscdk.Intrinsic); !ok {
		return nil, errUnresolved
	}
	if token[0] == '#' {
		return t.stack.Resolve(&[]*string{&token}), nil
	}
	return t.stack.Resolve(&token), nil
}

// source returns the object that the text of a token stands for.
func source(token string) awscdk.IResolvable {
	if token[0] == '#' {
		return awscdk.Tokenization_ReverseList(&[]*string{&token})
	}
	return awscdk.Tokenization_ReverseString(&token).FirstToken()
}

// referenceType returns the type of the resource that a token refers to, "" where
// that isn't known.
func referenceType(token string) string {
	reference, ok := source(token).(awscdk.Reference)
	if !ok {
		return ""
	}
	target := reference.Target()
	if !*awscdk.CfnResource_IsCfnResource(target) {
		return ""
	}
	var resource awscdk.CfnResource
	jsii.UnsafeCast(target, &resource)
	return *resource.CfnResourceType()
}
