package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// proxy passes requests for any host on to one service, and remembers the host and the path
// of each. It answers CONNECT with an error.
type proxy struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newProxy(t *testing.T, service http.Handler) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Host+r.URL.Path)
		p.mu.Unlock()
		if r.Method == http.MethodConnect {
			http.Error(w, "", http.StatusForbidden)
			return
		}
		service.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// asked returns what the proxy remembers, and makes it forget.
func (p *proxy) asked() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := strings.Join(p.seen, " ")
	p.seen = nil
	return seen
}

func TestRequestsGoThroughTheConfiguredProxy(t *testing.T) {
	const host = "rum.example.com"
	for _, test := range []struct {
		name   string
		scheme string
		block  args              // "mine" stands for the URL of one proxy
		env    map[string]string // "theirs" stands for the URL of another
		want   string            // the proxy, or "" for none
	}{
		{"https of the block", "https", args{"https_proxy": "mine"}, nil, "mine"},
		{"http of the environment", "http", nil, env{"HTTP_PROXY": "theirs"}, "theirs"},
		{"https of the environment", "https", nil, env{"https_proxy": "theirs"}, "theirs"},
		{"http, block over environment", "http", args{"http_proxy": "mine"}, env{"HTTP_PROXY": "theirs"}, "mine"},
		{"https, block over environment", "https", args{"https_proxy": "mine"}, env{"HTTPS_PROXY": "theirs"}, "mine"},
		{"http is not for https", "https", args{"http_proxy": "mine"}, env{"HTTPS_PROXY": "theirs"}, "theirs"},
		{"http is for https if there is no other", "https", args{"http_proxy": "mine"}, nil, "mine"},
		{"http is not for https that has none", "https", args{"http_proxy": "mine", "https_proxy": ""}, nil, ""},
		{"https is not for http", "http", args{"https_proxy": "mine"}, env{"HTTP_PROXY": "theirs"}, "theirs"},
		{"none of the block over environment", "https", args{"https_proxy": ""}, env{"HTTPS_PROXY": "theirs"}, ""},
		{"no_proxy of the block", "https", args{"https_proxy": "mine", "no_proxy": "other.com,example.com"}, nil, ""},
		{"no_proxy for another host", "https", args{"https_proxy": "mine", "no_proxy": "other.com"}, nil, "mine"},
		{"no_proxy of the environment", "https", args{"https_proxy": "mine"}, env{"NO_PROXY": "example.com"}, ""},
		{"no_proxy, block over environment", "https", args{"https_proxy": "mine", "no_proxy": "other.com"}, env{"NO_PROXY": "example.com"}, "mine"},
		{"no_proxy of the block, proxy of the environment", "https", args{"no_proxy": "example.com"}, env{"HTTPS_PROXY": "theirs"}, ""},
		{"just host and port", "https", args{"https_proxy": "mine without scheme"}, nil, "mine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake := fakerum.New()
			fake.Seed(web)
			mine, theirs := newProxy(t, fake), newProxy(t, fake)
			names := strings.NewReplacer("mine without scheme", strings.TrimPrefix(mine.URL, "http://"), "mine", mine.URL, "theirs", theirs.URL)
			block := at(test.scheme+"://"+host, "AKID").with(args{"max_retries": 1})
			for name, v := range test.block {
				block[name] = names.Replace(fmt.Sprint(v))
			}
			for name, v := range test.env {
				t.Setenv(name, names.Replace(v))
			}
			got := ""
			diags := configured(t, block).read(t)
			switch {
			case mine.asked() != "":
				got = "mine"
			case theirs.asked() != "":
				got = "theirs"
			}
			if got != test.want {
				t.Errorf("the request went through the proxy %q, want %q\n%s", got, test.want, say(diags))
			}
			if got != "" && test.scheme == "http" && len(diags) > 0 {
				t.Errorf("the request through the proxy: got\n%s\nwant no diagnostics", say(diags))
			}
		})
	}

	t.Run("the proxy refuses", func(t *testing.T) {
		cleanEnv(t, nil)
		mine := newProxy(t, fakerum.New())
		proxy := strings.Replace(mine.URL, "http://", "http://user:hunter2@", 1)
		for _, block := range []args{{}, {"assume_role": blocks{{"role_arn": roleA}}}} { // for CloudWatch RUM, for STS
			diags := configured(t, at("https://"+host, "AKID").with(args{"max_retries": 1, "https_proxy": proxy}).with(block)).read(t)
			expect(t, diags, "the proxy "+strings.TrimPrefix(mine.URL, "http://")+" refused the connection: 403 Forbidden", "The answer is the proxy's", "NO_PROXY")
			expectUnsaid(t, diags, "hunter2")
		}
	})
	for _, wrong := range []string{"ftp://proxy.example.com", "http://", "not a proxy", "http://user:hunter2@proxy.example.com:port"} {
		t.Run("refused: "+wrong, func(t *testing.T) {
			cleanEnv(t, nil)
			diags := newServer(t).Configure(t, args{"region": region, "https_proxy": wrong})
			expect(t, diags, "Invalid https_proxy", "URL of a proxy")
			expectUnsaid(t, diags, "hunter2")
		})
	}
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
		t.Run("refused in the environment: "+variable, func(t *testing.T) {
			cleanEnv(t, env{variable: "ftp://user:hunter2@proxy.example.com"})
			diags := newServer(t).Configure(t, at("https://rum.example.com", "AKID"))
			expect(t, diags, "Invalid proxy", variable, "URL of a proxy")
			expectUnsaid(t, diags, "hunter2")
			configured(t, at("https://rum.example.com", "AKID").with(args{"https_proxy": ""}))
		})
	}
	for _, right := range []string{"http://user:hunter2@proxy.example.com:3128", "https://proxy.example.com", "socks5://proxy.example.com:1080"} {
		t.Run("accepted: "+right, func(t *testing.T) {
			cleanEnv(t, nil)
			configured(t, args{"region": region, "https_proxy": right, "http_proxy": right})
		})
	}
}

