package metricdefinition

// ExtendedMetrics is the table of what AWS documents, for the tests outside the
// package.
var ExtendedMetrics = extendedMetrics
