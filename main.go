// Terraform-provider-rum is a Terraform and OpenTofu provider for Amazon
// CloudWatch RUM.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve in the foreground, for a debugger to attach to; prints the TF_REATTACH_PROVIDERS to set")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Fprintln(os.Stdout, "terraform-provider-rum", version)
		return
	}

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-provider-rum/rum",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
