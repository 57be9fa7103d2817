package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
)

// question is one thing that AWS's documents do not say.
type question struct {
	text string
	// ask puts the question about an app monitor that has nothing yet. An error
	// ends the question.
	ask func(context.Context, *session) error
}

// questions are grouped as the operations are: app monitors, destinations,
// definitions, lists, errors.
var questions = slices.Concat(monitorQuestions, destinationQuestions, definitionQuestions, listQuestions, errorQuestions)

var monitorQuestions = []question{
	{"What does GetAppMonitor return of a new app monitor?", func(ctx context.Context, s *session) error {
		out, err := s.client.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: &s.monitor})
		if err != nil {
			return err
		}
		s.found("state %q", out.AppMonitor.State)
		s.found("members: %s", strings.Join(members(*out.AppMonitor), ", "))
		return nil
	}},
	{"Does a new app monitor have the destinations and definitions of a deleted one with the same name?", func(ctx context.Context, s *session) error {
		if err := s.putAndCreate(ctx, counted("Kept")); err != nil {
			return err
		}
		if err := s.deleteMonitor(ctx); err != nil {
			return err
		}
		_, err := s.client.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: &s.monitor})
		if err := s.tried("GetAppMonitor after DeleteAppMonitor", err); err != nil {
			return err
		}
		if err := s.createMonitor(ctx); err != nil {
			return err
		}
		return s.findDestinations(ctx)
	}},
}

var destinationQuestions = []question{
	{"What does a list give for a destination's absent members?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		return s.findDestinations(ctx)
	}},
	{"What does a second, equal Put do?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		if err := s.tried("second Put", s.put(ctx, cloudWatch)); err != nil {
			return err
		}
		all, err := s.destinations(ctx)
		if err != nil {
			return err
		}
		s.found("%d in the list", len(all))
		return nil
	}},
	{"Does deleting an absent destination succeed?", func(ctx context.Context, s *session) error {
		return s.tried("Delete", s.deleteDestination(ctx, cloudWatch))
	}},
	{"Does deleting a destination of an absent app monitor succeed?", func(ctx context.Context, s *session) error {
		return s.tried("Delete", s.another().deleteDestination(ctx, cloudWatch))
	}},
	{"May a Put of CloudWatch have an ARN and a role?", func(ctx context.Context, s *session) error {
		d := cloudWatch.withRole(s.role)
		d.arn = evidently.arn
		if err := s.put(ctx, d); err != nil {
			return err
		}
		return s.findDestinations(ctx)
	}},
	{`May a Put of CloudWatch have "" as its ARN and its role?`, func(ctx context.Context, s *session) error {
		_, err := s.client.PutRumMetricsDestination(ctx, &rum.PutRumMetricsDestinationInput{
			AppMonitorName: &s.monitor, Destination: cloudWatch.kind, DestinationArn: aws.String(""), IamRoleArn: aws.String(""),
		})
		return s.tried("Put", err)
	}},
	{"Can a Put add Evidently?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, evidently.withRole(s.role)); err != nil {
			return err
		}
		return s.findDestinations(ctx)
	}},
	{"May a Put of Evidently have no ARN and no role?", func(ctx context.Context, s *session) error {
		return s.tried("Put", s.put(ctx, destination{kind: types.MetricDestinationEvidently}))
	}},
	{"Does a Put without a role keep the role?", func(ctx context.Context, s *session) error {
		d := cloudWatch
		err := s.put(ctx, d.withRole(s.role))
		if err := s.tried("Put of CloudWatch with a role", err); err != nil {
			return err
		}
		if err != nil {
			d = evidently
			if err := s.put(ctx, d.withRole(s.role)); err != nil {
				return err
			}
		}
		if err := s.findDestinations(ctx); err != nil {
			return err
		}
		if err := s.tried("Put without a role", s.put(ctx, d)); err != nil {
			return err
		}
		return s.findDestinations(ctx)
	}},
}

// counted is a custom metric that counts events, under a name.
func counted(name string) types.MetricDefinitionRequest {
	return types.MetricDefinitionRequest{Name: &name, Namespace: aws.String("RumProbe"), EventPattern: aws.String(`{"event_type":["probe"]}`)}
}

