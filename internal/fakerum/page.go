package fakerum

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPage = 50
	largestPage = 100
)

// page is the part of a list that one answer has.
type page[T any] struct {
	items     []T
	nextToken *string
}

// paginate returns the page of items that c asks for. The items must be in the
// order of their sequence numbers. list names the list: paginate refuses the token
// of a different list. If the request is invalid, problem says why.
func paginate[T any](c *call, list string, items []T, sequence func(T) int64) (p page[T], problem string) {
	size, problem := pageSize(c)
	if problem != "" {
		return p, problem
	}
	items = slices.Clone(items)
	if c.behavior.NewestFirst {
		slices.Reverse(items)
	}
	token := parameter(c.query, "nextToken")
	if token != nil {
		last, ok := readToken(list, *token)
		if !ok {
			return p, "Invalid nextToken"
		}
		items = slices.DeleteFunc(items, func(item T) bool {
			if c.behavior.NewestFirst {
				return sequence(item) >= last
			}
			return sequence(item) <= last
		})
	}
	if len(items) > size {
		next := newToken(list, sequence(items[size-1]))
		return page[T]{items: items[:size], nextToken: &next}, ""
	}
	p.items = items
	switch c.behavior.LastToken {
	case TokenAbsent:
	case TokenEmpty:
		p.nextToken = new(string)
	case TokenRepeated:
		p.nextToken = token
	}
	return p, ""
}

func pageSize(c *call) (size int, problem string) {
	size = defaultPage
	if value := parameter(c.query, "maxResults"); value != nil {
		n, err := strconv.Atoi(*value)
		if err != nil || n < 1 || n > largestPage {
			return 0, "1 validation error detected: Value '" + *value + "' at 'maxResults' failed to satisfy constraint: Member must be between 1 and " + strconv.Itoa(largestPage)
		}
		size = n
	}
	if limit := c.behavior.PageSize; limit > 0 {
		size = min(size, limit)
	}
	return size, ""
}

// newToken returns the token of the page after the item with the sequence number
// last.
func newToken(list string, last int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(last, 10) + " " + list))
}

func readToken(list, token string) (last int64, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, false
	}
	number, name, _ := strings.Cut(string(text), " ")
	last, err = strconv.ParseInt(number, 10, 64)
	return last, err == nil && name == list
}
