package fakerum

import "net/http"

const destinationPath = "/rummetrics/{monitor}/metricsdestination"

var destinationRoutes = []route{
	{operation: OpPutRumMetricsDestination, service: serviceRUM, method: http.MethodPost, path: destinationPath, work: putDestination},
	{operation: OpListRumMetricsDestinations, service: serviceRUM, method: http.MethodGet, path: destinationPath, readonly: true, work: listDestinations},
	{operation: OpDeleteRumMetricsDestination, service: serviceRUM, method: http.MethodDelete, path: destinationPath, work: deleteDestination},
}

func putDestination(c *call) answer {
	var in struct{ Destination, DestinationArn, IamRoleArn *string }
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	m, key, refusal := c.resolve(in.Destination, in.DestinationArn, member{"iamRoleArn", in.IamRoleArn, roleARN})
	if m == nil {
		return refusal
	}
	d := Destination{key.destination, key.arn, valueOf(in.IamRoleArn)}
	if d.Destination == "Evidently" {
		if c.behavior.RefuseEvidently {
			return invalid("Evidently is no longer supported")
		}
		if d.DestinationARN == "" || d.IAMRoleARN == "" {
			return invalid("DestinationArn and IamRoleArn are required when Destination is Evidently")
		}
	} else if d.DestinationARN != "" || d.IAMRoleARN != "" {
		if !c.behavior.IgnoreCloudWatchARNs {
			return invalid("DestinationArn and IamRoleArn are not allowed when Destination is CloudWatch")
		}
		d.DestinationARN, d.IAMRoleARN = "", ""
	}
	if i := m.destinationIndex(d.key()); i >= 0 && c.behavior.KeepRole && d.IAMRoleARN == "" {
		d.IAMRoleARN = m.destinations[i].IAMRoleARN
	}
	c.account.putDestination(m, d)
	return ok(nil)
}

func listDestinations(c *call) answer {
	m, refusal := c.monitorInPath()
	if m == nil {
		return refusal
	}
	p, problem := paginate(c, OpListRumMetricsDestinations+" "+m.name, m.destinations, func(d destination) int64 { return d.sequence })
	if problem != "" {
		return invalid(problem)
	}
	type summary struct {
		Destination                string
		DestinationArn, IamRoleArn *string `json:",omitempty"`
	}
	summaries := make([]summary, len(p.items))
	for i, d := range p.items {
		summaries[i] = summary{d.Destination.Destination, c.summaryMember(d.DestinationARN), c.summaryMember(d.IAMRoleARN)}
	}
	return ok(struct {
		Destinations []summary
		NextToken    *string `json:",omitempty"`
	}{summaries, p.nextToken})
}

// summaryMember returns nil if the summary omits s. AWS was seen to send "" for
// an absent member.
func (c *call) summaryMember(s string) *string {
	if s == "" && c.behavior.OmitAbsent {
		return nil
	}
	return &s
}

func deleteDestination(c *call) answer {
	m, key, refusal := c.resolve(parameter(c.query, "destination"), parameter(c.query, "destinationArn"))
	if m != nil {
		if c.account.deleteDestination(m, key) {
			return ok(nil)
		}
		refusal = noDestination(m, key)
	}
	if c.behavior.DeleteAbsentOK && refusal.status == http.StatusNotFound {
		return ok(nil)
	}
	return refusal
}

// resolve returns the app monitor of the path and the key of a destination. If one of
// the two or one of others is invalid, or the app monitor does not exist, it returns nil
// and the answer that says so.
func (c *call) resolve(destination, arn *string, others ...member) (m *monitor, key destinationKey, refusal answer) {
	members := append([]member{
		{"appMonitorName", &c.monitor, monitorName}, {"destination", destination, destinationKind}, {"destinationArn", arn, destinationARN},
	}, others...)
	if problem := check(members...); problem != "" {
		return nil, key, invalid(problem)
	}
	m, refusal = c.monitorInPath()
	return m, destinationKey{*destination, valueOf(arn)}, refusal
}

func noDestination(m *monitor, key destinationKey) answer {
	return notFound(typeDestination, key.destination, "App monitor "+m.name+" has no such metrics destination")
}
