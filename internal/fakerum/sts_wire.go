package fakerum

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// stsOK returns the answer of a successful operation.
func stsOK(operation string, result any) answer {
	requestID := newUUID()
	return stsAnswer(http.StatusOK, requestID, operation+"Response",
		element(operation+"Result", result)+element("ResponseMetadata", struct{ RequestId string }{requestID})) //nolint:revive // the name on the wire
}

// stsRefuse returns an error answer.
func stsRefuse(status int, code, message string) answer {
	requestID, side := newUUID(), "Sender"
	if status >= http.StatusInternalServerError {
		side = "Receiver"
	}
	return stsAnswer(status, requestID, "ErrorResponse",
		element("Error", struct{ Type, Code, Message string }{side, code, message})+element("RequestId", requestID))
}

func stsInvalid(message string) answer {
	return stsRefuse(http.StatusBadRequest, "ValidationError", message)
}

// stsAnswer returns an answer with an XML document. content is the XML inside its
// root element.
func stsAnswer(status int, requestID, root, content string) answer {
	return answer{
		status:      status,
		header:      http.Header{"X-Amzn-Requestid": {requestID}},
		contentType: "text/xml",
		body:        []byte("<" + root + ` xmlns="` + stsNamespace + `">` + content + "</" + root + ">"),
	}
}

func element(name string, content any) string {
	var b bytes.Buffer
	if err := xml.NewEncoder(&b).EncodeElement(content, xml.StartElement{Name: xml.Name{Local: name}}); err != nil {
		panic(fmt.Sprintf("fakerum: encoding an answer: %v", err)) // this package encodes only its own types
	}
	return b.String()
}
