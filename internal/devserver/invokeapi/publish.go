package invokeapi

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/requestid"
)

// snsOperation reads the form of a request that is signed for SNS. Other forms are none
// of AWS's, and aren't read.
func snsOperation(r *http.Request) string {
	if serviceOf(r.Header.Get("Authorization")) != "sns" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return ""
	}
	if err := r.ParseForm(); err != nil {
		return "a form that can't be read"
	}
	return r.PostForm.Get("Action")
}

// maxMessage is the size in bytes of the largest message that SNS takes.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const maxMessage = 256 << 10

// publication is a message that a caller publishes.
type publication struct {
	id      string // in a batch
	topic   string // ARN
	message string
	subject string
	// structure is json for a message with a text for each kind of subscription.
	structure  string
	attributes map[string]delivery.MessageAttribute
}

// readPublication reads the members of a form whose names start with a prefix.
func readPublication(form url.Values, topic, prefix string) (publication, *snsError) {
	p := publication{
		id: form.Get(prefix + "Id"), topic: topic, message: form.Get(prefix + "Message"), subject: form.Get(prefix + "Subject"),
		structure: form.Get(prefix + "MessageStructure"), attributes: map[string]delivery.MessageAttribute{},
	}
	for n := 1; ; n++ {
		entry := prefix + "MessageAttributes.entry." + strconv.Itoa(n) + "."
		name := form.Get(entry + "Name")
		if name == "" {
			break
		}
		a := delivery.MessageAttribute{Type: form.Get(entry + "Value.DataType"), Value: cmp.Or(form.Get(entry+"Value.StringValue"), form.Get(entry+"Value.BinaryValue"))}
		if a.Type == "" || a.Value == "" {
			return p, invalid("The message attribute '%s' must contain a type and a value", name)
		}
		p.attributes[name] = a
	}
	return p, p.check()
}

// check refuses what SNS refuses, and takes the text that is for functions.
func (p *publication) check() *snsError {
	switch {
	case !strings.HasPrefix(p.topic, "arn:") || len(strings.Split(p.topic, ":")) != 6:
		return invalid("TopicArn Reason: %q is no ARN of a topic", p.topic)
	case p.message == "":
		return invalid("Empty message")
	case len(p.message) > maxMessage:
		return invalid("Message too long")
	case p.structure == "json":
		var texts map[string]string
		if err := json.Unmarshal([]byte(p.message), &texts); err != nil {
			return invalid("Message Structure - JSON message body failed to parse")
		}
		if texts["default"] == "" {
			return invalid("Message Structure - No default entry in JSON message body")
		}
		p.message = cmp.Or(texts["lambda"], texts["default"])
	}
	return nil
}

// event is the event that Lambda gets of a message.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
func (p publication) event(id string) ([]byte, error) {
	region := strings.Split(p.topic, ":")[3]
	host := "https://sns." + region + ".amazonaws.com/"
	subscription := p.topic + ":" + requestid.New()
	var subject any // null, if there is none
	if p.subject != "" {
		subject = p.subject
	}
	return json.Marshal(map[string]any{"Records": []any{map[string]any{
		"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": subscription,
		"Sns": map[string]any{
			"Type": "Notification", "MessageId": id, "TopicArn": p.topic, "Subject": subject, "Message": p.message,
			"Timestamp": time.Now().UTC().Format(delivery.MillisecondTime), "SignatureVersion": "1",
			"Signature":      base64.StdEncoding.EncodeToString([]byte("chalice local signs nothing")),
			"SigningCertUrl": host + "SimpleNotificationService.pem", "UnsubscribeUrl": host + "?Action=Unsubscribe&SubscriptionArn=" + subscription,
			"MessageAttributes": p.attributes,
		},
	}}})
}

// snsError is an error in the words of SNS.
type snsError struct {
	Type    string
	Code    string
	Message string
}

func invalid(format string, args ...any) *snsError {
	return &snsError{"Sender", "InvalidParameter", "Invalid parameter: " + fmt.Sprintf(format, args...)}
}

