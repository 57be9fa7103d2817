package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorder is a server and a proxy. It remembers one thing of the last request: as
// a server the path, as a proxy the host that was asked for.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	seen string
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if req.Method == http.MethodConnect {
			r.seen = req.Host
			http.Error(w, "", http.StatusForbidden)
			return
		}
		r.seen = req.URL.Path
		fmt.Fprint(w, `{"Destinations":[{"Destination":"CloudWatch"}]}`)
	}))
	t.Cleanup(r.Close)
	return r
}

// last returns what the recorder remembers, and makes it forget: the next test does
// not see the request of this one.
func (r *recorder) last() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := r.seen
	r.seen = ""
	return seen
}

// The rows are all sets of places that can have an endpoint, each with every way to
// switch them off.
func TestFirstPlaceWithAnEndpointCounts(t *testing.T) {
	recorder := newRecorder(t)
	places := []string{"endpoints.rum", "AWS_ENDPOINT_URL_RUM", "AWS_ENDPOINT_URL", "services section", "endpoint_url"}
	ignores := []struct {
		name      string
		env, file string
		ignored   bool
	}{
		{name: "not ignored"},
		{"ignored by environment", "true", "", true},
		{"ignored by file", "", "true", true},
		{"not ignored by environment, which comes before the file", "false", "true", false},
	}
	for set := range 1 << len(places) {
		var names []string
		for i, place := range places {
			if set&(1<<i) != 0 {
				names = append(names, place)
			}
		}
		for _, ignore := range ignores {
			t.Run(fmt.Sprintf("%s/%s", strings.Join(names, "+"), ignore.name), func(t *testing.T) {
				cleanEnv(t)
				// Without an endpoint, the request is for a host of AWS. It goes to the proxy, which refuses it.
				block := args{"region": region, "access_key": "AKID", "secret_key": "secret", "max_retries": 1, "https_proxy": recorder.URL}
				var profile, services string
				want := "rum.eu-west-1.amazonaws.com:443"
				// The first place is set last, so that want has its path in the end.
				for i := range slices.Backward(places) {
					if set&(1<<i) == 0 {
						continue
					}
					url := fmt.Sprintf("%s/%d", recorder.URL, i)
					switch i {
					case 0:
						block["endpoints"] = blocks{{"rum": url}}
					case 1, 2:
						t.Setenv(places[i], url)
					case 3:
						profile += "services = there\n"
						services = fmt.Sprintf("[services there]\nrum =\n  endpoint_url = %s\n", url)
					case 4:
						profile += "endpoint_url = " + url + "\n"
					}
					if i == 0 || !ignore.ignored {
						want = fmt.Sprintf("/%d/rummetrics/web/metricsdestination", i)
					}
				}
				if ignore.env != "" {
					t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ignore.env)
				}
				if ignore.file != "" {
					profile += "ignore_configured_endpoint_urls = " + ignore.file + "\n"
				}
				t.Setenv("AWS_CONFIG_FILE", write(t, "config", "[default]\n"+profile+services))

				configured(t, block).read(t)
				if got := recorder.last(); got != want {
					t.Errorf("asked %s, want %s", got, want)
				}
			})
		}
	}
}

