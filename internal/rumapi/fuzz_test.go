package rumapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// FuzzRetryAfter checks that any Retry-After becomes a number of seconds that the
// SDK can decode, at most 60, or is removed.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"", "0", "7", "-1", "-2200000000", "3600", "99999999999999999999", " 7", "1.5", "1e9", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		"Saturday, 01-Jan-00 00:00:07 GMT", "Sat Jan  1 00:00:07 2000",
	} {
		f.Add(seed)
	}
	now := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		header := http.Header{"Retry-After": {value}}
		rumapi.NormalizeRetryAfter(header, now)
		if left, there := header["Retry-After"]; there {
			if seconds, err := strconv.ParseInt(left[0], 10, 32); err != nil || seconds > 60 {
				t.Errorf("%q becomes %q, want at most 60 seconds or no header", value, left)
			}
		}
	})
}

// FuzzSame checks that two patterns are the same in either order, and that a
// pattern is the same as itself with other white space.
func FuzzSame(f *testing.F) {
	f.Add("", "")
	f.Add(`{"event_type":["a"]}`, `{ "event_type": [ "a" ] }`)
	f.Add(`{"a":1,"b":2}`, `{"b":2.0,"a":1e0}`)
	f.Add(`{`, `{`)
	f.Add(`null`, ``)
	f.Add(`{"a":1e400}`, `{"a":1e400 }`)
	f.Add("[\"\xff\"]", `["\ud800"]`)
	f.Fuzz(func(t *testing.T, a, b string) {
		definition := func(pattern string) rumapi.Definition { return rumapi.Definition{Name: "x", EventPattern: pattern} }
		same := func(a, b string) bool { return definition(a).Same(definition(b)) }
		if !same(a, a) {
			t.Errorf("%q and itself: got false, want true", a)
		}
		if got, want := same(b, a), same(a, b); got != want {
			t.Errorf("%q and %q: got %t, want %t as in the other order", b, a, got, want)
		}
		var value any
		var indented bytes.Buffer
		if json.Unmarshal([]byte(a), &value) == nil && json.Indent(&indented, []byte(a), "", "\t") == nil && !same(a, indented.String()) {
			t.Errorf("%q and %q: got false, want true", a, indented.String())
		}
	})
}

// FuzzSentPattern checks that a pattern as it is sent has the same meaning, to the
// digit, that it is compact, and that it has none of the escapes. A text that is
// not JSON must stay as it is.
func FuzzSentPattern(f *testing.F) {
	for _, seed := range []string{
		`{"ms":[{"numeric":["\u003e=",100]}]}`, `["\\u003c","\\\u003C","\\\\u0026"]`, ` { "b" : 1.50 , "a" : 9007199254740993 } `, "[\"\xff\"]", `["\ud800\u003c"]`, "{", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		sent := rumapi.SentPattern(written)
		want, err := meaning(written)
		if err != nil {
			if sent != written {
				t.Errorf("%q is not JSON and is sent as %q, want it unchanged", written, sent)
			}
			return
		}
		if got, err := meaning(sent); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is sent as %q, which means %v, %v; want %v", written, sent, got, err, want)
		}
		if again := rumapi.SentPattern(sent); again != sent {
			t.Errorf("%q is sent as %q, and that as %q, want it unchanged", written, sent, again)
		}
		if len(sent) > len(written) {
			t.Errorf("%q is sent as %q, want nothing longer", written, sent)
		}
		// Of an odd number of backslashes, the last one begins an escape.
		if escape := regexp.MustCompile(`(?i)(^|[^\\])(\\\\)*\\u00(3c|3e|26)`).FindString(sent); escape != "" {
			t.Errorf("%q is sent as %q with the escape %q, want none", written, sent, escape)
		}
	})
}

// meaning decodes one JSON text. Objects keep the order of their keys and their
// duplicates, and numbers their digits.
func meaning(text string) ([]json.Token, error) {
	if !json.Valid([]byte(text)) {
		return nil, errors.New("not JSON")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var tokens []json.Token
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return tokens, nil
		}
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
}

// always gives every request the same answer.
type always struct {
	status int
	header http.Header
	body   string
}

// Do gives the answer.
func (a always) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: a.header.Clone(), Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// FuzzAnswer lets the service, or something in its place, give any answer. The
// client must either understand it or return an error that says something.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", "", "", `{"Destinations":[{"Destination":"CloudWatch","DestinationArn":"","IamRoleArn":null}],"NextToken":"x"}`)
	f.Add(200, "", "", "", `{"MetricDefinitions":[{"MetricDefinitionId":"1","Name":"x","DimensionKeys":{"a":null}}],"NextToken":""}`)
	f.Add(200, "", "", "", `{"MetricDefinitions":[null],"Errors":[{"ErrorCode":"x","MetricDefinition":null}],"MetricDefinitionIds":[null]}`)
	f.Add(200, "", "", "", `{"AppMonitorSummaries":[{"Name":""}]}`)
	f.Add(200, "", "", "text/html", `<html>`)
	f.Add(404, "ResourceNotFoundException", "", "", `{"message":"m","resourceName":"n"}`)
	f.Add(409, "ConflictException:http://x/", "", "", `{"__type":"a#b:c"}`)
	f.Add(429, "", "Wed, 01 Jan 2200 00:00:00 GMT", "", `{"message":1}`)
	f.Add(403, "", "", "", ``)
	f.Add(402, "ServiceQuotaExceededException", "7", "application/json", `[]`)
	f.Add(599, "#", "-1", "", "\xff")
	f.Fuzz(func(t *testing.T, status int, code, retryAfter, contentType, body string) {
		if status < 200 || status > 599 {
			return // net/http gives no such answer
		}
		client := newClient(t, aws.Config{
			Region: region, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "x", ""),
			Retryer: func() aws.Retryer { return rumapi.NewRetryer(1, false) },
			HTTPClient: always{status, http.Header{
				"X-Amzn-Errortype": {code}, "Retry-After": {retryAfter}, "Content-Type": {contentType},
			}, body},
		})
		ctx := t.Context()
		check := func(err error) {
			if err == nil {
				return
			}
			if summary, detail := rumapi.Explain(err); summary == "" || detail == "" || err.Error() == "" {
				t.Errorf("%v is explained as %q, %q, want a text in each", err, summary, detail)
			}
		}
		check(client.PutDestination(ctx, cloudWatch))
		check(client.DeleteDestination(ctx, cloudWatch.Key))
		_, err := client.ResolveDestination(ctx, rumapi.Key{Region: region, AppMonitorName: "web"})
		check(err)
		_, err = client.ListDefinitions(ctx, cloudWatch.Key)
		check(err)
		err = client.UpdateDefinition(ctx, rumapi.Definition{DefinitionKey: rumapi.DefinitionKey{Key: cloudWatch.Key, ID: "1"}, Name: "x"})
		check(err)
		for _, err := range client.Destinations(ctx, region, "") {
			check(err)
		}
	})
}
