using System.Text.Json;
using System.Text.Json.Serialization;

namespace RuntimeSupportPeer;

internal sealed record FunctionUrlRequest(Dictionary<string, string> Headers, string? Body, bool IsBase64Encoded);

internal sealed record FunctionUrlResponse(int StatusCode, string Body, Dictionary<string, string>? Headers = null);

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
[JsonSerializable(typeof(HasheeEvent))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class PeerJsonContext : JsonSerializerContext;
