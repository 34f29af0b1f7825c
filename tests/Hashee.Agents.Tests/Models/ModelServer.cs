using System.Text;
using System.Text.Json.Nodes;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Agents.Tests.Models;

/// <summary>A provider on loopback, byte by byte under the test's control: each request gets the next answer, the last one for ever.</summary>
internal sealed class ModelServer : IDisposable
{
    private readonly LoopbackServer _server;

    /// <param name="answers">What each request gets: it writes to the connection.</param>
    internal ModelServer(params Action<ServerConnection>[] answers) => _server = LoopbackServer.Concurrent(connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            int number;
            lock (Requests)
            {
                Requests.Add(request);
                number = Requests.Count;
            }

            answers[Math.Min(number, answers.Length) - 1](connection);
        }
    });

    internal List<HttpMessage> Requests { get; } = [];

    internal int Connections => _server.Connections;

    internal HttpUrl Url => UrlOf($"http://127.0.0.1:{_server.Port}");

    /// <summary>The last request's JSON.</summary>
    internal JsonNode Body => JsonNode.Parse(Requests[^1].Body)!;

    internal HttpUrl At(string path) => UrlOf($"http://127.0.0.1:{_server.Port}{path}");

    internal static HttpUrl UrlOf(string text) => HttpUrl.TryParse(text, out HttpUrl url) ? url : throw new ArgumentException(text);

    internal static Action<ServerConnection> Json(string json, int status = 200, string headers = "") => connection => connection.Send(
        $"HTTP/1.1 {status} X\r\n{headers}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>A whole stream, in one chunk.</summary>
    internal static Action<ServerConnection> Stream(string events) => Stream(Encoding.UTF8.GetBytes(events), events.Length + 1);

    /// <summary>As much of a stream as is said, and then the connection's end.</summary>
    internal static Action<ServerConnection> Stream(byte[] events, int count) => connection =>
    {
        connection.Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] sent = events[..Math.Min(count, events.Length)];
        if (sent.Length > 0)
        {
            connection.Send([.. Encoding.ASCII.GetBytes($"{sent.Length:x}\r\n"), .. sent, .. "\r\n"u8]);
        }

        if (count > events.Length)
        {
            connection.Send("0\r\n\r\n");
        }
        else
        {
            connection.CloseSending();
        }
    };

    internal static Action<ServerConnection> Close() => static connection => connection.Abort();

    public void Dispose() => _server.Dispose();
}
