using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Hashee.Emulator.Lambda;

/// <summary>Payload format 2.0 of a request ("Invoking Lambda function URLs").</summary>
internal static class FunctionUrlEvent
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event of a request.</summary>
    /// <param name="context">The request, except its body.</param>
    /// <param name="body">The body; without one the event has no <c>body</c>.</param>
    public static byte[] Write(HttpContext context, ReadOnlySpan<byte> body)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Relaxed))
        {
            HttpRequest request = context.Request;
            string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            int mark = target.IndexOf('?', StringComparison.Ordinal);

            writer.WriteStartObject();
            writer.WriteString("version", "2.0");
            writer.WriteString("routeKey", "$default");
            writer.WriteString("rawPath", mark < 0 ? target : target[..mark]);
            writer.WriteString("rawQueryString", mark < 0 ? string.Empty : target[(mark + 1)..]);
            WriteCookies(writer, request);
            WriteHeaders(writer, request);
            WriteQuery(writer, request);
            WriteRequestContext(writer, context);
            WriteBody(writer, request, body);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteCookies(Utf8JsonWriter writer, HttpRequest request)
    {
        string[] cookies = [.. request.Headers.Cookie.SelectMany(
            static header => (header ?? string.Empty).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (cookies.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("cookies");
        foreach (string cookie in cookies)
        {
            writer.WriteStringValue(cookie);
        }

        writer.WriteEndArray();
    }

    /// <summary>Names in lower case, a repeated header's values joined by commas, and what the service adds about the client.</summary>
    private static void WriteHeaders(Utf8JsonWriter writer, HttpRequest request)
    {
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["x-amzn-trace-id"] = TraceId.CreateRoot(),
            ["x-forwarded-for"] = SourceIp(request.HttpContext),
            ["x-forwarded-port"] = "443",
            ["x-forwarded-proto"] = "https",
        };
        foreach ((string name, StringValues values) in request.Headers)
        {
            string key = name.ToLowerInvariant();
            if (key is not ("cookie" or "connection" or "transfer-encoding" or "keep-alive"))
            {
                headers[key] = string.Join(',', values.AsEnumerable());
            }
        }

        writer.WriteStartObject("headers");
        foreach ((string name, string value) in headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteQuery(Utf8JsonWriter writer, HttpRequest request)
    {
        if (request.Query.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("queryStringParameters");
        foreach ((string name, StringValues values) in request.Query)
        {
            writer.WriteString(name, string.Join(',', values.AsEnumerable()));
        }

        writer.WriteEndObject();
    }

    private static void WriteRequestContext(Utf8JsonWriter writer, HttpContext context)
    {
        HttpRequest request = context.Request;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        writer.WriteStartObject("requestContext");
        writer.WriteString("accountId", "anonymous");
        writer.WriteString("apiId", "local");
        writer.WriteString("domainName", request.Host.Value);
        writer.WriteString("domainPrefix", "local");
        writer.WriteStartObject("http");
        writer.WriteString("method", request.Method);
        writer.WriteString("path", request.Path.Value);
        writer.WriteString("protocol", request.Protocol);
        writer.WriteString("sourceIp", SourceIp(context));
        writer.WriteString("userAgent", request.Headers.UserAgent.ToString());
        writer.WriteEndObject();
        writer.WriteString("requestId", Guid.NewGuid().ToString());
        writer.WriteString("routeKey", "$default");
        writer.WriteString("stage", "$default");
        writer.WriteString("time", now.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture));
        writer.WriteNumber("timeEpoch", now.ToUnixTimeMilliseconds());
        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, HttpRequest request, ReadOnlySpan<byte> body)
    {
        bool isText = body.IsEmpty || (IsText(request) && Utf8.IsValid(body));
        if (isText && !body.IsEmpty)
        {
            writer.WriteString("body", body);
        }
        else if (!body.IsEmpty)
        {
            writer.WriteBase64String("body", body);
        }

        writer.WriteBoolean("isBase64Encoded", !isText);
    }

    /// <summary>The media types that the service passes on as text; all others, forms included, arrive in base64.</summary>
    private static bool IsText(HttpRequest request)
    {
        string mediaType = (request.ContentType ?? string.Empty).Split(';')[0].Trim().ToLowerInvariant();
        return request.Headers.ContentEncoding.Count == 0
            && (mediaType is "application/json" or "application/javascript" or "application/xml"
                || mediaType.StartsWith("text/", StringComparison.Ordinal)
                || mediaType.EndsWith("+json", StringComparison.Ordinal)
                || mediaType.EndsWith("+xml", StringComparison.Ordinal));
    }

    internal static string SourceIp(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.1";
}
