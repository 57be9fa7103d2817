package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// keys returns the text of a profile with an access key of the fake.
func keys(profile, accessKey string) string {
	return fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profile, accessKey, fakerum.SecretKey)
}

// The rows are all sets of places that can have credentials.
func TestFirstPlaceWithCredentialsCounts(t *testing.T) {
	fake, url := newFake(t)
	places := []string{"access_key", "profile", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "default profile"}
	for set := 1; set < 1<<len(places); set++ {
		var names []string
		for i, place := range places {
			if set&(1<<i) != 0 {
				names = append(names, place)
			}
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			cleanEnv(t)
			block, files, want := keyless(url), "", ""
			t.Setenv("AWS_ENDPOINT_URL_STS", url) // the SDK's own web identity does not look at the block
			// The first place is set last, so that want has its key in the end.
			for i := range slices.Backward(places) {
				if set&(1<<i) == 0 {
					continue
				}
				key := fmt.Sprintf("AKID%d", i)
				want = key
				switch i {
				case 0:
					block["access_key"], block["secret_key"] = key, fakerum.SecretKey
				case 1:
					block["profile"] = "one"
					files += keys("one", key)
				case 2:
					t.Setenv("AWS_ACCESS_KEY_ID", key)
					t.Setenv("AWS_SECRET_ACCESS_KEY", fakerum.SecretKey)
				case 3:
					t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", write(t, "token", "a token"))
					t.Setenv("AWS_ROLE_ARN", roleA)
					want = "a role's"
				case 4:
					t.Setenv("AWS_PROFILE", "two")
					files += keys("two", key)
				case 5:
					t.Setenv("AWS_DEFAULT_PROFILE", "three")
					files += keys("three", key)
				case 6:
					files += keys("default", key)
				}
			}
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", write(t, "credentials", files))

			configured(t, block).mustRead(t)
			got := last(t, fake).AccessKeyID
			if strings.HasPrefix(got, "ASIA") {
				got = "a role's"
			}
			if got != want {
				t.Errorf("signed with %s, want %s", got, want)
			}
		})
	}
}

// Every source gives the access key AKID with a session token.
func TestCredentialsAreFoundInEverySource(t *testing.T) {
	fake, url := newFake(t)
	instance := metadata(t)
	var asked atomic.Int32
	flaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 3 {
			http.Error(w, "", http.StatusServiceUnavailable)
			return
		}
		serveMetadata(w, r)
	}))
	t.Cleanup(flaky.Close)

	type text map[string]string
	profile := func(name string) string { return keys(name, "AKID") + "aws_session_token = a-session\n" }
	ofEnvironment := text{"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": fakerum.SecretKey, "AWS_SESSION_TOKEN": "a-session"}
	for name, test := range map[string]struct {
		block args
		env   text
		files text // of ~/.aws
	}{
		"block":                               {block: args{"access_key": "AKID", "secret_key": fakerum.SecretKey, "token": "a-session"}},
		"environment":                         {env: ofEnvironment},
		"empty strings mean the same as null": {block: everyStringEmpty(t), env: ofEnvironment},
		"default files":                       {files: text{"config": profile("default")}},
		"files of the block": {
			block: args{
				"profile":                  "named",
				"shared_config_files":      []string{"~/.aws/my-config", "~/.aws/my-config-2"},
				"shared_credentials_files": []string{"$HOME/.aws/my-credentials"},
			},
			files: text{
				"my-config": "", "my-config-2": "[profile named]\nregion = eu-west-3\n", "my-credentials": profile("named"),
				"config": keys("profile named", "WRONG"), "credentials": keys("named", "WRONG"),
			},
		},
		"process": {
			block: args{"profile": "made"},
			files: text{
				"config": "[profile made]\ncredential_process = cat \"$HOME/.aws/made\"\n",
				"made":   fmt.Sprintf(`{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": %q, "SessionToken": "a-session"}`, fakerum.SecretKey),
			},
		},
		"container": {env: text{"AWS_CONTAINER_CREDENTIALS_FULL_URI": instance + "/container"}},
		// The environment of the tests switches the metadata service off. The block comes before it.
		"instance":                     {block: args{"ec2_metadata_service_endpoint": instance, "skip_metadata_api_check": "false"}},
		"instance of the environment":  {env: text{"AWS_EC2_METADATA_SERVICE_ENDPOINT": instance, "AWS_EC2_METADATA_DISABLED": ""}},
		"instance that fails at first": {block: args{"ec2_metadata_service_endpoint": flaky.URL, "skip_metadata_api_check": "false"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
			for name, text := range test.files {
				home(t, name, text)
			}
			configured(t, keyless(url).with(test.block)).mustRead(t)
			request := last(t, fake)
			if request.AccessKeyID != "AKID" {
				t.Errorf("signed with %q, want %q", request.AccessKeyID, "AKID")
			}
			if token := request.Header.Get("X-Amz-Security-Token"); token != "a-session" {
				t.Errorf("got the session token %q, want %q", token, "a-session")
			}
		})
	}
}

// everyStringEmpty returns a block in which every string except the region is "".
func everyStringEmpty(t *testing.T) args {
	t.Helper()
	block := args{}
	for _, attribute := range newServer(t).schema.Provider.Block.Attributes {
		if attribute.Type.Is(tftypes.String) && attribute.Name != "region" {
			block[attribute.Name] = ""
		}
	}
	return block
}

