using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hashee.Worker;

/// <summary>The platform's answers, as far as the worker reads them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(DeviceList))]
internal sealed partial class PlatformJson : JsonSerializerContext;

/// <summary><c>{"error":{"code","params":{"retry_after"}}}</c>, or <c>retry_after</c> at the top.</summary>
internal sealed record ErrorBody(ErrorDetail? Error, JsonElement? RetryAfter);

internal sealed record ErrorDetail(string? Code, ErrorParameters? Params);

internal sealed record ErrorParameters(JsonElement? RetryAfter);

/// <summary><c>GET /keys/users/{user id}/devices</c>: objects with <c>public_key</c> and <c>signing_public_key</c> in base64.</summary>
internal sealed record DeviceList(IReadOnlyList<JsonElement>? Data);
