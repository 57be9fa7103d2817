package fakerum

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// stsRoutes has the operations of AWS's Security Token Service that give
// credentials or identify their owner. In STS's query protocol a request is a POST
// of a form that names the operation, and the answer is XML.
var stsRoutes = []route{
	{operation: OpAssumeRole, service: serviceSTS, method: http.MethodPost, path: "/", work: assumeRole},
	{operation: OpAssumeRoleWithWebIdentity, service: serviceSTS, method: http.MethodPost, path: "/", unsigned: true, work: assumeRoleWithWebIdentity},
	{operation: OpGetCallerIdentity, service: serviceSTS, method: http.MethodPost, path: "/", work: getCallerIdentity},
}

// AssumedRoles returns the roles that clients assumed, in order. In a chain of
// roles, the CallerAccessKeyID of each role is the AccessKeyID of the role before.
// Requests signed with a role's credentials see the state of the role's account.
// The name of that account is its twelve digits.
func (s *state) AssumedRoles() []AssumedRole {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.roles)
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
	longestChained  = time.Hour // if the caller's credentials are a role's too
)

func assumeRole(c *call) answer {
	return c.issueCredentials(
		member{"externalId", parameter(c.query, "ExternalId"), externalID},
		member{"sourceIdentity", parameter(c.query, "SourceIdentity"), sourceIdentity})
}

func assumeRoleWithWebIdentity(c *call) answer {
	return c.issueCredentials(member{"webIdentityToken", parameter(c.query, "WebIdentityToken"), identityToken})
}

func getCallerIdentity(c *call) answer {
	s := c.account.of
	account := s.accountID(c.accessKeyID)
	arn, id := "arn:aws:iam::"+account+":user/"+c.accessKeyID, "AIDAFAKERUM"
	if r := s.roleOf(c.accessKeyID); r != nil {
		arn, id = r.sessionARN(), r.sessionID()
	}
	return stsOK(c.operation, struct{ Arn, UserId, Account string }{arn, id, account}) //nolint:revive // the names on the wire
}

// issueCredentials assumes the role that the form of c asks for, and returns the
// answer with its credentials. others are members that only this operation has.
func (c *call) issueCredentials(others ...member) answer {
	s := c.account.of
	duration, problem := c.sessionDuration()
	problem = cmp.Or(check(append(others,
		member{"roleArn", parameter(c.query, "RoleArn"), roleToAssume},
		member{"roleSessionName", parameter(c.query, "RoleSessionName"), sessionName},
		member{"policy", parameter(c.query, "Policy"), sessionPolicy})...), problem)
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
		PolicyARNs:        formList(c.query, "PolicyArns", ".arn"),
		Tags:              formTags(c.query),
		TransitiveTagKeys: formList(c.query, "TransitiveTagKeys", ""),
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

// sessionDuration returns how long the requested credentials last. If the request is
// invalid, problem says why.
func (c *call) sessionDuration() (d time.Duration, problem string) {
	requested := parameter(c.query, "DurationSeconds")
	if requested == nil {
		return defaultSession, ""
	}
	longest := longestSession
	if c.account.of.roleOf(c.accessKeyID) != nil {
		longest = longestChained
	}
	seconds, err := strconv.Atoi(*requested)
	d = time.Duration(seconds) * time.Second
	if err != nil || d < shortestSession || d > longest {
		return 0, fmt.Sprintf("The requested DurationSeconds must be from %.0f to %.0f", shortestSession.Seconds(), longest.Seconds())
	}
	return d, ""
}

// formList returns a list in a form. Its items have the keys name.member.1 and so
// on, each followed by suffix.
func formList(form url.Values, name, suffix string) []string {
	var all []string
	for i := 1; ; i++ {
		key := fmt.Sprintf("%s.member.%d%s", name, i, suffix)
		if !form.Has(key) {
			return all
		}
		all = append(all, form.Get(key))
	}
}

func formTags(form url.Values) map[string]string {
	keys, values := formList(form, "Tags", ".Key"), formList(form, "Tags", ".Value")
	tags := map[string]string{}
	for i := range min(len(keys), len(values)) {
		tags[keys[i]] = values[i]
	}
	return tags
}

// roleOf returns the role that an access key belongs to, or nil if there is none.
func (s *state) roleOf(accessKeyID string) *AssumedRole {
	for i := range s.roles {
		if s.roles[i].AccessKeyID == accessKeyID {
			return &s.roles[i]
		}
	}
	return nil
}

// accountID returns the twelve digits that GetCallerIdentity returns as the account of an
// access key. If the account's name is not twelve digits, it derives them from the name.
func (s *state) accountID(accessKeyID string) string {
	name := s.accountOf(accessKeyID)
	if twelveDigits.MatchString(name) {
		return name
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return fmt.Sprintf("%012d", hash.Sum64()%1e12)
}

// arnParts returns the ARN of the role, and its partition, account and name.
func (r *AssumedRole) arnParts() []string { return iamRoleARN.FindStringSubmatch(r.RoleARN) }

// sessionARN returns the ARN of the identity that the credentials of r have.
func (r *AssumedRole) sessionARN() string {
	p := r.arnParts()
	return fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", p[1], p[2], p[3], r.SessionName)
}

func (r *AssumedRole) sessionID() string { return "AROAFAKERUM:" + r.SessionName }
