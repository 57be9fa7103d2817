// Package rumapi is everything the provider asks of CloudWatch RUM, in plain
// Go types: find, put and delete; paging and retries; and what an error means to
// the person who ran the command. SDK types stop here.
//
//	client.go             the client, its regions and its middleware
//	key.go                what names a destination and a definition
//	destination.go        calls for destinations
//	destination_all.go    the destinations of all app monitors of a region
//	definition.go         a definition, its request, and when two are the same
//	definition_read.go    list and find definitions
//	definition_create.go  create definitions, even if answers get lost
//	definition_change.go  update and delete definitions
//	pattern.go            an event pattern as it is sent
//	appmonitor.go         read app monitors
//	limits.go             the limits of time
//	retry.go              the retry policy of every call
//	write.go              the retry policy of a write, and its end after an interrupt
//	outcome.go            whether a failed try may have done its work
//	errors.go             errors, and how they are told apart
//	explain.go            an error as a diagnostic
//	operation.go          the operations, and each in words
//	advice.go             what to do about an error
//	region.go             partitions of regions
//	hide_writer_to.go     a workaround for lost answers
package rumapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/smithy-go/middleware"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/coalesce"
)

// Client calls CloudWatch RUM with one set of credentials, in any region of
// their partition. It is safe for concurrent use.
type Client struct {
	api       *rum.Client
	region    string
	anyRegion bool

	destinations *coalesce.Reads[monitor, []Destination]
	definitions  *coalesce.Reads[Key, []Definition]
	monitors     *coalesce.Reads[monitor, AppMonitor]
	creates      *coalesce.Batches[Key, *pendingCreate]
	deletes      *coalesce.Batches[Key, *pendingDelete]

	advised sync.Map // what nextStepOnce has said in full
}

// Options are what a Client needs besides the AWS configuration.
type Options struct {
	// Endpoint is the URL that every request goes to, whatever the region. If it is
	// "", the configuration decides, from the environment and the shared config
	// files.
	Endpoint string
	// AnyRegion accepts regions whose partition the SDK does not know.
	AnyRegion bool
}

// New returns a client that signs with cfg's credentials, retries with cfg's Retryer
// (see NewRetryer) and sends with cfg's HTTPClient, which must be set. It makes no
// network call. An endpoint is used as it is, even if cfg asks for FIPS or dual-stack:
// whoever names an endpoint has chosen.
func New(cfg aws.Config, options Options) *Client {
	cfg.HTTPClient = hideWriterTo{cfg.HTTPClient}
	c := &Client{region: cfg.Region, anyRegion: options.AnyRegion}
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), c.addRegionMiddleware, addRetryAfterMiddleware, addLostAnswerMiddleware, addForeignAnswerMiddleware)
	c.api = rum.NewFromConfig(cfg, func(o *rum.Options) {
		if options.Endpoint != "" {
			o.BaseEndpoint = aws.String(options.Endpoint)
		}
		if o.BaseEndpoint != nil { // the SDK would refuse the combination
			o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
			o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
		}
	})
	c.destinations = coalesce.NewReads(remembered, c.listDestinations)
	c.definitions = coalesce.NewReads(remembered, c.listDefinitions)
	c.monitors = coalesce.NewReads(remembered, c.getAppMonitor)
	c.creates = coalesce.NewBatches(maxCreates, c.batchCreate)
	c.deletes = coalesce.NewBatches(maxDeletes, c.batchDelete)
	return c
}

// Region returns the region of the provider block. A resource that names no region
// is in this one.
func (c *Client) Region() string { return c.region }

// WithRegion returns k with the client's region if k has none. An import ID or a
// state that was moved from another provider may have none.
func (c *Client) WithRegion(k Key) Key {
	k.Region = cmp.Or(k.Region, c.region)
	return k
}

// ForgetDestinations drops the remembered list of the destinations of k's monitor. The
// next read then asks the service. Use it where a list that is a few seconds old would
// do harm, as in a data source, which may depend on a change that another provider has
// just made.
func (c *Client) ForgetDestinations(k Key) { c.destinations.Forget(k.monitor()) }

// ForgetDefinitions drops the remembered list of the definitions of k. Use it like
// ForgetDestinations, and before a create that depends on the list.
func (c *Client) ForgetDefinitions(k Key) { c.definitions.Forget(k) }

// CheckRegion returns a NotSentError for a region in another partition than the
// client's, or in no known partition. The client's credentials are not valid there,
// and AWS would only answer that it does not know the access key. Every call of the
// client returns the same error.
func (c *Client) CheckRegion(region string) error {
	if c.anyRegion || region == c.region {
		return nil
	}
	own, _ := Partition(c.region)
	other, known := Partition(region)
	switch {
	case !known:
		return &NotSentError{
			Why:  fmt.Sprintf("%q is not a region of any AWS partition known to this version of the provider", region),
			Next: "Correct it, or set skip_region_validation in the provider block if the region is new.",
		}
	case other != own:
		return &NotSentError{
			Why:  fmt.Sprintf("%q is in the partition %s, but the provider's region %q is in %s, and credentials are good for one partition only", region, other, c.region, own),
			Next: "Use a provider block of its own for each partition.",
		}
	}
	return nil
}

// addRegionMiddleware makes a call fail with the error of CheckRegion.
func (c *Client) addRegionMiddleware(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("RegionInReach", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		if err := c.CheckRegion(awsmiddleware.GetRegion(ctx)); err != nil {
			return out, metadata, err
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.After)
}

// inRegion sends one call to region in place of the client's own.
func inRegion(region string) func(*rum.Options) {
	return func(o *rum.Options) { o.Region = region }
}