var definitionQuestions = []question{
	{"Which of the extended metrics can be created as this provider writes them?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		var accepted []string
		for _, d := range metricdefinition.ExtendedDefinitions() {
			_, err := s.create(ctx, types.MetricDefinitionRequest{Name: &d.Name, EventPattern: &d.EventPattern, ValueKey: optional(d.ValueKey)})
			if err == nil {
				accepted = append(accepted, d.Name)
			} else if err := s.tried(d.Name, err); err != nil {
				return err
			}
		}
		s.found("accepted: %s", strings.Join(accepted, ", "))
		return nil
	}},
	{"How is an extended metric without a pattern refused?", func(ctx context.Context, s *session) error {
		return s.tryCreate(ctx, types.MetricDefinitionRequest{Name: aws.String("JsErrorCount")})
	}},
	{"Are the members that an extended metric leaves out filled in?", func(ctx context.Context, s *session) error {
		return s.compareStored(ctx, types.MetricDefinitionRequest{
			Name: aws.String("JsErrorCount"), EventPattern: aws.String(`{"event_type":["com.amazon.rum.js_error_event"]}`),
		}, func(d types.MetricDefinition) string {
			return fmt.Sprintf("Namespace %s, UnitLabel %s", written(d.Namespace), written(d.UnitLabel))
		})
	}},
	{"Is a pattern given back as it was sent?", func(ctx context.Context, s *session) error {
		d := counted("Pattern")
		d.EventPattern = aws.String(`{ "metadata" : {"browserName":["Chrome"]},"event_type":["probe"] }`)
		return s.compareStored(ctx, d, func(stored types.MetricDefinition) string {
			if aws.ToString(stored.EventPattern) == *d.EventPattern {
				return "byte for byte"
			}
			return "as another text"
		})
	}},
	{"Is HttpErrorCount accepted without a status in its pattern?", func(ctx context.Context, s *session) error {
		return s.tryCreate(ctx, types.MetricDefinitionRequest{
			Name: aws.String("HttpErrorCount"), EventPattern: aws.String(`{"event_type":["com.amazon.rum.http_event"]}`),
		})
	}},
	{"May an array in the pattern of a custom metric have several values?", func(ctx context.Context, s *session) error {
		d := counted("Operands")
		d.EventPattern = aws.String(`{"event_type":["probe"],"event_details":{"size":[{"numeric":[">=",100]}]}}`)
		return s.tryCreate(ctx, d)
	}},
	{"May an array in the pattern of a custom metric have several values?", func(ctx context.Context, s *session) error {
		d := counted("Values")
		d.EventPattern = aws.String(`{"event_type":["probe"],"metadata":{"browserName":["Chrome","Safari"]}}`)
		return s.tryCreate(ctx, d)
	}},
	{"Are equal definitions one or two?", func(ctx context.Context, s *session) error {
		if err := s.putAndCreate(ctx, counted("Equal")); err != nil {
			return err
		}
		_, err := s.create(ctx, counted("Equal"))
		if err := s.tried("second BatchCreate", err); err != nil {
			return err
		}
		return s.countDefinitions(ctx, "in the list")
	}},
	{"Does an update keep the members that it leaves out?", func(ctx context.Context, s *session) error {
		whole := counted("Whole")
		whole.UnitLabel, whole.ValueKey = aws.String("Milliseconds"), aws.String("event_details.duration")
		if err := s.putAndCreate(ctx, whole); err != nil {
			return err
		}
		all, err := s.definitions(ctx, cloudWatch)
		if err != nil {
			return err
		}
		if err := s.update(ctx, *all[0].MetricDefinitionId, counted("Whole")); err != nil {
			return err
		}
		if all, err = s.definitions(ctx, cloudWatch); err != nil {
			return err
		}
		s.found("UnitLabel %s, ValueKey %s", written(all[0].UnitLabel), written(all[0].ValueKey))
		return nil
	}},
	{"What becomes of the definitions of a deleted destination?", func(ctx context.Context, s *session) error {
		if err := s.putAndCreate(ctx, counted("Left")); err != nil {
			return err
		}
		if err := s.tried("DeleteRumMetricsDestination", s.deleteDestination(ctx, cloudWatch)); err != nil {
			return err
		}
		if err := s.countDefinitions(ctx, "without their destination"); err != nil {
			return err
		}
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		return s.countDefinitions(ctx, "with the destination put again")
	}},
	{"What can be done with the definitions of an absent destination?", func(ctx context.Context, s *session) error {
		_, err := s.page(ctx, cloudWatch, nil, nil)
		if err := s.tried("BatchGet", err); err != nil {
			return err
		}
		_, err = s.create(ctx, counted("Absent"))
		if err := s.tried("BatchCreate", err); err != nil {
			return err
		}
		return s.changeAbsent(ctx)
	}},
	{"How is the change of an absent definition refused?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		return s.changeAbsent(ctx)
	}},
	{"Are concurrent creates all done?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		outcomes := make([]error, 5)
		var creates sync.WaitGroup
		for i := range outcomes {
			creates.Go(func() { _, outcomes[i] = s.create(ctx, counted(fmt.Sprint(concurrent, i))) })
		}
		creates.Wait()
		slices.SortFunc(outcomes, func(x, y error) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
		var distinct answer
		for _, err := range outcomes {
			f, answered := describe(err)
			if !answered {
				return err
			}
			if !slices.ContainsFunc(distinct, func(seen fact) bool { return seen.text == f.text }) {
				distinct = append(distinct, f)
			}
		}
		s.answer = append(s.answer, distinct...)
		return nil
	}},
}

