using System.Text.Json;
using System.Text.Json.Serialization;

namespace AwsSdkPeer;

// AWS's serializer, which the peer on RuntimeSupport has, brings a naming policy of its own, so the events' names are spelled out.

internal sealed record FunctionUrlRequest(
    [property: JsonPropertyName("headers")] Dictionary<string, string> Headers,
    [property: JsonPropertyName("body")] string? Body,
    [property: JsonPropertyName("isBase64Encoded")] bool IsBase64Encoded);

internal sealed record FunctionUrlResponse(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("body")] string Body,
    [property: JsonPropertyName("headers")] Dictionary<string, string>? Headers = null);

internal sealed record FunctionError(
    [property: JsonPropertyName("errorMessage")] string ErrorMessage,
    [property: JsonPropertyName("errorType")] string ErrorType);

internal sealed record EventMetadata([property: JsonPropertyName("conversation_id")] string ConversationId);

internal sealed record HasheeEvent(EventMetadata Metadata);

internal sealed record Job(
    [property: JsonPropertyName("delivery_id")] string DeliveryId,
    [property: JsonPropertyName("received_at")] DateTimeOffset ReceivedAt,
    [property: JsonPropertyName("event")] JsonElement Event);

internal sealed record ErrorBody(ErrorDetail Error);

internal sealed record ErrorDetail(string Code, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunctionUrlRequest))]
[JsonSerializable(typeof(FunctionUrlResponse))]
[JsonSerializable(typeof(FunctionError))]
[JsonSerializable(typeof(HasheeEvent))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class PeerJsonContext : JsonSerializerContext;
