package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/aws/smithy-go"
)

// destination is a metrics destination. "" stands for an absent member.
type destination struct {
	kind      types.MetricDestination
	arn, role string
}

var cloudWatch = destination{kind: types.MetricDestinationCloudWatch}

// evidently is a destination in Evidently. Since Evidently no longer exists, the ARN
// is AWS's sample.
var evidently = destination{
	kind: types.MetricDestinationEvidently,
	arn:  "arn:aws:evidently:us-east-1:123456789012:project/petfood/feature/petfood-upsell-text",
}

func (d destination) withRole(role string) destination {
	d.role = role
	return d
}

// optional returns nil for "", so that the request leaves the member out.
func optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

func (s *session) put(ctx context.Context, d destination) error {
	_, err := s.client.PutRumMetricsDestination(ctx, &rum.PutRumMetricsDestinationInput{
		AppMonitorName: &s.monitor, Destination: d.kind, DestinationArn: optional(d.arn), IamRoleArn: optional(d.role),
	})
	return err
}

func (s *session) deleteDestination(ctx context.Context, d destination) error {
	_, err := s.client.DeleteRumMetricsDestination(ctx, &rum.DeleteRumMetricsDestinationInput{
		AppMonitorName: &s.monitor, Destination: d.kind, DestinationArn: optional(d.arn),
	})
	return err
}

func (s *session) destinations(ctx context.Context) (all []types.MetricDestinationSummary, err error) {
	pages := rum.NewListRumMetricsDestinationsPaginator(s.client, &rum.ListRumMetricsDestinationsInput{AppMonitorName: &s.monitor},
		func(o *rum.ListRumMetricsDestinationsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, out.Destinations...)
	}
	return all, nil
}

func (s *session) definitions(ctx context.Context, d destination) (all []types.MetricDefinition, err error) {
	pages := rum.NewBatchGetRumMetricDefinitionsPaginator(s.client, &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: &s.monitor, Destination: d.kind, DestinationArn: optional(d.arn),
	}, func(o *rum.BatchGetRumMetricDefinitionsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, out.MetricDefinitions...)
	}
	return all, nil
}

func (s *session) page(ctx context.Context, d destination, token *string, size *int32) (*rum.BatchGetRumMetricDefinitionsOutput, error) {
	return s.client.BatchGetRumMetricDefinitions(ctx, &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: &s.monitor, Destination: d.kind, DestinationArn: optional(d.arn), NextToken: token, MaxResults: size,
	})
}

// itemError is the error of one item in an answer with status 200 to a batch. Without
// a code, the answer has neither the item nor an error for it.
type itemError struct{ code, message string }

func (e *itemError) Error() string { return e.code + ": " + e.message }

func refusedItem(operation string, code, message *string) error {
	return &smithy.OperationError{ServiceID: rum.ServiceID, OperationName: operation, Err: &itemError{aws.ToString(code), aws.ToString(message)}}
}

// create creates one definition in the CloudWatch destination and returns it as
// the service does.
func (s *session) create(ctx context.Context, d types.MetricDefinitionRequest) (types.MetricDefinition, error) {
	out, err := s.client.BatchCreateRumMetricDefinitions(ctx, &rum.BatchCreateRumMetricDefinitionsInput{
		AppMonitorName: &s.monitor, Destination: cloudWatch.kind, MetricDefinitions: []types.MetricDefinitionRequest{d},
	})
	switch {
	case err != nil:
		return types.MetricDefinition{}, err
	case len(out.Errors) > 0:
		return types.MetricDefinition{}, refusedItem("BatchCreateRumMetricDefinitions", out.Errors[0].ErrorCode, out.Errors[0].ErrorMessage)
	case len(out.MetricDefinitions) == 0:
		return types.MetricDefinition{}, refusedItem("BatchCreateRumMetricDefinitions", nil, nil)
	}
	return out.MetricDefinitions[0], nil
}

func (s *session) update(ctx context.Context, id string, d types.MetricDefinitionRequest) error {
	_, err := s.client.UpdateRumMetricDefinition(ctx, &rum.UpdateRumMetricDefinitionInput{
		AppMonitorName: &s.monitor, Destination: cloudWatch.kind, MetricDefinitionId: &id, MetricDefinition: &d,
	})
	return err
}

func (s *session) deleteDefinitions(ctx context.Context, d destination, ids ...string) error {
	out, err := s.client.BatchDeleteRumMetricDefinitions(ctx, &rum.BatchDeleteRumMetricDefinitionsInput{
		AppMonitorName: &s.monitor, Destination: d.kind, DestinationArn: optional(d.arn), MetricDefinitionIds: ids,
	})
	if err == nil && len(out.Errors) > 0 {
		return refusedItem("BatchDeleteRumMetricDefinitions", out.Errors[0].ErrorCode, out.Errors[0].ErrorMessage)
	}
	return err
}
