package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// profile is the profile of the shared config and credentials files that the
// SDK uses. It gives errors the names of the file, the profile and the setting.
type profile struct {
	name string
	// inBlock is set if the provider block names the profile. The SDK then looks
	// for credentials in no other place.
	inBlock bool
	// config is empty if the files have no such profile or if the SDK refuses it.
	config config.SharedConfig

	configFiles, credentialsFiles []string
	// proxiedMetadata is the host of the EC2 metadata service, or "" if no proxy is asked
	// for it.
	proxiedMetadata string
}

// profile names the profile and its files as the SDK does.
func (b block) profile() profile {
	p := profile{
		name:             cmp.Or(b.Profile.ValueString(), os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default"),
		inBlock:          b.Profile.ValueString() != "",
		configFiles:      sharedFiles(b.SharedConfigFiles.values(), "AWS_CONFIG_FILE", config.DefaultSharedConfigFiles),
		credentialsFiles: sharedFiles(b.SharedCredentialsFiles.values(), "AWS_SHARED_CREDENTIALS_FILE", config.DefaultSharedCredentialsFiles),
	}
	metadata, err := url.Parse(cmp.Or(b.EC2MetadataEndpoint.ValueString(), os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"), "http://169.254.169.254"))
	if err != nil {
		return p // the SDK says so
	}
	if proxy, err := b.proxy()(metadata); proxy != nil || err != nil {
		p.proxiedMetadata = metadata.Hostname()
	}
	return p
}

// loadedProfile returns the profile that the SDK has read.
func loadedProfile(cfg aws.Config) config.SharedConfig {
	for _, source := range cfg.ConfigSources {
		if loaded, ok := source.(config.SharedConfig); ok {
			return loaded
		}
	}
	return config.SharedConfig{}
}

func sharedFiles(inBlock []string, variable string, otherwise []string) []string {
	if len(inBlock) > 0 {
		return expandAll(inBlock)
	}
	if file := os.Getenv(variable); file != "" {
		return []string{file}
	}
	return otherwise
}

// load reads a profile from the files of p.
func (p profile) load(ctx context.Context, name string) (config.SharedConfig, error) {
	return config.LoadSharedConfigProfile(ctx, name, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = p.configFiles, p.credentialsFiles
	})
}

// find returns the first profile in the chain of source_profile for which the
// function has returns true. It returns an empty one if there is none.
func (p profile) find(has func(config.SharedConfig) bool) config.SharedConfig {
	for c := &p.config; c != nil; c = c.Source {
		if has(*c) {
			return *c
		}
	}
	return config.SharedConfig{}
}

// describe names a profile and the files that have it. If no file has it, it
// names every file that was searched.
func (p profile) describe(name string) string {
	files := p.filesWith(name)
	if len(files) == 0 {
		return fmt.Sprintf("the profile %q of %s", name, p.searched())
	}
	return fmt.Sprintf("the profile %q of %s", name, strings.Join(files, " and "))
}

// searched lists the files. For each that cannot be read, it says why.
func (p profile) searched() string {
	var all []string
	for _, file := range p.files() {
		err := readable(file)
		unread, ok := errors.AsType[*fs.PathError](err)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			file += " (which does not exist)"
		case ok:
			file += fmt.Sprintf(" (which cannot be read: %s)", unread.Err)
		case isMarked(file):
			file += " (which begins with a byte-order mark: save it as UTF-8 without one)"
		}
		all = append(all, file)
	}
	return strings.Join(all, " and ")
}

func (p profile) files() []string { return slices.Concat(p.configFiles, p.credentialsFiles) }

// filesWith returns the files that have a section for a profile.
func (p profile) filesWith(name string) (files []string) {
	heading := regexp.MustCompile(`(?m)^[ \t]*\[[ \t]*(profile[ \t]+)?` + regexp.QuoteMeta(name) + `[ \t]*\]`)
	for _, file := range p.files() {
		if text, err := os.ReadFile(file); err == nil && heading.Match(text) {
			files = append(files, file)
		}
	}
	return files
}