// An endpoint that is named wins over FIPS and dual-stack, for CloudWatch RUM and for
// STS, wherever each of them is set.
func TestAnEndpointWinsOverFIPSAndDualStack(t *testing.T) {
	fake, url := newFake(t)
	type setting struct {
		name  string
		block args
		env   map[string]string
		file  string // in the profile
	}
	endpoints := []setting{
		{"endpoints", args{"endpoints": blocks{{"rum": url, "sts": url}}}, nil, ""},
		{"AWS_ENDPOINT_URL_RUM and STS", nil, map[string]string{"AWS_ENDPOINT_URL_RUM": url, "AWS_ENDPOINT_URL_STS": url}, ""},
		{"AWS_ENDPOINT_URL", nil, map[string]string{"AWS_ENDPOINT_URL": url}, ""},
		{"endpoint_url", nil, nil, "endpoint_url = " + url + "\n"},
	}
	for _, mode := range []string{"use_fips_endpoint", "use_dualstack_endpoint"} {
		for _, m := range []setting{
			{"block", args{mode: true}, nil, ""},
			{"environment", nil, map[string]string{"AWS_" + strings.ToUpper(mode): "true"}, ""},
			{"file", nil, nil, mode + " = true\n"},
		} {
			for _, e := range endpoints {
				t.Run(mode+" of "+m.name+" and "+e.name, func(t *testing.T) {
					cleanEnv(t)
					for _, s := range []setting{m, e} {
						for name, v := range s.env {
							t.Setenv(name, v)
						}
					}
					home(t, "config", keys("default", "AKID")+m.file+e.file)
					fake.ForgetRequests()
					configured(t, args{"region": region, "assume_role": blocks{{"role_arn": roleA}}}.with(m.block).with(e.block)).mustRead(t)
					if got := len(fake.Requests()); got != 2 {
						t.Errorf("the endpoint received %d requests, want one for the role and one for the read", got)
					}
				})
			}
		}
	}
}

