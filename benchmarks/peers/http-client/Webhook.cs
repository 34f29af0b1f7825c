using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HttpClientPeer;

/// <summary>Verifies a call and hands its event on to the queue.</summary>
internal sealed class Webhook(string secret, SqsQueue queue, TimeProvider time)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

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

        if (!IsSignedBySecret(timestamp, deliveryId, body, signature))
        {
            return Refuse(401, "invalid_signature", "the signature does not match");
        }

        using JsonDocument document = JsonDocument.Parse(body);
        HasheeEvent? hasheeEvent = document.Deserialize(PeerJsonContext.Default.HasheeEvent);
        if (hasheeEvent is null)
        {
            return Refuse(400, "bad_request", "the body is not the documented JSON");
        }

        Job job = new(deliveryId, now, document.RootElement);
        await queue.SendAsync(
            JsonSerializer.Serialize(job, PeerJsonContext.Default.Job), hasheeEvent.Metadata.ConversationId, deliveryId);
        return new FunctionUrlResponse(200, "ok");
    }

    private bool IsSignedBySecret(string timestamp, string deliveryId, byte[] body, string signature)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{timestamp}.{deliveryId}."));
        hmac.AppendData(body);
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.GetHashAndReset(expected);
        return signature.Length == 2 * HMACSHA256.HashSizeInBytes
            && CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(signature));
    }

    private static FunctionUrlResponse Refuse(int status, string code, string message) => new(
        status,
        JsonSerializer.Serialize(new ErrorBody(new ErrorDetail(code, message)), PeerJsonContext.Default.ErrorBody),
        new Dictionary<string, string> { ["content-type"] = "application/json" });
}
