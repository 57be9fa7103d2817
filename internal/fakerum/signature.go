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

// SecretKey is the secret of every access key that was not given one of its own
// with SetSecret. A signature can only be verified by who knows the secret, and
// tests want as many accounts as they like without setting any of them up: so
// any access key is good, and this is its secret.
const SecretKey = "fakerum-secret-key"

// SetSecret gives an access key a secret of its own.
func (s *Service) SetSecret(accessKeyID, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[accessKeyID] = secret
}

const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeFormat = "20060102T150405Z"
	// AWS refuses a request that was signed longer ago, or further ahead.
	maxSkew = 5 * time.Minute
)

// authorization is an Authorization header in SigV4's form.
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

// stsCodes are the names STS has for what other services say as well.
var stsCodes = map[string]string{
	"MissingAuthenticationTokenException": "MissingAuthenticationToken",
	"IncompleteSignatureException":        "IncompleteSignature",
	"InvalidSignatureException":           "SignatureDoesNotMatch",
	"UnrecognizedClientException":         "InvalidClientTokenId",
	"ExpiredTokenException":               "ExpiredToken",
}

// authenticate returns nil when r is signed for rt's service by the secret of
// its access key, or needs no signature, and otherwise the answer that says what
// is wrong.
func (s *Service) authenticate(r *http.Request, rt *route, body []byte) *answer {
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

func (s *Service) signatureProblem(r *http.Request, service string, body []byte) (code, message string) {
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
	role, secret := s.role(auth.accessKeyID), s.secret(auth.accessKeyID)
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

// sign returns the signature that r has to have, "" when it can have none. It
// signs a request made of those parts of r that r says are signed, to which the
// signer adds the headers that SigV4 demands: r must have signed these too.
func sign(r *http.Request, auth authorization, secret string, at time.Time, body []byte) string {
	u := *r.URL // the signer rewrites the query
	again := &http.Request{Method: r.Method, URL: &u, Host: r.Host, Header: http.Header{}}
	for _, name := range auth.signedHeaders {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = r.ContentLength
		default:
			if values := r.Header.Values(name); len(values) > 0 {
				again.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
			}
		}
	}
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: auth.accessKeyID, SecretAccessKey: secret}
	// A signer remembers the keys it derives by access key alone, so it has to
	// be a new one to notice that the secret changed.
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(hash[:]), auth.service, auth.region, at); err != nil {
		return ""
	}
	expected, err := parseAuthorization(again.Header.Get("Authorization"))
	if err != nil || !slices.Equal(expected.signedHeaders, auth.signedHeaders) {
		return ""
	}
	return expected.signature
}

func (s *Service) secret(accessKeyID string) string {
	if secret, ok := s.secrets[accessKeyID]; ok {
		return secret
	}
	return SecretKey
}
