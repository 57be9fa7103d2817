package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// fact is one thing that a service said or did.
type fact struct {
	text string // compared
	said string // the service's message, not compared: the messages of the fake are made up
}

// answer is what the probe found out by a question.
type answer []fact

// same reports whether two services did the same.
func (a answer) same(other answer) bool {
	return slices.EqualFunc(a, other, func(x, y fact) bool { return x.text == y.text })
}

func (a answer) String() string {
	var texts []string
	for _, f := range a {
		text := f.text
		if f.said != "" {
			text += fmt.Sprintf(" %q", f.said)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// describe returns the status, the code and the message of the answer that ended an
// operation with err. If err is nil, the operation succeeded. describe reports false
// if err is no answer of the service.
func describe(err error) (f fact, answered bool) {
	if err == nil {
		return fact{text: "200"}, true
	}
	if item, ok := errors.AsType[*itemError](err); ok {
		return fact{text: "200, the item refused with " + cmp.Or(item.code, "nothing"), said: item.message}, true
	}
	refusal, refused := errors.AsType[smithy.APIError](err)
	response, responded := errors.AsType[*awshttp.ResponseError](err)
	if !refused || !responded {
		return fact{}, false
	}
	return fact{text: fmt.Sprintf("%d %s", response.HTTPStatusCode(), refusal.ErrorCode()), said: refusal.ErrorMessage()}, true
}

func notFound(err error) bool {
	response, ok := errors.AsType[*awshttp.ResponseError](err)
	return ok && response.HTTPStatusCode() == http.StatusNotFound
}

// masks replace what names an account or changes from run to run.
var masks = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(monitorPrefix + `[0-9a-z]+`), "MONITOR"},
	{regexp.MustCompile(`arn:[^\s"',;)]+`), "ARN"},
	{regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`), "ID"},
	{regexp.MustCompile(`\b\d{12}\b`), "ACCOUNT"},
	{regexp.MustCompile(`\bA[KS]IA[A-Z0-9]{12,}`), "ACCESS-KEY"},
}

func (a answer) masked() answer {
	masked := slices.Clone(a)
	for i := range masked {
		for _, m := range masks {
			masked[i].text = m.pattern.ReplaceAllString(masked[i].text, m.mask)
			masked[i].said = m.pattern.ReplaceAllString(masked[i].said, m.mask)
		}
	}
	return masked
}
