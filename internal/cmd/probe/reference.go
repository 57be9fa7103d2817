package main

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// setting is a switch of the fake, set to something other than its default.
type setting struct {
	name string
	set  func(*fakerum.Behavior)
}

// settings are the values of all switches that decide what an operation of
// CloudWatch RUM answers.
var settings = []setting{
	{"OmitAbsent", func(b *fakerum.Behavior) { b.OmitAbsent = true }},
	{"DeleteAbsentOK", func(b *fakerum.Behavior) { b.DeleteAbsentOK = true }},
	{"RefuseEvidently", func(b *fakerum.Behavior) { b.RefuseEvidently = true }},
	{"CloudWatchARNs: ARNsIgnored", func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsIgnored }},
	{"CloudWatchARNs: ARNsKept", func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsKept }},
	{"KeepRole", func(b *fakerum.Behavior) { b.KeepRole = true }},
	{"NewestFirst", func(b *fakerum.Behavior) { b.NewestFirst = true }},
	{"PageSize: 1", func(b *fakerum.Behavior) { b.PageSize = 1 }},
	{"LastToken: TokenEmpty", func(b *fakerum.Behavior) { b.LastToken = fakerum.TokenEmpty }},
	{"LastToken: TokenRepeated", func(b *fakerum.Behavior) { b.LastToken = fakerum.TokenRepeated }},
	{"MonitorState: ACTIVE", func(b *fakerum.Behavior) { b.MonitorState = "ACTIVE" }},
	{"BareMonitors", func(b *fakerum.Behavior) { b.BareMonitors = true }},
	{"KeepOrphans", func(b *fakerum.Behavior) { b.KeepOrphans = true }},
	{"OneWriteAtATime", func(b *fakerum.Behavior) { b.OneWriteAtATime = true }},
	{"FillDefaults", func(b *fakerum.Behavior) { b.FillDefaults = true }},
	{"RewritePatterns", func(b *fakerum.Behavior) { b.RewritePatterns = true }},
	{"KeepMembers", func(b *fakerum.Behavior) { b.KeepMembers = true }},
	{"EmptyWithoutDestination", func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true }},
	{"LeftDefinitions: DefinitionsReturn", func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsReturn }},
	{"LeftDefinitions: DefinitionsStay", func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsStay }},
	{"SingleValues", func(b *fakerum.Behavior) { b.SingleValues = true }},
	{"HTTPErrorsWithoutStatus", func(b *fakerum.Behavior) { b.HTTPErrorsWithoutStatus = true }},
}

// reference is a fake in this process, to compare a service with.
type reference struct {
	subject

	fake *fakerum.Service
}

// newReference starts a fake. It also returns a function that stops the fake.
func newReference(ctx context.Context, role string) (r *reference, stop func(), err error) {
	fake := fakerum.New()
	endpoint, stop, err := fake.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	overlap(fake)
	client := rum.New(rum.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("reference", fakerum.SecretKey, ""),
	})
	return &reference{subject: subject{client: client, role: role}, fake: fake}, stop, nil
}

// overlap makes concurrent creates overlap in a fake, as they do on a network.
func overlap(fake *fakerum.Service) {
	fake.Inject(fakerum.Fault{
		Delay: 20 * time.Millisecond,
		Match: func(r fakerum.Request) bool { return strings.Contains(r.Body, concurrent) },
	})
}

// compare asks the fake the question that a service answered with a. If the fake's
// default answer differs, compare looks for one switch that makes the fake answer
// the same, and then for two switches together.
func (r *reference) compare(ctx context.Context, q question, a answer) (row, error) {
	byDefault, err := r.with(ctx, q)
	if err != nil {
		return row{}, err
	}
	result := row{question: q.text, service: a, fake: byDefault, same: a.same(byDefault)}
	if result.same {
		return result, nil
	}
	for _, candidate := range candidates() {
		switched, err := r.with(ctx, q, candidate...)
		if err != nil {
			return row{}, err
		}
		if a.same(switched) {
			var names []string
			for _, s := range candidate {
				names = append(names, s.name)
			}
			result.switches = strings.Join(names, " and ")
			break
		}
	}
	return result, nil
}

// with asks the fake with some of its switches set.
func (r *reference) with(ctx context.Context, q question, set ...setting) (answer, error) {
	r.fake.Behave(func(b *fakerum.Behavior) {
		*b = fakerum.Behavior{}
		for _, s := range set {
			s.set(b)
		}
	})
	return r.ask(ctx, q)
}

// candidates are all settings, each alone, and then every pair of them.
func candidates() (all [][]setting) {
	for _, s := range settings {
		all = append(all, []setting{s})
	}
	for i, s := range settings {
		for _, other := range settings[i+1:] {
			all = append(all, []setting{s, other})
		}
	}
	return all
}
