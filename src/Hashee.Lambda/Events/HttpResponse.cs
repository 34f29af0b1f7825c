using System.Buffers;
using System.Globalization;
using Hashee.Formats;

namespace Hashee.Lambda;

/// <summary>The response of a Function URL or HTTP API in payload format 2.0: <c>{"statusCode":…,"headers":{…},"body":"…"}</c>.</summary>
public static class HttpResponse
{
    /// <summary>Writes a response.</summary>
    /// <param name="output">The invocation's response.</param>
    /// <param name="statusCode">100-599.</param>
    /// <param name="body">The body, UTF-8.</param>
    /// <param name="headers">The headers, each name once.</param>
    public static void Write(IBufferWriter<byte> output, int statusCode, ReadOnlySpan<byte> body, params ReadOnlySpan<HttpHeader> headers)
    {
        output.Write("{\"statusCode\":"u8);
        statusCode.TryFormat(output.GetSpan(11), out int length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
        output.Write(",\"headers\":{"u8);
        for (int i = 0; i < headers.Length; i++)
        {
            output.Write(i == 0 ? default : ","u8);
            JsonText.WriteString(output, headers[i].Name);
            output.Write(":"u8);
            JsonText.WriteString(output, headers[i].Value);
        }

        output.Write("},\"body\":"u8);
        JsonText.WriteString(output, body);
        output.Write("}"u8);
    }
}
