package rumapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// The detail that Explain returns begins with one of these. The operation decides
// which.
var (
	ofCloudWatch = `Metrics destination CloudWatch of app monitor "web" in eu-west-1: `
	ofEvidently  = `Metrics destination Evidently ` + evidently.DestinationARN + ` of app monitor "web" in eu-west-1: `
	ofMonitor    = `Metrics destination of app monitor "web" in eu-west-1: `
	ofRegion     = `App monitors in eu-west-1: `
	ofItself     = `App monitor "web" in eu-west-1: `
)

// The detail ends with one or two of these.
const (
	mayBeDenied    = ". A new permission can take half a minute to work. A service control policy or a permissions boundary can deny the action too."
	somethingElse  = `Something else is changing app monitor "web" at the same time: another run, the console, CloudFormation. Wait for it to end, then run again.`
	mustExist      = `The app monitor must exist in eu-west-1 before it can have a metrics destination. Refer to the monitor's resource, as in aws_rum_app_monitor.NAME.name, so that it is created first. Check the name and the region: monitors of the same name in other regions don't count.`
	noMonitor      = `No app monitor of eu-west-1 has the name "web". Check the name and the region: monitors of the same name in other regions don't count.`
	serviceFault   = "The service failed. Run again later. If it fails again, give AWS Support the request ID."
	throttling     = "CloudWatch RUM is throttling the account's requests. Raise max_retries in the provider block, or lower the load with -parallelism."
	overQuota      = "A quota of CloudWatch RUM is used up. Remove what is no longer needed, or ask AWS for more in the Service Quotas console."
	refusedValue   = "CloudWatch RUM refused a value. Correct the attribute that its message names."
	endOfEvidently = `CloudWatch Evidently reached its end of support in October 2025; AWS says that requests for such destinations will be rejected. Use destination = "CloudWatch".`
	inItsPlace     = "A proxy, a firewall or a load balancer answered in place of CloudWatch RUM. Run again. If that does not help, check that the proxy (https_proxy, HTTPS_PROXY) and the endpoint (endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL) lead to CloudWatch RUM."
	wrongAddress   = "If an endpoint or a proxy is configured (endpoints, AWS_ENDPOINT_URL_RUM, HTTPS_PROXY), check that it leads to CloudWatch RUM."
	sessionOver    = "The session that signed the request is over. Sign in again (aws sso login, or whatever issues your credentials) and run again."
	unknownKey     = "AWS does not know the access key that signed the request. Check which credentials are in use (aws sts get-caller-identity), and that eu-west-1 is enabled for the account."
	wrongSecret    = "The secret key does not belong to the access key. Check that both were copied whole and from the same place (access_key and secret_key, AWS_SECRET_ACCESS_KEY, the profile)."
	wrongClock     = "This machine's clock is wrong by more than five minutes. Set it, then run again."
	tampered       = "The request did not arrive as it was signed. If a proxy or an endpoint is configured, check that it passes on the Authorization header unchanged."
	interrupted    = "The run was interrupted. Run it again to carry on."
	notListening   = "Nothing listens at that address. Check endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL and the proxy settings."
	checkNetwork   = "Check the network between this machine and AWS, the proxy settings, and the endpoint in use; then run again."
	notTrusted     = "The server's certificate is not trusted. If a proxy re-signs TLS here, name its CA bundle in custom_ca_bundle or AWS_CA_BUNDLE."
	outcomeUnknown = "It is not known whether the change was made. The next plan shows what is left to do."
)

// answer is one HTTP answer.
type answer struct {
	status      int
	code        string // the header X-Amzn-Errortype
	body        string
	contentType string
}

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if a.code != "" {
		w.Header().Set("X-Amzn-Errortype", a.code)
	}
	w.Header().Set("X-Amzn-Requestid", "8f7c-1")
	w.Header().Set("Content-Type", a.contentType)
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// ask has calls about destinations and app monitors, at least one for each operation.
var ask = map[string]func(context.Context, *rumapi.Client) error{
	"put": operations[opPut],
	"put with a role": func(ctx context.Context, c *rumapi.Client) error {
		return c.PutDestination(ctx, evidently)
	},
	"delete": operations[opDelete],
	"delete Evidently": func(ctx context.Context, c *rumapi.Client) error {
		return c.DeleteDestination(ctx, evidently.Key)
	},
	"list": operations[opList],
	"list monitors": func(ctx context.Context, c *rumapi.Client) error {
		for _, err := range c.Destinations(ctx, region, "") {
			return err
		}
		return nil
	},
	"get monitor": func(ctx context.Context, c *rumapi.Client) error {
		_, err := c.GetAppMonitor(ctx, region, "web")
		return err
	},
}

