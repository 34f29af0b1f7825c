using System.Text.Json;
using Amazon.SQS;
using AwsSdkPeer;

// The webhook on AWS's SDK for the queue and NSec for the signature, as far as NSec can (WebhookSecret). The loop is a bare one on blocking
// sockets, in place of AWS's runtime client: what is left is what these two packages cost.

using WebhookSecret secret = new(Setting("HASHEE_WEBHOOK_SECRET"));
using AmazonSQSClient sqs = new();
Webhook webhook = new(secret, sqs, Setting("JOBS_QUEUE_URL"), TimeProvider.System);
using RuntimeApi runtime = new(Setting("AWS_LAMBDA_RUNTIME_API"));

while (true)
{
    (string id, byte[] body) = runtime.Next();
    try
    {
        FunctionUrlRequest request = JsonSerializer.Deserialize(body, PeerJsonContext.Default.FunctionUrlRequest)
            ?? throw new InvalidOperationException("the event is null");
        FunctionUrlResponse response = await webhook.HandleAsync(request);
        runtime.Answer(id, "response", JsonSerializer.SerializeToUtf8Bytes(response, PeerJsonContext.Default.FunctionUrlResponse));
    }
    catch (AmazonSQSException exception)
    {
        FunctionError error = new(exception.Message, exception.GetType().Name);
        runtime.Answer(id, "error", JsonSerializer.SerializeToUtf8Bytes(error, PeerJsonContext.Default.FunctionError));
    }
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"the environment variable {name} is missing");
