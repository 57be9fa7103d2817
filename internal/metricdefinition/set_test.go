package metricdefinition_test

import (
	"slices"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const opDelete = fakerum.OpBatchDeleteRumMetricDefinitions

// stranger makes a definition behind Terraform's back and returns its ID.
func stranger(env *acctest.Env, monitor, name string) string {
	return env.Account.CreateDefinition(monitor, "CloudWatch", "", fakerum.Definition{
		Name: name, Namespace: "Shop", DimensionKeys: map[string]string{"metadata.browserName": "Browser", "metadata.osName": "OS"},
	})
}

// errorsOf returns the errors among diagnostics.
func errorsOf(diagnostics []acctest.Diagnostic) []acctest.Diagnostic {
	return slices.DeleteFunc(diagnostics, func(d acctest.Diagnostic) bool { return d.Severity != "error" })
}
