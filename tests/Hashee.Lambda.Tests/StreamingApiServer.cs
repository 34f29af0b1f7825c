using System.Collections.Concurrent;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests;

/// <summary>A Runtime API that hands out so many events and takes each streamed answer as a test wants it; gone after the last event.</summary>
internal sealed class StreamingApiServer : IDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<StreamedAnswer> _answers = [];
    private readonly ConcurrentQueue<HttpMessage> _reports = [];
    private readonly Action<StreamedAnswer> _take;
    private readonly int _invocations;
    private int _handedOut;

    /// <param name="invocations">How many events there are: JSON numbers, from 1 on.</param>
    /// <param name="take">Takes a streamed answer, whose head has been read; without it, it is read to its end and accepted.</param>
    internal StreamingApiServer(int invocations, Action<StreamedAnswer>? take = null)
    {
        _invocations = invocations;
        _take = take ?? (static answer => answer.Accept());
        _server = LoopbackServer.Concurrent(Serve);
    }

    internal int Connections => _server.Connections;

    /// <summary>The streamed answers in order; complete when the function has ended.</summary>
    internal IReadOnlyList<StreamedAnswer> Answers => [.. _answers];

    /// <summary>The reports in one piece, errors included, in order.</summary>
    internal IReadOnlyList<HttpMessage> Reports => [.. _reports];

    /// <summary>Runs a function against this server until both have ended.</summary>
    /// <returns>Its exit code.</returns>
    internal int Run(StreamingHandler handler) => Run(LambdaRuntime.Streaming(handler));

    /// <summary>Runs a function of any kind.</summary>
    internal int Run(InvocationHandler handler)
    {
        int exitCode = LambdaRuntime.Run($"127.0.0.1:{_server.Port}", () => handler);
        _server.Close();
        _server.WaitForScripts();
        return exitCode;
    }

    public void Dispose() => _server.Dispose();

    private void Serve(ServerConnection connection)
    {
        while (connection.ReadHead() is { } head)
        {
            if (head.StartLine.StartsWith("GET ", StringComparison.Ordinal))
            {
                if (_handedOut == _invocations)
                {
                    _server.Close();
                    return;
                }

                _handedOut++;
                connection.Send(RuntimeApiServer.Event($"{_handedOut}", $"request-{_handedOut}"));
            }
            else if (head.Headers.ContainsKey("Transfer-Encoding"))
            {
                StreamedAnswer answer = new(head, connection);
                _answers.Enqueue(answer);
                _take(answer);
                return;
            }
            else
            {
                byte[] body = new byte[int.Parse(head.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
                connection.Stream.ReadExactly(body);
                _reports.Enqueue(head with { Body = body });
                connection.Send(RuntimeApiServer.Accepted);
            }
        }
    }
}
