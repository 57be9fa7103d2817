package fakerum

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// answer is an HTTP answer that is not yet written.
type answer struct {
	status      int
	header      http.Header
	contentType string
	body        []byte
}

// ok returns the answer of a successful operation. Without output the body is
// empty, as AWS documents.
func ok(output any) answer {
	if output == nil {
		return answer{status: http.StatusOK}
	}
	return answer{status: http.StatusOK, contentType: "application/json", body: encode(output)}
}

// errorBody is the body of an error answer. It has the members of all modeled
// errors.
type errorBody struct {
	Message      string `json:"message,omitempty"`
	ResourceName string `json:"resourceName,omitempty"`
	ResourceType string `json:"resourceType,omitempty"`
}

// refuse returns an error answer. Its body has only a message.
func refuse(status int, code, message string) answer {
	return refuseWith(status, code, errorBody{Message: message})
}

// refuseWith returns an error answer in the form of restJson1, which has the type
// of the error in a header.
func refuseWith(status int, code string, body errorBody) answer {
	a := answer{status: status, header: http.Header{}, contentType: "application/json", body: encode(body)}
	if code != "" {
		a.header.Set("X-Amzn-Errortype", code)
	}
	return a
}

// These are the values of resourceType. AWS does not publish its own values, so the
// fake uses the names of the model's shapes.
const (
	typeMonitor     = "AppMonitor"
	typeDestination = "MetricsDestination"
	typeDefinition  = "MetricDefinition"
)

func notFound(resourceType, name, message string) answer {
	return refuseWith(http.StatusNotFound, "ResourceNotFoundException",
		errorBody{Message: message, ResourceName: name, ResourceType: resourceType})
}

func conflict(resourceType, name, message string) answer {
	return refuseWith(http.StatusConflict, "ConflictException",
		errorBody{Message: message, ResourceName: name, ResourceType: resourceType})
}

// invalid returns the answer to a request that breaks a constraint or a rule.
func invalid(message string) answer {
	return refuse(http.StatusBadRequest, "ValidationException", message)
}

// unreadable returns the answer to a body that is not the expected JSON.
func unreadable(err error) answer {
	return refuse(http.StatusBadRequest, "SerializationException", err.Error())
}

// write sends a. Like AWS, it gives every answer a request ID.
func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	maps.Copy(h, a.header)
	if h.Get("X-Amzn-Requestid") == "" {
		h.Set("X-Amzn-Requestid", newUUID())
	}
	if a.contentType != "" && h.Get("Content-Type") == "" {
		h.Set("Content-Type", a.contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // fails if the client has left
}

// encode returns v as JSON. Like AWS, and unlike Go by default, it does not escape
// <, > and &.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("fakerum: encoding an answer: %v", err)) // this package encodes only its own types
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// decode reads a request body into v. An empty body stands for an empty object.
func decode(body []byte, v any) error {
	if len(body) == 0 {
		return nil
	}
	return json.Unmarshal(body, v)
}

// timestamp returns t in the form of AWS's samples of app monitors. The samples
// have 27 characters, although the model says 19.
func timestamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// newUUID returns a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
