package fakerum

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// stsRoutes are the operations of AWS's Security Token Service that lead to the
// credentials requests are signed with. They speak the query protocol: each is
// a POST of a form that names the operation, and the answer is XML.
var stsRoutes = []route{
	{operation: OpAssumeRole, service: serviceSTS, method: http.MethodPost, path: "/", work: assumeRole},
	{operation: OpAssumeRoleWithWebIdentity, service: serviceSTS, method: http.MethodPost, path: "/", unsigned: true, work: assumeRoleWithWebIdentity},
	{operation: OpGetCallerIdentity, service: serviceSTS, method: http.MethodPost, path: "/", work: getCallerIdentity},
}

// AssumedRole is what one AssumeRole or AssumeRoleWithWebIdentity was asked for,
// and the credentials it gave.
type AssumedRole struct {
	Operation         string
	CallerAccessKeyID string // what the request was signed with; "" for a web identity
	RoleARN           string
	SessionName       string
	ExternalID        string
	SourceIdentity    string
	WebIdentityToken  string
	Policy            string
	PolicyARNs        []string
	Tags              map[string]string
	TransitiveTagKeys []string
	Duration          time.Duration // what was asked for, or the default

	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// AssumedRoles returns the roles that were assumed, in order. A chain of roles
// is in it link by link: the CallerAccessKeyID of a link is the AccessKeyID of
// the one before. Requests signed with a role's credentials see the state of
// the role's account, which is named by its twelve digits.
func (s *Service) AssumedRoles() []AssumedRole {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.roles)
}

// AccountID returns the twelve digits that GetCallerIdentity gives as the
// account of an access key: the account's name if that is such a number, and
// otherwise a number made of the name.
func (s *Service) AccountID(accessKeyID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accountID(accessKeyID)
}

var (
	twelveDigits = regexp.MustCompile(`^\d{12}$`)
	iamRoleARN   = regexp.MustCompile(`^arn:([^:]+):iam::(\d{12}):role/(?:.*/)?([^/]+)$`)

	stsName = regexp.MustCompile(`^[\w+=,.@-]*$`)

	roleToAssume   = constraint{required: true, min: 20, max: 2048, pattern: iamRoleARN}
	sessionName    = constraint{required: true, min: 2, max: 64, pattern: stsName}
	sourceIdentity = constraint{min: 2, max: 64, pattern: stsName}
	externalID     = constraint{min: 2, max: 1224, pattern: regexp.MustCompile(`^[\w+=,.@:/-]*$`)}
	sessionPolicy  = constraint{min: 1, max: 2048}
	identityToken  = constraint{required: true, min: 4, max: 20000}
)

const (
	defaultSession  = time.Hour
	shortestSession = 15 * time.Minute
	longestSession  = 12 * time.Hour
	longestChained  = time.Hour // of a role that is assumed with a role's credentials
)

func assumeRole(c *call) answer {
	if problem := check(
		member{"roleArn", parameter(c.query, "RoleArn"), roleToAssume},
		member{"roleSessionName", parameter(c.query, "RoleSessionName"), sessionName},
		member{"externalId", parameter(c.query, "ExternalId"), externalID},
		member{"sourceIdentity", parameter(c.query, "SourceIdentity"), sourceIdentity},
		member{"policy", parameter(c.query, "Policy"), sessionPolicy},
	); problem != "" {
		return stsInvalid(problem)
	}
	return c.issueCredentials()
}

func assumeRoleWithWebIdentity(c *call) answer {
	if problem := check(
		member{"roleArn", parameter(c.query, "RoleArn"), roleToAssume},
		member{"roleSessionName", parameter(c.query, "RoleSessionName"), sessionName},
		member{"webIdentityToken", parameter(c.query, "WebIdentityToken"), identityToken},
		member{"policy", parameter(c.query, "Policy"), sessionPolicy},
	); problem != "" {
		return stsInvalid(problem)
	}
	return c.issueCredentials()
}

func getCallerIdentity(c *call) answer {
	s := c.account.service
	account := s.accountID(c.accessKeyID)
	arn, id := "arn:aws:iam::"+account+":user/"+c.accessKeyID, "AIDAFAKERUM"
	if r := s.role(c.accessKeyID); r != nil {
		arn, id = r.sessionARN(), r.sessionID()
	}
	return stsOK(c.operation, struct{ Arn, UserId, Account string }{arn, id, account}) //nolint:revive // the names on the wire
}

