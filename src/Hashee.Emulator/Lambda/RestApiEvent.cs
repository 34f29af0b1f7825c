using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Hashee.Emulator.Lambda;

/// <summary>Payload format 1.0 of a request ("Input format of a Lambda function for proxy integration").</summary>
internal static class RestApiEvent
{
    private const string Stage = "local";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event of a request: what is not there is null, no member is left out.</summary>
    /// <param name="context">The request, except its body.</param>
    /// <param name="body">The body.</param>
    /// <param name="binary">The media types whose bodies come in base64; all others are text, whatever they hold.</param>
    public static byte[] Write(HttpContext context, ReadOnlySpan<byte> body, BinaryMediaTypes binary)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Relaxed))
        {
            HttpRequest request = context.Request;
            string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
            string resource = path == "/" ? "/" : "/{proxy+}";
            bool isBase64 = !body.IsEmpty && binary.Match(request.ContentType ?? string.Empty);

            writer.WriteStartObject();
            writer.WriteString("resource", resource);
            writer.WriteString("path", path);
            writer.WriteString("httpMethod", request.Method);
            WriteValues(writer, "headers", "multiValueHeaders", Headers(context));
            WriteValues(
                writer,
                "queryStringParameters",
                "multiValueQueryStringParameters",
                [.. request.Query.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value))]);
            WritePathParameters(writer, path);
            writer.WriteNull("stageVariables");
            WriteRequestContext(writer, context, path, resource);
            if (body.IsEmpty)
            {
                writer.WriteNull("body");
            }
            else
            {
                writer.WriteString("body", isBase64 ? Convert.ToBase64String(body) : Encoding.UTF8.GetString(body));
            }

            writer.WriteBoolean("isBase64Encoded", isBase64);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Names as they were sent, and what the gateway adds about the client.</summary>
    private static List<KeyValuePair<string, StringValues>> Headers(HttpContext context)
    {
        List<KeyValuePair<string, StringValues>> headers =
        [
            .. context.Request.Headers.Where(static header =>
                header.Key.ToLowerInvariant() is not ("connection" or "content-length" or "keep-alive" or "transfer-encoding")),
        ];
        Add("X-Amzn-Trace-Id", TraceId.CreateRoot());
        Add("X-Forwarded-For", FunctionUrlEvent.SourceIp(context));
        Add("X-Forwarded-Port", "443");
        Add("X-Forwarded-Proto", "https");
        return headers;

        void Add(string name, string value)
        {
            headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            headers.Add(new(name, value));
        }
    }

    /// <summary>The last value of each name, then all values of each name.</summary>
    private static void WriteValues(Utf8JsonWriter writer, string single, string multiple, List<KeyValuePair<string, StringValues>> pairs)
    {
        if (pairs.Count == 0)
        {
            writer.WriteNull(single);
            writer.WriteNull(multiple);
            return;
        }

        writer.WriteStartObject(single);
        foreach ((string name, StringValues values) in pairs)
        {
            writer.WriteString(name, values[^1]);
        }

        writer.WriteEndObject();
        writer.WriteStartObject(multiple);
        foreach ((string name, StringValues values) in pairs)
        {
            writer.WriteStartArray(name);
            foreach (string? value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WritePathParameters(Utf8JsonWriter writer, string path)
    {
        if (path == "/")
        {
            writer.WriteNull("pathParameters");
            return;
        }

        writer.WriteStartObject("pathParameters");
        writer.WriteString("proxy", Uri.UnescapeDataString(path[1..]));
        writer.WriteEndObject();
    }

    private static void WriteRequestContext(Utf8JsonWriter writer, HttpContext context, string path, string resource)
    {
        HttpRequest request = context.Request;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        writer.WriteStartObject("requestContext");
        writer.WriteString("accountId", AwsAccount.Id);
        writer.WriteString("apiId", "local");
        writer.WriteString("domainName", request.Host.Value);
        writer.WriteString("domainPrefix", "local");
        writer.WriteString("extendedRequestId", Guid.NewGuid().ToString());
        writer.WriteString("httpMethod", request.Method);
        writer.WriteStartObject("identity");
        foreach (string name in (string[])["accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType",
            "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "user", "userArn"])
        {
            writer.WriteNull(name);
        }

        writer.WriteString("sourceIp", FunctionUrlEvent.SourceIp(context));
        writer.WriteString("userAgent", request.Headers.UserAgent.Count == 0 ? null : request.Headers.UserAgent.ToString());
        writer.WriteEndObject();
        writer.WriteString("path", path);
        writer.WriteString("protocol", request.Protocol);
        writer.WriteString("requestId", Guid.NewGuid().ToString());
        writer.WriteString("requestTime", now.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture));
        writer.WriteNumber("requestTimeEpoch", now.ToUnixTimeMilliseconds());
        writer.WriteString("resourceId", "local");
        writer.WriteString("resourcePath", resource);
        writer.WriteString("stage", Stage);
        writer.WriteEndObject();
    }
}
