package fakerum

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// The documented bounds of metric definitions.
const (
	largestBatch      = 200  // definitions or IDs in a call
	largestCollection = 2000 // definitions in a destination
	mostDimensions    = 29   // of a definition
)

const definitionPath = "/rummetrics/{monitor}/metrics"

var definitionRoutes = []route{
	{operation: OpBatchCreateRumMetricDefinitions, service: serviceRUM, method: http.MethodPost, path: definitionPath, work: batchCreateDefinitions},
	{operation: OpBatchGetRumMetricDefinitions, service: serviceRUM, method: http.MethodGet, path: definitionPath, readonly: true, work: batchGetDefinitions},
	{operation: OpBatchDeleteRumMetricDefinitions, service: serviceRUM, method: http.MethodDelete, path: definitionPath, work: batchDeleteDefinitions},
	{operation: OpUpdateRumMetricDefinition, service: serviceRUM, method: http.MethodPatch, path: definitionPath, work: updateDefinition},
}

// Definition is a metric definition, "" standing for what is absent. Its JSON
// is the MetricDefinition of the service model.
type Definition struct {
	ID            string `json:"MetricDefinitionId"`
	Name          string
	Namespace     string            `json:",omitempty"`
	EventPattern  string            `json:",omitempty"`
	DimensionKeys map[string]string `json:",omitempty"`
	UnitLabel     string            `json:",omitempty"`
	ValueKey      string            `json:",omitempty"`
}

// definitionRequest is the MetricDefinitionRequest of the service model.
type definitionRequest struct {
	Name          *string
	Namespace     *string           `json:",omitempty"`
	EventPattern  *string           `json:",omitempty"`
	DimensionKeys map[string]string `json:",omitempty"`
	UnitLabel     *string           `json:",omitempty"`
	ValueKey      *string           `json:",omitempty"`
}

func (r definitionRequest) definition() Definition {
	return Definition{
		Name:          value(r.Name),
		Namespace:     value(r.Namespace),
		EventPattern:  value(r.EventPattern),
		DimensionKeys: r.DimensionKeys,
		UnitLabel:     value(r.UnitLabel),
		ValueKey:      value(r.ValueKey),
	}
}

// members are what the service model demands of r, which is at path.
func (r definitionRequest) members(path string) []member {
	members := []member{
		{path + ".name", r.Name, definitionName},
		{path + ".namespace", r.Namespace, namespace},
		{path + ".eventPattern", r.EventPattern, eventPattern},
		{path + ".unitLabel", r.UnitLabel, unitLabel},
		{path + ".valueKey", r.ValueKey, valueKey},
	}
	for _, key := range slices.Sorted(maps.Keys(r.DimensionKeys)) {
		name := r.DimensionKeys[key]
		members = append(members,
			member{path + ".dimensionKeys.key", &key, dimensionKey},
			member{path + ".dimensionKeys." + key, &name, dimensionName})
	}
	return members
}

// crowded says that r, which is at path, has too many dimensions; "" when not.
func (r definitionRequest) crowded(path string) string {
	return crowded(path+".dimensionKeys", len(r.DimensionKeys), mostDimensions)
}

// itemError is what went wrong with one item of a batch whose answer is 200.
// Of the last two members each operation has one.
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
	tooMany := crowded("metricDefinitions", len(in.MetricDefinitions), largestBatch)
	members := append(c.keyMembers(in.Destination, in.DestinationArn), given("metricDefinitions", in.MetricDefinitions != nil))
	for i, d := range in.MetricDefinitions {
		path := fmt.Sprintf("metricDefinitions.%d.member", i+1)
		tooMany = cmp.Or(tooMany, d.crowded(path))
		members = append(members, d.members(path)...)
	}
	if problem := cmp.Or(tooMany, check(members...)); problem != "" {
		return invalid(problem)
	}
	m, problem := c.existing()
	if m == nil {
		return problem
	}
	key := destinationKey{*in.Destination, value(in.DestinationArn)}
	if !m.has(key) {
		return noDestination(m, key)
	}
	if len(m.definitions[key])+len(in.MetricDefinitions) > largestCollection {
		return refuse(http.StatusPaymentRequired, "ServiceQuotaExceededException",
			fmt.Sprintf("A metrics destination can have at most %d metric definitions", largestCollection))
	}

	out := struct {
		Errors            []itemError
		MetricDefinitions []Definition
	}{[]itemError{}, []Definition{}}
	for _, item := range in.MetricDefinitions {
		d := item.definition()
		if code, message := c.refusal(d); code != "" {
			out.Errors = append(out.Errors, itemError{ErrorCode: code, ErrorMessage: message, MetricDefinition: &item})
			continue
		}
		d.ID = c.account.define(m, key, d)
		out.MetricDefinitions = append(out.MetricDefinitions, c.shown(d))
	}
	return ok(out)
}

func batchGetDefinitions(c *call) answer {
	m, key, problem := c.queried()
	if m == nil {
		return problem
	}
	definitions, exists := c.definitions(m, key)
	if !exists {
		return noDestination(m, key)
	}
	list := fmt.Sprintf("%s %s %s %s", c.operation, m.name, key.destination, key.arn)
	p, invalidPage := paginate(c, list, definitions, func(d definition) int64 { return d.sequence })
	if invalidPage != "" {
		return invalid(invalidPage)
	}
	shown := make([]Definition, len(p.items))
	for i, d := range p.items {
		shown[i] = c.shown(d.Definition)
	}
	return ok(struct {
		MetricDefinitions []Definition
		NextToken         *string `json:",omitempty"`
	}{shown, p.nextToken})
}