// The rows are the places where an endpoint can be set. Most have 127.0.0.1:1, for
// which the SDK's error would only be that the protocol scheme is unsupported.
func TestEndpointWithoutSchemeIsRefusedAtStart(t *testing.T) {
	const endpoint = "127.0.0.1:1"
	services := func(service string) string {
		return "[default]\nservices = here\n[services here]\n" + service + " =\n  endpoint_url = " + endpoint + "\n"
	}
	for name, test := range map[string]struct {
		block args
		env   map[string]string
		file  string
		says  []string
	}{
		"endpoints.rum":           {block: args{"endpoints": blocks{{"rum": endpoint}}}, says: []string{"endpoints[0].rum must be a URL such as https://"}},
		"endpoints.cloudwatchrum": {block: args{"endpoints": blocks{{"cloudwatchrum": endpoint}}}, says: []string{"endpoints[0].cloudwatchrum must be a URL such as https://"}},
		"endpoints.sts":           {block: args{"endpoints": blocks{{"sts": endpoint}}}, says: []string{"endpoints[0].sts must be a URL such as https://"}},
		"AWS_ENDPOINT_URL_RUM":    {env: map[string]string{"AWS_ENDPOINT_URL_RUM": endpoint}, says: []string{"Invalid endpoint", "AWS_ENDPOINT_URL_RUM in the environment must be a URL that begins with http:// or https://"}},
		"AWS_ENDPOINT_URL_STS":    {env: map[string]string{"AWS_ENDPOINT_URL_STS": endpoint}, says: []string{"Invalid endpoint", "AWS_ENDPOINT_URL_STS in the environment must be a URL that begins with http:// or https://"}},
		"AWS_ENDPOINT_URL":        {env: map[string]string{"AWS_ENDPOINT_URL": endpoint}, says: []string{"Invalid endpoint", "AWS_ENDPOINT_URL in the environment must be a URL that begins with http:// or https://"}},
		"host without port":       {env: map[string]string{"AWS_ENDPOINT_URL": "rum.example.com"}, says: []string{"Invalid endpoint", "AWS_ENDPOINT_URL in the environment must be a URL that begins with http:// or https://"}},
		"another scheme":          {env: map[string]string{"AWS_ENDPOINT_URL": "ftp://rum.example.com"}, says: []string{"Invalid endpoint", "AWS_ENDPOINT_URL in the environment must be a URL that begins with http:// or https://"}},
		"services section, rum":   {file: services("rum"), says: []string{"Invalid endpoint", `endpoint_url of RUM in the section [services here] of the profile "default" of `, "/.aws/config must be a URL"}},
		"services section, sts":   {file: services("sts"), says: []string{"Invalid endpoint", `endpoint_url of STS in the section [services here] of the profile "default" of `, "/.aws/config must be a URL"}},
		"endpoint_url":            {file: "[default]\nendpoint_url = " + endpoint + "\n", says: []string{"Invalid endpoint", `endpoint_url in the profile "default" of `, "/.aws/config must be a URL"}},

		"ignored by the environment":      {env: map[string]string{"AWS_ENDPOINT_URL": endpoint, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}},
		"ignored by the profile":          {file: "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = " + endpoint + "\n"},
		"overridden by the block":         {block: args{"endpoints": blocks{{"rum": "http://127.0.0.1:1", "sts": "http://127.0.0.1:1"}}}, env: map[string]string{"AWS_ENDPOINT_URL": endpoint}},
		"overridden by the environment":   {env: map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, file: "[default]\nendpoint_url = " + endpoint + "\n"},
		"overridden for both services":    {env: map[string]string{"AWS_ENDPOINT_URL_RUM": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": endpoint}},
		"of a service that is not called": {env: map[string]string{"AWS_ENDPOINT_URL_S3": endpoint}},
		"of a profile that is not in use": {file: "[default]\n[profile other]\nendpoint_url = " + endpoint + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
			home(t, "config", test.file)
			diags := newServer(t).configure(t, args{"region": region, "access_key": "AKID", "secret_key": "secret"}.with(test.block))
			if test.says != nil {
				expect(t, diags, test.says...)
			} else if len(diags) > 0 {
				t.Errorf("got an error, want none:\n%s", say(diags))
			}
		})
	}
}

// hashicorp/aws has two names for the endpoint of CloudWatch RUM.
func TestEndpointHasTwoNames(t *testing.T) {
	cleanEnv(t)
	fake, url := newFake(t)
	configured(t, at(url, "AKID").with(args{"endpoints": blocks{{"cloudwatchrum": url}}})).mustRead(t)
	if got := len(fake.Requests()); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
	expect(t, newServer(t).configure(t, at(url, "AKID").with(args{"endpoints": blocks{{"rum": url, "cloudwatchrum": url}}})),
		"cloudwatchrum", "cannot be specified when")
}

func TestEndpointSettingsDecideTheHost(t *testing.T) {
	recorder := newRecorder(t)
	for name, test := range map[string]struct {
		block args
		env   map[string]string
		want  string
	}{
		"plain":                       {want: "rum.eu-west-1.amazonaws.com:443"},
		"China":                       {block: args{"region": "cn-north-1"}, want: "rum.cn-north-1.amazonaws.com.cn:443"},
		"FIPS":                        {block: args{"use_fips_endpoint": true}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"dual-stack":                  {block: args{"use_dualstack_endpoint": true}, want: "rum.eu-west-1.api.aws:443"},
		"both":                        {block: args{"use_fips_endpoint": true, "use_dualstack_endpoint": true}, want: "rum-fips.eu-west-1.api.aws:443"},
		"FIPS by environment":         {env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"block over environment":      {block: args{"use_fips_endpoint": false, "use_dualstack_endpoint": false}, env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, want: "rum.eu-west-1.amazonaws.com:443"},
		"an endpoint that is ignored": {block: args{"use_fips_endpoint": true}, env: map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"STS":                         {block: args{"assume_role": blocks{{"role_arn": roleA}}}, want: "sts.eu-west-1.amazonaws.com:443"},
		"STS of another region":       {block: args{"assume_role": blocks{{"role_arn": roleA}}, "sts_region": "us-east-2"}, want: "sts.us-east-2.amazonaws.com:443"},
		"STS with FIPS":               {block: args{"assume_role": blocks{{"role_arn": roleA}}, "sts_region": "us-east-2", "use_fips_endpoint": true}, want: "sts-fips.us-east-2.amazonaws.com:443"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
			block := args{"region": region, "access_key": "AKID", "secret_key": "secret", "max_retries": 1, "https_proxy": recorder.URL}
			s := configured(t, block.with(test.block))
			diags := s.readOf(t, web, fmt.Sprint(block.with(test.block)["region"]))
			if got := recorder.last(); got != test.want {
				t.Errorf("asked for %s, want %s\n%s", got, test.want, say(diags))
			}
		})
	}
}
