using System.Net.Security;
using System.Net.Sockets;
using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

/// <summary>
/// A program in the shell's own language that speaks the Runtime API, measured as the real ones are. (`cat` makes one write of the shell's many.)
/// </summary>
[Collection(MeasurementTests.OneAtATime)]
public sealed class MeasurementTests(MeasurementTests.Servers servers) : IClassFixture<MeasurementTests.Servers>, IDisposable
{
    /// <summary>The collection of what measures: a measurement holds this process's garbage collector still.</summary>
    internal const string OneAtATime = "measurements";

    internal const string Loop = """
        exec 4<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API/:/\/}"
        receive() {
          length=0
          while IFS= read -r -u 4 line && [ "$line" != $'\r' ]; do
            line=${line%$'\r'}
            case $line in
              Lambda-Runtime-Aws-Request-Id:*) id=${line#*: } ;;
              Content-Length:*) length=${line#*: } ;;
            esac
          done
          LC_ALL=C read -r -N "$length" -u 4 body
        }
        while :; do
          printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n' | cat >&4
          receive
          printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s' "$id" "${#answer}" "$answer" | cat >&4
          receive
        done
        """;

    internal const string Ok = """answer='{"statusCode":200,"body":"ok"}'""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly Measurement _measurement = servers.Measurement;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_run_has_the_times_in_their_order_and_every_warm_call()
    {
        Sample sample = _measurement.Measure(Program(TaskKind.Loop, Ok, Loop), new Conditions());

        Assert.InRange(sample.Next, double.Epsilon, sample.Response);
        Assert.Equal(sample.Next + sample.FirstCall, sample.Response, tolerance: 1e-9);
        Assert.Equal(Measurement.WarmCalls, sample.WarmCalls.Count);
        Assert.All(sample.WarmCalls, static call => Assert.True(call > 0));
        Assert.Null(sample.Wire);
        Assert.False(sample.ConnectedEarly);
    }

    [Fact]
    public void A_connection_before_the_first_next_is_seen()
    {
        Assert.Equal("", Repository.Ask(_folder.FullName, "mkfifo", "origin", "go"));
        Thread connection = new(() =>
        {
            Uri origin = new(File.ReadAllText(Path.Combine(_folder.FullName, "origin")).Trim());
            using TcpClient tcp = new(origin.Host, origin.Port);
            using SslStream tls = new(tcp.GetStream(), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
            tls.AuthenticateAsClient("localhost");

            // Any answer says that the connection has been noted.
            tls.Write("HEAD / HTTP/1.1\r\n\r\n"u8);
            _ = tls.ReadByte();
            Repository.Ask(_folder.FullName, "sh", "-c", "echo >go");
        });
        connection.Start();

        RunFailedException failure = Assert.Throws<RunFailedException>(() => _measurement.Measure(
            Program(TaskKind.Worker, "echo $HASHEE_BASE_URL >origin; read -r line <go", """answer='{"batchItemFailures":[]}'""", Loop),
            new Conditions { NoEarlyConnection = true }));

        connection.Join();
        Assert.Equal("it connected before the first GET /next, although it was told not to", failure.Reason);
    }

    [Theory]
    [InlineData(nameof(Trust.Few), true)]
    [InlineData(nameof(Trust.System), false)]
    public void Few_roots_are_those_of_AWS_and_the_measurements_own(string trust, bool isFew)
    {
        string count = Path.Combine(_folder.FullName, "count");
        MeasuredProgram program = Program(TaskKind.Loop, $"grep -c BEGIN \"$SSL_CERT_FILE\" >{count}; ls \"$SSL_CERT_DIR\" >>{count}", Ok, Loop);
        program = program with { Trust = Enum.Parse<Trust>(trust) };

        _measurement.Measure(program, new Conditions());

        int all = SystemRoots.Count(SystemRoots.Pem());
        Assert.Equal(isFew ? 6 : all + 1, int.Parse(File.ReadAllText(count), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_run_counts_what_the_process_took_from_the_machine()
    {
        Sample sample = _measurement.Measure(Program(TaskKind.Loop, Ok, Loop), new Conditions());

        Assert.True(sample.AtNext.CpuMilliseconds > 0);
        Assert.True(sample.AtNext.PageFaults > 0);
        Assert.True(sample.AtNext.PeakResidentKilobytes > 500);
        Assert.True(sample.AfterFirst.CpuMilliseconds > sample.AtNext.CpuMilliseconds);
        Assert.True(sample.AfterFirst.PageFaults >= sample.AtNext.PageFaults);
    }

    [Fact]
    public void One_core_is_one_processor_for_the_program_alone()
    {
        MeasuredProgram program = Program(TaskKind.Loop, "grep Cpus_allowed_list /proc/self/status >allowed", Ok, Loop);
        string allowed = Path.Combine(_folder.FullName, "allowed");

        _measurement.Measure(program, new Conditions { OneCore = true });
        string bound = File.ReadAllText(allowed);
        _measurement.Measure(program, new Conditions());

        Assert.EndsWith("\t0", bound.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessorCount == 1, File.ReadAllText(allowed) == bound);
    }

    [Fact]
    public void A_program_that_ends_by_itself_is_reported_with_its_last_words()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(
            () => _measurement.Measure(Program(TaskKind.Loop, "echo something is missing >&2; exit 3"), new Conditions()));

        Assert.Equal("it ended by itself", failure.Reason);
        Assert.Equal("test: it ended by itself\n  something is missing", failure.Message);
    }

    [Fact]
    public void A_webhook_that_accepts_a_call_without_a_message_has_no_figures()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(
            () => _measurement.Measure(Program(TaskKind.Webhook, Ok, Loop), new Conditions()));

        Assert.Equal("it accepted a call and sent no message", failure.Reason);
    }

    [Fact]
    public void A_webhook_that_refuses_a_good_call_has_no_figures()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(
            () => _measurement.Measure(Program(TaskKind.Webhook, """answer='{"statusCode":401,"body":"no"}'""", Loop), new Conditions()));

        Assert.Equal("""it answered {"statusCode":401,"body":"no"}""", failure.Reason);
    }

    [Fact]
    public void A_worker_that_processes_a_message_without_a_reply_has_no_figures()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(
            () => _measurement.Measure(Program(TaskKind.Worker, """answer='{"batchItemFailures":[]}'""", Loop), new Conditions()));

        Assert.Equal("it processed a message and sent no reply", failure.Reason);
    }

    [Fact]
    public void An_answer_to_another_call_is_refused()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(
            () => _measurement.Measure(Program(TaskKind.Loop, Ok, Loop.Replace("\"$id\"", "wrong", StringComparison.Ordinal)), new Conditions()));

        Assert.Equal("it answered another call than the one in progress", failure.Reason);
    }

    [Fact]
    public void An_error_that_the_program_reports_is_the_reason()
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(() => _measurement.Measure(
            Program(TaskKind.Loop, """answer='{"errorType":"Init"}'""", Loop.Replace("%s/response", "%s/error", StringComparison.Ordinal)), new Conditions()));

        Assert.Equal("""it reported {"errorType":"Init"}""", failure.Reason);
    }

    private MeasuredProgram Program(TaskKind task, params string[] script)
    {
        string path = Path.Combine(_folder.FullName, "bootstrap");
        File.WriteAllText(path, string.Join('\n', script));
        return new MeasuredProgram("test", "a test's program", "", task, Trust.None, "/bin/bash", [path], _folder.FullName);
    }

    /// <summary>Its certificates take a while to make.</summary>
    public sealed class Servers : IDisposable
    {
        internal Measurement Measurement { get; } = new();

        public void Dispose() => Measurement.Dispose();
    }
}
