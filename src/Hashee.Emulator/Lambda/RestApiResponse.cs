using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// What a function's result means as an HTTP response ("Output format of a Lambda function for proxy integration"). No member has to
/// be there, and the gateway takes no other than these five.
/// </summary>
internal sealed class RestApiResponse
{
    private readonly List<KeyValuePair<string, string>> _headers = [];
    private int _statusCode = StatusCodes.Status200OK;
    private byte[] _body = [];
    private string _text = string.Empty;
    private bool _isBase64;

    private RestApiResponse()
    {
    }

    /// <summary>Reads a result.</summary>
    /// <param name="payload">The function's response.</param>
    /// <param name="decodes">Whether a body in base64 is decoded: for a client that asks for a binary media type first.</param>
    /// <returns>Null for what the gateway calls a malformed Lambda proxy response.</returns>
    public static RestApiResponse? TryParse(ReadOnlyMemory<byte> payload, bool decodes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            RestApiResponse response = new();
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                response.Read(member.Name, member.Value);
            }

            response._body = response._isBase64 && decodes
                ? Convert.FromBase64String(response._text)
                : Encoding.UTF8.GetBytes(response._text);
            return response;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Sends it.</summary>
    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = _statusCode;
        response.ContentType = "application/json";
        foreach (IGrouping<string, KeyValuePair<string, string>> header
            in _headers.GroupBy(static header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            response.Headers[header.Key] = header.Select(static pair => pair.Value).Distinct().ToArray();
        }

        if (_statusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            response.ContentLength = _body.Length;
            await response.Body.WriteAsync(_body);
        }
    }

    private void Read(string name, JsonElement value)
    {
        switch (name)
        {
            case "statusCode" or "headers" or "multiValueHeaders" or "body" or "isBase64Encoded" when value.ValueKind == JsonValueKind.Null:
                break;
            case "statusCode":
                _statusCode = StatusCode(value);
                break;
            case "headers":
                foreach (JsonProperty header in value.EnumerateObject())
                {
                    Add(header.Name, header.Value);
                }

                break;
            case "multiValueHeaders":
                foreach (JsonProperty header in value.EnumerateObject())
                {
                    foreach (JsonElement one in header.Value.EnumerateArray())
                    {
                        Add(header.Name, one);
                    }
                }

                break;
            case "body":
                _text = value.GetString()!;
                break;
            case "isBase64Encoded":
                _isBase64 = value.GetBoolean();
                break;
            default:
                throw new FormatException("The gateway knows no such member.");
        }
    }

    private static int StatusCode(JsonElement value)
    {
        int status = value.ValueKind == JsonValueKind.String
            ? int.Parse(value.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
            : value.GetInt32();
        return status is >= 200 and <= 599 ? status : throw new FormatException("Not an HTTP status.");
    }

    /// <summary>What the gateway sets itself arrives under another name.</summary>
    private void Add(string name, JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetString() ?? throw new FormatException("Not a header value."),
        };
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Length == 0)
        {
            throw new FormatException("Not a header of HTTP.");
        }

        if (name.ToLowerInvariant() is "authorization" or "connection" or "content-length" or "date" or "server" or "www-authenticate")
        {
            name = $"x-amzn-Remapped-{name}";
        }

        if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            _headers.Add(new(name, text));
        }
    }
}
