package awsrules_test

import (
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

// FuzzCheck checks arbitrary models. The rules have to find the same mistakes
// each time, or none, and each has a message.
func FuzzCheck(f *testing.F) {
	f.Add(`{"version":1,"name":"a","functions":[{"name":"f","kind":"schedule","schedule":{"expression":"cron(0/5 8-17 ? * MON#2,6L 2027)"}}]}`)
	f.Add(`{"version":1,"name":"a","functions":[{"name":"f","kind":"cloudwatch","cloudwatch":{"pattern":{"$or":[{"a":[{"numeric":[">",1e9,"<",2]}]},{"b":[{"cidr":"::/0"}]}]}}}]}`)
	f.Add(`{"version":1,"name":"a","functions":[{"name":"f","kind":"sqs","sqs":{"queue_arn":"arn:aws:sqs:r:123456789012:q.fifo","batch_size":-1}}]}`)
	f.Add(`{"version":1,"name":"a","routes":[{"path":"/{a}/b"},{"path":"/{c+}","cors":{"allow_origin":"https://a, b","allow_headers":["'"]}}]}`)
	f.Add(`{"version":1,"name":"a","authorizers":[{"name":"x","type":"custom","authorizer_uri":"arn:aws:apigateway:r:lambda:path/2015-03-31/functions//invocations"}]}`)
	f.Fuzz(func(t *testing.T, data string) {
		m, err := app.ParseModel([]byte(data))
		if err != nil {
			return
		}
		first := append(awsrules.Check(m), awsrules.CheckREST(m.Routes)...)
		if again := append(awsrules.Check(m), awsrules.CheckREST(m.Routes)...); first.Error() != again.Error() {
			t.Errorf("first\n%v\nthen\n%v", first, again)
		}
		for _, mistake := range first {
			if mistake.Message == "" {
				t.Errorf("a mistake without a message: %+v", mistake)
			}
		}
	})
}
