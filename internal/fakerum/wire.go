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

// answer is one HTTP answer before it is written.
type answer struct {
	status      int
	header      http.Header
	contentType string
	body        []byte
}

// ok is the answer of an operation that succeeded; nil is an empty body, which
// is what AWS documents for operations without output.
func ok(output any) answer {
	if output == nil {
		return answer{status: http.StatusOK}
	}
	return answer{status: http.StatusOK, contentType: "application/json", body: encode(output)}
}

// problem is the body of an error answer, the union of what the modeled
// errors carry.
type problem struct {
	Message      string `json:"message,omitempty"`
	ResourceName string `json:"resourceName,omitempty"`
	ResourceType string `json:"resourceType,omitempty"`
}

// refuse is an error answer whose body has nothing but a message.
func refuse(status int, code, message string) answer {
	return refuseWith(status, code, problem{Message: message})
}

// refuseWith is an error answer in restJson1's form: the type in a header, the
// rest in the body.
func refuseWith(status int, code string, p problem) answer {
	a := answer{status: status, header: http.Header{}, contentType: "application/json", body: encode(p)}
	if code != "" {
		a.header.Set("X-Amzn-Errortype", code)
	}
	return a
}

// The values AWS gives resourceType are not published; these are the names of
// the shapes.
const (
	typeMonitor     = "AppMonitor"
	typeDestination = "MetricsDestination"
	typeDefinition  = "MetricDefinition"
)

func notFound(resourceType, name, message string) answer {
	return refuseWith(http.StatusNotFound, "ResourceNotFoundException",
		problem{Message: message, ResourceName: name, ResourceType: resourceType})
}

func conflict(resourceType, name, message string) answer {
	return refuseWith(http.StatusConflict, "ConflictException",
		problem{Message: message, ResourceName: name, ResourceType: resourceType})
}

// invalid is the answer to a request that breaks a constraint.
func invalid(message string) answer {
	return refuse(http.StatusBadRequest, "ValidationException", message)
}

// unreadable is the answer to a body that is not the JSON it should be.
func unreadable(err error) answer {
	return refuse(http.StatusBadRequest, "SerializationException", err.Error())
}

// write sends a. Every answer carries a request ID, as every answer of AWS does.
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
	// A client that is gone by now is no concern of the service.
	_, _ = w.Write(a.body)
}

// encode is JSON without the escaping of <, > and & that Go adds for HTML and
// AWS does not.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("fakerum: encoding an answer: %v", err)) // only shapes of this package get here
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// decode reads a request body into v; an empty body is an empty object.
func decode(body []byte, v any) error {
	if len(body) == 0 {
		return nil
	}
	return json.Unmarshal(body, v)
}

// timestamp is t as AWS's samples show the times of an app monitor. The model
// says 19 characters; the samples have 27.
func timestamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// newUUID is a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
