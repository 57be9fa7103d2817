package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/aws/smithy-go"
)

// monitorPrefix begins the name of every app monitor that the probe makes.
const monitorPrefix = "rum-probe-"

// subject is a service to ask.
type subject struct {
	client *rum.Client
	role   string // for the questions that put one
}

// session asks one question. It has an app monitor for it, and what was found out so
// far.
type session struct {
	subject

	monitor string
	answer  answer
}

// reach asks for an app monitor that does not exist. It returns an error unless the
// answer says so: without credentials, for example.
func (s *subject) reach(ctx context.Context) error {
	_, err := s.client.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: aws.String(monitorPrefix + "absent")})
	if notFound(err) {
		return nil
	}
	return err
}

// ask puts q to the service, with an app monitor of its own, and deletes that
// monitor again. An error of the service is an answer, and ends the question. The
// error returned says why the service cannot be asked, or what is left behind.
func (s *subject) ask(ctx context.Context, q question) (answer, error) {
	asked := &session{subject: *s, monitor: monitorPrefix + strings.ToLower(rand.Text())}
	if err := asked.createMonitor(ctx); err != nil {
		if _, answered := describe(err); answered {
			return nil, err // there is nothing to delete
		}
		return nil, errors.Join(err, asked.cleanUp(ctx))
	}
	err := q.ask(ctx, asked)
	if err != nil {
		err = asked.tried(operation(err), err)
	}
	return asked.answer.masked(), errors.Join(err, asked.cleanUp(ctx))
}

// found adds what was seen to the answer.
func (s *session) found(format string, args ...any) {
	s.answer = append(s.answer, fact{text: fmt.Sprintf(format, args...)})
}

// tried adds what became of a call to the answer. It returns err if err is not an
// answer of the service.
func (s *session) tried(call string, err error) error {
	f, answered := describe(err)
	if !answered {
		return err
	}
	f.text = call + ": " + f.text
	s.answer = append(s.answer, f)
	return nil
}

// operation returns the name of the operation that failed with err.
func operation(err error) string {
	if failed, ok := errors.AsType[*smithy.OperationError](err); ok {
		return failed.OperationName
	}
	return ""
}

// createMonitor creates the app monitor of the session. It finishes even after an
// interrupt. Otherwise nobody would know whether there is an app monitor to delete.
func (s *session) createMonitor(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := uninterrupted(ctx)
	defer cancel()
	_, err := s.client.CreateAppMonitor(ctx, &rum.CreateAppMonitorInput{
		Name:         &s.monitor,
		Domain:       aws.String("localhost"),
		CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
	})
	return err
}

// uninterrupted returns a context that goes on after an interrupt, for a minute.
func uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
}

// leftBehindError says that an app monitor could not be deleted.
type leftBehindError struct {
	monitor string
	err     error
}

func (e *leftBehindError) Error() string {
	return fmt.Sprintf("app monitor %[1]s may be left behind. Delete it with: aws rum delete-app-monitor --name %[1]s (%[2]s)", e.monitor, e.err)
}

// leftBehind returns the part of err that says what is left behind.
func leftBehind(err error) error {
	if left, ok := errors.AsType[*leftBehindError](err); ok {
		return left
	}
	return nil
}

// cleanUp deletes the app monitor with all it has, and waits until it is gone.
func (s *session) cleanUp(ctx context.Context) error {
	ctx, cancel := uninterrupted(ctx)
	defer cancel()
	if err := s.deleteAll(ctx); err != nil {
		return &leftBehindError{s.monitor, err}
	}
	return nil
}

// deleteAll deletes definitions and destinations first, because AWS does not
// document that they go with their monitor.
func (s *session) deleteAll(ctx context.Context) error {
	destinations, err := s.destinations(ctx)
	if err != nil {
		return unlessNotFound(err)
	}
	for _, d := range destinations {
		if err := s.deleteWithDefinitions(ctx, destination{kind: d.Destination, arn: aws.ToString(d.DestinationArn)}); err != nil && !notFound(err) {
			return err
		}
	}
	if err := s.deleteMonitor(ctx); err != nil && !notFound(err) {
		return err
	}
	for { // an app monitor can be in the state DELETING
		if _, err := s.client.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: &s.monitor}); err != nil {
			return unlessNotFound(err)
		}
		time.Sleep(time.Second)
	}
}

func unlessNotFound(err error) error {
	if notFound(err) {
		return nil
	}
	return err
}

func (s *session) deleteWithDefinitions(ctx context.Context, d destination) error {
	definitions, err := s.definitions(ctx, d)
	if err != nil {
		return err
	}
	var ids []string
	for _, definition := range definitions {
		ids = append(ids, *definition.MetricDefinitionId)
	}
	if len(ids) > 0 {
		if err := s.deleteDefinitions(ctx, d, ids...); err != nil {
			return err
		}
	}
	return s.deleteDestination(ctx, d)
}

func (s *session) deleteMonitor(ctx context.Context) error {
	_, err := s.client.DeleteAppMonitor(ctx, &rum.DeleteAppMonitorInput{Name: &s.monitor})
	return err
}