// issueCredentials gives what the form of c asks for.
func (c *call) issueCredentials() answer {
	s := c.account.service
	duration, problem := c.sessionDuration(s.role(c.accessKeyID) != nil)
	if problem != "" {
		return stsInvalid(problem)
	}
	r := AssumedRole{
		Operation:         c.operation,
		CallerAccessKeyID: c.accessKeyID,
		RoleARN:           c.query.Get("RoleArn"),
		SessionName:       c.query.Get("RoleSessionName"),
		ExternalID:        c.query.Get("ExternalId"),
		SourceIdentity:    c.query.Get("SourceIdentity"),
		WebIdentityToken:  c.query.Get("WebIdentityToken"),
		Policy:            c.query.Get("Policy"),
		PolicyARNs:        members(c.query, "PolicyArns", ".arn"),
		Tags:              tags(c.query),
		TransitiveTagKeys: members(c.query, "TransitiveTagKeys", ""),
		Duration:          duration,
		AccessKeyID:       "ASIA" + rand.Text()[:16],
		SecretAccessKey:   rand.Text(),
		SessionToken:      rand.Text() + rand.Text(),
		Expiration:        time.Now().Add(cmp.Or(c.behavior.SessionDuration, duration)),
	}
	s.roles = append(s.roles, r)
	s.secrets[r.AccessKeyID] = r.SecretAccessKey
	s.aliases[r.AccessKeyID] = r.arnParts()[2]

	type user struct{ Arn, AssumedRoleId string }                                            //nolint:revive // the names on the wire
	type credentials struct{ AccessKeyId, SecretAccessKey, SessionToken, Expiration string } //nolint:revive // the names on the wire
	return stsOK(c.operation, struct {
		AssumedRoleUser user
		Credentials     credentials
		SourceIdentity  string `xml:",omitempty"`
	}{
		user{r.sessionARN(), r.sessionID()},
		credentials{r.AccessKeyID, r.SecretAccessKey, r.SessionToken, r.Expiration.UTC().Format(time.RFC3339)},
		r.SourceIdentity,
	})
}

// sessionDuration is how long credentials are asked for; chained says that the
// caller's own are a role's.
func (c *call) sessionDuration(chained bool) (d time.Duration, problem string) {
	asked := parameter(c.query, "DurationSeconds")
	if asked == nil {
		return defaultSession, ""
	}
	longest := longestSession
	if chained {
		longest = longestChained
	}
	seconds, err := strconv.Atoi(*asked)
	d = time.Duration(seconds) * time.Second
	if err != nil || d < shortestSession || d > longest {
		return 0, fmt.Sprintf("The requested DurationSeconds must be from %.0f to %.0f", shortestSession.Seconds(), longest.Seconds())
	}
	return d, ""
}

// members is a list in a form: name.member.1 and so on, each with suffix.
func members(form url.Values, name, suffix string) []string {
	var all []string
	for i := 1; ; i++ {
		key := fmt.Sprintf("%s.member.%d%s", name, i, suffix)
		if !form.Has(key) {
			return all
		}
		all = append(all, form.Get(key))
	}
}

func tags(form url.Values) map[string]string {
	keys, values := members(form, "Tags", ".Key"), members(form, "Tags", ".Value")
	tags := map[string]string{}
	for i := range min(len(keys), len(values)) {
		tags[keys[i]] = values[i]
	}
	return tags
}

// role returns whose credentials an access key is of; nil when it is no role's.
func (s *Service) role(accessKeyID string) *AssumedRole {
	for i := range s.roles {
		if s.roles[i].AccessKeyID == accessKeyID {
			return &s.roles[i]
		}
	}
	return nil
}

func (s *Service) accountID(accessKeyID string) string {
	name := s.accountOf(accessKeyID)
	if twelveDigits.MatchString(name) {
		return name
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return fmt.Sprintf("%012d", hash.Sum64()%1e12)
}

// arnParts are the whole ARN of the role, its partition, account and name.
func (r *AssumedRole) arnParts() []string { return iamRoleARN.FindStringSubmatch(r.RoleARN) }

// sessionARN is the ARN of who signs with the credentials of r.
func (r *AssumedRole) sessionARN() string {
	p := r.arnParts()
	return fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", p[1], p[2], p[3], r.SessionName)
}

func (r *AssumedRole) sessionID() string { return "AROAFAKERUM:" + r.SessionName }

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// stsOK is the answer of an operation that succeeded.
func stsOK(operation string, result any) answer {
	requestID := newUUID()
	return stsAnswer(http.StatusOK, requestID, operation+"Response",
		element(operation+"Result", result)+element("ResponseMetadata", struct{ RequestId string }{requestID})) //nolint:revive // the name on the wire
}

// stsRefuse is an error answer.
func stsRefuse(status int, code, message string) answer {
	requestID, side := newUUID(), "Sender"
	if status >= http.StatusInternalServerError {
		side = "Receiver"
	}
	return stsAnswer(status, requestID, "ErrorResponse",
		element("Error", struct{ Type, Code, Message string }{side, code, message})+element("RequestId", requestID))
}

func stsInvalid(message string) answer {
	return stsRefuse(http.StatusBadRequest, "ValidationError", message)
}

// stsAnswer is an answer whose root element has the content given as XML.
func stsAnswer(status int, requestID, root, content string) answer {
	return answer{
		status:      status,
		header:      http.Header{"X-Amzn-Requestid": {requestID}},
		contentType: "text/xml",
		body:        []byte("<" + root + ` xmlns="` + stsNamespace + `">` + content + "</" + root + ">"),
	}
}

func element(name string, content any) string {
	var b bytes.Buffer
	if err := xml.NewEncoder(&b).EncodeElement(content, xml.StartElement{Name: xml.Name{Local: name}}); err != nil {
		panic(fmt.Sprintf("fakerum: encoding an answer: %v", err)) // only shapes of this package get here
	}
	return b.String()
}
