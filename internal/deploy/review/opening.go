package review

import (
	"slices"
	"strings"
)

// callerKeys are the beginnings of condition keys about who calls, or from
// where.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var callerKeys = []string{
	"aws:source", "aws:principal", "aws:vpcsourceip", "aws:userid", "aws:username", "aws:federatedprovider", "aws:calledvia",
	"kms:calleraccount", "kms:viaservice", "s3:dataaccesspoint", "sts:externalid", "lambda:eventsourcetoken", "lambda:functionurlauthtype", "lambda:invokedviafunctionurl",
	"sns:endpoint", "secretsmanager:versionstage",
}

// isAboutCaller reports whether a condition excludes most callers. A condition
// about how to call, such as over TLS, excludes nobody.
func (r restriction) isAboutCaller() bool {
	name, optional := r.base()
	if r.operator == "?" { // its meaning isn't known
		return false
	}
	all := slices.ContainsFunc(r.values, func(p pattern) bool {
		return slices.Contains([]string{"*", "0.0.0.0/0", "::/0", "arn:*", "arn:aws:*"}, string(p))
	})
	named := slices.ContainsFunc(callerKeys, func(key string) bool { return strings.HasPrefix(r.key, key) }) ||
		strings.HasSuffix(r.key, ":sub") || strings.HasSuffix(r.key, ":aud") // of identity providers
	return named && !optional && !all && !operators[name].negative && name != "null"
}

// uncovered returns the protections of a resource that are removed, for
// properties whose absence from the start isn't an opening.
func uncovered(old, n *node) []opening {
	if old == nil || old.kind != n.kind {
		return nil
	}
	switch n.kind {
	case "AWS::ApiGateway::RestApi":
		if isPrivate(old) && !isPrivate(n) {
			return []opening{{what: "it can be reached from the internet"}}
		}
	case "AWS::S3::Bucket", "AWS::S3::AccessPoint":
		// A new bucket without this property has all of the protection; a bucket from
		// which it is removed has none.
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
		if old.properties["PublicAccessBlockConfiguration"] != nil && n.properties["PublicAccessBlockConfiguration"] == nil {
			return []opening{{what: "public access to it is no longer blocked"}}
		}
	}
	return nil
}

// openBucket checks the properties of a bucket.
func openBucket(_ *rights, n *node) []opening {
	var all []opening
	switch acl := valueText(n.properties["AccessControl"]); acl {
	case "PublicRead", "PublicReadWrite", "AuthenticatedRead":
		all = append(all, opening{what: "anyone can read it", detail: "AccessControl " + acl})
	}
	block := object(n.properties["PublicAccessBlockConfiguration"])
	for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
		if v, ok := block[name]; ok && v != "true" {
			all = append(all, opening{what: "public access to it isn't blocked", detail: name})
		}
	}
	return all
}

// openBalancer checks a load balancer, which is public unless its properties
// say otherwise.
func openBalancer(_ *rights, n *node) []opening {
	if scheme := n.properties["Scheme"]; scheme == nil || scheme == "internet-facing" {
		return []opening{{what: "it can be reached from the internet"}}
	}
	return nil
}

// anywhere are the address ranges that contain everyone.
var anywhere = []string{"0.0.0.0/0", "::/0"}

func openGroup(r *rights, n *node) []opening {
	var all []opening
	for _, rule := range elements(n.properties["SecurityGroupIngress"], nil) {
		all = append(all, ingress(object(rule.v))...)
	}
	return all
}

func openIngress(_ *rights, n *node) []opening { return ingress(n.properties) }

func ingress(rule map[string]any) []opening {
	for _, property := range []string{"CidrIp", "CidrIpv6"} {
		if address := valueText(rule[property]); slices.Contains(anywhere, address) {
			ports := valueText(rule["FromPort"])
			if to := valueText(rule["ToPort"]); to != ports {
				ports += "-" + to
			}
			detail := strings.TrimSpace(strings.TrimSuffix(valueText(rule["IpProtocol"])+" "+ports, " "))
			return []opening{{what: "it lets in everyone", detail: strings.Replace(detail, "-1", "all protocols", 1)}}
		}
	}
	return nil
}
