namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>The Lambda Runtime API, version 2018-06-01, for one program at a time.</summary>
internal sealed class RuntimeApi : IDisposable
{
    private const string Prefix = "/2018-06-01/runtime/";

    private readonly LoopbackServer _server;
    private volatile Run? _run;

    public RuntimeApi() => _server = new LoopbackServer(Serve);

    /// <summary><c>host:port</c>, as in AWS_LAMBDA_RUNTIME_API.</summary>
    public string Address => $"127.0.0.1:{_server.Port}";

    /// <summary>Whose calls are served from now on.</summary>
    public void Begin(Run run) => _run = run;

    public void Dispose() => _server.Dispose();

    private static ReadOnlySpan<byte> Accepted =>
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"u8;

    private void Serve(HttpConnection connection)
    {
        while (connection.Read() is { } request)
        {
            if (_run is not { } run)
            {
                return;
            }

            switch (request.Method, request.Target.StartsWith(Prefix, StringComparison.Ordinal) ? request.Target[Prefix.Length..].Split('/') : [])
            {
                case ("GET", ["invocation", "next"]):
                    if (run.Next(request) is { } answer)
                    {
                        connection.Write(answer);
                    }

                    break;
                case ("POST", ["invocation", string id, "response"]):
                    run.Response(request, id);
                    connection.Write(Accepted);
                    break;
                case ("POST", ["invocation", _, "error"] or ["init", "error"]):
                    run.Fail($"it reported {System.Text.Encoding.UTF8.GetString(request.Body)}");
                    connection.Write(Accepted);
                    break;
                default:
                    run.Fail($"it asked the Runtime API for {request.Method} {request.Target}");
                    return;
            }
        }
    }
}
