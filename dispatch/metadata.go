package dispatch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
)

// The metadata of an invocation is decoded here as encoding/json would, without
// its decoder: nothing else in a program without JSON bodies needs that, and it is
// a twentieth of a small one.

// decodeClientContext decodes what a caller says of itself. Values of custom that
// are no strings stay as they are written.
func decodeClientContext(raw string, c *lambdacontext.ClientContext) error {
	return decodeMembers(raw, func(name, value string) (err error) {
		switch strings.ToLower(name) {
		case "client":
			err = decodeTexts(value, func(name string) *string {
				switch strings.ToLower(name) {
				case "installation_id":
					return &c.Client.InstallationID
				case "app_title":
					return &c.Client.AppTitle
				case "app_version_code":
					return &c.Client.AppVersionCode
				case "app_package_name":
					return &c.Client.AppPackageName
				}
				return nil
			})
		case "env":
			c.Env, err = decodeTextMap(value, false)
		case "custom":
			c.Custom, err = decodeTextMap(value, true)
		}
		return err
	})
}

func decodeIdentity(raw string, c *lambdacontext.CognitoIdentity) error {
	return decodeTexts(raw, func(name string) *string {
		switch strings.ToLower(name) {
		case "cognitoidentityid":
			return &c.CognitoIdentityID
		case "cognitoidentitypoolid":
			return &c.CognitoIdentityPoolID
		}
		return nil
	})
}

// decodeMembers calls a function for each member of an object. A null has none.
func decodeMembers(raw string, member func(name, value string) error) error {
	if err := json.Compact(new(bytes.Buffer), []byte(raw)); err != nil {
		return err
	}
	if raw = strings.TrimSpace(raw); raw[0] != '{' && raw != "null" {
		return fmt.Errorf("%s is no object", raw)
	}
	for name, value := range app.Members(raw) {
		if err := member(name, value); err != nil {
			return err
		}
	}
	return nil
}

// decodeTexts decodes the members for which field returns where they go.
func decodeTexts(raw string, field func(name string) *string) error {
	return decodeMembers(raw, func(name, value string) error {
		into := field(name)
		if into == nil || value == "null" {
			return nil
		}
		text, ok := app.MemberText(value)
		if !ok {
			return fmt.Errorf("%s is no string: %s", name, value)
		}
		*into = text
		return nil
	})
}

// decodeTextMap decodes an object of strings. Other values stay as they are
// written, or are errors.
func decodeTextMap(raw string, others bool) (map[string]string, error) {
	if raw == "null" {
		return nil, nil
	}
	texts := map[string]string{}
	err := decodeMembers(raw, func(name, value string) error {
		text, ok := app.MemberText(value)
		switch {
		case ok || value == "null":
			texts[name] = text
		case others:
			texts[name] = strings.Clone(value)
		default:
			return fmt.Errorf("%s is no string: %s", name, value)
		}
		return nil
	})
	return texts, err
}
