package invokeapi

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// service is an AWS service of which some operations lead to functions.
type service struct {
	name string // as signatures have it
	// operation returns the operation that a request asks for, "" if it asks for none
	// of the service.
	operation  func(*http.Request) string
	operations map[string]func(api, http.ResponseWriter, *http.Request)
}

// services are those that are here beside Lambda.
var services = []service{
	{"codedeploy", targeted(deployTarget), map[string]func(api, http.ResponseWriter, *http.Request){
		"GetDeployment": api.getDeployment, "PutLifecycleEventHookExecutionStatus": api.hookEnded,
	}},
	{"events", targeted(eventsTarget), map[string]func(api, http.ResponseWriter, *http.Request){"PutEvents": api.putEvents}},
	{"sns", snsOperation, map[string]func(api, http.ResponseWriter, *http.Request){"Publish": api.publish, "PublishBatch": api.publishBatch}},
}

// targeted finds the operations of a service in the header X-Amz-Target, where their names
// follow a prefix.
func targeted(prefix string) func(*http.Request) string {
	return func(r *http.Request) string {
		operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), prefix)
		if !ok {
			return ""
		}
		return operation
	}
}

// Takes reports whether a request without a path of its own is one for CodeDeploy,
// EventBridge or SNS: these are told apart by headers that only AWS's clients send.
func Takes(r *http.Request) bool {
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		return false
	}
	for _, s := range services {
		if s.operation(r) != "" {
			return true
		}
	}
	return false
}

// elsewhere answers requests that aren't invocations: those of services that are here,
// other operations of Lambda, and calls of other services by an app that has no AWS.
func (a api) elsewhere(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxEvent)
	for _, s := range services {
		name := s.operation(r)
		if answer := s.operations[name]; answer != nil {
			answer(a, w, r)
			return
		}
		if name != "" {
			refuse(w, r, "NoAWS", fmt.Sprintf("the app calls %s's %s, of which chalice local has %s alone: "+
				"--endpoint-url names what stands in for an AWS, --profile takes a real account",
				s.name, name, strings.Join(slices.Sorted(maps.Keys(s.operations)), " and ")))
			return
		}
	}
	service := serviceOf(r.Header.Get("Authorization"))
	if service == "" || service == "lambda" {
		refuse(w, r, "UnknownOperationException", fmt.Sprintf("chalice local has Lambda's operations Invoke and ListFunctions alone: "+
			"%s %s is another one", r.Method, r.URL.Path))
		return
	}
	refuse(w, r, "NoAWS", fmt.Sprintf("the app calls %s, and chalice local was started without an AWS: "+
		"--endpoint-url names what stands in for one, --profile takes a real account", service))
}

// refuse answers with an error in the form of the service that is called.
func refuse(w http.ResponseWriter, r *http.Request, code, message string) {
	service := serviceOf(r.Header.Get("Authorization"))
	h := w.Header()
	h.Set("X-Amzn-Errortype", code)
	switch kind := r.Header.Get("Content-Type"); {
	case service == "s3":
		h.Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusBadRequest)
		xml.NewEncoder(w).Encode(xmlError{XMLName: xml.Name{Local: "Error"}, Code: code, Message: message})
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		h.Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusBadRequest)
		xml.NewEncoder(w).Encode(struct {
			XMLName xml.Name `xml:"ErrorResponse"`
			Error   xmlError
		}{Error: xmlError{Code: code, Message: message}})
	default:
		body, _ := json.Marshal(map[string]string{"__type": code, "message": message})
		h.Set("Content-Type", "application/json")
		// DynamoDB's clients log a warning where it is missing.
		h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		w.WriteHeader(http.StatusBadRequest)
		w.Write(body)
	}
}

type xmlError struct {
	XMLName xml.Name
	Code    string
	Message string
}

// scope is the part of a signature that names the service: key, day, region, service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
var scope = regexp.MustCompile(`Credential=[^/,]*/\d{8}/[^/,]*/([a-z0-9-]+)/aws4_request`)

// serviceOf returns the service that a signed call is for, "" if it isn't
// known.
func serviceOf(authorization string) string {
	if parts := scope.FindStringSubmatch(authorization); parts != nil {
		return parts[1]
	}
	return ""
}
