package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The rows are all sets of places that can have credentials.
func TestFirstPlaceWithCredentialsCounts(t *testing.T) {
	fake, url := newFake(t)
	for name, set := range setsOf(
		"access_key", "profile", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "default profile",
	) {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, env{"AWS_ENDPOINT_URL_STS": url}) // the SDK's own web identity does not look at the block
			block, files, want := keyless(url), "", ""
			for _, i := range set {
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
					t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", home(t, "token", "a token"))
					t.Setenv("AWS_ROLE_ARN", roleA)
					want = "ASIA" // a role's
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
			home(t, "credentials", files)
			s := configured(t, block)
			if len(set) == 0 {
				expect(t, s.read(t), "no AWS credentials were found")
				return
			}
			s.mustRead(t)
			if got := last(t, fake).AccessKeyID; !strings.HasPrefix(got, want) {
				t.Errorf("signed with %s, want %s", got, want)
			}
		})
	}
}

// Every source gives the access key AKID with a session token.
func TestCredentialsAreFoundInEverySource(t *testing.T) {
	fake, url := newFake(t)
	instance := newProxy(t, http.HandlerFunc(serveMetadata)).URL
	var asked atomic.Int32
	flaky := newProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 3 {
			http.Error(w, "", http.StatusServiceUnavailable)
			return
		}
		serveMetadata(w, r)
	}))

	profile := func(name string) string { return keys(name, "AKID") + "aws_session_token = a-session\n" }
	ofEnvironment := env{"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": fakerum.SecretKey, "AWS_SESSION_TOKEN": "a-session"}
	for name, test := range map[string]struct {
		block args
		env   env
		files map[string]string // of ~/.aws
	}{
		"block":                               {block: args{"access_key": "AKID", "secret_key": fakerum.SecretKey, "token": "a-session"}},
		"environment":                         {env: ofEnvironment},
		"empty strings mean the same as null": {block: everyStringEmpty(t), env: ofEnvironment},
		"default files":                       {files: map[string]string{"config": profile("default")}},
		"files of the block": {
			block: args{
				"profile":                  "named",
				"shared_config_files":      []string{"~/.aws/my-config", "~/.aws/my-config-2"},
				"shared_credentials_files": []string{"$HOME/.aws/my-credentials"},
			},
			files: map[string]string{
				"my-config": "", "my-config-2": "[profile named]\nregion = eu-west-3\n", "my-credentials": profile("named"),
				"config": keys("profile named", "WRONG"), "credentials": keys("named", "WRONG"),
			},
		},
		"process": {
			block: args{"profile": "made"},
			files: map[string]string{
				"config": "[profile made]\ncredential_process = cat \"$HOME/.aws/made\"\n",
				"made":   fmt.Sprintf(`{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": %q, "SessionToken": "a-session"}`, fakerum.SecretKey),
			},
		},
		"container": {env: env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": instance + "/container"}},
		// The environment of the tests switches the metadata service off. The block comes before it.
		"instance":                     {block: args{"ec2_metadata_service_endpoint": instance, "skip_metadata_api_check": "false"}},
		"instance of the environment":  {env: env{"AWS_EC2_METADATA_SERVICE_ENDPOINT": instance, "AWS_EC2_METADATA_DISABLED": ""}},
		"instance that fails at first": {block: args{"ec2_metadata_service_endpoint": flaky.URL, "skip_metadata_api_check": "false"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
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
	for _, attribute := range newServer(t).Schema.Provider.Block.Attributes {
		if attribute.Type.Is(tftypes.String) && attribute.Name != "region" {
			block[attribute.Name] = ""
		}
	}
	return block
}

// serveMetadata is a metadata service of EC2 and of containers.
func serveMetadata(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/latest/api/token":
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		fmt.Fprint(w, "an IMDS token")
	case "/latest/meta-data/iam/security-credentials/":
		fmt.Fprint(w, "the-role")
	case "/latest/meta-data/iam/security-credentials/the-role", "/container":
		_ = json.NewEncoder(w).Encode(args{
			"Code": "Success", "AccessKeyId": "AKID", "SecretAccessKey": fakerum.SecretKey, "Token": "a-session",
			"Expiration": time.Now().Add(time.Hour),
		})
	default:
		http.NotFound(w, r)
	}
}

// The configuration of the provider makes no request and needs no credentials. The
// same run may create them later, or not need them.
func TestCredentialsAreLookedUpLazily(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	instance := newProxy(t, http.HandlerFunc(serveMetadata))
	lazy := configured(t, keyless(url).with(args{
		"ec2_metadata_service_endpoint": instance.URL, "skip_metadata_api_check": "false",
		"assume_role": blocks{{"role_arn": roleA}},
	}))
	if asked := instance.asked(); asked != "" || len(fake.Requests()) > 0 {
		t.Errorf("the configuration asked for %q and for %v, want no requests", asked, fake.Requests())
	}
	lazy.mustRead(t)
	lazy.readOf(t.Context(), t, other, region)
	if asked := strings.Fields(instance.asked()); len(asked) != 3 { // for a token, the name of the role, and the credentials
		t.Errorf("the metadata service was asked for %q, want 3 things", asked)
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

	for name, test := range map[string]struct{ endpoint, says string }{
		"nothing listens": {"http://127.0.0.1:1", "refused"},
		"nothing answers": {silent, "no answer from the EC2 metadata service"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, env{"AWS_PROFILE": "work"})
			home(t, "config", "[profile work]\n")
			diags := configured(t, keyless(url).with(args{"skip_metadata_api_check": "false", "ec2_metadata_service_endpoint": test.endpoint})).read(t)
			expect(t, diags, test.says, "Cannot read RUM metrics destinations", "no AWS credentials were found",
				"AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", `the profile "work"`, "container", "EC2 metadata service", "Give the provider credentials")
			if n := asked.Swap(0); n > 2 { // once for a token, and once without a token
				t.Errorf("a metadata service that does not answer was asked %d times, want at most 2", n)
			}
		})
	}
}
