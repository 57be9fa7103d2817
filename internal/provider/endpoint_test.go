package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// The rows are all sets of places that can have an endpoint, each with every way to
// switch them off.
func TestFirstPlaceWithAnEndpointCounts(t *testing.T) {
	server := newProxy(t, http.NotFoundHandler())
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
	for name, set := range setsOf("endpoints.rum", "AWS_ENDPOINT_URL_RUM", "AWS_ENDPOINT_URL", "services section", "endpoint_url") {
		for _, ignore := range ignores {
			t.Run(name+"/"+ignore.name, func(t *testing.T) {
				cleanEnv(t, env{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ignore.env})
				// Without an endpoint, the request is for a host of AWS. It goes to the proxy, which refuses it.
				block := args{"region": region, "access_key": "AKID", "secret_key": "secret", "max_retries": 1, "https_proxy": server.URL}
				var profile, services string
				want := "rum.eu-west-1.amazonaws.com:443"
				for _, i := range set {
					url := fmt.Sprintf("%s/%d", server.URL, i)
					switch i {
					case 0:
						block["endpoints"] = blocks{{"rum": url}}
					case 1:
						t.Setenv("AWS_ENDPOINT_URL_RUM", url)
					case 2:
						t.Setenv("AWS_ENDPOINT_URL", url)
					case 3:
						profile += "services = there\n"
						services = fmt.Sprintf("[services there]\nrum =\n  endpoint_url = %s\n", url)
					case 4:
						profile += "endpoint_url = " + url + "\n"
					}
					if i == 0 || !ignore.ignored {
						want = strings.TrimPrefix(url, "http://") + "/rummetrics/web/metricsdestination"
					}
				}
				if ignore.file != "" {
					profile += "ignore_configured_endpoint_urls = " + ignore.file + "\n"
				}
				home(t, "config", "[default]\n"+profile+services)

				configured(t, block).read(t)
				if got := server.asked(); got != want {
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
		block args
		env   env
		file  string // in the profile
	}
	endpoints := map[string]setting{
		"endpoints":                    {block: args{"endpoints": blocks{{"rum": url, "sts": url}}}},
		"AWS_ENDPOINT_URL_RUM and STS": {env: env{"AWS_ENDPOINT_URL_RUM": url, "AWS_ENDPOINT_URL_STS": url}},
		"AWS_ENDPOINT_URL":             {env: env{"AWS_ENDPOINT_URL": url}},
		"endpoint_url":                 {file: "endpoint_url = " + url + "\n"},
	}
	modes := map[string]setting{}
	for _, mode := range []string{"use_fips_endpoint", "use_dualstack_endpoint"} {
		modes[mode+" of the block"] = setting{block: args{mode: true}}
		modes[mode+" of the environment"] = setting{env: env{"AWS_" + strings.ToUpper(mode): "true"}}
		modes[mode+" of the file"] = setting{file: mode + " = true\n"}
	}
	for mode, m := range modes {
		for endpoint, e := range endpoints {
			t.Run(mode+" and "+endpoint, func(t *testing.T) {
				cleanEnv(t, m.env)
				for name, v := range e.env {
					t.Setenv(name, v)
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

// The rows are the places where an endpoint can be set. Most have 127.0.0.1:1, for
// which the SDK's error would only be that the protocol scheme is unsupported.
func TestEndpointWithoutSchemeIsRefusedAtStart(t *testing.T) {
	const endpoint, right, inFile = "127.0.0.1:1", "http://127.0.0.1:1", "/.aws/config must be a URL"
	services := func(service string) string {
		return "[default]\nservices = here\n[services here]\n" + service + " =\n  endpoint_url = " + endpoint + "\n"
	}
	ofEnvironment := func(variable string) string {
		return variable + " in the environment must be a URL that begins with http:// or https://"
	}
	for name, test := range map[string]struct {
		block args
		env   env
		file  string
		says  []string
	}{
		"endpoints.rum":           {block: args{"endpoints": blocks{{"rum": endpoint}}}, says: []string{"endpoints[0].rum must be a URL such as https://"}},
		"endpoints.cloudwatchrum": {block: args{"endpoints": blocks{{"cloudwatchrum": endpoint}}}, says: []string{"endpoints[0].cloudwatchrum must be a URL such as https://"}},
		"endpoints.sts":           {block: args{"endpoints": blocks{{"sts": endpoint}}}, says: []string{"endpoints[0].sts must be a URL such as https://"}},
		"AWS_ENDPOINT_URL_RUM":    {env: env{"AWS_ENDPOINT_URL_RUM": endpoint}, says: []string{"Invalid endpoint", ofEnvironment("AWS_ENDPOINT_URL_RUM")}},
		"AWS_ENDPOINT_URL_STS":    {env: env{"AWS_ENDPOINT_URL_STS": endpoint}, says: []string{"Invalid endpoint", ofEnvironment("AWS_ENDPOINT_URL_STS")}},
		"another scheme":          {env: env{"AWS_ENDPOINT_URL": "ftp://rum.example.com"}, says: []string{"Invalid endpoint", ofEnvironment("AWS_ENDPOINT_URL")}},
		"services section": {
			file: services("sts"), says: []string{"Invalid endpoint", `endpoint_url of STS in the section [services here] of the profile "default" of `, inFile},
		},
		"endpoint_url": {file: "[default]\nendpoint_url = " + endpoint + "\n", says: []string{"Invalid endpoint", `endpoint_url in the profile "default" of `, inFile}},

		"ignored by the environment":      {env: env{"AWS_ENDPOINT_URL": endpoint, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}},
		"overridden by the block":         {block: args{"endpoints": blocks{{"rum": right, "sts": right}}}, env: env{"AWS_ENDPOINT_URL": endpoint}},
		"overridden by the environment":   {env: env{"AWS_ENDPOINT_URL": right}, file: "[default]\nendpoint_url = " + endpoint + "\n"},
		"overridden for both services":    {env: env{"AWS_ENDPOINT_URL_RUM": right, "AWS_ENDPOINT_URL_STS": right, "AWS_ENDPOINT_URL": endpoint}},
		"of a service that is not called": {env: env{"AWS_ENDPOINT_URL_S3": endpoint}},
		"of a profile that is not in use": {file: "[default]\n[profile other]\nendpoint_url = " + endpoint + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
			home(t, "config", test.file)
			diags := newServer(t).Configure(t, args{"region": region, "access_key": "AKID", "secret_key": "secret"}.with(test.block))
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
	cleanEnv(t, nil)
	fake, url := newFake(t)
	configured(t, at(url, "AKID").with(args{"endpoints": blocks{{"cloudwatchrum": url}}})).mustRead(t)
	if got := len(fake.Requests()); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
	expect(t, newServer(t).Configure(t, at(url, "AKID").with(args{"endpoints": blocks{{"rum": url, "cloudwatchrum": url}}})),
		"cloudwatchrum", "cannot be specified when")
}

func TestEndpointSettingsDecideTheHost(t *testing.T) {
	proxy := newProxy(t, http.NotFoundHandler())
	for name, test := range map[string]struct {
		block args
		env   env
		want  string
	}{
		"plain":               {want: "rum.eu-west-1.amazonaws.com:443"},
		"China":               {block: args{"region": "cn-north-1"}, want: "rum.cn-north-1.amazonaws.com.cn:443"},
		"FIPS":                {block: args{"use_fips_endpoint": true}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"dual-stack":          {block: args{"use_dualstack_endpoint": true}, want: "rum.eu-west-1.api.aws:443"},
		"both":                {block: args{"use_fips_endpoint": true, "use_dualstack_endpoint": true}, want: "rum-fips.eu-west-1.api.aws:443"},
		"FIPS by environment": {env: env{"AWS_USE_FIPS_ENDPOINT": "true"}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"block over environment": {
			block: args{"use_fips_endpoint": false, "use_dualstack_endpoint": false},
			env:   env{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, want: "rum.eu-west-1.amazonaws.com:443",
		},
		"an endpoint that is ignored": {block: args{"use_fips_endpoint": true}, env: env{"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, want: "rum-fips.eu-west-1.amazonaws.com:443"},
		"STS":                         {block: args{"assume_role": blocks{{"role_arn": roleA}}}, want: "sts.eu-west-1.amazonaws.com:443"},
		"STS of another region":       {block: args{"assume_role": blocks{{"role_arn": roleA}}, "sts_region": "us-east-2"}, want: "sts.us-east-2.amazonaws.com:443"},
		"STS with FIPS":               {block: args{"assume_role": blocks{{"role_arn": roleA}}, "sts_region": "us-east-2", "use_fips_endpoint": true}, want: "sts-fips.us-east-2.amazonaws.com:443"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
			block := args{"region": region, "access_key": "AKID", "secret_key": "secret", "max_retries": 1, "https_proxy": proxy.URL}.with(test.block)
			diags := configured(t, block).readOf(t.Context(), t, web, fmt.Sprint(block["region"]))
			if got := proxy.asked(); got != test.want {
				t.Errorf("asked for %s, want %s\n%s", got, test.want, say(diags))
			}
		})
	}
}
