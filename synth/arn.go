package synth

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Own stands in an ARN for the region or the account that the app is deployed
// to.
const Own = "own"

// ARN names a resource of AWS, or with wildcards several, by its parts: each
// format has its own way to spell what is known only when the app is deployed.
type ARN struct {
	Partition string // empty: the one that the app is deployed to
	Service   string
	Region    string // a region, *, Own, or empty for a service whose ARNs have none
	Account   string // likewise
	// Resource is what follows, in order: strings and CloudFormation
	// intrinsics as a configuration holds them, such as "table/",
	// map[string]any{"Ref": "Orders"}, "/index/*".
	Resource []any
}

// Joined names a resource in parts: strings, CloudFormation intrinsics, and
// [OwnPartition], [OwnRegion] and [OwnAccount].
type Joined []any

// text is a string whose parts are strings, CloudFormation intrinsics
// (map[string]any), values of the configuration (config.Value) and varying ones.
type text []any

// varying is a part of a text that each format spells in its own way.
type varying interface {
	String() string    // tells it from others
	sub(*stack) string // as Fn::Sub takes it between ${ and }
	tf() string
}

// pseudo is what CloudFormation knows as a pseudo parameter.
type pseudo string

// Where the app is deployed to, as parts of a [Joined].
const (
	OwnPartition pseudo = "AWS::Partition"
	OwnRegion    pseudo = "AWS::Region"
	OwnAccount   pseudo = "AWS::AccountId"
)

func (p pseudo) String() string { return string(p) }

func (p pseudo) sub(*stack) string { return string(p) }

func (p pseudo) tf() string {
	switch p {
	case OwnPartition:
		return tfPartition
	case OwnRegion:
		return tfRegion
	}
	return tfAccount
}

// nameOf is the name that a function has in AWS.
type nameOf struct{ *function }

func (f nameOf) String() string      { return f.ID() }
func (f nameOf) sub(t *stack) string { return f.logicalID(t) }
func (f nameOf) tf() string          { return f.FunctionName }

// functionARN is the ARN of a function itself, whatever its callers invoke.
type functionARN struct{ *function }

func (f functionARN) String() string      { return f.ID() + " itself" }
func (f functionARN) sub(t *stack) string { return f.logicalID(t) + ".Arn" }
func (f functionARN) tf() string          { return f.function.tf("arn") }

func (a ARN) text() text {
	own := func(part string, variable pseudo) any {
		if part == Own {
			return variable
		}
		return part
	}
	t := text{"arn:"}
	if a.Partition == "" {
		t = append(t, OwnPartition)
	} else {
		t = append(t, a.Partition)
	}
	t = append(t, ":"+a.Service+":", own(a.Region, OwnRegion), ":", own(a.Account, OwnAccount), ":")
	return append(t, a.Resource...)
}

// textOf makes a text of what a statement names as a resource.
func textOf(v any) (text, error) {
	var t text
	switch v := v.(type) {
	case ARN:
		t = v.text()
	case Joined:
		t = text(v)
	case text:
		t = v
	default:
		t = text{v}
	}
	for _, part := range t {
		switch part.(type) {
		case string, map[string]any, config.Value, varying:
		default:
			return nil, fmt.Errorf("a resource of a policy can't be a %T", part)
		}
	}
	return t, nil
}

// writtenText makes a text of one that a user wrote, where pseudo parameters
// stand as in Fn::Sub.
func writtenText(s string) text {
	for _, p := range []pseudo{OwnPartition, OwnRegion, OwnAccount} {
		if before, after, ok := strings.Cut(s, "${"+string(p)+"}"); ok {
			return append(append(writtenText(before), p), writtenText(after)...)
		}
	}
	if s == "" {
		return nil
	}
	return text{s}
}

// key tells texts apart, and orders them.
func (t text) key() string {
	var b strings.Builder
	for _, part := range t {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case varying:
			b.WriteString("${" + part.String() + "}")
		case config.Value:
			b.WriteString(text{part.Any()}.key())
		default:
			data, _ := json.Marshal(part) // it has been JSON before
			b.Write(data)
		}
	}
	return b.String()
}

// joined returns a text as CloudFormation has it: a string, or an intrinsic.
func (t *stack) joined(parts text) (any, error) {
	if len(parts) == 1 {
		switch part := parts[0].(type) {
		case string:
			return part, nil
		case map[string]any:
			return cfn.FromConfig(part)
		case config.Value:
			return t.joined(text{part.Any()})
		}
	}
	var b strings.Builder
	variables := &ordered.Object{}
	for _, part := range parts {
		if v, ok := part.(varying); ok {
			b.WriteString("${" + v.sub(t) + "}")
			continue
		}
		if v, ok := part.(config.Value); ok {
			part = v.Any()
		}
		if s, ok := part.(string); ok && !strings.Contains(s, "${") {
			b.WriteString(s)
			continue
		}
		value, err := t.joined(text{part})
		if err != nil {
			return nil, err
		}
		// Text that looks like a variable becomes the value of one, since it
		// has to stay as it is: it may be a token of the CDK's.
		name := "Part" + strconv.Itoa(variables.Len()+1)
		variables.Add(name, value)
		b.WriteString("${" + name + "}")
	}
	switch s := b.String(); {
	case variables.Len() > 0:
		return cfn.SubWith(s, variables), nil
	case strings.Contains(s, "${"):
		return cfn.Sub(s), nil
	default:
		return s, nil
	}
}

// tfJoined returns a text as Terraform has it.
func tfJoined(parts text) (any, error) {
	var b strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case varying:
			b.WriteString(part.tf())
		case string:
			b.WriteString(part)
		case config.Value:
			if part.Intrinsic != nil {
				return nil, notTerraforms(part)
			}
			b.WriteString(part.Text)
		default:
			return nil, fmt.Errorf("a policy names a resource by an intrinsic function of CloudFormation's (%s), which Terraform does not know", text{part}.key())
		}
	}
	return b.String(), nil
}
