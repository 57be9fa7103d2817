// Terraform-provider-rum is a Terraform and OpenTofu provider for Amazon
// CloudWatch RUM.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	inForeground := flag.Bool("debug", false, "serve in the foreground, for a debugger to attach to; prints the TF_REATTACH_PROVIDERS to set")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Fprintln(os.Stdout, "terraform-provider-rum", version)
		return
	}

	var options []tf6server.ServeOpt
	if *inForeground {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		provider.OutliveSIGTERM()
		if err := logForCLI(); err != nil {
			log.Fatal(err)
		}
	}
	if err := tf6server.Serve("registry.terraform.io/terraform-provider-rum/rum", provider.New(version), options...); err != nil {
		log.Fatal(err)
	}
}

// logForCLI lowers the log level when the CLI would drop the log. A provider logs
// every step of every call, and the CLI reads all of it, even if neither TF_LOG nor
// TF_LOG_PROVIDER asks for it. That takes a fifth of the time of a plan (make bench).
// The framework's logger has a level of its own. Without one, it is looked for in a
// context that grows with each attribute, so that the time is quadratic.
func logForCLI() error {
	if os.Getenv("TF_LOG") != "" || os.Getenv("TF_LOG_PROVIDER") != "" {
		return nil
	}
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_RUM"} {
		if err := os.Setenv(logger, "ERROR"); err != nil {
			return err
		}
	}
	return nil
}
