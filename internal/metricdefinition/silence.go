package metricdefinition

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// warnOfSilence warns of a pattern of custom events when the app monitor accepts
// none: CloudWatch RUM accepts such a definition, and no metric ever appears. It
// says nothing when it cannot read the monitor, nor of a monitor for Android or iOS,
// whose events have types of their own. It does not look at the telemetries and the
// sample rate of the monitor, because the web client has a configuration of its own.
func warnOfSilence(ctx context.Context, data *tfresource.ProviderData, d rumapi.Definition) (diags diag.Diagnostics) {
	event := customEvent(d.EventPattern)
	if event == "" {
		return nil
	}
	what := fmt.Sprintf("app monitor %q in %s", d.AppMonitorName, d.Region)
	monitor, err := tfresource.Look(ctx, data, what, func(ctx context.Context) (rumapi.AppMonitor, error) {
		return data.Client.SharedAppMonitor(ctx, d.Region, d.AppMonitorName)
	})
	if err != nil || monitor.CustomEvents != rumapi.CustomEventsDisabled || monitor.IsMobile() {
		return nil
	}
	title := "App monitor accepts no custom events for " + newMember(d).label()
	diags.AddAttributeWarning(path.Root("event_pattern"), title, fmt.Sprintf(
		"The pattern of %q is for events of the type %q. That is a custom event, since it does not begin with %q. "+
			"The app monitor %q in %s accepts no custom events, so the metric would have no data. "+
			"Set custom_events { status = \"ENABLED\" } in its aws_rum_app_monitor. Ignore this if the same apply does so.",
		d.Name, event, awsEventPrefix, d.AppMonitorName, d.Region))
	return diags
}

// customEvent returns an event type of a pattern that only names types of custom
// events, and "" for any other pattern.
func customEvent(pattern string) (event string) {
	object, _ := decode(pattern)
	for _, event = range eventTypes(object) {
		if !isCustomEvent(event) {
			return ""
		}
	}
	return event
}
