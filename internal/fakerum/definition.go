package fakerum

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// mostDefinitions is how many a destination can have, as documented.
const mostDefinitions = 2000

const definitionPath = "/rummetrics/{monitor}/metrics"

var definitionRoutes = []route{
	{operation: OpBatchCreateRumMetricDefinitions, service: serviceRUM, method: http.MethodPost, path: definitionPath, work: batchCreateDefinitions},
	{operation: OpBatchGetRumMetricDefinitions, service: serviceRUM, method: http.MethodGet, path: definitionPath, readonly: true, work: batchGetDefinitions},
	{operation: OpBatchDeleteRumMetricDefinitions, service: serviceRUM, method: http.MethodDelete, path: definitionPath, work: batchDeleteDefinitions},
	{operation: OpUpdateRumMetricDefinition, service: serviceRUM, method: http.MethodPatch, path: definitionPath, work: updateDefinition},
}

// itemError reports a failed item of a batch. The batch itself answers 200.
// BatchCreate sets MetricDefinition, and BatchDelete MetricDefinitionId.
type itemError struct {
	ErrorCode, ErrorMessage string
	MetricDefinition        *definitionRequest `json:",omitempty"`
	MetricDefinitionId      string             `json:",omitempty"` //nolint:revive // the name on the wire
}

func batchCreateDefinitions(c *call) answer {
	var in struct {
		Destination, DestinationArn *string
		MetricDefinitions           []definitionRequest
	}
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	members := []member{collection("metricDefinitions", len(in.MetricDefinitions), in.MetricDefinitions != nil, batch)}
	for i, d := range in.MetricDefinitions {
		members = append(members, d.members(fmt.Sprintf("metricDefinitions.%d.member", i+1))...)
	}
	m, key, refusal := c.resolve(in.Destination, in.DestinationArn, members...)
	if m == nil {
		return refusal
	}
	if !m.hasDestination(key) {
		return noDestination(m, key)
	}
	if len(m.definitions[key])+len(in.MetricDefinitions) > mostDefinitions {
		return refuse(http.StatusPaymentRequired, "ServiceQuotaExceededException",
			fmt.Sprintf("A metrics destination can have at most %d metric definitions", mostDefinitions))
	}

	out := struct {
		Errors            []itemError
		MetricDefinitions []Definition
	}{[]itemError{}, []Definition{}}
	for _, item := range in.MetricDefinitions {
		d := item.definition()
		if code, message := c.rejection(d); code != "" {
			out.Errors = append(out.Errors, itemError{ErrorCode: code, ErrorMessage: message, MetricDefinition: &item})
			continue
		}
		d.ID = c.account.addDefinition(m, key, d)
		out.MetricDefinitions = append(out.MetricDefinitions, c.responseForm(d))
	}
	return ok(out)
}

func batchGetDefinitions(c *call) answer {
	m, key, definitions, refusal := c.definitions(parameter(c.query, "destination"), parameter(c.query, "destinationArn"))
	if m == nil {
		return refusal
	}
	list := fmt.Sprintf("%s %s %s %s", c.operation, m.name, key.destination, key.arn)
	p, problem := paginate(c, list, definitions, func(d definition) int64 { return d.sequence })
	if problem != "" {
		return invalid(problem)
	}
	out := make([]Definition, len(p.items))
	for i, d := range p.items {
		out[i] = c.responseForm(d.Definition)
	}
	return ok(struct {
		MetricDefinitions []Definition
		NextToken         *string `json:",omitempty"`
	}{out, p.nextToken})
}

