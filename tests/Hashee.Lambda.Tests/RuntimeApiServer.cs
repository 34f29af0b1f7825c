using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests;

/// <summary>A Runtime API that hands out the given events, keeps what the function reports, and is gone after the last one.</summary>
internal sealed class RuntimeApiServer : IDisposable
{
    internal const string Accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<string> _events;
    private readonly ConcurrentQueue<HttpMessage> _reports = [];

    internal RuntimeApiServer(params string[] events)
    {
        _events = new ConcurrentQueue<string>(events);
        _server = new LoopbackServer(IPAddress.Loopback, Serve);
    }

    internal int Port => _server.Port;

    internal string Address => $"127.0.0.1:{Port}";

    internal int Connections => _server.Connections;

    /// <summary>The requests for an event, in order.</summary>
    internal ConcurrentQueue<HttpMessage> Requests { get; } = new();

    /// <summary>The function's reports in order; complete when the function has ended.</summary>
    internal IReadOnlyList<HttpMessage> Reports => [.. _reports];

    /// <summary>What the function is told after each report.</summary>
    internal string AnswerToReports { get; init; } = Accepted;

    /// <summary>Runs a function against this server until it ends.</summary>
    /// <returns>Its exit code.</returns>
    internal int Run(InvocationHandler handler) => LambdaRuntime.Run(Address, () => handler);

    internal static string Event(string payload, string requestId = "8476a536-e9f4-11e8-9739-2dfe598c3fcd") =>
        $"HTTP/1.1 200 OK\r\n{EventHeaders(requestId)}Content-Length: {Encoding.UTF8.GetByteCount(payload)}\r\n\r\n{payload}";

    internal static string EventHeaders(string requestId = "8476a536-e9f4-11e8-9739-2dfe598c3fcd") =>
        $"""
        Lambda-Runtime-Aws-Request-Id: {requestId}
        Lambda-Runtime-Deadline-Ms: {DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds()}
        Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1
        Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:webhook

        """.ReplaceLineEndings("\r\n");

    public void Dispose() => _server.Dispose();

    private void Serve(ServerConnection connection)
    {
        while (connection.ReadRequest() is { } request)
        {
            if (request.StartLine.StartsWith("GET ", StringComparison.Ordinal))
            {
                Requests.Enqueue(request);
                if (!_events.TryDequeue(out string? next))
                {
                    _server.Close();
                    return;
                }

                connection.SendBytewise(next);
            }
            else
            {
                _reports.Enqueue(request);
                connection.Send(AnswerToReports);
            }
        }
    }
}
