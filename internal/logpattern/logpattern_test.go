package logpattern_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/logpattern"
)

func compile(t testing.TB, pattern string) *logpattern.Matcher {
	t.Helper()
	m, err := logpattern.Compile(pattern)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return m
}

// matching checks that a pattern lets those of some messages through that have these
// indexes.
func matching(t *testing.T, pattern string, messages []string, want ...int) {
	t.Helper()
	m := compile(t, pattern)
	var got []int
	for i, message := range messages {
		if m.Match(message) {
			got = append(got, i)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", pattern, diff)
	}
}

// TestTerms has AWS's examples.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
func TestTerms(t *testing.T) {
	events := []string{
		"[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST", "[ERROR 419] MISSING ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS",
		"[ERROR 500] INTERNAL SERVER ERROR", "[INFO] REQUEST FAILED", "[WARN] UNAUTHORIZED REQUEST", "[SUCCESS 200] AUTHORIZED REQUEST", "nothing",
	}
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8}
	matching(t, "", events, all...)
	matching(t, " ", events, all...)
	matching(t, `""`, events, all...)
	matching(t, `"   "`, events, all...)
	matching(t, "ERROR", events, 0, 1, 2, 3, 4)
	matching(t, `"ERROR"`, events, 0, 1, 2, 3, 4)
	matching(t, "error", events)
	matching(t, "ERROR ARGUMENTS", events, 2, 3)
	matching(t, "?ERROR ?ARGUMENTS", events, 0, 1, 2, 3, 4)
	matching(t, "?FAILED ?ARGUMENTS", events, 2, 3, 5)
	matching(t, "?ERROR ?ARGUMENTS REQUEST", events, 0, 1, 5, 6, 7)
	matching(t, `"INTERNAL SERVER ERROR"`, events, 4)
	matching(t, "ERROR -ARGUMENTS", events, 0, 1, 4)
	matching(t, "-ERROR", events, 5, 6, 7, 8)
	matching(t, `"ERROR" - "REQUEST"`, events, 2, 3, 4)
	matching(t, "%AUTHORIZED%", events, 1, 6, 7)
	matching(t, `"[ERROR 4" -REQUEST`, events, 2, 3)

	older := []string{"[ERROR] A fatal exception has occurred", "Exiting with ERRORCODE: -1", "[ERROR] Caught IllegalArgumentException", "[ERROR] Unhandled Exception",
		"[WARN] Failed to process the request", "[ERROR] Unable to continue: Failed to process the request"}
	matching(t, "ERROR", older, 0, 1, 2, 3, 5)
	matching(t, `"ERROR" - "Exiting"`, older, 0, 2, 3, 5)
	matching(t, "ERROR Exception", older, 2, 3)
	matching(t, "Failed to process the request", older, 4, 5)

	three := []string{"ERROR WARN message", "ERROR message", "WARN message"}
	matching(t, "ERROR", three, 0, 1)
	matching(t, "?ERROR ?WARN", three, 0, 1, 2)
	matching(t, "ERROR WARN", three, 0)
	matching(t, "ERROR -WARN", three, 1)
	matching(t, "[w1=ERROR, w2]", three, 1)
	matching(t, "[w1=ERROR || w1=WARN, w2]", three, 1, 2)
	matching(t, "[w1!=ERROR&&w1!=WARN, w2]", three)
	matching(t, `"a \"b\" \\"`, []string{`x a "b" \`, "a b"}, 0)
}

// TestExpressions has AWS's examples of regular expressions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
func TestExpressions(t *testing.T) {
	matching(t, "%^[hc]at%", []string{"hat", "cat", "a hat", "bat"}, 0, 1)
	matching(t, "%[hc]at$%", []string{"a hat", "cat", "cats"}, 0, 1)
	matching(t, "%colou?r%", []string{"color", "colour", "colr"}, 0, 1)
	matching(t, "%[abcx-z]%", []string{"A y", "d", "c"}, 0, 2)
	matching(t, "%^a{3,5}$%", []string{"aa", "aaa", "aaaaa", "aaaaaa"}, 1, 2)
	matching(t, "%gra|ey%", []string{"gray", "grey", "blue"}, 0, 1)
	matching(t, `%10\.10\.0\.1%`, []string{"to 10.10.0.1:80", "10910.0.1"}, 0)
	matching(t, `%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%`, []string{"at 192.0.2.1", "1.2.3"}, 0)
	matching(t, "%[Ee]rror|[Ff]ail%", []string{"an error", "Failed", "fine"}, 0, 1)
	matching(t, `%\x41\s\w%`, []string{"A b", "a b"}, 0)
	matching(t, "{ $.message = %bind: address already in use% }", []string{`{"message":"listen: bind: address already in use"}`, `{"message":"bind"}`}, 0)
}

const trail = `{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
	"objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true}`

const user = `{"user": {"id": 1, "email": "John.Stiles@example.com"}, "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
	"actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}`

// TestJSON has AWS's examples, with what they match and what they don't.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
func TestJSON(t *testing.T) {
	for pattern, want := range map[string]bool{
		`{ $.eventType = "UpdateTrail" }`:       true,
		`{ $.eventType = UpdateTrail }`:         true,
		`{$.eventType=*Trail}`:                  true,
		`{$.eventType=Update*}`:                 true,
		`{$.eventType="*dateTr*"}`:              true,
		`{$.eventType=Up*ail}`:                  false, // an asterisk within is one
		`{ $.eventType = * }`:                   true,
		`{ $.eventType != "UpdateTrail" }`:      false,
		`{ $.eventType = %^Update[A-Z]% }`:      true,
		`{ $.sourceIPAddress != 123.123.* }`:    true,
		`{ $.sourceIPAddress = 111.111.* }`:     true,
		`{ $.arrayKey[0] = "value" }`:           true,
		`{ $.arrayKey[1] = "value" }`:           false,
		`{ $.arrayKey[2] = "value" }`:           false,
		`{ $.arrayKey[*] = "another value" }`:   true,
		`{ $.objectList[1].id = 2 }`:            true,
		`{ $.objectList[0].id = 2 }`:            false,
		`{ $.eventType[0] = "U" }`:              false,
		`{ $.SomeObject IS NULL }`:              true,
		`{ $.ThisFlag IS NULL }`:                false,
		`{ $.missing IS NULL }`:                 false,
		`{ $.SomeOtherObject NOT EXISTS }`:      true,
		`{ $.SomeObject NOT EXISTS }`:           false,
		`{ $.ThisFlag IS TRUE }`:                true,
		`{ $.ThisFlag is true }`:                true,
		`{ $.ThisFlag IS FALSE }`:               false,
		`{ $.missing = "a" || $.missing != a }`: false,
		// What points to a list or an object isn't compared.
		`{ $.arrayKey = 1 }`:  false,
		`{ $.arrayKey != 1 }`: false,
	} {
		if got := compile(t, pattern).Match(trail); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
	for pattern, want := range map[string]bool{
		`{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }`:                                                   true,
		`{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }`:                                         false,
		`{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }`:             true,
		`{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }`:           false,
		`{ ($.user.id = 1) && (($.users[0].id = 9) || (($.coordinates[2][2] >= 9) && ($.actions[1] = PUT))) }`:                 true,
		`{ $.coordinates[1][1] = 5 && $.coordinates[1][1] != 6 && $.coordinates[1][1] < 10e3 && $.coordinates[1][1] > 10e-3 }`: true,
		`{ $.coordinates[1][1] <= 5.0 && $.coordinates[1][1] >= +5 && $.coordinates[0][0] > -1 }`:                              true,
		`{ $.user.email > 5 }`: false,
	} {
		if got := compile(t, pattern).Match(user); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
	numbers := []string{`{"latency": 50, "errorCode": "400"}`, `{"latency": 500, "errorCode": 400}`, `{"latency": 1e3}`, `{"latency": 1000.5, "errorCode": 500}`, `latency 500`, `[500]`, `{"latency": 500} {}`}
	matching(t, "{ $.latency >= 500 }", numbers, 1, 2, 3)
	matching(t, "{ $.latency > +1000 }", numbers, 3)
	matching(t, "{ $.latency = 1000 }", numbers, 2)
	matching(t, "{ $.errorCode = 400 }", numbers, 0, 1)
	matching(t, "{ $.errorCode != 500 }", numbers, 0, 1)
	matching(t, "{ $.latency = * }", numbers, 0, 1, 2, 3)
	foo := []string{`{"foo": "bar"}`, `{"foo": "baz"}`}
	matching(t, "{$.foo = bar}", foo, 0)
	matching(t, "{$.foo = baz }", foo, 1)
	matching(t, "{$.foo = bar || $.foo = baz }", foo, 0, 1)
}

// TestWords has AWS's examples.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
func TestWords(t *testing.T) {
	events := []string{
		`127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534`,
		`127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324`,
		`127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /index.html HTTP/1.0" 404 999`,
		`127.0.0.1 - frank`,
	}
	matching(t, "[ip, user, username, timestamp, request, status_code, bytes]", events, 0, 1, 2)
	matching(t, "[..., status_code, bytes]", events, 0, 1, 2, 3)
	matching(t, "[ip, user, ..., status_code, bytes]", events, 0, 1, 2)
	matching(t, "[ip, user, ...]", events, 0, 1, 2, 3)
	matching(t, "[ip, user, username, timestamp, request, status_code, bytes > 1000]", events, 0, 1)
	matching(t, "[ip, user, username, timestamp, request, status_code = 200, bytes]", events, 0)
	matching(t, "[ip, user, username, timestamp, request, status_code = 4*, bytes]", events, 2)
	matching(t, "[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", events, 2)
	matching(t, "[ip, user, username, timestamp, request, status_code = 5* && bytes > 1000, bytes]", events, 1)
	matching(t, "[ip, user, username, timestamp, request, status_code = 403 || status_code = 404, bytes]", events, 2)
	matching(t, "[..., (status = 403 || status = 404) && status != 403, bytes]", events, 2)
	matching(t, `[ip, user, username, timestamp, request="GET /apache*", status, bytes]`, events, 0, 1)
	matching(t, `[ip=%^127\.0\.0\.[123]%, ...]`, events, 0, 1, 2, 3)
	matching(t, "[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", events) // of six words, in AWS's page
	matching(t, "[a]", []string{"[b", `"b`, "[b c]", "[b c", "]", "a b", ""}, 0, 1, 2, 4)

	got := compile(t, "[..., request=*.html*, status_code=4*,]").Fields(`127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534`)
	want := map[string]string{
		"$status_code": "404", "$request": "GET /index.html HTTP/1.0", "$7": "1534", "$4": "10/Oct/2000:13:25:15 -0700", "$3": "frank", "$2": "-", "$1": "127.0.0.1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if compile(t, "ERROR").Fields("ERROR") != nil || compile(t, "[a, b]").Fields("a") != nil {
		t.Error("there are no fields")
	}
}

func TestMistakes(t *testing.T) {
	for pattern, want := range map[string]string{
		`level:ERROR`:                         `at character 6: the term level:ERROR has a ':': a term of more than letters, digits and _ has to be in double quotes`,
		`ERROR "it failed`:                    `at character 7: the text in quotes has no end: there is no second "`,
		`ERROR -`:                             `at character 8: there is no term after the sign`,
		`Größe Straße-1`:                      `at character 13: the term Straße-1 has a '-': a term of more than letters, digits and _ has to be in double quotes`,
		`%a`:                                  `at character 1: the regular expression has no end: there is no second %`,
		`%a\`:                                 `at character 1: the regular expression has no end: there is no second %`,
		`%%`:                                  `at character 1: the regular expression is empty`,
		`%something!%`:                        `at character 11: a regular expression can have no '!' here: beside letters and digits there are :_#=@/;,- and the operators ^$?[]{}|\*+.`,
		`%(a|b)%`:                             `at character 2: a regular expression can have no parentheses here`,
		`%é%`:                                 `at character 2: a regular expression can have only ASCII characters`,
		`%\b%`:                                `at character 2: a regular expression can have no \b here: there are \d \D \s \S \w \W, \x with two digits, and a backslash before a symbol`,
		`%[a%`:                                "at character 1: [a is no regular expression: missing closing ]: `[a`",
		`{ $.a = %a% && $.b=%b% && $.c=%c% }`: `at character 31: this is the third regular expression, but a pattern of conditions can have 2`,
		`{ $.a }`:                             `at character 7: after a property there has to be one of != <= >= = < >, or IS NULL, IS TRUE, IS FALSE or NOT EXISTS`,
		`{ $.a IS NOTHING }`:                  `at character 7: after a property there has to be one of != <= >= = < >, or IS NULL, IS TRUE, IS FALSE or NOT EXISTS`,
		`{ }`:                                 `at character 3: a condition starts with a property, such as $.level`,
		`{ a = b }`:                           `at character 3: a condition starts with a property, such as $.level`,
		`{ $ = b }`:                           `at character 4: the name of a property is missing, as in $.level`,
		`{ $. = b }`:                          `at character 5: the name of a property is missing: it has letters, digits, - and _`,
		`{ $.a[x] = b }`:                      `at character 6: [x] is no element of a list: that is a number, such as [0]`,
		`{ $.a[1 = b }`:                       `at character 6: the closing bracket is missing`,
		`{ $.a = }`:                           `at character 9: the value is missing`,
		`{ $.a = me@home }`:                   `at character 11: the value me@home has a '@': it has to be in double quotes`,
		`{ $.a > big }`:                       `at character 9: > compares numbers, and this is none`,
		`{ $.a > "5" }`:                       `at character 9: > compares numbers, and this is none`,
		`{ $.a = b`:                           `at character 10: the closing brace, or && or || between two conditions, is missing`,
		`{ $.a = b $.c = d }`:                 `at character 11: the closing brace, or && or || between two conditions, is missing`,
		`{ ($.a = b }`:                        `at character 12: the closing parenthesis is missing`,
		`{ $.a = b } c`:                       `at character 13: there is something behind the closing brace`,
		`[a, b`:                               `at character 6: the closing bracket, or a comma between two fields, is missing`,
		`[a b]`:                               `at character 2: after the name of a field there has to be one of != <= >= = < >, or a comma`,
		`[a=]`:                                `at character 4: the value is missing`,
		`[=1]`:                                `at character 2: the name of the field is missing`,
		`[..., a, ...]`:                       `at character 10: ... is there for the second time, so that nobody can tell which words are which`,
		`[a] b`:                               `at character 5: there is something behind the closing bracket`,
	} {
		_, err := logpattern.Compile(pattern)
		var syntax *logpattern.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", pattern, err, want)
		}
	}
}

// TestExamples: patterns have an example that matches.
func TestExamples(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                                    "",
		"ERROR -retried \"timed out\"":        "ERROR timed out",
		"?ERROR ?WARN":                        "ERROR",
		`%^\d{3} [Ee]rror|x$%`:                "000 Error",
		"{ $.level = ERROR && $.took > 1e3 }": `{"level":"ERROR","took":1001}`,
		`{ $.a[1].b = "*x*" && $.c IS NULL && $.d IS TRUE && $.e NOT EXISTS && $.f != 5 && $.g <= 2 && $.h = %^a+$% && $.i = * }`: `{"a":[null,{"b":"x"}],"c":null,"d":true,"f":6,"g":2,"h":"a","i":"any"}`,
		"{ ($.a = 1 && $.a = 2) || $.a = 3 }":                `{"a":3}`,
		"{ ($.a = 1 || $.a = 2) && $.a != 1 && $.a >= 2 }":   `{"a":2}`,
		`[ip, ..., request="GET /a b*", status=5*, bytes>9]`: `- "GET /a b" 5 10`,
		"[,]": "- -",
	} {
		got, ok := compile(t, pattern).Example()
		if !ok || got != want {
			t.Errorf("%s: got %s, %v, want %s", pattern, got, ok, want)
		}
	}
	for _, pattern := range []string{"a -a", "{ $.a = 1 && $.a = 2 }", "{ $.a[99999999] = 1 }"} {
		if got, ok := compile(t, pattern).Example(); ok {
			t.Errorf("%s: %s", pattern, got)
		}
	}
}

// TestTime: a long event takes time in proportion to its length, whatever the pattern.
func TestTime(t *testing.T) {
	const size = 1 << 20
	deep, _ := json.Marshal(map[string]any{"a": strings.Repeat("a", size)})
	for pattern, message := range map[string]string{
		"%a*a*a*a*b%":          strings.Repeat("a", size),
		"aaaaaaaaab":           strings.Repeat("a", size),
		"[a, ..., b=*x*]":      strings.Repeat("[ ", size/2),
		"[a,..., c]":           strings.Repeat(`" `, size/2),
		"{ $.a = *ab }":        string(deep),
		"{ $.a[*][*][*] = 1 }": `{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}",
	} {
		m, err := logpattern.Compile(pattern)
		if err != nil {
			continue
		}
		start := time.Now()
		m.Match(message)
		m.Fields(message)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", pattern, took)
		}
	}
}

// FuzzCompile: no pattern and no message does harm, an error is within the pattern, and
// what matches does so again.
func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{
		"", "ERROR -\"a b\" ?c", "%a{1,2}%", `{ ($.a[0].b = "x*" || $.c IS NULL) && $.d NOT EXISTS }`, "[a, ..., b=1* && c>2, d!=%x%]", "{$.a[*] >= 1e3}", "[,]", "{$.['a']=1}",
	} {
		f.Add(pattern, `{"a":[{"b":"xy"}],"c":null}`)
		f.Add(pattern, `a [b c] "d e" 1`)
	}
	f.Fuzz(func(t *testing.T, pattern, message string) {
		m, err := logpattern.Compile(pattern)
		if err != nil {
			var syntax *logpattern.SyntaxError
			if !errors.As(err, &syntax) || syntax.Character < 1 || syntax.Character > len([]rune(pattern))+1 {
				t.Errorf("%q: %v", pattern, err)
			}
			return
		}
		if first := m.Match(message); first != compile(t, pattern).Match(message) {
			t.Errorf("%q matches %q only once", pattern, message)
		}
		m.Fields(message)
		if example, ok := m.Example(); ok && !m.Match(example) {
			t.Errorf("%q doesn't match %q", pattern, example)
		}
	})
}
