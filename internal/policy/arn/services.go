package arn

import (
	"regexp"
	"slices"
	"strings"
)

// atPath makes the ARNs of what IAM has at a path that a request doesn't tell: by its
// name at any path, or else by its ARN. Some services take a name for a role as well as
// its ARN, also with the path before it: service-role/worker.
func atPath(typ string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		switch isName := strings.HasSuffix(t.Field, "Name"); {
		case isName, value[0].Kind == Text && !value.isARN() && slices.Contains(nameOrARN, t.Service):
			value = trimmed(value)
			return slices.Concat(m.listed(t, typ, value), m.listed(t, typ, join(Resource{text("*/")}.with(value...))))
		case !value.isARN() && slices.Contains(nameOrARN, t.Service):
			return nil
		}
		return givenARN(m, t, value)
	}
}

// nameOrARN are the services whose fields for a role take its name as well as its ARN.
var nameOrARN = []string{"glue"}

// tableOf makes the ARN of a table of Timestream, which is named DATABASE/TABLE: that of
// any in the database where the table isn't known.
func tableOf(m *Maker, _ Target, value Resource) []Resource {
	if value.isARN() {
		return []Resource{value}
	}
	names := append(value.split("/"), Resource{text("*")})
	return []Resource{join(m.here("timestream", "database/").with(names[0]...).with(text("/table/")).with(names[1]...))}
}

// inLowerCase returns a name in lower case, as far as its text is known.
func inLowerCase(name Resource) Resource {
	if name.isARN() {
		return name
	}
	lower := slices.Clone(name)
	for i := range lower {
		lower[i].Text = strings.ToLower(lower[i].Text)
	}
	return lower
}

// lastSegment makes the ARN of what is named by its id, also with a path before that:
// /hostedzone/ID.
func lastSegment(typ string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if s, ok := value.plain(); ok && !value.isARN() {
			value = Resource{text(s[strings.LastIndexByte(s, '/')+1:])}
		}
		return m.listed(t, typ, value)
	}
}

// revised makes the ARNs of what has revisions. A name without one stands for the newest,
// and an intrinsic can be name or ARN.
func revised(service, before string) form {
	return func(m *Maker, _ Target, value Resource) []Resource {
		switch {
		case value[0].Kind == Value && !value.isARN():
			return nil
		case !value.isARN():
			value = join(m.here(service, before).with(value...))
		case value[0].Kind == Value:
			return []Resource{value}
		}
		s := value.String()
		if strings.Contains(s[strings.LastIndexByte(s, '/')+1:], ":") {
			return []Resource{value}
		}
		return suffixed(value, "", ":*")
	}
}

// submitted makes the ARN of what a job is or uses: where the queue is named that it is
// put into, that of any.
func submitted(typ string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if t.Field == "JobQueue" {
			value = Resource{text("*")}
		}
		return m.listed(t, typ, value)
	}
}

// scaling makes the ARN of what is named behind an id that only AWS knows.
func scaling(before string) form {
	return func(m *Maker, _ Target, value Resource) []Resource {
		return []Resource{m.named("autoscaling", before, value)}
	}
}

// named makes an ARN of a name, and none of an intrinsic, which can be an ARN as well.
func named(typ string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if value[0].Kind == Value && !value.isARN() {
			return nil
		}
		return m.listed(t, typ, value)
	}
}

// ofUnknownID makes the ARN of all resources of a type, since a name doesn't tell an id.
func ofUnknownID(typ string) form {
	return func(m *Maker, t Target, value Resource) []Resource {
		if value.isARN() {
			return []Resource{value}
		}
		return m.listed(t, typ, Resource{text("*")})
	}
}

// document makes the ARNs of an SSM document: of the account, or one of AWS's.
func document(m *Maker, _ Target, value Resource) []Resource {
	if value.isARN() {
		return []Resource{value}
	}
	return []Resource{join(m.here("ssm", "document/").with(value...)), join(m.public("ssm", ":document/").with(value...))}
}

// broker makes the ARN of a broker of its id, which the name stands before.
func broker(m *Maker, _ Target, value Resource) []Resource {
	return []Resource{m.named("mq", "broker:*:", value)}
}

// sender are the fields that SES takes the address of a sender in.
var sender = []string{"BounceSender", "FromEmailAddress", "Source"}

// identity makes the ARN of an identity of SES. Sending is asked for on the sender's and,
// where they are identities as well, on the recipients', so it is on all that are sent
// from the address; see fromAddress.
// https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
func identity(m *Maker, t Target, value Resource) []Resource {
	if value.isARN() || !slices.Contains(sender, t.Field) {
		return m.listed(t, "ses:identity", value)
	}
	if addressOf(value) == "" {
		return nil
	}
	return []Resource{m.here("ses", "identity/*")}
}

// fromAddress is the condition that a mail is sent from an address.
func fromAddress(t Target, value Resource) Condition {
	address := addressOf(value)
	switch {
	case address == "" || !slices.Contains(sender, t.Field):
		return Condition{}
	case strings.Contains(address, "*"):
		return Condition{"StringLike", "ses:FromAddress", []Resource{{text(address)}}}
	}
	return Condition{"StringEqualsIgnoreCase", "ses:FromAddress", []Resource{{text(address)}}}
}

// addressOf returns the address of "Shop <orders@example.com>", "" if it isn't known.
func addressOf(value Resource) string {
	s, ok := value.plain()
	if _, address, found := strings.Cut(s, "<"); found && strings.HasSuffix(address, ">") {
		s = strings.TrimSuffix(address, ">")
	}
	if !ok || value.isARN() || !strings.Contains(s, "@") {
		return ""
	}
	return s
}

// profile starts the ids of inference profiles: a geography, or all of them.
var profile = regexp.MustCompile(`^([a-z]{2}|apac|us-gov|global)\.`)

// model makes the ARNs that calling a model of Bedrock's needs. An inference profile
// calls the model in whichever region it likes, and one of the account's own any model.
func model(m *Maker, _ Target, value Resource) []Resource {
	models := Resource{text("arn:"), {Kind: Partition}, text(":bedrock:*::foundation-model/")}
	s, isPlain := value.plain()
	switch id := s[strings.LastIndexByte(s, '/')+1:]; {
	case strings.HasPrefix(s, "arn:") && strings.Contains(s, ":sagemaker:"):
		return nil
	case strings.HasPrefix(s, "arn:") && strings.Contains(s, ":inference-profile/") && profile.MatchString(id):
		return []Resource{value, models.with(text(profile.ReplaceAllString(id, "")))}
	case strings.HasPrefix(s, "arn:") && (strings.Contains(s, "-profile/") || strings.Contains(s, "-router/")):
		return []Resource{value, m.here("bedrock", "inference-profile/*"), models.with(text("*"))}
	case strings.HasPrefix(s, "arn:"):
		return []Resource{value}
	case isPlain && profile.MatchString(s):
		return []Resource{m.here("bedrock", "inference-profile/"+s), models.with(text(profile.ReplaceAllString(s, "")))}
	case isPlain && strings.Contains(s, ".") && !strings.HasPrefix(s, "*"):
		return []Resource{m.public("bedrock", ":foundation-model/"+s)}
	}
	return nil // an id of which the kind isn't known
}

// guardrailProfile makes the ARN of all profiles that take a guardrail to other regions.
func guardrailProfile(m *Maker, _ Target, _ Resource) []Resource {
	return []Resource{join(Resource{text("arn:"), {Kind: Partition}, text(":bedrock:*:"), {Kind: AccountID}, text(":guardrail-profile/*")})}
}
