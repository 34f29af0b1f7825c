using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hashee.Emulator.Tests.Lambda;

/// <summary>A streamed response as a runtime posts it, byte for byte: HttpClient cannot send trailers.</summary>
internal sealed class StreamedPost : IDisposable
{
    public const string Http = "application/vnd.awslambda.http-integration-response";
    public const string ErrorType = "Lambda-Runtime-Function-Error-Type";
    public const string ErrorBody = "Lambda-Runtime-Function-Error-Body";

    private readonly TcpClient _client = new();
    private NetworkStream _stream = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Sends the head of the request.</summary>
    /// <param name="runtime">The Runtime API.</param>
    /// <param name="requestId">The event.</param>
    /// <param name="contentType">The response's media type.</param>
    /// <param name="mode">The header that makes it a stream.</param>
    /// <param name="trailer">The fields that may follow the last chunk.</param>
    public static async Task<StreamedPost> BeginAsync(
        RuntimeClient runtime,
        string requestId,
        string contentType = Http,
        string mode = "streaming",
        string trailer = $"{ErrorType}, {ErrorBody}")
    {
        StreamedPost post = new();
        string[] address = runtime.Authority.Split(':');
        await post._client.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), Cancellation);
        post._client.NoDelay = true;
        post._stream = post._client.GetStream();
        await post.SendAsync(Encoding.ASCII.GetBytes($"""
            POST /2018-06-01/runtime/invocation/{requestId}/response HTTP/1.1
            Host: {runtime.Authority}
            Lambda-Runtime-Function-Response-Mode: {mode}
            Transfer-Encoding: chunked
            Trailer: {trailer}
            Content-Type: {contentType}


            """.ReplaceLineEndings("\r\n")));
        return post;
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task WriteAsync(ReadOnlyMemory<byte> piece) =>
        SendAsync([.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece.Span, .. "\r\n"u8]);

    /// <summary>Sends the prelude and the zeros behind it.</summary>
    public Task WritePreludeAsync(string json) => WriteAsync(json + new string('\0', 8));

    /// <summary>Ends the body and reads the answer.</summary>
    /// <returns>Its status code.</returns>
    public async Task<int> EndAsync(params (string Name, string Value)[] trailers)
    {
        string fields = string.Concat(trailers.Select(static trailer => $"{trailer.Name}: {trailer.Value}\r\n"));
        await SendAsync(Encoding.ASCII.GetBytes($"0\r\n{fields}\r\n"));
        return await ReadStatusAsync();
    }

    /// <summary>Reads the answer's status code.</summary>
    public async Task<int> ReadStatusAsync()
    {
        byte[] start = new byte["HTTP/1.1 202".Length];
        await _stream.ReadExactlyAsync(start, Cancellation);
        return int.Parse(start.AsSpan(^3..), CultureInfo.InvariantCulture);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _client.Dispose();

    private async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, Cancellation);
}
