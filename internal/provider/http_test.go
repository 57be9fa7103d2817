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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// proxy passes requests for any host on to one service, and remembers the hosts. It
// answers CONNECT with an error.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	hosts []string
}

func newProxy(t *testing.T, service http.Handler) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.hosts = append(p.hosts, r.Host)
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

func (p *proxy) asked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.hosts) > 0
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
		{"http of the block", "http", args{"http_proxy": "mine"}, nil, "mine"},
		{"https of the block", "https", args{"https_proxy": "mine"}, nil, "mine"},
		{"http of the environment", "http", nil, map[string]string{"HTTP_PROXY": "theirs"}, "theirs"},
		{"https of the environment", "https", nil, map[string]string{"https_proxy": "theirs"}, "theirs"},
		{"http, block over environment", "http", args{"http_proxy": "mine"}, map[string]string{"HTTP_PROXY": "theirs"}, "mine"},
		{"https, block over environment", "https", args{"https_proxy": "mine"}, map[string]string{"HTTPS_PROXY": "theirs"}, "mine"},
		{"http is not for https", "https", args{"http_proxy": "mine"}, map[string]string{"HTTPS_PROXY": "theirs"}, "theirs"},
		{"http is for https if there is no other", "https", args{"http_proxy": "mine"}, nil, "mine"},
		{"http is not for https that has none", "https", args{"http_proxy": "mine", "https_proxy": ""}, nil, ""},
		{"https is not for http", "http", args{"https_proxy": "mine"}, map[string]string{"HTTP_PROXY": "theirs"}, "theirs"},
		{"none of the block over environment", "https", args{"https_proxy": ""}, map[string]string{"HTTPS_PROXY": "theirs"}, ""},
		{"no_proxy of the block", "https", args{"https_proxy": "mine", "no_proxy": "other.com,example.com"}, nil, ""},
		{"no_proxy for another host", "https", args{"https_proxy": "mine", "no_proxy": "other.com"}, nil, "mine"},
		{"no_proxy of the environment", "https", args{"https_proxy": "mine"}, map[string]string{"NO_PROXY": "example.com"}, ""},
		{"no_proxy, block over environment", "https", args{"https_proxy": "mine", "no_proxy": "other.com"}, map[string]string{"NO_PROXY": "example.com"}, "mine"},
		{"no_proxy of the block, proxy of the environment", "https", args{"no_proxy": "example.com"}, map[string]string{"HTTPS_PROXY": "theirs"}, ""},
		{"just host and port", "https", args{"https_proxy": "mine without scheme"}, nil, "mine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cleanEnv(t)
			fake := fakerum.New()
			fake.Seed(web)
			mine, theirs := newProxy(t, fake), newProxy(t, fake)
			names := map[string]string{"mine": mine.URL, "theirs": theirs.URL, "mine without scheme": strings.TrimPrefix(mine.URL, "http://")}
			block := at(test.scheme+"://"+host, "AKID").with(args{"max_retries": 1})
			for name, v := range test.block {
				block[name] = v
				if known, ok := names[fmt.Sprint(v)]; ok {
					block[name] = known
				}
			}
			for name, v := range test.env {
				t.Setenv(name, v)
				if known, ok := names[v]; ok {
					t.Setenv(name, known)
				}
			}
			got := ""
			diags := configured(t, block).read(t)
			switch {
			case mine.asked():
				got = "mine"
			case theirs.asked():
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
		cleanEnv(t)
		mine := newProxy(t, fakerum.New())
		proxy := strings.Replace(mine.URL, "http://", "http://user:hunter2@", 1)
		for name, block := range map[string]args{"for CloudWatch RUM": {}, "for STS": {"assume_role": blocks{{"role_arn": roleA}}}} {
			diags := configured(t, at("https://"+host, "AKID").with(args{"max_retries": 1, "https_proxy": proxy}).with(block)).read(t)
			expect(t, diags, "the proxy "+strings.TrimPrefix(mine.URL, "http://")+" refused the connection: 403 Forbidden", "The answer is the proxy's", "NO_PROXY")
			if strings.Contains(say(diags), "hunter2") {
				t.Errorf("%s: the error has the password, want it left out: %s", name, say(diags))
			}
		}
	})
	for _, wrong := range []string{"ftp://proxy.example.com", "http://", "not a proxy", "http://user:hunter2@proxy.example.com:port"} {
		t.Run("refused: "+wrong, func(t *testing.T) {
			cleanEnv(t)
			diags := newServer(t).configure(t, args{"region": region, "https_proxy": wrong})
			expect(t, diags, "Invalid https_proxy", "URL of a proxy")
			if strings.Contains(say(diags), "hunter2") {
				t.Errorf("the error has the password, want it left out: %s", say(diags))
			}
		})
	}
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
		t.Run("refused in the environment: "+variable, func(t *testing.T) {
			cleanEnv(t)
			t.Setenv(variable, "ftp://user:hunter2@proxy.example.com")
			diags := newServer(t).configure(t, at("https://rum.example.com", "AKID"))
			expect(t, diags, "Invalid proxy", variable, "URL of a proxy")
			if strings.Contains(say(diags), "hunter2") {
				t.Errorf("the error has the password, want it left out: %s", say(diags))
			}
			configured(t, at("https://rum.example.com", "AKID").with(args{"https_proxy": ""}))
		})
	}
	for _, right := range []string{"http://user:hunter2@proxy.example.com:3128", "https://proxy.example.com", "socks5://proxy.example.com:1080"} {
		t.Run("accepted: "+right, func(t *testing.T) {
			cleanEnv(t)
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
	bundle := write(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	for name, test := range map[string]struct {
		block   args
		env     map[string]string
		trusted bool
	}{
		"unknown":                       {args{}, nil, false},
		"custom_ca_bundle":              {args{"custom_ca_bundle": bundle}, nil, true},
		"AWS_CA_BUNDLE":                 {args{}, map[string]string{"AWS_CA_BUNDLE": bundle}, true},
		"block over environment":        {args{"custom_ca_bundle": bundle}, map[string]string{"AWS_CA_BUNDLE": "/nowhere"}, true},
		"insecure":                      {args{"insecure": true}, nil, true},
		"not insecure":                  {args{"insecure": false}, nil, false},
		"insecure, with another bundle": {args{"insecure": true, "custom_ca_bundle": otherCA(t)}, nil, true},
		"another bundle":                {args{"custom_ca_bundle": otherCA(t)}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
			s := configured(t, at(server.URL, "AKID").with(args{"assume_role": blocks{{"role_arn": roleA}}}).with(test.block))
			diags := s.read(t)
			if test.trusted {
				if len(diags) > 0 {
					t.Errorf("got\n%s\nwant no diagnostics", say(diags))
				}
				return
			}
			expect(t, diags, "certificate")
		})
	}
}

// otherCA writes a bundle with a certificate that no server of the tests has.
func otherCA(t *testing.T) (path string) {
	t.Helper()
	// All servers of httptest have the same certificate.
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "other.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})))
}

// Every call of the test fails forever.
func TestMaxRetriesBoundsTheTries(t *testing.T) {
	for name, test := range map[string]struct {
		block args
		env   map[string]string
		file  string
		want  int
	}{
		"block":                     {block: args{"max_retries": 3}, want: 3},
		"one":                       {block: args{"max_retries": 1}, want: 1},
		"zero is one":               {block: args{"max_retries": 0}, env: map[string]string{"AWS_MAX_ATTEMPTS": "3"}, want: 1},
		"environment":               {env: map[string]string{"AWS_MAX_ATTEMPTS": "2"}, want: 2},
		"file":                      {file: "max_attempts = 3\n", want: 3},
		"block, environment, file":  {block: args{"max_retries": 2}, env: map[string]string{"AWS_MAX_ATTEMPTS": "1"}, file: "max_attempts = 3\n", want: 2},
		"environment over the file": {env: map[string]string{"AWS_MAX_ATTEMPTS": "2"}, file: "max_attempts = 3\n", want: 2},
		"adaptive":                  {block: args{"max_retries": 2, "retry_mode": "adaptive"}, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
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
			cleanEnv(t)
			expect(t, newServer(t).configure(t, args{"region": region}.with(wrong)), name)
		})
	}
}

func TestUserAgentHasTheConfiguredProducts(t *testing.T) {
	for name, test := range map[string]struct {
		block args
		env   string
		want  string
	}{
		"plain":       {args{}, "", "Terraform/1.14.0 terraform-provider-rum/1.2.3 aws-sdk-go-v2/"},
		"block":       {args{"user_agent": []string{"team/web (+https://example.com/a?b=c)", "stage/prod"}}, "", "Terraform/1.14.0 terraform-provider-rum/1.2.3 team/web (+https://example.com/a?b=c) stage/prod aws-sdk-go-v2/"},
		"environment": {args{}, " JenkinsAgent/i-12345678 BuildID/1234 (Optional Extra Information) ", "Terraform/1.14.0 terraform-provider-rum/1.2.3 JenkinsAgent/i-12345678 BuildID/1234 (Optional Extra Information) aws-sdk-go-v2/"},
		"both":        {args{"user_agent": []string{"team/web"}}, "ci/1", "Terraform/1.14.0 terraform-provider-rum/1.2.3 team/web ci/1 aws-sdk-go-v2/"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			t.Setenv("TF_APPEND_USER_AGENT", test.env)
			fake, url := newFake(t)
			configured(t, at(url, "AKID").with(args{"assume_role": blocks{{"role_arn": roleA}}}).with(test.block)).mustRead(t)
			for _, request := range fake.Requests() { // to STS and to CloudWatch RUM
				if got := request.Header.Get("User-Agent"); !strings.HasPrefix(got, test.want) {
					t.Errorf("%s: got the User-Agent %q, want it to begin with %q", request.Operation, got, test.want)
				}
			}
		})
	}
	t.Run("a line break is refused", func(t *testing.T) {
		cleanEnv(t)
		expect(t, newServer(t).configure(t, args{"region": region, "user_agent": []string{"team/web\nX-Other: 1"}}), "user_agent[0]", "printable ASCII")
	})
}

// Without an endpoint of the metadata service, the mode decides its address.
func TestMetadataEndpointModeDecidesTheAddress(t *testing.T) {
	for mode, want := range map[string]string{"": "169.254.169.254", "IPv4": "169.254.169.254", "IPv6": "[fd00:ec2::254]"} {
		t.Run(fmt.Sprintf("%q", mode), func(t *testing.T) {
			cleanEnv(t)
			_, fakeURL := newFake(t)
			p := newProxy(t, http.HandlerFunc(serveMetadata))
			configured(t, keyless(fakeURL).with(args{
				"http_proxy": p.URL, "ec2_metadata_service_endpoint_mode": mode, "skip_metadata_api_check": "false",
			})).mustRead(t)
			if p.hosts[0] != want {
				t.Errorf("asked %s, want %s", p.hosts[0], want)
			}
		})
	}
}
