package rumapi

// The operations, by the names that AWS gives them and their IAM actions.
const (
	opPutDestination    = "PutRumMetricsDestination"
	opDeleteDestination = "DeleteRumMetricsDestination"
	opList              = "ListRumMetricsDestinations"

	opBatchCreate      = "BatchCreateRumMetricDefinitions"
	opBatchGet         = "BatchGetRumMetricDefinitions"
	opBatchDelete      = "BatchDeleteRumMetricDefinitions"
	opUpdateDefinition = "UpdateRumMetricDefinition"

	opListMonitors = "ListAppMonitors"
	opGetMonitor   = "GetAppMonitor"
)

// operationWords is each operation as a person would say it.
var operationWords = map[string]string{
	opPutDestination:    "create or update RUM metrics destination",
	opDeleteDestination: "delete RUM metrics destination",
	opList:              "read RUM metrics destinations",

	opBatchCreate:      "create RUM metric definition",
	opBatchGet:         "read RUM metric definitions",
	opBatchDelete:      "delete RUM metric definition",
	opUpdateDefinition: "update RUM metric definition",

	opListMonitors: "list RUM app monitors",
	opGetMonitor:   "read RUM app monitor",
}
