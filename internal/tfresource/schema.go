package tfresource

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

const (
	monitorText = "Name of the app monitor."

	// RegionText describes the attribute region of what belongs to an app monitor.
	RegionText = "Region of the app monitor. Defaults to the provider's region."
	// ListedRegionText describes the attribute region of what lists a whole region.
	ListedRegionText = "Region to list. Defaults to the provider's region."
	// ARNText describes the attribute destination_arn.
	ARNText = "ARN of the Evidently experiment."
)

var (
	// withARNs and withoutARNs are the kinds of destination that have ARNs, and the others.
	withARNs    = slices.DeleteFunc(rumapi.DestinationKinds(), func(kind string) bool { return !rumapi.HasARNs(kind) })
	withoutARNs = slices.DeleteFunc(rumapi.DestinationKinds(), rumapi.HasARNs)

	// DestinationText describes the attribute destination.
	DestinationText = InMarkdown(rumapi.DestinationKinds()) + "."
	// ARNWhenText describes an attribute that has the validators of ARNWhen.
	ARNWhenText = fmt.Sprintf(" Required when `destination` is %s, not allowed when it is %s.", InMarkdown(withARNs), InMarkdown(withoutARNs))
)

// ResourceAttributes returns the attributes of a resource: app_monitor_name,
// destination, destination_arn and region, which name its destination, and own. An
// attribute of own replaces one of the same name. A change of an attribute that names
// the destination replaces the resource, which the descriptions call object, such as
// "definition".
func ResourceAttributes(object string, own map[string]schema.Attribute) map[string]schema.Attribute {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	replaces := fmt.Sprintf(" Changing it replaces the %s.", object)
	attributes := map[string]schema.Attribute{
		"app_monitor_name": schema.StringAttribute{
			MarkdownDescription: monitorText + replaces,
			Required:            true,
			PlanModifiers:       replace,
			Validators:          []validator.String{validate.AppMonitorName()},
		},
		"destination": schema.StringAttribute{
			MarkdownDescription: DestinationText + replaces,
			Required:            true,
			PlanModifiers:       replace,
			Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
		},
		"destination_arn": schema.StringAttribute{
			MarkdownDescription: ARNText + ARNWhenText + replaces,
			Optional:            true,
			PlanModifiers:       replace,
			Validators:          ARNWhen("it tells the Evidently destinations of a monitor apart"),
		},
		"region": schema.StringAttribute{
			MarkdownDescription: RegionText + fmt.Sprintf(" Changing it, here or in the provider, replaces the %s.", object),
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()},
			Validators:          []validator.String{validate.Region()},
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

// ARNWhen returns the validators of an ARN that a destination must have or must not
// have, depending on its kind. The reason completes "... is required when destination is
// Evidently".
func ARNWhen(reason string) []validator.String {
	return []validator.String{validate.ARNWhen("destination", withARNs, withoutARNs, reason)}
}

// IdentityKeyAttributes returns the attributes of the identity of a destination. An
// import may leave out the optional ones if the others leave no doubt.
func IdentityKeyAttributes() map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"app_monitor_name": identityschema.StringAttribute{RequiredForImport: true, Description: monitorText},
		"destination":      identityschema.StringAttribute{OptionalForImport: true, Description: DestinationText + " May be left out if the monitor has only one destination."},
		"destination_arn":  identityschema.StringAttribute{OptionalForImport: true, Description: ARNText},
		"region":           identityschema.StringAttribute{OptionalForImport: true, Description: RegionText},
	}
}

// DataSourceMonitorAttributes are the arguments of a data source that name an app
// monitor.
func DataSourceMonitorAttributes() map[string]datasourceschema.Attribute {
	return map[string]datasourceschema.Attribute{
		"app_monitor_name": datasourceschema.StringAttribute{
			MarkdownDescription: monitorText,
			Required:            true,
			Validators:          []validator.String{validate.AppMonitorName()},
		},
		"region": DataSourceRegionAttribute(RegionText),
	}
}

// DataSourceRegionAttribute is the argument region of a data source, with its
// description.
func DataSourceRegionAttribute(description string) datasourceschema.StringAttribute {
	return datasourceschema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{validate.Region()},
	}
}

// DataSourceKeyAttributes are the arguments of a data source that name a
// destination.
func DataSourceKeyAttributes() map[string]datasourceschema.Attribute {
	attributes := DataSourceMonitorAttributes()
	attributes["destination"] = datasourceschema.StringAttribute{
		MarkdownDescription: DestinationText,
		Required:            true,
		Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
	}
	attributes["destination_arn"] = datasourceschema.StringAttribute{
		MarkdownDescription: ARNText + ARNWhenText,
		Optional:            true,
		Validators:          ARNWhen("it tells the Evidently destinations of a monitor apart"),
	}
	return attributes
}

// DataSourcePartialKeyAttributes are the arguments of a data source that finds the
// one destination that fits them.
func DataSourcePartialKeyAttributes() map[string]datasourceschema.Attribute {
	attributes := DataSourceMonitorAttributes()
	attributes["destination"] = datasourceschema.StringAttribute{
		MarkdownDescription: DestinationText + " If not set, any fits.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
	}
	attributes["destination_arn"] = datasourceschema.StringAttribute{
		MarkdownDescription: ARNText + " If not set, any fits.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{validate.ARN()},
	}
	return attributes
}