func checkExplained(t *testing.T, err error, summary, detail string) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error, want one")
	}
	gotSummary, gotDetail := rumapi.Explain(err)
	if diff := cmp.Diff(summary+"\n\n"+detail, gotSummary+"\n\n"+gotDetail); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The rows are the errors that the API models. Some operations answer with an
// error that the API does not model for them.
func TestExplainSaysWhatToDoAboutModelledErrors(t *testing.T) {
	permission := func(action string) string {
		return "The caller needs the IAM action rum:" + action + " on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/web"
	}
	tests := map[string]struct{ summary, about, denied string }{
		"put": {"Cannot create or update RUM metrics destination", ofCloudWatch, permission("PutRumMetricsDestination")},
		"put with a role": {
			"Cannot create or update RUM metrics destination", ofEvidently, permission("PutRumMetricsDestination") +
				". The request passes a role, so the caller also needs iam:PassRole on arn:aws:iam::123456789012:role/rum-evidently with the condition iam:PassedToService = rum.amazonaws.com",
		},
		"delete":           {"Cannot delete RUM metrics destination", ofCloudWatch, permission("DeleteRumMetricsDestination")},
		"delete Evidently": {"Cannot delete RUM metrics destination", ofEvidently, permission("DeleteRumMetricsDestination")},
		"list":             {"Cannot read RUM metrics destinations", ofMonitor, permission("ListRumMetricsDestinations")},
		"list monitors":    {"Cannot list RUM app monitors", ofRegion, "The caller needs the IAM action rum:ListAppMonitors on *"},
		"get monitor":      {"Cannot read RUM app monitor", ofItself, permission("GetAppMonitor")},
	}
	for name, test := range tests {
		write := strings.HasPrefix(name, "put") || strings.HasPrefix(name, "delete")
		check := func(code string, status int, body, said, next string) {
			t.Run(name+", "+code, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					cfg := serve(t, answer{status, code, body, "application/json"})
					err := ask[name](t.Context(), newClient(t, cfg))
					if write && status >= 500 {
						next += "\n\n" + outcomeUnknown
					}
					checkExplained(t, err, test.summary, test.about+said+"\n\n"+next)
				})
			})
		}

		check("AccessDeniedException", 403, `{"message":"User is not authorized"}`,
			"CloudWatch RUM answered with AccessDeniedException (HTTP 403, request ID 8f7c-1): User is not authorized", test.denied+mayBeDenied)
		check("InternalServerException", 500, `{"message":"Oops"}`,
			"CloudWatch RUM answered with InternalServerException (HTTP 500, request ID 8f7c-1, the last of 25 tries): Oops", serviceFault)
		check("ThrottlingException", 429, `{"message":"Rate exceeded","serviceCode":"rum","quotaCode":"L-1"}`,
			"CloudWatch RUM answered with ThrottlingException (HTTP 429, request ID 8f7c-1, the last of 25 tries): Rate exceeded", throttling)
		check("ServiceQuotaExceededException", 402, `{"message":"Too many"}`,
			"CloudWatch RUM answered with ServiceQuotaExceededException (HTTP 402, request ID 8f7c-1): Too many", overQuota)
		invalid := refusedValue
		if name == "put with a role" {
			invalid = endOfEvidently
		}
		check("ValidationException", 400, `{"message":"Value is invalid"}`,
			"CloudWatch RUM answered with ValidationException (HTTP 400, request ID 8f7c-1): Value is invalid", invalid)
		if write {
			check("ConflictException", 409, `{"message":"Being updated","resourceName":"web","resourceType":"AppMonitor"}`,
				"CloudWatch RUM answered with ConflictException (HTTP 409, request ID 8f7c-1): Being updated", somethingElse)
		}
		// A list and a delete do not fail when the monitor is gone.
		if gone := map[string]string{"put": mustExist, "put with a role": mustExist, "get monitor": noMonitor}[name]; gone != "" {
			check("ResourceNotFoundException", 404, `{"message":"No app monitor web","resourceName":"web","resourceType":"AppMonitor"}`,
				"CloudWatch RUM answered with ResourceNotFoundException (HTTP 404, request ID 8f7c-1): No app monitor web", gone)
		}
	}
}

