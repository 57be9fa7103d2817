package rumapi

import (
	"bytes"
	"encoding/json"
	"strings"
)

// unescaper writes <, > and & as themselves in a JSON text. It steps over an
// escaped backslash as a whole, because the text after one is no escape.
var unescaper = strings.NewReplacer(
	`\\`, `\\`,
	`\u003c`, `<`, `\u003C`, `<`,
	`\u003e`, `>`, `\u003E`, `>`,
	`\u0026`, `&`,
)

// SentPattern returns an event pattern as it is sent to CloudWatch RUM: without
// white space between the tokens, and with <, > and & as themselves, which
// Terraform's jsonencode escapes. Rules with these escapes were reported to match
// no event in EventBridge, whose patterns have the same form. The order of keys and
// the digits of numbers stay. A text that is not JSON stays as it is.
func SentPattern(text string) string {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) != nil {
		return text
	}
	return unescaper.Replace(compact.String())
}