func batchDeleteDefinitions(c *call) answer {
	ids := c.query["metricDefinitionIds"]
	members := []member{collection("metricDefinitionIds", len(ids), len(ids) > 0, batch)}
	for i := range ids {
		members = append(members, member{fmt.Sprintf("metricDefinitionIds.%d.member", i+1), &ids[i], definitionID})
	}
	m, key, definitions, refusal := c.definitions(parameter(c.query, "destination"), parameter(c.query, "destinationArn"), members...)
	if m == nil {
		return refusal
	}

	out := struct {
		Errors              []itemError
		MetricDefinitionIds []string //nolint:revive // the name on the wire
	}{[]itemError{}, []string{}}
	for _, id := range ids {
		code, message := "ResourceNotFoundException", "Metric definition "+id+" not found"
		i := indexOf(definitions, id)
		if i >= 0 {
			code, message = c.switchRejection(definitions[i].Definition)
		}
		if code != "" {
			out.Errors = append(out.Errors, itemError{ErrorCode: code, ErrorMessage: message, MetricDefinitionId: id})
			continue
		}
		definitions = slices.Delete(definitions, i, i+1)
		m.definitions[key] = definitions
		out.MetricDefinitionIds = append(out.MetricDefinitionIds, id)
	}
	return ok(out)
}

func updateDefinition(c *call) answer {
	var in struct {
		Destination, DestinationArn, MetricDefinitionId *string //nolint:revive // the names on the wire
		MetricDefinition                                *definitionRequest
	}
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	members := []member{
		{"metricDefinitionId", in.MetricDefinitionId, requiredID},
		collection("metricDefinition", 0, in.MetricDefinition != nil, anyStructure),
	}
	if in.MetricDefinition != nil {
		members = append(members, in.MetricDefinition.members("metricDefinition")...)
	}
	m, _, definitions, refusal := c.definitions(in.Destination, in.DestinationArn, members...)
	if m == nil {
		return refusal
	}
	i := indexOf(definitions, *in.MetricDefinitionId)
	if i < 0 {
		return notFound(typeDefinition, *in.MetricDefinitionId, "Metric definition "+*in.MetricDefinitionId+" not found")
	}
	d := in.MetricDefinition.definition()
	d.ID = *in.MetricDefinitionId
	if c.behavior.KeepMembers {
		d = d.filledFrom(definitions[i].Definition)
	}
	if code, message := c.rejection(d); code != "" {
		return refuse(http.StatusBadRequest, code, message)
	}
	definitions[i].Definition = d
	return ok(nil)
}

// definitions is resolve with the definitions of the destination, as the switches let a
// request see them. The destination must exist, unless a switch says otherwise.
func (c *call) definitions(destination, arn *string, others ...member) (m *monitor, key destinationKey, all []definition, refusal answer) {
	m, key, refusal = c.resolve(destination, arn, others...)
	if m == nil {
		return nil, key, nil, refusal
	}
	all = m.definitions[key]
	switch {
	case m.hasDestination(key), c.behavior.LeftDefinitions == DefinitionsStay && len(all) > 0:
		return m, key, all, answer{}
	case c.behavior.EmptyWithoutDestination:
		return m, key, nil, answer{}
	}
	return nil, key, nil, noDestination(m, key)
}

// responseForm returns d as the service sends it to clients.
func (c *call) responseForm(d Definition) Definition {
	if c.behavior.FillDefaults && d.extended() {
		d.Namespace, d.UnitLabel = extendedNamespace, cmp.Or(d.UnitLabel, "Count")
	}
	if c.behavior.RewritePatterns && d.EventPattern != "" {
		d.EventPattern = rewrite(d.EventPattern)
	}
	return d
}

// rewrite returns a different text of the same JSON, with indents and sorted keys.
func rewrite(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text // a test can set up patterns that the service rejects
	}
	var b bytes.Buffer
	_ = json.Indent(&b, encode(v), "", "  ") // encode returns valid JSON
	return b.String()
}

// rejection says why the service rejects d. It returns "" if the service accepts
// d. AWS does not publish the codes.
func (c *call) rejection(d Definition) (code, message string) {
	if message := d.brokenRule(c.behavior); message != "" {
		return "ValidationException", message
	}
	return c.switchRejection(d)
}

// switchRejection returns the answer of the switch RejectDefinition.
func (c *call) switchRejection(d Definition) (code, message string) {
	if c.behavior.RejectDefinition == nil {
		return "", ""
	}
	return c.behavior.RejectDefinition(c.operation, d.clone())
}
