using System.Text.Json.Serialization;

namespace Hashee.Lambda;

/// <summary>The serializers of SQS events. They double a small binary, so nothing refers to them but the event's own types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    MaxDepth = int.MaxValue)]
[JsonSerializable(typeof(SqsEvent))]
[JsonSerializable(typeof(SqsBatchResponse))]
internal sealed partial class SqsJson : JsonSerializerContext;
