using System.Text;
using BenchmarkDotNet.Attributes;
using Hashee.Lambda;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// One round of the Runtime API's loop over loopback: the next invocation asked for and read, its response sent. Baseline: the same bytes
/// exchanged on a bare socket.
/// </summary>
public class RuntimeLoopBenchmarks : IDisposable
{
    private const string Prefix = "/2018-06-01/runtime/invocation/";

    private byte[] _response = [];
    private byte[] _next = [];
    private byte[] _invocation = [];
    private byte[] _post = [];
    private byte[] _accepted = [];
    private CannedServer? _server;
    private RawExchange? _raw;
    private RuntimeApi? _api;

    /// <summary>The length of the event, in bytes.</summary>
    [Params(1_024, 65_536)]
    public int EventBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _response = "{\"statusCode\":200,\"headers\":{\"content-type\":\"text/plain\"},\"body\":\"ok\"}"u8.ToArray();
        long deadline = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds();
        _invocation = CannedServer.Answer(
            $"200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {Samples.RequestId}\r\n"
                + $"Lambda-Runtime-Deadline-Ms: {deadline}\r\n"
                + "Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1\r\n"
                + "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:webhook",
            Samples.Fill(EventBytes, 1));
        _accepted = CannedServer.Answer("202 Accepted\r\nContent-Type: application/json", "{\"status\":\"OK\"}\n"u8);
        _server = new CannedServer(toGet: _invocation, toPost: _accepted);
        _next = Encoding.ASCII.GetBytes($"GET {Prefix}next HTTP/1.1\r\nHost: {_server.EndPoint}\r\n\r\n");
        _post =
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {Prefix}{Samples.RequestId}/response HTTP/1.1\r\nHost: {_server.EndPoint}\r\nContent-Type: application/json\r\n"
                    + $"Content-Length: {_response.Length}\r\n\r\n"),
            .. _response,
        ];
        _raw = new RawExchange(_server.EndPoint);
        _api = RuntimeApi.TryCreate($"{_server.EndPoint}");
    }

    [Benchmark(Baseline = true, Description = "The same bytes on a socket")]
    public void Exchange()
    {
        _raw!.Run(_next, _invocation.Length);
        _raw.Run(_post, _accepted.Length);
    }

    [Benchmark(Description = "RuntimeApi")]
    public int Round()
    {
        _api!.Next();
        int length = _api.Payload.Length;
        _api.Response.Append(_response);
        _api.PostResponse();
        return length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _api?.Dispose();
        _raw?.Dispose();
        _server?.Dispose();
        GC.SuppressFinalize(this);
    }
}
