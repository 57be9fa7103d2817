package rumapi

import "regexp"

// partitions maps the form of a region's name to its partition, so that a region
// that opens tomorrow is known today. The expressions are the SDK's (regionRegex of
// its partitions.json), and a test compares them.
var partitions = []struct {
	name   string
	region *regexp.Regexp
}{
	{"aws", regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$`)},
	{"aws-cn", regexp.MustCompile(`^cn-\w+-\d+$`)},
	{"aws-eusc", regexp.MustCompile(`^eusc-(de)-\w+-\d+$`)},
	{"aws-iso", regexp.MustCompile(`^us-iso-\w+-\d+$`)},
	{"aws-iso-b", regexp.MustCompile(`^us-isob-\w+-\d+$`)},
	{"aws-iso-e", regexp.MustCompile(`^eu-isoe-\w+-\d+$`)},
	{"aws-iso-f", regexp.MustCompile(`^us-isof-\w+-\d+$`)},
	{"aws-us-gov", regexp.MustCompile(`^us-gov-\w+-\d+$`)},
}

// Partition returns the AWS partition that region belongs to, and "" and false for a
// region that belongs to none.
func Partition(region string) (string, bool) {
	for _, p := range partitions {
		if p.region.MatchString(region) {
			return p.name, true
		}
	}
	return "", false
}
