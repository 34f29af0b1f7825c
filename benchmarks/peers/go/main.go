// The webhook as a Go function: a plain net/http loop on the Runtime API and AWS's SDK for the queue.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

type request struct {
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       string            `json:"body"`
}

type job struct {
	DeliveryID string          `json:"delivery_id"`
	ReceivedAt string          `json:"received_at"`
	Event      json.RawMessage `json:"event"`
}

type webhook struct {
	secret   []byte
	queueURL string
	queue    *sqs.Client
}

func (w *webhook) handle(ctx context.Context, call request) (response, error) {
	timestamp, deliveryID := call.Headers["x-hashee-timestamp"], call.Headers["x-hashee-delivery-id"]
	body := []byte(call.Body)
	if call.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(call.Body); err != nil {
			return refuse(400, "bad_request", "the body is not base64"), nil
		}
	}

	now := time.Now()
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if age := now.Unix() - sent; err != nil || age > 300 || age < -60 {
		return refuse(401, "stale_timestamp", "the time stamp is too old or in the future"), nil
	}
	mac := hmac.New(sha256.New, w.secret)
	fmt.Fprintf(mac, "%s.%s.", timestamp, deliveryID)
	mac.Write(body)
	given, err := hex.DecodeString(call.Headers["x-hashee-signature"])
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return refuse(401, "invalid_signature", "the signature does not match"), nil
	}

	var event struct {
		Metadata struct {
			ConversationID string `json:"conversation_id"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return refuse(400, "bad_request", "the body is not the documented JSON"), nil
	}
	message, err := json.Marshal(job{deliveryID, now.UTC().Format("2006-01-02T15:04:05.000Z"), body})
	if err != nil {
		return response{}, err
	}
	_, err = w.queue.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:               &w.queueURL,
		MessageBody:            aws.String(string(message)),
		MessageGroupId:         &event.Metadata.ConversationID,
		MessageDeduplicationId: &deliveryID,
	})
	if err != nil {
		return response{}, err
	}
	return response{StatusCode: 200, Body: "ok"}, nil
}

func refuse(status int, code, message string) response {
	body, _ := json.Marshal(map[string]map[string]string{"error": {"code": code, "message": message}})
	return response{status, map[string]string{"content-type": "application/json"}, string(body)}
}

func newWebhook(ctx context.Context) (*webhook, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	var options []func(*sqs.Options)
	// Debian's version of the SDK is older than AWS_ENDPOINT_URL_SQS.
	if endpoint := os.Getenv("AWS_ENDPOINT_URL_SQS"); endpoint != "" {
		options = append(options, sqs.WithEndpointResolver(sqs.EndpointResolverFromURL(endpoint)))
	}
	return &webhook{
		secret:   []byte(os.Getenv("HASHEE_WEBHOOK_SECRET")),
		queueURL: os.Getenv("JOBS_QUEUE_URL"),
		queue:    sqs.NewFromConfig(settings, options...),
	}, nil
}

// serveOne asks the Runtime API for one event and answers it.
func serveOne(runtime string, w *webhook) error {
	next, err := http.Get(runtime + "/next")
	if err != nil {
		return err
	}
	event, err := io.ReadAll(next.Body)
	next.Body.Close()
	if err != nil {
		return err
	}

	invocation := runtime + "/" + next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	deadline, _ := strconv.ParseInt(next.Header.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
	ctx, cancel := context.WithDeadline(context.Background(), time.UnixMilli(deadline))
	defer cancel()

	var call request
	if err := json.Unmarshal(event, &call); err != nil {
		return post(invocation+"/error", map[string]string{"errorMessage": err.Error(), "errorType": "Event"})
	}
	result, err := w.handle(ctx, call)
	if err != nil {
		return post(invocation+"/error", map[string]string{"errorMessage": err.Error(), "errorType": "Handler"})
	}
	return post(invocation+"/response", result)
}

func post(url string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	answer, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func main() {
	w, err := newWebhook(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	runtime := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation"
	for {
		if err := serveOne(runtime, w); err != nil {
			log.Fatal(err)
		}
	}
}