// write answers with the error.
func (e *snsError) write(w http.ResponseWriter) {
	writeXML(w, http.StatusBadRequest, struct {
		XMLName   xml.Name `xml:"ErrorResponse"`
		XMLNS     string   `xml:"xmlns,attr"`
		Error     *snsError
		RequestID string `xml:"RequestId"`
	}{XMLNS: snsNamespace, Error: e, RequestID: requestid.New()})
}

const snsNamespace = "http://sns.amazonaws.com/doc/2010-03-31/"

func writeXML(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	xml.NewEncoder(w).Encode(document) // if the caller is gone, nobody needs the error
}

// metadata is what all answers of SNS end with.
type metadata struct {
	RequestID string `xml:"RequestId"`
}

// send hands a message to the functions that are subscribed to its topic.
func (a api) send(r *http.Request, p publication) (id string, refused *snsError) {
	id = requestid.New()
	event, err := p.event(id)
	if err == nil {
		var parsed *delivery.Event
		if parsed, err = delivery.Parse(event); err == nil {
			err = a.server.Happen(r.Context(), "message of "+p.topic[strings.LastIndexByte(p.topic, ':')+1:], parsed)
		}
	}
	if err != nil {
		return "", &snsError{"Receiver", "InternalError", err.Error()}
	}
	return id, nil
}

// publish publishes one message.
func (a api) publish(w http.ResponseWriter, r *http.Request) {
	p, refused := readPublication(r.PostForm, cmp.Or(r.PostForm.Get("TopicArn"), r.PostForm.Get("TargetArn")), "")
	id := ""
	if refused == nil {
		id, refused = a.send(r, p)
	}
	if refused != nil {
		a.refused(refused)
		refused.write(w)
		return
	}
	type result struct {
		MessageID string `xml:"MessageId"`
	}
	writeXML(w, http.StatusOK, struct {
		XMLName          xml.Name `xml:"PublishResponse"`
		XMLNS            string   `xml:"xmlns,attr"`
		PublishResult    result
		ResponseMetadata metadata
	}{XMLNS: snsNamespace, PublishResult: result{id}, ResponseMetadata: metadata{requestid.New()}})
}

// refused writes into the journal why SNS would refuse a message.
func (a api) refused(e *snsError) {
	a.server.Journal().Print(devserver.Line{Level: "WARN", Text: "SNS: " + e.Message})
}

// maxBatch is how many messages a batch can have.
// https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
const maxBatch = 10

// batchSuccess and batchFailure are what became of a message of a batch.
type batchSuccess struct {
	ID        string `xml:"Id"`
	MessageID string `xml:"MessageId"`
}

type batchFailure struct {
	ID          string `xml:"Id"`
	Code        string
	Message     string
	SenderFault bool
}

// publishBatch publishes several messages.
func (a api) publishBatch(w http.ResponseWriter, r *http.Request) {
	var done struct {
		Successful []batchSuccess `xml:"Successful>member"`
		Failed     []batchFailure `xml:"Failed>member"`
	}
	n := 1
	for ; ; n++ {
		prefix := "PublishBatchRequestEntries.member." + strconv.Itoa(n) + "."
		if !r.PostForm.Has(prefix + "Id") {
			break
		}
		if n > maxBatch {
			(&snsError{"Sender", "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible."}).write(w)
			return
		}
		p, refused := readPublication(r.PostForm, r.PostForm.Get("TopicArn"), prefix)
		id := ""
		if refused == nil {
			id, refused = a.send(r, p)
		}
		if refused != nil {
			a.refused(refused)
			done.Failed = append(done.Failed, batchFailure{p.id, refused.Code, refused.Message, refused.Type == "Sender"})
			continue
		}
		done.Successful = append(done.Successful, batchSuccess{p.id, id})
	}
	if n == 1 {
		(&snsError{"Sender", "EmptyBatchRequest", "The batch request doesn't contain any entries."}).write(w)
		return
	}
	writeXML(w, http.StatusOK, struct {
		XMLName            xml.Name `xml:"PublishBatchResponse"`
		XMLNS              string   `xml:"xmlns,attr"`
		PublishBatchResult any
		ResponseMetadata   metadata
	}{XMLNS: snsNamespace, PublishBatchResult: done, ResponseMetadata: metadata{requestid.New()}})
}
