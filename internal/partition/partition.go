// Package partition tells under which domain the services of a region are. It is as light as
// a program with a hook of CodeDeploy's has to be.
package partition

import "strings"

// partitions have the suffixes of hosts by the beginnings of regions.
// https://docs.aws.amazon.com/general/latest/gr/rande.html
var partitions = []struct{ region, suffix, dualStack string }{
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
	{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
	{"", "amazonaws.com", "api.aws"}, // also of us-gov-
}

// Suffix returns what the names of AWS's own endpoints in a region end with, behind the
// service and the region: amazonaws.com, or api.aws for dual stack.
func Suffix(region string, dualStack bool) string {
	i := 0
	for !strings.HasPrefix(region, partitions[i].region) { // the last has every other region
		i++
	}
	if dualStack {
		return partitions[i].dualStack
	}
	return partitions[i].suffix
}
