package invokeapi

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// elsewhere answers requests that aren't invocations: other operations of
// Lambda, and calls of other services by an app that has no AWS.
func elsewhere(w http.ResponseWriter, r *http.Request) {
	service := serviceOf(r.Header.Get("Authorization"))
	code, message := "NoAWS", fmt.Sprintf("the app calls %s, and chalice local was started without an AWS: "+
		"--endpoint-url names what stands in for one, --profile takes a real account", service)
	if service == "" || service == "lambda" {
		code, message = "UnknownOperationException", fmt.Sprintf("chalice local has Lambda's operations Invoke and ListFunctions alone: "+
			"%s %s is another one", r.Method, r.URL.Path)
	}
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
		h.Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
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