// A server is trusted when its certificate is known to this machine or is in a
// configured bundle, or when the block says insecure.
func TestOnlyKnownCertificatesAreTrusted(t *testing.T) {
	fake := fakerum.New()
	fake.Seed(web)
	server := httptest.NewTLSServer(fake)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // some handshakes are meant to fail
	t.Cleanup(server.Close)
	bundle, another := writeBundle(t, server.Certificate().Raw), writeBundle(t, otherCA(t))
	for name, test := range map[string]struct {
		block   args
		env     env
		trusted bool
	}{
		"unknown":                       {args{}, nil, false},
		"custom_ca_bundle":              {args{"custom_ca_bundle": bundle}, nil, true},
		"AWS_CA_BUNDLE":                 {args{}, env{"AWS_CA_BUNDLE": bundle}, true},
		"block over environment":        {args{"custom_ca_bundle": bundle}, env{"AWS_CA_BUNDLE": "/nowhere"}, true},
		"insecure, with another bundle": {args{"insecure": true, "custom_ca_bundle": another}, nil, true},
		"not insecure":                  {args{"insecure": false}, nil, false},
		"another bundle":                {args{"custom_ca_bundle": another}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
			s := configured(t, at(server.URL, "AKID").with(args{"assume_role": blocks{{"role_arn": roleA}}}).with(test.block))
			if test.trusted {
				s.mustRead(t)
			} else {
				expect(t, s.read(t), "certificate")
			}
		})
	}
}

func writeBundle(t *testing.T, certificate []byte) (path string) {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "ca.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})))
}

