using System.Globalization;
using System.Text;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Packages.Tests;

/// <summary>An API on loopback that gives one answer after the other, and an HttpClient over this product's transport to ask it with.</summary>
internal sealed class ScriptedApi : IDisposable
{
    private readonly LoopbackServer _server;

    /// <param name="answers">What each request gets: it writes to the connection.</param>
    internal ScriptedApi(params Action<ServerConnection>[] answers) => _server = LoopbackServer.Concurrent(connection =>
    {
        while (connection.ReadHead() is { } head)
        {
            lock (Requests)
            {
                Requests.Add(head with { Body = ReadBody(connection, head) });
            }

            answers[Math.Min(Requests.Count, answers.Length) - 1](connection);
        }
    });

    internal List<HttpMessage> Requests { get; } = [];

    internal int Connections => _server.Connections;

    internal string Url => $"http://127.0.0.1:{_server.Port}";

    internal HttpClient Client { get; } = new(new HttpTransportHandler());

    internal static Action<ServerConnection> Json(int status, string json, string headers = "") => connection => connection.Send(
        $"HTTP/1.1 {status} X\r\n{headers}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    public void Dispose()
    {
        Client.Dispose();
        _server.Dispose();
    }

    private static byte[] ReadBody(ServerConnection connection, HttpMessage head)
    {
        if (!head.Headers.ContainsKey("Transfer-Encoding"))
        {
            byte[] body = new byte[int.Parse(head.Headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
            connection.Stream.ReadExactly(body);
            return body;
        }

        List<byte> all = [];
        while (connection.ReadChunk() is { } chunk)
        {
            all.AddRange(chunk);
        }

        connection.ReadFields();
        return [.. all];
    }
}