// The answers come from AWS's front end, or from something between it and this
// machine. They are the same for every operation.
func TestExplainSaysWhatToDoAboutOtherAnswers(t *testing.T) {
	putPermission := "The caller needs the IAM action rum:PutRumMetricsDestination on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/web" + mayBeDenied
	const (
		page      = "<html><title>Blocked</title></html>"
		notJSON   = " is not from CloudWatch RUM: its content is not a JSON object."
		noCode    = "an error without a code"
		noMessage = "(no message)"
	)
	type row struct {
		answer     answer
		said, next string
	}
	// says makes a row of an answer of the service, which has this code and message as Explain shows them.
	says := func(a answer, code, message, next string) row {
		tries := "" // unless the client retries
		if next == throttling || next == serviceFault {
			tries = ", the last of 25 tries"
		}
		if next == serviceFault {
			next += "\n\n" + outcomeUnknown
		}
		return row{a, fmt.Sprintf("CloudWatch RUM answered with %s (HTTP %d, request ID 8f7c-1%s): %s", code, a.status, tries, message), next}
	}
	refused := func(status int, code, message, next string) row {
		return says(answer{status: status, code: code, body: `{"message":"` + message + `"}`}, code, message, next)
	}
	const conflictWithAddress = "ConflictException:http://internal.amazon.com/coral/com.amazonaws.rum/"
	const validationInBody = `{"__type":"com.amazonaws.rum#ValidationException","message":"Wrong"}`
	tests := map[string]row{
		"403, empty":               says(answer{status: 403}, noCode, noMessage, putPermission),
		"403, a code and no body":  says(answer{status: 403, code: "ForbiddenException"}, "ForbiddenException", noMessage, putPermission),
		"an empty 503":             says(answer{status: 503}, noCode, noMessage, serviceFault),
		"503, unmodelled":          refused(503, "ServiceUnavailable", "Busy", serviceFault),
		"no such operation":        says(answer{status: 404, code: "UnknownOperationException"}, "UnknownOperationException", noMessage, wrongAddress),
		"the code in the body":     says(answer{status: 400, body: validationInBody}, "ValidationException", "Wrong", refusedValue),
		"the code with an address": says(answer{status: 409, code: conflictWithAddress}, "ConflictException", noMessage, somethingElse),
		"429 without a code":       says(answer{status: 429}, noCode, noMessage, throttling),

		"400 in place of a 403":            refused(400, "NotAuthorized", "No", putPermission),
		"a conflict by its status":         refused(409, "ResourceInUse", "Busy", somethingElse),
		"a conflict by its code":           refused(400, "ConflictException", "Busy", somethingElse),
		"throttled with 400":               refused(400, "Throttling", "Rate exceeded", throttling),
		"expired token":                    refused(403, "ExpiredTokenException", "The security token included in the request is expired", sessionOver),
		"expired token, by its other name": refused(400, "ExpiredToken", "Expired", sessionOver),
		"unknown key":                      refused(403, "UnrecognizedClientException", "The security token in the request is invalid.", unknownKey),
		"unknown key, by its other name":   refused(403, "InvalidClientTokenId", "Invalid", unknownKey),
		"wrong secret":                     refused(403, "InvalidSignatureException", "The signature does not match", wrongSecret),
		"wrong secret, by its other name":  refused(403, "SignatureDoesNotMatch", "Wrong", wrongSecret),
		"a slow clock":                     refused(403, "InvalidSignatureException", "Signature expired: 20260101T000000Z is earlier", wrongClock),
		"a fast clock":                     refused(403, "InvalidSignatureException", "Signature not yet current: 20260101T001000Z", wrongClock),
		"a wrong clock":                    refused(403, "RequestTimeTooSkewed", "Skewed", wrongClock),
		"a request that took too long":     refused(400, "RequestExpired", "Late", wrongClock),
		"unsigned":                         refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token", tampered),
		"half signed":                      refused(400, "IncompleteSignature", "Incomplete", tampered),

		"an HTML 403": {answer{status: 403, body: page, contentType: "text/html"}, "the answer (HTTP 403, request ID 8f7c-1)" + notJSON, inItsPlace},
		"an HTML 404": {answer{status: 404, body: page, contentType: "text/html"}, "the answer (HTTP 404, request ID 8f7c-1)" + notJSON, inItsPlace},
		"an HTML 502": {
			answer{status: 502, body: page, contentType: "text/html"},
			"the answer (HTTP 502, request ID 8f7c-1, the last of 25 tries)" + notJSON, inItsPlace + "\n\n" + outcomeUnknown,
		},
		"a redirect": {
			answer{status: 302, body: page, contentType: "text/html"},
			"the answer (HTTP 302, request ID 8f7c-1)" + notJSON, inItsPlace + "\n\n" + outcomeUnknown,
		},
		"a redirect, empty": {
			answer{status: 302},
			"the answer (HTTP 302, request ID 8f7c-1) is not from CloudWatch RUM: it is a redirect.", inItsPlace + "\n\n" + outcomeUnknown,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := serve(t, test.answer)
				err := ask["put"](t.Context(), newClient(t, cfg))
				checkExplained(t, err, "Cannot create or update RUM metrics destination", ofCloudWatch+test.said+"\n\n"+test.next)
			})
		})
	}

	t.Run("an HTML 200", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg := serve(t, answer{status: 200, body: page, contentType: "text/html"})
			err := ask["list"](t.Context(), newClient(t, cfg))
			checkExplained(t, err, "Cannot read RUM metrics destinations",
				ofMonitor+"the answer (HTTP 200, request ID 8f7c-1)"+notJSON+"\n\n"+inItsPlace)
		})
	})
	t.Run("no request ID", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"code":"ValidationException","message":"Wrong"}`)
			}))
			err := ask["put"](t.Context(), newClient(t, cfg))
			checkExplained(t, err, "Cannot create or update RUM metrics destination",
				ofCloudWatch+"CloudWatch RUM answered with ValidationException (HTTP 400): Wrong\n\n"+refusedValue)
		})
	})
	t.Run("a Retry-After that the SDK cannot decode", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Status: 500, Code: "InternalServerException", Message: "Oops", RetryAfter: "soon"})
			_, detail := rumapi.Explain(n.client.PutDestination(t.Context(), cloudWatch))
			if want := "CloudWatch RUM answered with InternalServerException (HTTP 500, "; !strings.Contains(detail, want) {
				t.Errorf("got %q, want %q in it", detail, want)
			}
		})
	})
	for region, partition := range map[string]string{"us-gov-west-1": "aws-us-gov", "xx-new-1": "aws"} {
		t.Run("the partition of "+region+" is in the ARN", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := serve(t, answer{status: 403})
				client := rumapi.New(cfg, rumapi.Options{AnyRegion: true})
				d := cloudWatch
				d.Region = region
				_, detail := rumapi.Explain(client.PutDestination(t.Context(), d))
				if want := "on arn:" + partition + ":rum:" + region + ":ACCOUNT:appmonitor/web"; !strings.Contains(detail, want) {
					t.Errorf("got %q, want %q in it", detail, want)
				}
			})
		})
	}
}

// The service checks the signature of each request.
func TestWrongSecretIsExplainedAndWrongClockIsPutRight(t *testing.T) {
	t.Run("wrong secret", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.SetSecret(accessKeyID, "another")
			summary, detail := rumapi.Explain(n.client.PutDestination(t.Context(), cloudWatch))
			if want := "Cannot create or update RUM metrics destination"; summary != want {
				t.Errorf("got the summary %q, want %q", summary, want)
			}
			if !strings.HasSuffix(detail, wrongSecret) {
				t.Errorf("got the detail %q, want it to end in %q", detail, wrongSecret)
			}
			n.received(t, opPut, 1)
		})
	})
	t.Run("the SDK puts a wrong clock right by the Date of the answer", func(t *testing.T) {
		// The service's clock is an hour ahead. Its answers have that time, and it refuses a signature with the
		// time of this machine.
		ahead := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
			if err == nil && time.Since(signed).Abs() < time.Minute {
				answer{403, "InvalidSignatureException", `{"message":"Signature expired: long ago"}`, "application/json"}.ServeHTTP(w, r)
				return
			}
			w.WriteHeader(http.StatusOK)
		})
		synctest.Test(t, func(t *testing.T) {
			cfg := serve(t, ahead)
			if err := newClient(t, cfg).PutDestination(t.Context(), cloudWatch); err != nil {
				t.Errorf("got %v, want no error", err)
			}
		})
	})
}

func TestExplainSaysWhyThereIsNoAnswer(t *testing.T) {
	const put, post = "Cannot create or update RUM metrics destination", `Post "http://rum.test/rummetrics/web/metricsdestination": `

	dialing := map[string]struct {
		err        error
		said, next string
	}{
		"refused": {
			os.NewSyscallError("connect", syscall.ECONNREFUSED),
			"no answer from CloudWatch RUM in 5 tries: " + post + "dial tcp: connect: connection refused.", notListening,
		},
		"no such host": {
			&net.DNSError{Err: "no such host", Name: "rum.eu-west-1.amazonaws.com", IsNotFound: true},
			"no answer from CloudWatch RUM: " + post + "dial tcp: lookup rum.eu-west-1.amazonaws.com: no such host.",
			`The host "rum.eu-west-1.amazonaws.com" cannot be resolved. Check the DNS of this machine. Check also that the region "eu-west-1" has CloudWatch RUM, and its FIPS or dual-stack endpoint if the provider is to use one.`,
		},
		"timeout": {
			os.ErrDeadlineExceeded,
			"no answer from CloudWatch RUM in 5 tries: " + post + "dial tcp: i/o timeout.", checkNetwork,
		},
	}
	for name, test := range dialing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, config(func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: test.err}
				}))
				checkExplained(t, client.PutDestination(t.Context(), cloudWatch), put, ofCloudWatch+test.said+"\n\n"+test.next)
			})
		})
	}

	t.Run("dropped", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Drop: true})
			checkExplained(t, n.client.PutDestination(t.Context(), cloudWatch), put, ofCloudWatch+
				"no answer from CloudWatch RUM in 25 tries: "+post+"EOF.\n\n"+checkNetwork+"\n\n"+outcomeUnknown)
		})
	})
	t.Run("truncated", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			client := newClient(t, config(func(context.Context, string, string) (net.Conn, error) {
				tries++
				ours, theirs := net.Pipe()
				go func() {
					_, _ = http.ReadRequest(bufio.NewReader(theirs))
					_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"Dest")
					theirs.Close()
				}()
				return ours, nil
			}))
			_, err := client.ListDestinations(t.Context(), "eu-west-1", "web")
			_, detail := rumapi.Explain(err)
			if want := "The answer broke off."; !strings.Contains(detail, want) || !strings.Contains(detail, "unexpected EOF") {
				t.Errorf("got the detail %q, want it to say %q and the cause", detail, want)
			}
			if tries != maxAttempts {
				t.Errorf("got %d tries, want %d", tries, maxAttempts)
			}
		})
	})
	t.Run("too slow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Delay: time.Hour})
			_, detail := rumapi.Explain(n.client.PutDestination(t.Context(), cloudWatch))
			// net/http words a timeout in three ways, depending on which goroutine notices it first.
			detail = strings.Replace(detail, " (Client.Timeout exceeded while awaiting headers)", "", 1)
			detail = strings.Replace(detail, "net/http: request canceled", "context deadline exceeded", 1)
			want := ofCloudWatch + "no answer from CloudWatch RUM in 5 tries: " + post + "context deadline exceeded.\n\n" + checkNetwork + "\n\n" + outcomeUnknown
			if diff := cmp.Diff(want, detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
		})
	})
	for name, want := range map[string]struct{ summary, detail string }{
		"put": {put, ofCloudWatch + "interrupted before CloudWatch RUM gave an answer.\n\n" + interrupted + "\n\n" + outcomeUnknown},
		"list": {
			"Cannot read RUM metrics destinations", ofMonitor + "interrupted before CloudWatch RUM gave an answer.\n\n" + interrupted,
		},
	} {
		t.Run("interrupted "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				n.Inject(fakerum.Fault{Delay: time.Hour})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				checkExplained(t, ask[name](ctx, n.client), want.summary, want.detail)
			})
		})
	}
	t.Run("no credentials", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{}, &rumapi.NotSentError{Why: "none were found", Next: "Sign in."}
			})
			checkExplained(t, newClient(t, n.config).PutDestination(t.Context(), cloudWatch), put, ofCloudWatch+
				"no request was sent to CloudWatch RUM: none were found.\n\nSign in.")
		})
	})
	t.Run("region out of reach", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.config.Region = "cn-north-1"
			for name, call := range operations {
				_, detail := rumapi.Explain(call(t.Context(), newClient(t, n.config)))
				want := "in eu-west-1: no request was sent to CloudWatch RUM: \"eu-west-1\" is in the partition aws, but the provider's region \"cn-north-1\" is in aws-cn, " +
					"and credentials are good for one partition only.\n\nUse a provider block of its own for each partition."
				if !strings.HasSuffix(detail, want) {
					t.Errorf("%s: got %q, want %q at its end", name, detail, want)
				}
			}
			if got := n.Requests(); len(got) > 0 {
				t.Errorf("the service received %d requests, want none: %v", len(got), got)
			}
		})
	})
	t.Run("no request", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.config.Region = "no region"
			d := cloudWatch
			d.Region = n.config.Region
			checkExplained(t, newClient(t, n.config).PutDestination(t.Context(), d), put,
				"Metrics destination CloudWatch of app monitor \"web\" in no region: "+
					"the request could not be made: failed to bind endpoint params, invalid input region no region.\n\n"+checkNetwork)
		})
	})
}

// The first error about the permission has what to do in full. A later one about the same
// permission says what is wrong, for its own app monitor.
func TestClientSaysWhatToDoInFullOnce(t *testing.T) {
	client := newClient(t, serve(t, answer{403, "AccessDeniedException", `{"message":"No"}`, "application/json"}))
	list := func(monitor string) string {
		t.Helper()
		_, err := client.ListDestinations(t.Context(), "eu-west-1", monitor)
		_, detail := client.Explain(err)
		_, next, _ := strings.Cut(detail, "\n\n")
		return next
	}
	const permission = "The caller needs the IAM action rum:ListRumMetricsDestinations on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/"
	if got, want := list("web"), permission+"web"+mayBeDenied; got != want {
		t.Errorf("first: got %q, want %q", got, want)
	}
	if got, want := list("shop"), permission+"shop. Another error of this run says what to do."; got != want {
		t.Errorf("second: got %q, want %q", got, want)
	}
	_, detail := client.Explain(client.DeleteDestination(t.Context(), cloudWatch.Key))
	if !strings.HasSuffix(detail, mayBeDenied) {
		t.Errorf("another permission: got %q, want %q at its end", detail, mayBeDenied)
	}
	_, detail = newClient(t, serve(t, answer{403, "AccessDeniedException", `{"message":"No"}`, "application/json"})).Explain(
		client.DeleteDestination(t.Context(), cloudWatch.Key))
	if !strings.HasSuffix(detail, mayBeDenied) {
		t.Errorf("another run: got %q, want %q at its end", detail, mayBeDenied)
	}
}

// Advice that is as short as its reference is repeated.
func TestClientRepeatsShortAdvice(t *testing.T) {
	n := newNetwork(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		_, detail := n.client.Explain(n.client.PutDestination(ctx, cloudWatch))
		if !strings.HasSuffix(detail, interrupted) {
			t.Errorf("got %q, want %q at its end", detail, interrupted)
		}
	}
}

// An error of the package that is no failed call is explained by its own words.
func TestExplainRepeatsOtherErrors(t *testing.T) {
	err := fmt.Errorf("the %s: %w", cloudWatch.Key, rumapi.ErrNotFound)
	checkExplained(t, err, "Cannot use CloudWatch RUM", err.Error())
}
