package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

// secret returns a text attribute that the CLI does not show.
func secret(description string, validators ...validator.String) schema.Attribute {
	attribute := text(description, validators...)
	attribute.Sensitive = true
	return attribute
}

// text returns the attribute of an optional string. As in hashicorp/aws, "" means not
// set: modules pass on variables that are "" by default.
func text(description string, validators ...validator.String) schema.StringAttribute {
	attribute := schema.StringAttribute{MarkdownDescription: description, Optional: true}
	for _, v := range validators {
		attribute.Validators = append(attribute.Validators, unlessEmpty{v})
	}
	return attribute
}

// textList returns the attribute of an optional list of strings.
func textList(description string, validators ...validator.String) schema.ListAttribute {
	attribute := schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Optional: true}
	for _, v := range validators {
		attribute.Validators = append(attribute.Validators, listvalidator.ValueStringsAre(unlessEmpty{v}))
	}
	return attribute
}

// textSet returns the attribute of an optional set of strings.
func textSet(description string, validators ...validator.String) schema.SetAttribute {
	attribute := schema.SetAttribute{MarkdownDescription: description, ElementType: types.StringType, Optional: true}
	for _, v := range validators {
		attribute.Validators = append(attribute.Validators, setvalidator.ValueStringsAre(unlessEmpty{v}))
	}
	return attribute
}

// textMap returns the attribute of an optional map of strings.
func textMap(description string) schema.Attribute {
	return schema.MapAttribute{MarkdownDescription: description, ElementType: types.StringType, Optional: true}
}

// single returns a block that can be there once.
func single(description string, attributes map[string]schema.Attribute) schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: description,
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject:        schema.NestedBlockObject{Attributes: attributes},
	}
}

// unlessEmpty wraps a validator so that it accepts "".
type unlessEmpty struct{ validator.String }

// ValidateString calls the wrapped validator for any value but "".
func (v unlessEmpty) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.Equal(types.StringValue("")) {
		v.String.ValidateString(ctx, req, resp)
	}
}

// texts is a list or a set of strings.
type texts []types.String

// values returns the strings. As for a single one, null and "" mean not set.
func (t texts) values() (values []string) {
	for _, text := range t {
		if text.ValueString() != "" {
			values = append(values, text.ValueString())
		}
	}
	return values
}
