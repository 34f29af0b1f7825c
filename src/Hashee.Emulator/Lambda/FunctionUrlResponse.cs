using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Hashee.Emulator.Lambda;

/// <summary>What a function's result means as an HTTP response ("Response payload format" of Lambda function URLs).</summary>
internal sealed class FunctionUrlResponse
{
    private readonly int _statusCode;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly List<KeyValuePair<string, string>> _headers = [];

    private FunctionUrlResponse(int statusCode, ReadOnlyMemory<byte> body)
    {
        _statusCode = statusCode;
        _body = body;
    }

    /// <summary>
    /// Reads a result. An object with <c>statusCode</c> is a response; any other JSON is the body of a 200 in <c>application/json</c>.
    /// </summary>
    /// <returns>False for what the service answers with 502: no JSON, or a response with members of the wrong type.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out FunctionUrlResponse? response)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            response = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("statusCode", out _)
                ? Read(document.RootElement)
                : new FunctionUrlResponse(StatusCodes.Status200OK, payload);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            response = null;
            return false;
        }
    }

    /// <summary>Whether HTTP lets a response of this status have a body.</summary>
    public bool HasBody => _statusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);

    /// <summary>Reads what stands in front of a streamed body: <c>statusCode</c> (200 without one), <c>headers</c> and <c>cookies</c>.</summary>
    /// <returns>Null for what the service answers with 502.</returns>
    public static FunctionUrlResponse? ParsePrelude(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Sends it.</summary>
    public async Task WriteAsync(HttpResponse response)
    {
        WriteHead(response, "application/json");
        if (HasBody)
        {
            response.ContentLength = _body.Length;
            await response.Body.WriteAsync(_body);
        }
    }

    /// <summary>Sets status and headers.</summary>
    /// <param name="response">The response to the client.</param>
    /// <param name="contentType">Where the function says none.</param>
    public void WriteHead(HttpResponse response, string contentType)
    {
        response.StatusCode = _statusCode;
        response.ContentType = contentType;
        foreach ((string name, string value) in _headers)
        {
            if (name == "Set-Cookie")
            {
                response.Headers.Append(name, value);
            }
            else
            {
                response.Headers[name] = value;
            }
        }
    }

    private static FunctionUrlResponse Read(JsonElement root)
    {
        int statusCode = root.TryGetProperty("statusCode", out JsonElement status) ? status.GetInt32() : StatusCodes.Status200OK;
        if (statusCode is < 200 or > 599)
        {
            throw new FormatException("Not an HTTP status.");
        }

        bool isBase64 = root.TryGetProperty("isBase64Encoded", out JsonElement flag) && flag.ValueKind != JsonValueKind.Null && flag.GetBoolean();
        string text = root.TryGetProperty("body", out JsonElement body) ? body.GetString() ?? string.Empty : string.Empty;
        FunctionUrlResponse response = new(statusCode, isBase64 ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text));
        if (root.TryGetProperty("headers", out JsonElement headers) && headers.ValueKind != JsonValueKind.Null)
        {
            foreach (JsonProperty header in headers.EnumerateObject())
            {
                response.AddHeader(header.Name, HeaderText(header.Value));
            }
        }

        if (root.TryGetProperty("cookies", out JsonElement cookies) && cookies.ValueKind != JsonValueKind.Null)
        {
            foreach (JsonElement cookie in cookies.EnumerateArray())
            {
                response.AddHeader("Set-Cookie", cookie.GetString() ?? string.Empty);
            }
        }

        return response;
    }

    /// <summary>Length and connection are the service's own business.</summary>
    private void AddHeader(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new FormatException("Not a header of HTTP.");
        }

        if (name.ToLowerInvariant() is not ("content-length" or "connection" or "transfer-encoding" or "keep-alive"))
        {
            _headers.Add(new(name, value));
        }
    }

    private static string HeaderText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new FormatException("Not a header value."),
    };
}