// home writes a file to ~/.aws.
func home(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(os.Getenv("HOME"), ".aws", name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// metadata starts a metadata service of EC2 and of containers, and returns its URL.
func metadata(t *testing.T) (url string) {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(serveMetadata))
	t.Cleanup(service.Close)
	return service.URL
}

func serveMetadata(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/latest/api/token":
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		fmt.Fprint(w, "an IMDS token")
	case "/latest/meta-data/iam/security-credentials/":
		fmt.Fprint(w, "the-role")
	case "/latest/meta-data/iam/security-credentials/the-role", "/container":
		_ = json.NewEncoder(w).Encode(map[string]any{
			"Code": "Success", "AccessKeyId": "AKID", "SecretAccessKey": fakerum.SecretKey, "Token": "a-session",
			"Expiration": time.Now().Add(time.Hour),
		})
	default:
		http.NotFound(w, r)
	}
}

func TestWrongCredentialsSettingsFailAtStart(t *testing.T) {
	fake, url := newFake(t)
	type env map[string]string
	none := write(t, "none", "")
	for name, test := range map[string]struct {
		block args
		env   env
		says  []string
	}{
		"key without its secret":   {args{"access_key": "AKID"}, nil, []string{"Incomplete AWS credentials", "access_key and secret_key go together"}},
		"secret without its key":   {args{"secret_key": "s"}, nil, []string{"access_key and secret_key go together"}},
		"secret with an empty key": {args{"access_key": "", "secret_key": "s"}, nil, []string{"access_key and secret_key go together"}},
		"token without the two":    {args{"token": "t"}, nil, []string{"token goes with both"}},

		"profile that does not exist":          {args{"profile": "nobody"}, nil, []string{"Unknown AWS profile", `"nobody"`, "shared_credentials_files", "AttributeName(\"profile\")"}},
		"AWS_PROFILE that does not exist":      {nil, env{"AWS_PROFILE": "nobody"}, []string{"Unknown AWS profile", `"nobody"`, "AWS_PROFILE"}},
		"config file that does not exist":      {args{"shared_config_files": []string{"/nowhere/config"}}, nil, []string{"Cannot read a file of shared_config_files", "/nowhere/config", "ElementKeyInt(0)"}},
		"credentials file that does not exist": {args{"shared_credentials_files": []string{none, "~/nothing"}}, nil, []string{"Cannot read a file of shared_credentials_files", "/nothing: no such file", "ElementKeyInt(1)"}},
		"CA bundle that does not exist":        {args{"custom_ca_bundle": "~/nothing.pem"}, nil, []string{"Cannot read custom_ca_bundle", "/nothing.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			for name, v := range test.env {
				t.Setenv(name, v)
			}
			expect(t, newServer(t).configure(t, keyless(url).with(test.block)), test.says...)
			if n := len(fake.Requests()); n > 0 {
				t.Errorf("%d requests were made, want none", n)
			}
		})
	}
}

// The configuration of the provider makes no request and needs no credentials. The
// same run may create them later, or not need them.
func TestCredentialsAreLookedUpLazily(t *testing.T) {
	cleanEnv(t)
	fake, url := newFake(t)
	var asked atomic.Int32
	instance := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		serveMetadata(w, r)
	}))
	t.Cleanup(instance.Close)
	lazy := configured(t, keyless(url).with(args{
		"ec2_metadata_service_endpoint": instance.URL, "skip_metadata_api_check": "false",
		"assume_role": blocks{{"role_arn": roleA}},
	}))
	if n := len(fake.Requests()) + int(asked.Load()); n != 0 {
		t.Errorf("the configuration made %d requests, want none", n)
	}
	lazy.mustRead(t)
	lazy.readOf(t, other, region)
	if n := asked.Load(); n != 3 { // for a token, the name of the role, and the credentials
		t.Errorf("the metadata service was asked %d times, want 3", n)
	}
	if n := fake.Count(fakerum.OpAssumeRole); n != 1 {
		t.Errorf("the role was assumed %d times, want once", n)
	}
}

// The error says where credentials were looked for. A metadata service that does
// not answer is not asked again and again.
func TestMissingCredentialsErrorSaysWhereTheyWereLookedFor(t *testing.T) {
	_, url := newFake(t)

	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	silent := "http://" + listener.Addr().String() // never answers
	var asked atomic.Int32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			t.Cleanup(func() { connection.Close() })
		}
	}()

	for name, test := range map[string]struct {
		block args
		says  []string
	}{
		"metadata service is switched off": {args{}, []string{"is switched off"}},
		"nothing listens":                  {args{"skip_metadata_api_check": "false", "ec2_metadata_service_endpoint": "http://127.0.0.1:1"}, []string{"refused"}},
		"nothing answers":                  {args{"skip_metadata_api_check": "false", "ec2_metadata_service_endpoint": silent}, []string{"no answer from the EC2 metadata service"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t)
			t.Setenv("AWS_PROFILE", "work")
			t.Setenv("AWS_CONFIG_FILE", write(t, "config", "[profile work]\n"))
			s := configured(t, keyless(url).with(test.block))
			diags := s.read(t)
			expect(t, diags, append(test.says, "Cannot read RUM metrics destinations", "no AWS credentials were found",
				"AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", `the profile "work"`, "container", "EC2 metadata service", "Give the provider credentials")...)
			if n := asked.Swap(0); n > 2 { // once for a token, and once without a token
				t.Errorf("a metadata service that does not answer was asked %d times, want at most 2", n)
			}
		})
	}

	t.Run("profile of the block", func(t *testing.T) {
		cleanEnv(t)
		t.Setenv("AWS_CONFIG_FILE", write(t, "config", "[profile work]\n"))
		expect(t, configured(t, keyless(url).with(args{"profile": "work"})).read(t), `in the profile "work" of `, "since the provider block names it")
	})
}
