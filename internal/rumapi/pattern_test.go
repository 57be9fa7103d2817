package rumapi_test

import (
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func TestSentPatternIsCompactAndKeepsItsMeaning(t *testing.T) {
	for name, c := range map[string]struct{ written, want string }{
		"jsonencode's escapes":           {`{"ms":[{"numeric":["\u003e=",100,"\u003c",200]}],"q":["a\u0026b"]}`, `{"ms":[{"numeric":[">=",100,"<",200]}],"q":["a&b"]}`},
		"escapes in upper case":          {`["\u003C\u003E"]`, `["<>"]`},
		"escapes in a key":               {`{"a\u003cb":[1]}`, `{"a<b":[1]}`},
		"an escaped backslash before u":  {`["\\u003c"]`, `["\\u003c"]`},
		"two escaped backslashes":        {`["\\\\u003c"]`, `["\\\\u003c"]`},
		"a backslash and then an escape": {`["\\\u003c"]`, `["\\<"]`},
		"other escapes":                  {`["\u003d\u2028\n\"\u003c\/"]`, `["\u003d\u2028\n\"<\/"]`},
		"white space between tokens":     {"{ \"a\" :\n\t[ 1 ] }\r\n", `{"a":[1]}`},
		"white space in a string":        {`{"a": [" \t "]}`, `{"a":[" \t "]}`},
		"order of keys":                  {`{"b":1, "a":2, "b":3}`, `{"b":1,"a":2,"b":3}`},
		"digits of numbers":              {`[9007199254740993, 1.50, 1e0, -0]`, `[9007199254740993,1.50,1e0,-0]`},
		"letters of any alphabet":        {`["\u00e9 é 日"]`, `["\u00e9 é 日"]`},
		"not JSON":                       {`{ "a": \u003c`, `{ "a": \u003c`},
		"nothing":                        {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rumapi.SentPattern(c.written); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
