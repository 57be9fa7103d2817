package fakerum

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// SecretKey is the secret of an access key unless SetSecret changes it. The service
// accepts any access key, so a test can use many accounts without setting them up.
const SecretKey = "fakerum-secret-key"

// SetSecret changes the secret of an access key.
func (s *state) SetSecret(accessKeyID, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[accessKeyID] = secret
}

const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeFormat = "20060102T150405Z"
	maxSkew    = 5 * time.Minute // AWS refuses a request whose time differs by more
)

// authorization has the parts of an Authorization header of SigV4.
type authorization struct {
	accessKeyID   string
	region        string
	service       string
	signedHeaders []string
	signature     string
}

func parseAuthorization(header string) (authorization, error) {
	malformed := errors.New("the Authorization header must be of the form " + algorithm + " Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=HEADERS, Signature=SIGNATURE")
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return authorization{}, malformed
	}
	fields := map[string]string{}
	for field := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 5 || slices.Contains(scope, "") || fields["SignedHeaders"] == "" || fields["Signature"] == "" {
		return authorization{}, malformed
	}
	return authorization{
		accessKeyID:   scope[0],
		region:        scope[2],
		service:       scope[3],
		signedHeaders: strings.Split(fields["SignedHeaders"], ";"),
		signature:     fields["Signature"],
	}, nil
}

// stsCodes maps the error codes of RUM to those of STS.
var stsCodes = map[string]string{
	"MissingAuthenticationTokenException": "MissingAuthenticationToken",
	"IncompleteSignatureException":        "IncompleteSignature",
	"InvalidSignatureException":           "SignatureDoesNotMatch",
	"UnrecognizedClientException":         "InvalidClientTokenId",
	"ExpiredTokenException":               "ExpiredToken",
}

// authenticate checks the signature of r. It returns nil if the signature is valid
// or rt needs none, and otherwise the error answer.
func (s *state) authenticate(r *http.Request, rt *route, body []byte) *answer {
	if rt.unsigned {
		return nil
	}
	code, message := s.signatureProblem(r, rt.service, body)
	if code == "" {
		return nil
	}
	if rt.service == serviceSTS {
		code = stsCodes[code]
	}
	a := rt.refuse(http.StatusForbidden, code, message)
	return &a
}

func (s *state) signatureProblem(r *http.Request, service string, body []byte) (code, message string) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "MissingAuthenticationTokenException", "Missing Authentication Token"
	}
	auth, err := parseAuthorization(header)
	if err != nil {
		return "IncompleteSignatureException", err.Error()
	}
	if auth.service != service {
		return "InvalidSignatureException", "Credential should be scoped to correct service: '" + service + "'."
	}
	signed, err := time.Parse(timeFormat, r.Header.Get("X-Amz-Date"))
	if err != nil {
		return "IncompleteSignatureException", "X-Amz-Date must be in the form " + timeFormat
	}
	if age := time.Since(signed); age > maxSkew {
		return "InvalidSignatureException", "Signature expired: " + signed.Format(timeFormat)
	} else if age < -maxSkew {
		return "InvalidSignatureException", "Signature not yet current: " + signed.Format(timeFormat)
	}

	s.mu.Lock()
	role, secret := s.roleOf(auth.accessKeyID), s.secret(auth.accessKeyID)
	s.mu.Unlock()
	if role != nil {
		if r.Header.Get("X-Amz-Security-Token") != role.SessionToken {
			return "UnrecognizedClientException", "The security token included in the request is invalid."
		}
		if time.Now().After(role.Expiration) {
			return "ExpiredTokenException", "The security token included in the request is expired"
		}
	}
	if sign(r, auth, secret, signed, body) != auth.signature {
		return "InvalidSignatureException",
			"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
	}
	return "", ""
}

// sign returns the signature that r must have, or "" if no signature is valid. It
// signs a copy of r that has only the headers in auth.signedHeaders. The signer adds
// the headers that SigV4 demands, so if r did not sign these, sign returns "".
func sign(r *http.Request, auth authorization, secret string, at time.Time, body []byte) string {
	u := *r.URL // the signer rewrites the query
	copied := &http.Request{Method: r.Method, URL: &u, Host: r.Host, Header: http.Header{}}
	for _, name := range auth.signedHeaders {
		switch name {
		case "host":
		case "content-length":
			copied.ContentLength = r.ContentLength
		default:
			if values := r.Header.Values(name); len(values) > 0 {
				copied.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
			}
		}
	}
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: auth.accessKeyID, SecretAccessKey: secret}
	// A signer caches derived keys by access key ID. It would not notice that
	// SetSecret changed the secret, so this one is new.
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, copied, hex.EncodeToString(hash[:]), auth.service, auth.region, at); err != nil {
		return ""
	}
	expected, err := parseAuthorization(copied.Header.Get("Authorization"))
	if err != nil || !slices.Equal(expected.signedHeaders, auth.signedHeaders) {
		return ""
	}
	return expected.signature
}

func (s *state) secret(accessKeyID string) string {
	if secret, ok := s.secrets[accessKeyID]; ok {
		return secret
	}
	return SecretKey
}
