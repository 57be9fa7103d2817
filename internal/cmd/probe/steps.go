package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// concurrent begins the names of the definitions that are created at the same
// time.
const concurrent = "Concurrent"

// absentID is an ID that no definition has.
const absentID = "00000000-0000-4000-8000-000000000000"

// another returns s with the name of an app monitor that does not exist.
func (s *session) another() *session {
	return &session{subject: s.subject, monitor: s.monitor + "0"}
}

// putAndCreate puts the CloudWatch destination and creates definitions in it, one
// after the other.
func (s *session) putAndCreate(ctx context.Context, definitions ...types.MetricDefinitionRequest) error {
	if err := s.put(ctx, cloudWatch); err != nil {
		return err
	}
	for _, d := range definitions {
		if _, err := s.create(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// tryCreate creates a definition.
func (s *session) tryCreate(ctx context.Context, d types.MetricDefinitionRequest) error {
	if err := s.put(ctx, cloudWatch); err != nil {
		return err
	}
	_, err := s.create(ctx, d)
	return s.tried("BatchCreate", err)
}

// compareStored creates a definition. It adds what say returns for the definition in
// the answer to the create, and in a list after that.
func (s *session) compareStored(ctx context.Context, d types.MetricDefinitionRequest, say func(types.MetricDefinition) string) error {
	if err := s.put(ctx, cloudWatch); err != nil {
		return err
	}
	created, err := s.create(ctx, d)
	if err != nil {
		return err
	}
	s.found("BatchCreate: %s", say(created))
	all, err := s.definitions(ctx, cloudWatch)
	if err != nil {
		return err
	}
	for _, stored := range all {
		s.found("BatchGet: %s", say(stored))
	}
	return nil
}

// findDestinations adds the destinations and their members to the answer.
func (s *session) findDestinations(ctx context.Context) error {
	all, err := s.destinations(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		s.found("no destination")
	}
	for _, d := range all {
		s.found("%s: DestinationArn %s, IamRoleArn %s", d.Destination, written(d.DestinationArn), written(d.IamRoleArn))
	}
	return nil
}

// countDefinitions adds how many definitions the CloudWatch destination has, or how
// the list is refused.
func (s *session) countDefinitions(ctx context.Context, when string) error {
	all, err := s.definitions(ctx, cloudWatch)
	if err != nil {
		return s.tried("BatchGet "+when, err)
	}
	s.found("%d %s", len(all), when)
	return nil
}

// changeAbsent deletes and updates a definition that does not exist.
func (s *session) changeAbsent(ctx context.Context) error {
	if err := s.tried("BatchDelete", s.deleteDefinitions(ctx, cloudWatch, absentID)); err != nil {
		return err
	}
	return s.tried("Update", s.update(ctx, absentID, counted("Absent")))
}

// findPages adds how many definitions each page has, and how the list ends.
func (s *session) findPages(ctx context.Context, size int32) error {
	var sizes []string
	var token *string
	for {
		out, err := s.page(ctx, cloudWatch, token, &size)
		if err != nil {
			return err
		}
		sizes = append(sizes, fmt.Sprint(len(out.MetricDefinitions)))
		next := aws.ToString(out.NextToken)
		if next != "" && next != aws.ToString(token) {
			token = out.NextToken
			continue
		}
		end := written(out.NextToken)
		if next != "" { // a service may end a list with the token that the page was asked with
			end = "repeated"
		}
		s.found("of %d: %s, the last NextToken %s", size, strings.Join(sizes, " + "), end)
		return nil
	}
}

// findMembers adds the members of the answer that refused a call with err.
func (s *session) findMembers(err error) error {
	if absent, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		s.found("resourceType %s, resourceName %s", written(absent.ResourceType), written(absent.ResourceName))
	}
	return s.tried("refused", err)
}

// written returns an optional member as the answer shows it.
func written(member *string) string {
	if member == nil {
		return "absent"
	}
	return fmt.Sprintf("%q", *member)
}