func batchDeleteDefinitions(c *call) answer {
	ids := c.query["metricDefinitionIds"]
	members := []member{given("metricDefinitionIds", len(ids) > 0)}
	for i := range ids {
		members = append(members, member{fmt.Sprintf("metricDefinitionIds.%d.member", i+1), &ids[i], definitionID})
	}
	if tooMany := crowded("metricDefinitionIds", len(ids), largestBatch); tooMany != "" {
		return invalid(tooMany)
	}
	m, key, problem := c.queried(members...)
	if m == nil {
		return problem
	}
	definitions, exists := c.definitions(m, key)
	if !exists {
		return noDestination(m, key)
	}

	out := struct {
		Errors              []itemError
		MetricDefinitionIds []string //nolint:revive // the name on the wire
	}{[]itemError{}, []string{}}
	for _, id := range ids {
		code, message := "ResourceNotFoundException", "Metric definition "+id+" not found"
		i := indexOf(definitions, id)
		if i >= 0 {
			code, message = c.rejection(definitions[i].Definition)
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
	members := append(c.keyMembers(in.Destination, in.DestinationArn),
		member{"metricDefinitionId", in.MetricDefinitionId, requiredID},
		given("metricDefinition", in.MetricDefinition != nil))
	var tooMany string
	if in.MetricDefinition != nil {
		tooMany = in.MetricDefinition.crowded("metricDefinition")
		members = append(members, in.MetricDefinition.members("metricDefinition")...)
	}
	if problem := cmp.Or(tooMany, check(members...)); problem != "" {
		return invalid(problem)
	}
	m, problem := c.existing()
	if m == nil {
		return problem
	}
	key := destinationKey{*in.Destination, value(in.DestinationArn)}
	definitions, exists := c.definitions(m, key)
	if !exists {
		return noDestination(m, key)
	}
	i := indexOf(definitions, *in.MetricDefinitionId)
	if i < 0 {
		return notFound(typeDefinition, *in.MetricDefinitionId, "Metric definition "+*in.MetricDefinitionId+" not found")
	}
	d := in.MetricDefinition.definition()
	d.ID = *in.MetricDefinitionId
	if c.behavior.KeepMembers {
		d = d.or(definitions[i].Definition)
	}
	if code, message := c.refusal(d); code != "" {
		return refuse(http.StatusBadRequest, code, message)
	}
	definitions[i].Definition = d
	return ok(nil)
}

// keyMembers are the members that name a destination.
func (c *call) keyMembers(destination, arn *string) []member {
	return []member{
		{"appMonitorName", &c.monitor, monitorName},
		{"destination", destination, destinationKind},
		{"destinationArn", arn, destinationARN},
	}
}

// queried returns the app monitor and the destination that the path and the
// query name, or nil and the answer that says what is wrong with them or with
// members.
func (c *call) queried(members ...member) (*monitor, destinationKey, answer) {
	destination, arn := parameter(c.query, "destination"), parameter(c.query, "destinationArn")
	if problem := check(append(c.keyMembers(destination, arn), members...)...); problem != "" {
		return nil, destinationKey{}, invalid(problem)
	}
	m, problem := c.existing()
	return m, destinationKey{*destination, value(arn)}, problem
}

// definitions are those of key that a request finds; false stands for the
// answer that there is no such destination.
func (c *call) definitions(m *monitor, key destinationKey) ([]definition, bool) {
	all := m.definitions[key]
	if m.has(key) || c.behavior.LeftDefinitions == DefinitionsStay && len(all) > 0 {
		return all, true
	}
	return nil, c.behavior.EmptyWithoutDestination
}

// refusal is why the service does not take d; a code of "" is that it does. The
// codes AWS has for it are not published.
func (c *call) refusal(d Definition) (code, message string) {
	if message := d.brokenRule(c.behavior.SeveralOperands); message != "" {
		return "ValidationException", message
	}
	return c.rejection(d)
}

// rejection asks the switch that tests fail single definitions with.
func (c *call) rejection(d Definition) (code, message string) {
	if c.behavior.RejectDefinition == nil {
		return "", ""
	}
	return c.behavior.RejectDefinition(c.operation, d.clone())
}

// shown is d as the service gives it back.
func (c *call) shown(d Definition) Definition {
	if c.behavior.FillDefaults && d.extended() {
		d.Namespace, d.UnitLabel = extendedNamespace, cmp.Or(d.UnitLabel, "Count")
	}
	if c.behavior.RewritePatterns && d.EventPattern != "" {
		d.EventPattern = rewrite(d.EventPattern)
	}
	return d
}

// rewrite is another text of the same JSON: indented, the keys in order.
func rewrite(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text // tests may set up what the service would refuse
	}
	var b bytes.Buffer
	_ = json.Indent(&b, encode(v), "", "  ") // encode makes JSON
	return b.String()
}

// or is d with the members of old where d has none.
func (d Definition) or(old Definition) Definition {
	d.Namespace = cmp.Or(d.Namespace, old.Namespace)
	d.EventPattern = cmp.Or(d.EventPattern, old.EventPattern)
	d.UnitLabel = cmp.Or(d.UnitLabel, old.UnitLabel)
	d.ValueKey = cmp.Or(d.ValueKey, old.ValueKey)
	if d.DimensionKeys == nil {
		d.DimensionKeys = old.DimensionKeys
	}
	return d
}

func (d Definition) clone() Definition {
	d.DimensionKeys = maps.Clone(d.DimensionKeys)
	return d
}

func indexOf(definitions []definition, id string) int {
	return slices.IndexFunc(definitions, func(d definition) bool { return d.ID == id })
}

func noDestination(m *monitor, key destinationKey) answer {
	return notFound(typeDestination, key.destination, "App monitor "+m.name+" has no such metrics destination")
}
