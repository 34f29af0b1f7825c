using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace AwsSdkPeer;

/// <summary>Verifies a call and hands its event on to the queue.</summary>
internal sealed class Webhook(WebhookSecret secret, IAmazonSQS queue, string queueUrl, TimeProvider time)
{
    public async Task<FunctionUrlResponse> HandleAsync(FunctionUrlRequest request)
    {
        string timestamp = request.Headers.GetValueOrDefault("x-hashee-timestamp", "");
        string deliveryId = request.Headers.GetValueOrDefault("x-hashee-delivery-id", "");
        string signature = request.Headers.GetValueOrDefault("x-hashee-signature", "");
        string text = request.Body ?? "";
        byte[] body = request.IsBase64Encoded ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);

        DateTimeOffset now = time.GetUtcNow();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long sent)
            || now.ToUnixTimeSeconds() - sent is > 300 or < -60)
        {
            return Refuse(401, "stale_timestamp", "the time stamp is too old or in the future");
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}.{deliveryId}."), .. body];
        if (signature.Length != 2 * WebhookSecret.SignatureSize || !secret.Verify(signed, Convert.FromHexString(signature)))
        {
            return Refuse(401, "invalid_signature", "the signature does not match");
        }

        using JsonDocument document = JsonDocument.Parse(body);
        HasheeEvent? hasheeEvent = document.Deserialize(PeerJsonContext.Default.HasheeEvent);
        if (hasheeEvent is null)
        {
            return Refuse(400, "bad_request", "the body is not the documented JSON");
        }

        await queue.SendMessageAsync(new SendMessageRequest
        {
            QueueUrl = queueUrl,
            MessageGroupId = hasheeEvent.Metadata.ConversationId,
            MessageDeduplicationId = deliveryId,
            MessageBody = JsonSerializer.Serialize(new Job(deliveryId, now, document.RootElement), PeerJsonContext.Default.Job),
        });
        return new FunctionUrlResponse(200, "ok");
    }

    private static FunctionUrlResponse Refuse(int status, string code, string message) => new(
        status,
        JsonSerializer.Serialize(new ErrorBody(new ErrorDetail(code, message)), PeerJsonContext.Default.ErrorBody),
        new Dictionary<string, string> { ["content-type"] = "application/json" });
}