// otherCA makes a certificate that no server of the tests has. All servers of httptest
// have the same.
func otherCA(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// Every call of the test fails forever.
func TestMaxRetriesBoundsTheTries(t *testing.T) {
	for name, test := range map[string]struct {
		block args
		env   env
		file  string
		want  int
	}{
		"one":                       {block: args{"max_retries": 1}, want: 1},
		"zero is one":               {block: args{"max_retries": 0}, env: env{"AWS_MAX_ATTEMPTS": "3"}, want: 1},
		"file":                      {file: "max_attempts = 3\n", want: 3},
		"block, environment, file":  {block: args{"max_retries": 2}, env: env{"AWS_MAX_ATTEMPTS": "1"}, file: "max_attempts = 3\n", want: 2},
		"environment over the file": {env: env{"AWS_MAX_ATTEMPTS": "2"}, file: "max_attempts = 3\n", want: 2},
		"adaptive":                  {block: args{"max_retries": 2, "retry_mode": "adaptive"}, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
			home(t, "config", "[default]\n"+test.file)
			fake, url := newFake(t)
			fake.Inject(fakerum.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"})
			expect(t, configured(t, at(url, "AKID").with(test.block)).read(t), "ServiceUnavailable")
			if got := len(fake.Requests()); got != test.want {
				t.Errorf("%d tries, want %d", got, test.want)
			}
		})
	}
	for name, wrong := range map[string]args{"max_retries": {"max_retries": -1}, "retry_mode": {"retry_mode": "legacy"}} {
		t.Run("wrong "+name, func(t *testing.T) {
			cleanEnv(t, nil)
			expect(t, newServer(t).Configure(t, args{"region": region}.with(wrong)), name)
		})
	}
}

func TestUserAgentHasTheConfiguredProducts(t *testing.T) {
	for name, test := range map[string]struct {
		block []string
		env   string
		want  string
	}{
		"block":       {[]string{"team/web (+https://example.com/a?b=c)", "stage/prod"}, "", "team/web (+https://example.com/a?b=c) stage/prod"},
		"environment": {nil, " BuildID/1234 (Optional Extra Information) ", "BuildID/1234 (Optional Extra Information)"},
		"both":        {[]string{"team/web"}, "ci/1", "team/web ci/1"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, env{"TF_APPEND_USER_AGENT": test.env})
			fake, url := newFake(t)
			configured(t, at(url, "AKID").with(args{"assume_role": blocks{{"role_arn": roleA}}, "user_agent": test.block})).mustRead(t)
			want := "Terraform/1.14.0 terraform-provider-rum/test " + test.want + " aws-sdk-go-v2/"
			for _, request := range fake.Requests() { // to STS and to CloudWatch RUM
				if got := request.Header.Get("User-Agent"); !strings.HasPrefix(got, want) {
					t.Errorf("%s: got the User-Agent %q, want it to begin with %q", request.Operation, got, want)
				}
			}
		})
	}
	t.Run("a line break is refused", func(t *testing.T) {
		cleanEnv(t, nil)
		expect(t, newServer(t).Configure(t, args{"region": region, "user_agent": []string{"team/web\nX-Other: 1"}}), "user_agent[0]", "printable ASCII")
	})
}

// Without an endpoint of the metadata service, the mode decides its address.
func TestMetadataEndpointModeDecidesTheAddress(t *testing.T) {
	for mode, want := range map[string]string{"": "169.254.169.254", "IPv4": "169.254.169.254", "IPv6": "[fd00:ec2::254]"} {
		t.Run(fmt.Sprintf("%q", mode), func(t *testing.T) {
			cleanEnv(t, nil)
			_, fakeURL := newFake(t)
			p := newProxy(t, http.HandlerFunc(serveMetadata))
			configured(t, keyless(fakeURL).with(args{
				"http_proxy": p.URL, "ec2_metadata_service_endpoint_mode": mode, "skip_metadata_api_check": "false",
			})).mustRead(t)
			if got := p.asked(); !strings.HasPrefix(got, want+"/") {
				t.Errorf("asked %s, want %s", got, want)
			}
		})
	}
}
