package metricdefinition

// ExtendedMetrics is the table of the metrics that AWS documents. The tests outside
// the package use it.
var ExtendedMetrics = extendedMetrics
