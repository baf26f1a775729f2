package signed

// Service says how a service of AWS is spoken to.
type Service struct {
	// ID is the SDK's name of the service, such as CloudWatch Logs. Errors have it, and
	// configurations name endpoints by it.
	ID string
	// Name is the first part of the service's hosts, and what requests are signed for.
	Name string
	// Target is the service's name in the header of calls by [Client.JSON].
	Target string
	// Version is that of the JSON protocol, 1.0 or 1.1.
	Version string
	// PlainGov and PlainGovDual say that the service's hosts with FIPS have no names of
	// their own in GovCloud: those without dual stack, those with it.
	PlainGov, PlainGovDual bool
}

// The services that are called this way.
var (
	APIGateway     = Service{ID: "API Gateway", Name: "apigateway"}
	CloudWatch     = Service{ID: "CloudWatch", Name: "monitoring", Target: "GraniteServiceVersion20100801", Version: "1.0", PlainGov: true, PlainGovDual: true}
	CodeDeploy     = Service{ID: "CodeDeploy", Name: "codedeploy", Target: "CodeDeploy_20141006", Version: "1.1"}
	CloudWatchLogs = Service{ID: "CloudWatch Logs", Name: "logs", Target: "Logs_20140328", Version: "1.1", PlainGov: true}
)
