package account

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
)

// Error is why AWS didn't do what it was asked, in words for people.
type Error struct {
	Service   string // such as CloudFormation; empty: no call was made
	Operation string // such as CreateChangeSet
	Code      string // AWS's code, such as AccessDenied; empty: the answer had none
	Message   string // what is wrong
	Advice    string // what to do about it; empty: nothing is known
	Err       error  // the SDK's error
}

// Error returns message and advice as one text.
func (e *Error) Error() string {
	text := e.Message
	if e.Service != "" {
		text = e.Service + " " + e.Operation + ": " + text
	}
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// Code returns AWS's code of an error, such as ValidationError; empty: the
// error isn't AWS's, or has no code.
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// Text returns the text of an error, without the text that the SDK puts around
// an [Error] from its middleware: "operation error S3: PutObject, " says
// nothing that the Error doesn't.
func Text(err error) string {
	text := err.Error()
	for _, call := range calls(err) {
		text = strings.ReplaceAll(text, call.Error(), call.Err.Error())
	}
	return text
}

// calls returns the SDK's errors that wrap an [Error].
func calls(err error) []*smithy.OperationError {
	switch e := err.(type) {
	case nil:
		return nil
	case *smithy.OperationError:
		if _, ours := e.Err.(*Error); ours {
			return []*smithy.OperationError{e}
		}
		return calls(e.Err)
	case interface{ Unwrap() error }:
		return calls(e.Unwrap())
	case interface{ Unwrap() []error }:
		var found []*smithy.OperationError
		for _, err := range e.Unwrap() {
			found = append(found, calls(err)...)
		}
		return found
	}
	return nil
}

// Codes of errors that occur before any call.
const (
	MissingRegion  = "MissingRegion"
	UnknownProfile = "UnknownProfile"
)

func missingRegion(profile string) error {
	return &Error{
		Code:    MissingRegion,
		Message: "there is no AWS region",
		Advice:  fmt.Sprintf("set AWS_REGION, or the region of profile %s: aws configure set region eu-west-1 --profile %[1]s", profile),
	}
}

func unknownProfile(name string) error {
	return &Error{
		Code:    UnknownProfile,
		Message: fmt.Sprintf("there is no profile %q in the AWS configuration", name),
		Advice:  "aws configure list-profiles shows those that there are",
	}
}

// loadError returns the error for a configuration that can't be used.
func loadError(o Options, err error) error {
	if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return unknownProfile(missing.Profile)
	}
	name, _ := profileName(o)
	return fmt.Errorf("read the AWS configuration (profile %s): %w", name, err)
}
