using System.Net;
using System.Net.Sockets;
using System.Text;
using Hashee.Emulator;
using Hashee.Emulator.Lambda;

namespace Hashee.Lambda.Tests.Processes;

/// <summary>An answer on its whole way: a function in a process of its own, the emulated Lambda and its Function URL, curl.</summary>
public sealed class StreamedFunctionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-function-");
    private readonly TcpListener _gate = new(IPAddress.Loopback, 0);
    private readonly ObservedLog<InvocationRecord> _invocations = new();
    private readonly ObservedLog<string> _output = new();
    private LambdaFunction _function = null!;
    private FunctionUrl _url = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string GateHeader => $"{StreamingFunction.GateHeader}: {_gate.LocalEndpoint}";

    public async ValueTask InitializeAsync()
    {
        string bootstrap = Path.Combine(_folder.FullName, "bootstrap");
        string root = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } folder ? $"DOTNET_ROOT='{folder}' " : "";
        string command = string.Join("' '", FunctionProcess.CommandOf("stream"));
        await File.WriteAllTextAsync(bootstrap, $"#!/bin/sh\n{root}exec '{command}'\n", Cancellation);
        File.SetUnixFileMode(bootstrap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _function = new LambdaFunction(new LambdaFunctionOptions
        {
            Name = "streaming",
            BootstrapPath = bootstrap,
            Account = AwsAccount.CreateRandom(),
            MemoryMegabytes = 256,
            Timeout = TimeSpan.FromMinutes(5),
            InitTimeout = TimeSpan.FromMinutes(5),
            Output = line => _output.Add(line.Text),
        });
        _function.Invoked += _invocations.Add;
        _url = await FunctionUrl.StartAsync(_function, InvokeMode.ResponseStream);
        _gate.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _url.DisposeAsync();
        await _function.DisposeAsync();
        _gate.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_client_reads_each_piece_while_the_function_waits_for_the_client()
    {
        using CurlClient curl = Get("/pieces");
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);

        string head = await curl.ReadUntilAsync("\r\n\r\n");
        await curl.ReadUntilAsync("one");
        GoOn(gate);
        await curl.ReadUntilAsync("two");
        GoOn(gate);

        Assert.Equal("three", await curl.ReadTextAsync());
        Assert.Equal(0, await curl.ExitCodeAsync());
        Assert.StartsWith("HTTP/1.1 201 ", head, StringComparison.Ordinal);
        Assert.All(
            ["Content-Type: text/plain", "Set-Cookie: a=1", "Set-Cookie: b=2"],
            line => Assert.Contains($"\r\n{line}\r\n", head, StringComparison.Ordinal));
        Assert.Equal([InvocationOutcome.Success], await OutcomesAsync(1));
    }

    [Fact]
    public async Task A_failure_behind_the_first_piece_breaks_the_connection_and_the_instance_lives_on()
    {
        using CurlClient curl = Get("/fails-behind");
        using (TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation))
        {
            await curl.ReadUntilAsync("one");
            GoOn(gate);
            Assert.Equal("", await curl.ReadTextAsync());
        }

        Assert.NotEqual(0, await curl.ExitCodeAsync());
        await AnswerOnceAsync();
        Assert.Equal([InvocationOutcome.FunctionError, InvocationOutcome.Success], await OutcomesAsync(2));
        Assert.Single(_invocations.Entries.Select(static record => record.InstanceId).Distinct());
        Assert.DoesNotContain(_output.Entries, static line => line.Contains(SampleFunctions.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_invokes_directly_gets_the_error_of_the_trailers_without_its_message()
    {
        byte[] payload = Encoding.UTF8.GetBytes($$$"""
            {"version":"2.0","rawPath":"/fails-behind","requestContext":{"http":{"method":"GET"}},
            "headers":{"{{{StreamingFunction.GateHeader}}}":"{{{_gate.LocalEndpoint}}}"}}
            """);
        Task<InvocationResult> call = _function.InvokeAsync(payload, Cancellation);
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);
        GoOn(gate);

        InvocationResult result = await call;
        (string type, string message) = LambdaError.Read(result.Payload);
        Assert.Equal((InvocationOutcome.FunctionError, "System.InvalidOperationException"), (result.Outcome, type));
        Assert.Contains("withheld", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/fails-before")]
    [InlineData("/larger-prelude")]
    public async Task A_failure_before_the_first_byte_is_a_502(string path)
    {
        using CurlClient curl = Get(path);
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);

        string answer = await curl.ReadTextAsync();

        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nInternal Server Error", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_prelude_arrives()
    {
        using CurlClient curl = Get("/largest-prelude");
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);

        string head = await curl.ReadUntilAsync("\r\n\r\n");

        Assert.InRange(head.Count(static letter => letter == 'v'), StreamedResponse.LargestPrelude - 100, StreamedResponse.LargestPrelude);
        Assert.Equal("text", await curl.ReadTextAsync());
        Assert.Equal(0, await curl.ExitCodeAsync());
    }

    [Fact]
    public async Task A_client_that_goes_away_does_not_stop_the_function()
    {
        using (CurlClient curl = Get("/pieces"))
        {
            using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);
            await curl.ReadUntilAsync("one");
            curl.Kill();
            GoOn(gate);
            GoOn(gate);
        }

        await AnswerOnceAsync();
        Assert.Equal([InvocationOutcome.Success, InvocationOutcome.Success], await OutcomesAsync(2));
        Assert.Single(_invocations.Entries.Select(static record => record.InstanceId).Distinct());
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_function_until_it_does()
    {
        const long All = (long)StreamingFunction.Pieces * StreamingFunction.PieceLength;
        using CurlClient idle = Get("/many");
        using TcpClient idleGate = await _gate.AcceptTcpClientAsync(Cancellation);
        await idle.ReadUntilAsync("\r\n\r\n");

        // Meanwhile another instance answers another client just as much, to the end.
        using CurlClient other = Get("/many");
        using TcpClient otherGate = await _gate.AcceptTcpClientAsync(Cancellation);
        await other.ReadUntilAsync("\r\n\r\n");
        Assert.Equal(All, await other.DrainAsync());
        Assert.Equal(StreamingFunction.Pieces, await CountAsync(otherGate));

        // What the kernel holds for two connections and a pipe, and what the emulator holds, is far less than half.
        Assert.InRange(idleGate.Available, 0, StreamingFunction.Pieces / 2);
        Assert.Equal(All, await idle.DrainAsync());
        Assert.Equal(StreamingFunction.Pieces, await CountAsync(idleGate));
        Assert.Equal([InvocationOutcome.Success, InvocationOutcome.Success], await OutcomesAsync(2));
    }

    [Fact]
    public async Task A_function_that_waits_for_a_client_is_freed_when_that_one_goes_away()
    {
        using CurlClient idle = Get("/many");
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);
        await idle.ReadUntilAsync("\r\n\r\n");

        idle.Kill();

        Assert.Equal(StreamingFunction.Pieces, await CountAsync(gate));
        Assert.Equal([InvocationOutcome.Success], await OutcomesAsync(1));
    }

    private static void GoOn(TcpClient gate) => gate.GetStream().WriteByte(1);

    /// <summary>How often the function said that a piece had left, once it has ended.</summary>
    private static async Task<int> CountAsync(TcpClient gate)
    {
        using MemoryStream said = new();
        await gate.GetStream().CopyToAsync(said, Cancellation);
        return (int)said.Length;
    }

    private CurlClient Get(string path) => CurlClient.Get(new Uri(_url.Url, path), GateHeader);

    /// <summary>One more answer, which has to be whole.</summary>
    private async Task AnswerOnceAsync()
    {
        using CurlClient curl = Get("/pieces");
        using TcpClient gate = await _gate.AcceptTcpClientAsync(Cancellation);
        GoOn(gate);
        GoOn(gate);
        Assert.EndsWith("onetwothree", await curl.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await curl.ExitCodeAsync());
    }

    private async Task<IEnumerable<InvocationOutcome>> OutcomesAsync(int count) =>
        (await _invocations.WaitAsync(static _ => true, count, Cancellation)).Select(static record => record.Outcome);
}