var listQuestions = []question{
	{"In which order are definitions listed?", func(ctx context.Context, s *session) error {
		if err := s.putAndCreate(ctx, counted("1"), counted("2"), counted("3")); err != nil {
			return err
		}
		all, err := s.definitions(ctx, cloudWatch)
		if err != nil {
			return err
		}
		var order []string
		for _, d := range all {
			order = append(order, *d.Name)
		}
		s.found("%s, where 1 was created first", strings.Join(order, ", "))
		return nil
	}},
	{"How are 3 definitions listed in pages of 2, and of 3?", func(ctx context.Context, s *session) error {
		if err := s.putAndCreate(ctx, counted("1"), counted("2"), counted("3")); err != nil {
			return err
		}
		for _, size := range []int32{2, 3} {
			if err := s.findPages(ctx, size); err != nil {
				return err
			}
		}
		return nil
	}},
	{"How is a wrong page token refused?", func(ctx context.Context, s *session) error {
		if err := s.put(ctx, cloudWatch); err != nil {
			return err
		}
		_, err := s.page(ctx, cloudWatch, aws.String("rum-probe"), nil)
		return s.tried("BatchGet", err)
	}},
}

var errorQuestions = []question{
	{"What does the 404 for an absent app monitor have?", func(ctx context.Context, s *session) error {
		return s.findMembers(s.another().put(ctx, cloudWatch))
	}},
	{"What does the 404 for an absent destination have?", func(ctx context.Context, s *session) error {
		_, err := s.create(ctx, counted("Absent"))
		return s.findMembers(err)
	}},
	{"How is an app monitor's name that breaks the pattern refused?", func(ctx context.Context, s *session) error {
		_, err := s.client.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: aws.String("no~name")})
		return s.tried("GetAppMonitor", err)
	}},
	{"How is a wrong signature refused?", func(ctx context.Context, s *session) error {
		right, err := s.client.Options().Credentials.Retrieve(ctx)
		if err != nil {
			return err
		}
		o := s.client.Options()
		o.Credentials = credentials.NewStaticCredentialsProvider(right.AccessKeyID, "wrong", right.SessionToken)
		o.HTTPSignerV4, o.AuthSchemes = nil, nil // those of the client remember the right key
		_, err = rum.New(o).ListRumMetricsDestinations(ctx, &rum.ListRumMetricsDestinationsInput{AppMonitorName: &s.monitor})
		return s.tried("List", err)
	}},
}

// members returns the names of the members that a response has.
func members(response any) (names []string) {
	v := reflect.ValueOf(response)
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() && !v.Field(i).IsZero() {
			names = append(names, field.Name)
		}
	}
	return names
}
